from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import base

STATES = [("running", "Under way"), ("stopped", "Stopped"), ("done", "Done")]
OVERLAP = timedelta(hours=2)
FIRST = timedelta(days=30)
EVERY = timedelta(days=1)


class RetailSyncReconciliation(models.Model):
    """Stock, orders, shipments and refunds of a channel compared, slice by slice.

    How far it is stands in the row: after a crash or a stop it goes on there.
    """

    _name = "retail.sync.reconciliation"
    _description = "Reconciliation"
    _order = "id desc"

    channel_id = fields.Many2one(
        "retail.sync.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    state = fields.Selection(STATES, default="running", required=True, readonly=True)
    since = fields.Datetime(
        string="Changed from", required=True, readonly=True, help="With an overlap."
    )
    until = fields.Datetime(string="Changed until", required=True, readonly=True)
    is_listed = fields.Boolean(
        string="All listed", readonly=True, help="The channel named all that changed."
    )
    page_cursor = fields.Char(string="Page", readonly=True)
    cursor = fields.Integer(readonly=True, aggregator=None)
    total = fields.Integer(string="Orders", readonly=True, aggregator=None)
    done = fields.Integer(string="Compared", readonly=True, aggregator=None)
    progress = fields.Float(compute="_compute_progress")
    stock_run_id = fields.Many2one(
        "retail.sync.stock.run", string="Stock compared by", readonly=True
    )
    asked_by_id = fields.Many2one("res.users", string="Started by", readonly=True)
    ended_at = fields.Datetime(string="Ended", readonly=True)
    line_ids = fields.One2many(
        "retail.sync.reconciliation.line", "run_id", string="Mismatches"
    )
    open_count = fields.Integer(string="Open mismatches", compute="_compute_open_count")
    summary = fields.Char(compute="_compute_summary")

    _running_uniq = models.UniqueIndex(
        "(channel_id) WHERE state = 'running'",
        "A reconciliation of this channel is under way already.",
    )

    @api.depends("channel_id", "until")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Reconciliation: %s", run.channel_id.name)

    @api.depends("done", "total", "state")
    def _compute_progress(self):
        for run in self:
            share = 100.0 * run.done / run.total if run.total else 0.0
            run.progress = 100.0 if run.state == "done" else min(99.0, share)

    def _compute_open_count(self):
        rows = self.env["retail.sync.reconciliation.line"]._read_group(
            [("channel_id", "in", self.channel_id.ids), ("state", "=", "open")],
            ["channel_id"],
            ["__count"],
        )
        counts = {channel.id: count for channel, count in rows}
        for run in self:
            run.open_count = counts.get(run.channel_id.id, 0)

    @api.depends("done", "total", "state", "is_listed")
    @api.depends_context("lang")
    def _compute_summary(self):
        for run in self:
            run.summary = run._say()

    def _say(self):
        if self.state != "done" and not self.is_listed:
            return self.env._("Asks the channel which orders changed.")
        if self.state != "done":
            return self.env._(
                "%(done)s of %(total)s orders compared.",
                done=self.done,
                total=self.total,
            )
        if not self.open_count:
            return self.env._("%s orders compared: both sides agree.", self.done)
        return self.env._(
            "%(done)s orders compared. Open mismatches of the channel: %(count)s.",
            done=self.done,
            count=self.open_count,
        )

    # a person's verbs
    @api.model
    def _start(self, channel, *, by_hand=True):
        """Begin a reconciliation, or return the one that is under way.

        :param by_hand: somebody waits for it: stock is compared now, too
        :raises UserError: when the channel gives no order by its number
        """
        if not channel._can_reconcile():
            raise UserError(
                self.env._(
                    "%s gives no order by its number: its orders cannot be compared.",
                    channel.name,
                )
            )
        own = [("channel_id", "=", channel.id)]
        under_way = self.search([*own, ("state", "!=", "done")], limit=1)
        if under_way:
            under_way.action_go_on()
            return under_way
        last = self.search([*own, ("state", "=", "done")], limit=1)
        now = fields.Datetime.now()
        run = self.create(
            {
                "channel_id": channel.id,
                "since": last.until - OVERLAP if last else now - FIRST,
                "until": now,
                "asked_by_id": self.env.uid,
            }
        )
        if by_hand and channel.state == "live" and channel._has_port(base.Levels):
            runs = self.env["retail.sync.stock.run"]
            run.stock_run_id = runs._start(channel, "compare")
        run._enqueue()
        return run

    def action_stop(self):
        """Stop it; it can go on later where it was."""
        self.check_access("write")
        self.filtered(lambda run: run.state == "running").state = "stopped"

    def action_go_on(self):
        """Go on where it was stopped."""
        self.check_access("write")
        for run in self.filtered(lambda run: run.state == "stopped"):
            run.state = "running"
            run._enqueue()

    def action_open_lines(self):
        """Show the open mismatches of the channel."""
        self.ensure_one()
        return self.channel_id.action_open_mismatches()

    # slices
    def _enqueue(self):
        """Append the job that does the next slice."""
        for run in self:
            self.env["retail.sync.job"].sudo()._enqueue(
                run.channel_id,
                "reconcile",
                order_key=f"reconcile:{run.channel_id.id}",
                identity=f"reconcile:{run.id}",
                lane=2,
                payload={"run_id": run.id},
            )

    def _ahead(self):
        """Return the domain of the orders still to be compared."""
        # what is open is looked at again, whenever it changed
        waiting = [("reconciliation_line_ids", "any", [("state", "=", "open")])]
        changed = [("changed_at", ">=", self.since), ("changed_at", "<=", self.until)]
        return [
            ("channel_id", "=", self.channel_id.id),
            ("id", ">", self.cursor),
            ("is_history", "=", False),
            ("state", "not in", ("ignored", "watched")),
            "|",
            *waiting,
            "&",
            *changed,
        ]

    def _next_orders(self, limit):
        orders = self.env["retail.sync.order"].sudo()
        return orders.search(self._ahead(), order="id", limit=limit)

    def _note_listed(self):
        """Begin comparing: all that the channel names was seen."""
        orders = self.env["retail.sync.order"].sudo()
        total = orders.search_count(self._ahead())
        self.write({"is_listed": True, "page_cursor": False, "total": total})

    def _finish(self):
        """Take over what comparisons of stock left open, and end."""
        drifts = self.env["retail.sync.drift"].sudo()
        waiting = drifts.search(
            [("channel_id", "=", self.channel_id.id), ("state", "=", "open")]
        )
        self.env["retail.sync.reconciliation.line"]._take_drifts(waiting)
        self.write({"state": "done", "ended_at": self.env.cr.now()})
        self.env["retail.sync.hint"]._send()

    @api.model
    def _start_due(self, channels):
        """Begin the daily reconciliation of those ``channels`` that want it."""
        recent = fields.Datetime.now() - EVERY / 2
        for channel in channels.filtered("reconcile_daily"):
            is_recent = [("channel_id", "=", channel.id), ("create_date", ">", recent)]
            if channel._can_reconcile() and not self.search_count(is_recent, limit=1):
                self._start(channel, by_hand=False)

    @api.autovacuum
    def _gc_runs(self):
        """Forget old reports; their lines that are open stay with the next."""
        old = self.search(
            [
                ("create_date", "<", "-90d"),
                ("line_ids", "not any", [("state", "=", "open")]),
            ],
            limit=200,
        )
        old.unlink()
        return len(old), len(old) == 200
