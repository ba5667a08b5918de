from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..adapters import base
from .retail_sync_effect import SWEPT_KINDS

STATES = [
    ("new", "Begins"),
    ("orders", "Orders are read"),
    ("effects", "Outside actions are looked up"),
    ("deliveries", "Deliveries are booked"),
    ("levels", "Stock is compared"),
    ("released", "Works as ever"),
]
STEPS = [code for code, _label in STATES]
# from here on what is in doubt is looked up; sending waits for the release
LOOKING = ("effects", "deliveries", "levels")
READERS = (
    "flow.poll",
    "order.fetch",
    "order.import",
    "order.settle",
    "draft.fetch",
)
READ_FLOWS = ("order", "draft")
DOUBT = ("sent", "unknown", "accepted")
BOOKED = "before_restore"
BATCH = 20
# What was to be sent when the backup was made, or was asked for meanwhile, may have
# been sent by the database that is lost: only then does a look-up come first.
PUT_IN_DOUBT = """
UPDATE retail_sync_effect
   SET state = 'unknown', looks = 0,
       sent_at = LEAST(COALESCE(sent_at, create_date), %(since)s)
 WHERE channel_id = %(channel)s AND state = 'intended' AND kind <> ALL(%(swept)s)
RETURNING id
"""
# Who comes after one that is to be sent again, or waits for a person, is looked up when
# its turn comes.
IN_DOUBT = """
SELECT count(*) FROM retail_sync_effect e
 WHERE e.channel_id = %(channel)s AND e.state = ANY(%(doubt)s)
   AND e.kind <> ALL(%(swept)s)
   AND EXISTS (SELECT 1 FROM retail_sync_job j
                WHERE j.effect_id = e.id
                  AND (j.state IN ('pending', 'running')
                       OR j.state = 'held' AND j.wait_reason = 'restoring')
                  AND NOT (j.holds_key AND EXISTS (
                      SELECT 1 FROM retail_sync_job o
                       WHERE o.channel_id = j.channel_id AND o.order_key = j.order_key
                         AND o.state IN ('parked', 'dead', 'held') AND o.holds_key
                         AND o.id <> j.id)))
"""


