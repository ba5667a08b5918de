from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..database import LooseMany2one, tune_hot_table
from ..domain.documents import Flow, Notice
from ..domain.redact import redact
from ..said import SaidChar
from .retail_sync_workflow import FLOWS, OF_ORDERS

STATES = [
    ("received", "Received"),
    ("done", "Done"),
    ("ignored", "Ignored"),
    ("parked", "Needs a person"),
]
SOURCES = [("webhook", "Webhook"), ("poll", "Asked for"), ("file", "File")]
STOPPED = "stopped"  # the reason of an event whose work a person must look at
RETENTION = timedelta(days=30)
SWEPT = 10000


class RetailSyncEvent(models.Model):
    """Something was received; stored before it is understood.

    Rows are written by SQL, at the door (``retail.sync.door``) and with the completion
    of the work they asked for.
    """

    _name = "retail.sync.event"
    _description = "Received Event"
    _order = "id desc"
    _rec_name = "topic"

    # loose: many deliveries at once would all lock the channel's one row
    channel_id = LooseMany2one("retail.sync.channel", required=True, readonly=True)
    timezone = fields.Char(compute="_compute_timezone")
    flow = fields.Selection(FLOWS, string="Workflow", readonly=True)
    topic = fields.Char(readonly=True)
    external_id = fields.Char(readonly=True)
    external_ref = fields.Char(string="Number there", readonly=True)
    event_id = fields.Char(readonly=True, help="The channel's id of this delivery.")
    version = fields.Char(readonly=True)
    digest = fields.Char(readonly=True)
    dedup_key = fields.Char(
        string="Key against repetition",
        readonly=True,
        help="What tells a repeated delivery.",
    )
    occurred_at = fields.Datetime(string="Happened", readonly=True)
    received_at = fields.Datetime(string="Came in", readonly=True)
    done_at = fields.Datetime(string="Done", readonly=True)
    state = fields.Selection(STATES, default="received", readonly=True)
    reason = fields.Char(readonly=True)
    detail = SaidChar(readonly=True)
    problem = fields.Char(compute="_compute_problem")
    source = fields.Selection(SOURCES, readonly=True)

    _delivery_uniq = models.UniqueIndex(
        "(channel_id, topic, dedup_key)", "This delivery is already here."
    )
    _open_idx = models.Index(
        "(channel_id, external_id) WHERE state IN ('received', 'parked')"
    )
    _waiting_idx = models.Index(
        "(channel_id, flow, received_at) WHERE state = 'received'"
    )
    _done_idx = models.Index("(done_at) WHERE done_at IS NOT NULL")
    _heard_idx = models.Index("(channel_id, received_at) WHERE source = 'webhook'")
    _sweep_idx = models.Index("(received_at) WHERE state IN ('done', 'ignored')")

    def init(self):
        """Prepare the table for many updates."""
        tune_hot_table(self.env.cr, self._table)

    @api.depends("channel_id")
    def _compute_timezone(self):
        # no foreign key: messages may outlive their channel
        there = self.sudo().channel_id.exists()
        for event in self:
            event.timezone = (event.sudo().channel_id & there).timezone

    @api.depends("reason", "detail")
    @api.depends_context("lang")
    def _compute_problem(self):
        words = {
            "known": self.env._("We hold this version of the order already."),
            "later": self.env._("Left to the next turn: this workflow works in turns."),
            "paused": self.env._("Left lying: this workflow is paused."),
            "not_needed": self.env._("Nothing is to be done for it."),
            "no_record": self.env._("It does not say what it is about."),
            "unreadable": self.env._("It cannot be read."),
            "unverified": self.env._("Nobody can tell whether the channel sent it."),
            "privacy": self.env._("A person's data are asked for: handle it by hand."),
        }
        for event in self:
            parts = [words.get(event.reason), event.detail]
            event.problem = " ".join(filter(None, parts)) or False

    # a person's verb
    def action_retry(self):
        """Begin the work again that these events ask for."""
        if not self.env.su and not self.env.user.has_group(
            "retail_sync_core.retail_sync_group_operator"
        ):
            raise AccessError(self.env._("Only operators may do this."))
        self.check_access("read")
        for event in self.sudo():
            event._work_again()
            self.env["retail.sync.audit"]._record(
                event.channel_id, event, "event.retried"
            )

    def _work_again(self):
        """Append the job of this event as if it had come just now."""
        door = self.env["retail.sync.door"]
        notice = Notice(
            flow=Flow(self.flow),
            topic=self.topic,
            external_id=self.external_id or "",
            external_ref=self.external_ref or "",
            body=self._read_body() or None,
        )
        channel = self.channel_id
        job, _reason = door._judge(door._of_channel(channel), notice, "poll", "", False)
        if not job or self.reason == "unreadable":
            raise UserError(
                self.env._(
                    "Nothing can be done with this message. The next turn finds what"
                    " has changed."
                )
            )
        self.write(
            {"state": "received", "reason": False, "detail": False, "done_at": False}
        )
        self.flush_recordset()
        jobs = self.env["retail.sync.job"]
        jobs._enqueue_many([{**job, "channel": channel, "event": self}])

    # receiving
    @api.model
    def _receive(self, channel, notices, source, problem=""):
        """Store what came in once each, and begin its work; return what is new.

        :param notices: ``Notice`` documents
        :param source: ``webhook``, ``poll`` or ``file``
        :param problem: why nobody can read it: it waits for a person then
        """
        door = self.env["retail.sync.door"]
        ids = door._accept(door._of_channel(channel), list(notices), source, problem)
        return self.browse(ids)

    # working off
    @api.model
    def _settle_job(self, job, state, message=None):
        """Let the events that ``job`` worked off follow it, in its transaction.

        A job that fetches the newest answers for all that came before it began; one
        with a body of its own for that alone. A job that joined another is answered by
        that one.
        """
        outcome = {"done": "done", "parked": "parked", "dead": "parked"}.get(state)
        about = outcome and self._about(job)
        if not about:
            return
        self.flush_model()
        is_done = outcome == "done"
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_event
                      SET state = %s, reason = %s, detail = %s, done_at = %s
                    WHERE channel_id = %s AND state IN ('received', 'parked')
                      AND COALESCE(reason, %s) = %s AND %s""",
                outcome,
                None if is_done else STOPPED,
                redact(message)[:500] if message and not is_done else None,
                self.env.cr.now() if is_done else None,
                job.channel_id.id,
                STOPPED,
                STOPPED,
                about,
            )
        )
        self.invalidate_model(["state", "reason", "detail", "done_at"])
        if is_done and job.handler in ("order.import", "stock.report"):
            self.env["retail.sync.event.body"]._drop(job.event_id.id)

    def _about(self, job):
        """Return which events ``job`` answers for, as SQL; None for none."""
        began = SQL("received_at <= %s", job.started_at or self.env.cr.now())
        match job.handler:
            case "order.fetch":
                external_id = job.order_key.partition(":")[2]
                flows = list(OF_ORDERS)
                same = SQL("external_id = %s AND flow = ANY(%s)", external_id, flows)
            case "catalog.page":
                same = SQL("flow = 'catalog'")
            case "connection.test":
                same = SQL("flow = 'report'")
            case _ if job.event_id:
                return SQL("id = %s", job.event_id.id)
            case _:
                return None
        return SQL("%s AND %s", same, began)

    def _read_body(self):
        """Return the kept body of this event, or b""."""
        return self.env["retail.sync.event.body"]._read(self.id)

    @api.model
    def _forget(self, channels):
        """Remove all that came in from ``channels``."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "DELETE FROM retail_sync_event WHERE channel_id = ANY(%s) RETURNING id",
                channels.ids,
            )
        )
        self.env["retail.sync.event.body"]._drop(*(row_id for (row_id,) in rows))
        self.invalidate_model()

    @api.autovacuum
    def _gc_old(self):
        """Remove what is done and older than its retention, in limited batches."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """DELETE FROM retail_sync_event WHERE id = ANY (ARRAY(
                          SELECT id FROM retail_sync_event
                           WHERE state IN ('done', 'ignored') AND received_at < %s
                           ORDER BY received_at LIMIT %s))
                RETURNING id""",
                self.env.cr.now() - RETENTION,
                SWEPT,
            )
        )
        gone = [row_id for (row_id,) in self.env.cr.fetchall()]
        self.invalidate_model()
        self.env["retail.sync.event.body"]._drop(*gone)
        return len(gone), len(gone) == SWEPT
