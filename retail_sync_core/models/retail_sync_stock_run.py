from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import base
from .retail_sync_level_ledger import OFFERED

KINDS = [
    ("publish", "Tell all stock"),
    ("compare", "Compare all stock"),
    ("watch", "See what would change"),
]
STATES = [
    ("running", "Under way"),
    ("stopped", "Stopped"),
    ("done", "Done"),
]
COMPARE_EVERY = timedelta(days=1)
HANDLERS = {
    "publish": "stock.publish",
    "compare": "stock.compare",
    "watch": "stock.watch",
}
# What was told anew up to the cursor: confirmed since the run began, given up, or on
# its way. A level that was only read is not told yet; neither is one whose product will
# be stocked there first.
LOOK_BACK = """
WITH seen AS (
       SELECT l.id,
              l.state = 'refused' OR l.state = 'inactive' AND NOT (
                  p.activates AND l.wanted_generation > l.sent_generation) AS is_stuck,
              l.acked_at >= %(since)s AND l.tell_anew IS NOT TRUE
              AND (l.state NOT IN ('wanted', 'sent', 'conflict')
                   OR l.acked_at > l.based_at) AS is_told
         FROM retail_sync_level l
         JOIN retail_sync_listing i ON i.id = l.listing_id
         JOIN retail_sync_location p ON p.id = l.location_id
        WHERE l.location_id = ANY(%(places)s) AND l.id > %(after)s
          AND l.id <= %(cursor)s AND %(offered)s),
     first AS (
       SELECT min(id) AS id FROM seen WHERE is_told IS NOT TRUE AND NOT is_stuck)
SELECT count(*) FILTER (WHERE NOT is_stuck), count(*) FILTER (WHERE is_stuck),
       (SELECT id FROM first)
  FROM seen
 WHERE id < COALESCE((SELECT id FROM first), %(cursor)s + 1)
"""
UNREAD = """
SELECT count(*)
  FROM retail_sync_location p
  JOIN retail_sync_level l ON l.location_id = p.id
  JOIN retail_sync_listing i ON i.id = l.listing_id
 WHERE p.channel_id = %s AND p.state = 'mapped' AND %s
   AND NOT EXISTS (SELECT FROM retail_sync_stock_before b WHERE b.level_id = l.id)
"""