class RetailSyncRestorationLine(models.Model):
    """How far one channel is in catching up. Each step is noted as it ends: whoever is
    killed in the middle goes on there."""

    _name = "retail.sync.restoration.line"
    _description = "Channel That Catches Up"
    _order = "restoration_id desc, id"
    _rec_name = "channel_id"

    restoration_id = fields.Many2one(
        "retail.sync.restoration",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    state = fields.Selection(
        STATES, string="Step", required=True, readonly=True, default="new"
    )
    poll_job_ids = fields.Json(
        string="Turns", readonly=True, help="The turns that read what changed."
    )
    behind_id = fields.Integer(string="Read up to job", readonly=True, aggregator=None)
    cursor = fields.Integer(readonly=True, aggregator=None)
    run_id = fields.Many2one("retail.sync.stock.run", readonly=True)
    doubted = fields.Integer(
        string="Looked up",
        readonly=True,
        aggregator=None,
        help="Outside actions that may have been done by the lost database.",
    )
    booked = fields.Integer(
        string="Deliveries booked",
        compute="_compute_counts",
        help="Deliveries that the channel has and that were open here.",
    )
    blocked = fields.Integer(
        string="Not booked",
        readonly=True,
        aggregator=None,
        help="Deliveries that the channel has and that a person must book.",
    )
    order_count = fields.Integer(
        string="New orders", compute="_compute_counts", help="Since the confirmation."
    )
    kept_count = fields.Integer(string="Waits to be sent", compute="_compute_counts")
    stuck_count = fields.Integer(
        string="Orders for a person",
        compute="_compute_counts",
        help="Orders that could not be read or imported; their issues say why.",
    )
    progress = fields.Float(compute="_compute_progress")
    step = fields.Char(string="What it does", compute="_compute_step")
    read_at = fields.Datetime(string="Orders read", readonly=True)
    released_at = fields.Datetime(string="Released", readonly=True)
    released_by_id = fields.Many2one("res.users", string="By", readonly=True)
    release_reason = fields.Char(string="Why so early", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(channel_id) WHERE state <> 'released'",
        "This channel catches up already.",
    )

    @api.depends("state")
    def _compute_progress(self):
        for line in self:
            done = STEPS.index(line.state)
            line.progress = 100.0 * done / (len(STEPS) - 1)

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_step(self):
        for line in self:
            line.step = line._say_step()

    # beginning
    @api.model
    def _begin_all(self, restoration, channels):
        """Make a line for each of ``channels``, and the job that goes on with it."""
        lines = self.create(
            [
                {"restoration_id": restoration.id, "channel_id": channel.id}
                for channel in channels
            ]
        )
        lines._go_on_soon()
        self.env.flush_all()
        for line in lines:
            self.env["retail.sync.queue"]._keep_back(line.channel_id.id)

    def _go_on_soon(self):
        for line in self:
            key = f"restoration:{line.channel_id.id}"
            self.env["retail.sync.job"].sudo()._enqueue(
                line.channel_id,
                "restoration",
                order_key=key,
                identity=f"restoration:{line.id}",
                lane=1,
                payload={"line_id": line.id},
            )

    @api.model
    def _go_on_lost(self):
        """Take up lines that nobody works on: their job was canceled or is gone.

        One that stopped for an error waits for a person.
        """
        for line in self.search([("state", "!=", "released")]):
            if not line._jobs("pending", "running", "parked", "dead"):
                line._go_on_soon()

    def _jobs(self, *states):
        """Return the jobs in ``states`` that go on with this line."""
        jobs = self.env["retail.sync.job"].sudo()
        key = f"restoration:{self.channel_id.id}"
        mine = [("channel_id", "=", self.channel_id.id), ("order_key", "=", key)]
        found = jobs.search([*mine, ("state", "in", states)])
        return found.filtered(lambda job: (job.payload or {}).get("line_id") == self.id)

    # steps
    def _advance(self):
        """Do what can be done of the current step.

        :return: whether to go on at once; else it is looked again later
        """
        self.ensure_one()
        if self.state == "released":
            return False
        return getattr(self, f"_step_{self.state}")()

    def _step_new(self):
        """Have all read again that changed since the backup, with the overlap."""
        self.poll_job_ids = [
            workflow._read_since(self.restoration_id.since).id
            for workflow in self._workflows_to_read()
        ]
        self.state = "orders"
        return False

    def _workflows_to_read(self):
        return self.channel_id.workflow_ids.filtered(
            lambda one: one.flow in READ_FLOWS and one._is_polled()
        )

    def _step_orders(self):
        if not self.behind_id:
            if not self._are_turns_over():
                return False
            self.behind_id = self._newest_job()
        if self._left_to_read():
            return False
        self.write({"state": "effects", "read_at": fields.Datetime.now()})
        self._put_in_doubt()
        return True

    def _are_turns_over(self):
        """Return whether the turns that began after the confirmation are over."""
        jobs = self.env["retail.sync.job"].sudo()
        for job in jobs.browse(self.poll_job_ids or []).exists():
            while job.state == "cancelled" and job.joined_id.exists():
                job = job.joined_id
            if job.state not in ("done", "cancelled"):
                return False
        return not any(one.cursor or one.as_of for one in self._workflows_to_read())

    def _newest_job(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(max(id), 1) FROM retail_sync_job"
                " WHERE channel_id = %s",
                self.channel_id.id,
            )
        )
        return rows[0][0]

    def _left_to_read(self):
        """Return how many orders of the turns are still to be read or booked."""
        return (
            self.env["retail.sync.job"]
            .sudo()
            .search_count(
                [
                    ("channel_id", "=", self.channel_id.id),
                    ("handler", "in", READERS),
                    ("state", "in", ("pending", "running", "held")),
                    *([("id", "<=", self.behind_id)] if self.behind_id else []),
                ]
            )
        )

    def _put_in_doubt(self):
        """Have all that waits to be sent read back before it is."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            PUT_IN_DOUBT,
            {
                "channel": self.channel_id.id,
                "since": self.restoration_id.since,
                "swept": list(SWEPT_KINDS),
            },
        )
        cr.fetchall()
        self.env["retail.sync.effect"].invalidate_model()
        self.doubted += self._in_doubt()
        self.env["retail.sync.queue"]._let_look(self.channel_id.id)

    def _in_doubt(self):
        """Return of how many outside actions nobody knows yet whether they happened."""
        self.env.flush_all()
        self.env.cr.execute(
            IN_DOUBT,
            {
                "channel": self.channel_id.id,
                "doubt": list(DOUBT),
                "swept": list(SWEPT_KINDS),
            },
        )
        return self.env.cr.fetchone()[0]

    def _step_effects(self):
        if self._in_doubt():
            return False
        self.state = "deliveries"
        return True

    def _step_deliveries(self):
        orders = self._orders_shipped_meanwhile()
        for order in orders:
            self.blocked += order._book_shipped_before(self.restoration_id)
        if orders:
            self.cursor = orders[-1].id
        if len(orders) < BATCH:
            self.state = "levels"
        return True

    def _orders_shipped_meanwhile(self):
        """Return orders of which shipments were read that nobody here has told."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT o.id
                     FROM retail_sync_order_step s
                     JOIN retail_sync_order o ON o.id = s.order_id
                    WHERE o.channel_id = %s AND s.code = 'shipped_elsewhere'
                      AND s.at >= %s AND o.id > %s
                    ORDER BY o.id LIMIT %s""",
                self.channel_id.id,
                self.restoration_id.confirmed_at,
                self.cursor,
                BATCH,
            )
        )
        return self.env["retail.sync.order"].browse([row_id for (row_id,) in rows])

    def _step_levels(self):
        if self.run_id.state == "running" and not self._is_stock_paused():
            return False
        if not self.run_id and self._can_compare():
            self.run_id = self.env["retail.sync.stock.run"]._start(
                self.channel_id, "compare"
            )
            return False
        self._release()
        return True

    def _can_compare(self):
        workflow = self.channel_id._workflow("stock")
        return (
            self.channel_id._has_port(base.Levels)
            and bool(workflow)
            and not self._is_stock_paused()
        )

    def _is_stock_paused(self):
        return self.channel_id._workflow("stock").state == "paused"

    # the end
    def _release(self, reason=None):
        """Let all that was kept back leave, each doubtful one read back first."""
        if self.state in ("new", "orders"):
            self._put_in_doubt()
        self.write(
            {
                "state": "released",
                "released_at": fields.Datetime.now(),
                "released_by_id": self.env.uid if reason else False,
                "release_reason": reason or False,
            }
        )
        self.env.flush_all()
        self.env["retail.sync.queue"]._let_leave(self.channel_id.id)
        self.env["retail.sync.stock.mark"].sudo()._enqueue_pushes(
            self.channel_id.location_ids
        )
        self.restoration_id._end_if_done()
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            self,
            "channel.caught_up",
            {"booked": self.booked, "blocked": self.blocked, "early": bool(reason)},
        )
        self.env["retail.sync.hint"]._send()

    def action_release(self, reason=None):
        """Let the channel act before it has caught up; a person says why."""
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_manager"):
            raise AccessError(
                self.env._("Only managers may release a channel that catches up.")
            )
        self.check_access("read")
        if reason is None:
            return self.env["retail.sync.restoration.release"]._open(self)
        reason = self.channel_id._check_reason(reason)
        for line in self.filtered(lambda one: one.state != "released"):
            line.sudo()._release(reason)
        return True