class RetailSyncStockRun(models.Model):
    """All levels of a channel, told anew or compared, slice by slice.

    How far it is stands in the row: after a crash, a stop or a night it goes on there.
    What is urgent is told between its slices.
    """

    _name = "retail.sync.stock.run"
    _description = "Stock Run"
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
    location_id = fields.Many2one(
        "retail.sync.location",
        readonly=True,
        ondelete="cascade",
        help="Empty: all locations of the channel.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, default="running", required=True, readonly=True)
    quiet = fields.Boolean(
        string="In quiet hours only",
        help="Goes on within the window of the stock workflow, in the channel's time.",
    )
    cursor = fields.Integer(readonly=True, aggregator=None)
    total = fields.Integer(string="Levels", readonly=True, aggregator=None)
    done = fields.Integer(string="Looked at", readonly=True, aggregator=None)
    told_cursor = fields.Integer(string="Told up to", readonly=True, aggregator=None)
    told = fields.Integer(string="Confirmed", readonly=True, aggregator=None)
    stuck = fields.Integer(
        string="Not told",
        readonly=True,
        aggregator=None,
        help="Refused by the channel, or not stocked there.",
    )
    progress = fields.Float(compute="_compute_progress")
    ended_at = fields.Datetime(string="Ended", readonly=True)
    asked_by_id = fields.Many2one("res.users", string="Started by", readonly=True)
    drift_ids = fields.One2many("retail.sync.drift", "run_id", string="Differences")
    drift_count = fields.Integer(
        string="Differences found", compute="_compute_drift_count"
    )
    open_count = fields.Integer(string="Still open", compute="_compute_drift_count")
    summary = fields.Char(compute="_compute_summary")

    _running_uniq = models.UniqueIndex(
        "(channel_id, kind, COALESCE(location_id, 0)) WHERE state = 'running'",
        "Such a run of this channel is under way already.",
    )

    @api.depends("kind", "channel_id", "location_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            where = (run.channel_id.name, run.location_id.name)
            run.display_name = f"{kinds[run.kind]}: {', '.join(filter(None, where))}"

    @api.depends("done", "told", "stuck", "total", "state", "kind")
    def _compute_progress(self):
        for run in self:
            done = run.told + run.stuck if run.kind == "publish" else run.done
            share = 100.0 * done / run.total if run.total else 0.0
            run.progress = 100.0 if run.state == "done" else min(100.0, share)

    @api.depends("drift_ids.state")
    def _compute_drift_count(self):
        for run in self:
            run.drift_count = len(run.drift_ids)
            run.open_count = len(run.drift_ids.filtered(lambda d: d.state == "open"))

    @api.depends(
        "kind",
        "state",
        "done",
        "told",
        "stuck",
        "total",
        "quiet",
        "channel_id.stock_push",
        "drift_ids.difference",
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        for run in self:
            run.summary = run._say()

    def _say(self):
        """Return the outcome in one sentence."""
        if self.state == "running" and not self.done:
            if self._wait_for_window_s():
                return self.env._("Waits for the quiet hours of the stock workflow.")
            return self.env._("Begins in a moment.")
        if self.kind == "publish":
            return self._say_told()
        if self.kind == "watch":
            return self.env._(
                "%(done)s of %(total)s levels read; nothing was changed there.",
                done=self.done,
                total=self.total,
            )
        if not self.drift_ids:
            return self.env._("%s levels compared: no difference.", self.done)
        units = sum(abs(drift.difference) for drift in self.drift_ids)
        return self.env._(
            "%(done)s levels compared: %(count)s differ, by %(units)s units in all.",
            done=self.done,
            count=self.drift_count,
            units=units,
        )

    def _say_told(self):
        """Return how much of a publication has come through."""
        parts = [
            self.env._(
                "%(told)s of %(total)s levels confirmed by the channel",
                told=self.told,
                total=self.total,
            ),
            self.done > self.told + self.stuck
            and self.env._("%s on their way", self.done - self.told - self.stuck),
            self.stuck and self.env._("%s refused or not stocked there", self.stuck),
        ]
        text = ", ".join(filter(None, parts)) + "."
        if self.state == "running" and not self.channel_id.stock_push:
            off = self.env._("Waits: the channel's “Tell our stock” is switched off.")
            text = f"{text} {off}"
        return text

    # a person's verbs
    @api.model
    def _start(self, channel, kind, *, place=None, quiet=False):
        """Begin a run, or return the one that is under way.

        :param place: only this location, and no other
        :raises UserError: when the channel cannot do it
        """
        self._check_possible(channel, kind)
        under_way = self.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", kind),
                ("state", "=", "running"),
                ("location_id", "=", place.id if place else False),
            ]
        )
        if under_way:
            if under_way.quiet and not quiet:
                under_way.action_now()
            return under_way
        run = self.create(
            {
                "channel_id": channel.id,
                "kind": kind,
                "location_id": place.id if place else False,
                "quiet": quiet,
                "asked_by_id": self.env.uid,
            }
        )
        run.total = run._count()
        run._enqueue()
        return run

    @api.model
    def _check_possible(self, channel, kind):
        """Raise a ``UserError`` when the channel cannot do it, or must not."""
        if kind == "publish" and not channel.stock_push:
            raise UserError(
                self.env._(
                    "Our stock is not told to %s: “Tell our stock” is switched off"
                    " among its policies. Switch it on first.",
                    channel.name,
                )
            )
        if kind != "publish" and not channel._has_port(base.Levels):
            raise UserError(
                self.env._("%s does not tell which stock it has.", channel.name)
            )

    def action_stop(self):
        """Stop the run; it can go on later where it was."""
        self.check_access("write")
        self.filtered(lambda run: run.state == "running").state = "stopped"

    def action_go_on(self):
        """Go on where the run was stopped."""
        self.check_access("write")
        for run in self.filtered(lambda run: run.state == "stopped"):
            run.state = "running"
            run._enqueue()

    def action_now(self):
        """Do not wait for the quiet hours."""
        self.check_access("write")
        self.quiet = False
        self._enqueue()

    def action_at_night(self):
        """Leave what is left to the quiet hours."""
        self.check_access("write")
        self.filtered(lambda run: run.state == "running").quiet = True

    def action_open_drifts(self):
        """Show what differs."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_drift_action"
        )
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

    # slices
    def _enqueue(self):
        """Append the job that does the next slice."""
        for run in self:
            name = HANDLERS[run.kind]
            self.env["retail.sync.job"].sudo()._enqueue(
                run.channel_id,
                name,
                order_key=f"{name}:{run.channel_id.id}",
                identity=f"{name}:{run.id}",
                lane=2,
                payload={"run_id": run.id},
            )

    def _places(self):
        places = self.location_id or self.channel_id.location_ids
        return places.filtered(lambda place: place.state == "mapped")

    def _next_ids(self, limit):
        """Return the ids of the next ``limit`` levels after the cursor."""
        query = SQL("SELECT l.id %s ORDER BY l.id LIMIT %s", self._ahead(), limit)
        return [row[0] for row in self.env.execute_query(query)]

    def _count(self):
        query = SQL("SELECT count(*) %s", self._ahead())
        return self.env.execute_query(query)[0][0]

    def _ahead(self):
        """Return the levels after the cursor, as SQL."""
        # ORM: a search would join three tables for each slice, and sort by name
        self.env.flush_all()
        return SQL(
            """FROM retail_sync_level l
                 JOIN retail_sync_listing i ON i.id = l.listing_id
                WHERE l.location_id = ANY(%s) AND l.id > %s AND %s""",
            self._places().ids,
            self.cursor,
            OFFERED,
        )

    def _advance(self, ids):
        """Note that the levels ``ids`` were looked at."""
        if not self.cursor:
            self.total = self._count()
        self.write({"cursor": max(ids), "done": self.done + len(ids)})

    def _look_back(self):
        """Count what the channel has confirmed since, up to the first that waits."""
        self.env.flush_all()
        # ORM: a few hundred rows behind the cursor, judged by five columns
        query = SQL(
            LOOK_BACK,
            places=self._places().ids,
            after=self.told_cursor,
            cursor=self.cursor,
            since=self.create_date,
            offered=OFFERED,
        )
        [(told, stuck, first)] = self.env.execute_query(query)
        self.write(
            {
                "told": self.told + told,
                "stuck": self.stuck + stuck,
                "told_cursor": first - 1 if first else self.cursor,
            }
        )

    @api.model
    def _count_unread(self, channel):
        """Return how many levels no look has read; none while a look is under way."""
        is_look = [("channel_id", "=", channel.id), ("kind", "=", "watch")]
        if self.search_count([*is_look, ("state", "=", "running")], limit=1):
            return 0
        self.env.flush_all()
        # ORM: a domain cannot say which levels have no row of what they were before
        return self.env.execute_query(SQL(UNREAD, channel.id, OFFERED))[0][0]

    def _finish(self):
        if self.kind == "compare":
            # and ours are worked out anew, for what no mark was left of
            self.channel_id._mark_stock()
        self.write({"state": "done", "ended_at": self.env.cr.now()})
        self.env["retail.sync.hint"]._send()

    def _wait_for_window_s(self):
        """Return how many seconds are left until it may go on; 0: now."""
        workflow = self.channel_id._workflow("stock")
        now = fields.Datetime.now()
        if not self.quiet or workflow._in_window(now):
            return 0.0
        return (workflow._opens_at(now) - now).total_seconds()

    @api.model
    def _start_due_comparisons(self, channels):
        """Begin the daily comparison of those ``channels`` that want it."""
        for channel in channels.filtered("compare_daily"):
            if channel._has_port(base.Levels) and channel._workflow("stock"):
                self._start(channel, "compare", quiet=True)

    @api.autovacuum
    def _gc_runs(self):
        """Forget old runs with what they found; not what waits for a person."""
        old = self.search(
            [
                ("create_date", "<", "-90d"),
                ("drift_ids", "not any", [("state", "=", "open")]),
            ],
            limit=200,
        )
        old.unlink()
        return len(old), len(old) == 200
