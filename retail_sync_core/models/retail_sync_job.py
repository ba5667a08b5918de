import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..database import LooseMany2one, tune_hot_table
from ..said import SaidChar
from ..waking import wake_after_commit

LANE_CONNECTION, LANE_URGENT, LANE_FREQUENT, LANE_BATCH = LANES = (-1, 0, 1, 2)
STATES = [
    ("pending", "Waiting"),
    ("running", "Under way"),
    ("held", "Held: its workflow is paused"),
    ("done", "Done"),
    ("parked", "Needs a person"),
    ("dead", "Given up"),
    ("cancelled", "Canceled"),
]
OPEN = ("pending", "running", "held")
CANCELABLE = ("pending", "held", "parked", "dead")
# why a job of a paused flow was not begun
FLOW_PAUSED = "flow_paused"
# waits for more of its kind; whoever joins it may let it run at once
GATHERING = "gathering"
COLUMNS = (
    "channel_id",
    "handler",
    "version",
    "order_key",
    "identity",
    "lane",
    "payload",
    "holds_key",
    "event_id",
    "effect_id",
    "flow",
)


class RetailSyncJob(models.Model):
    """One piece of work for one channel. Rows are only appended; order and identity are
    settled by the worker (``retail.sync.queue``), so no user's transaction meets a key.
    """

    _name = "retail.sync.job"
    _description = "Job"
    _order = "id desc"
    _rec_name = "handler"

    channel_id = LooseMany2one("retail.sync.channel", required=True, readonly=True)
    handler = fields.Char(required=True, readonly=True)
    version = fields.Integer(default=1, readonly=True)
    order_key = fields.Char(
        string="In order with",
        readonly=True,
        help="Jobs with the same key run one after the other.",
    )
    identity = fields.Char(
        readonly=True, help="A waiting job with the same identity is joined."
    )
    lane = fields.Integer(
        default=LANE_FREQUENT,
        readonly=True,
        aggregator=None,
        help="0 near real time, 1 frequent, 2 batch, -1 while connecting",
    )
    flow = fields.Char(
        string="Workflow",
        readonly=True,
        help="The workflow it belongs to: paused, it is held.",
    )
    payload = fields.Json(readonly=True)
    event_id = LooseMany2one("retail.sync.event", readonly=True)
    effect_id = LooseMany2one("retail.sync.effect", readonly=True)
    joined_id = LooseMany2one("retail.sync.job", readonly=True)
    issue_id = LooseMany2one("retail.sync.issue", readonly=True)

    state = fields.Selection(STATES, default="pending", required=True, readonly=True)
    is_head = fields.Boolean(string="First of its key", readonly=True)
    holds_key = fields.Boolean(string="Holds its key", readonly=True)
    slot = fields.Integer(readonly=True, aggregator=None)
    claim = fields.Char(readonly=True, groups="base.group_system")
    attempts = fields.Integer(default=0, readonly=True)
    failures = fields.Integer(default=0, readonly=True)
    crashes = fields.Integer(default=0, readonly=True)
    scheduled_at = fields.Datetime(string="Not before", readonly=True)
    started_at = fields.Datetime(string="Begun", readonly=True)
    done_at = fields.Datetime(string="Done", readonly=True)
    first_failed_at = fields.Datetime(string="First failed", readonly=True)

    wait_reason = fields.Char(string="Waits for", readonly=True)
    error_code = fields.Char(string="Error code", readonly=True)
    error_message = SaidChar(string="What went wrong", readonly=True)
    error_params = fields.Json(string="Facts of the error", readonly=True)
    error_trace = fields.Text(
        string="Where it failed",
        readonly=True,
        groups="retail_sync_core.retail_sync_group_manager",
    )
    note = SaidChar(readonly=True)
    explanation = fields.Char(string="Why", compute="_compute_explanation")
    waiting_behind = fields.Integer(
        string="Waiting behind it", compute="_compute_waiting_behind"
    )

    _stage_idx = models.Index("(id) WHERE state = 'pending' AND is_head IS NULL")
    _ready_idx = models.Index(
        "(channel_id, lane, scheduled_at, id) WHERE state = 'pending' AND is_head"
    )
    _key_idx = models.Index(
        "(channel_id, order_key, id) WHERE state IN ('pending', 'running')"
    )
    _head_uniq = models.UniqueIndex(
        "(channel_id, order_key) WHERE is_head AND state IN ('pending', 'running')",
        "Another job of this key is under way.",
    )
    _wait_idx = models.Index(
        "(channel_id, order_key, id) WHERE state = 'pending' AND NOT is_head"
    )
    _hold_idx = models.Index(
        "(channel_id, order_key)"
        " WHERE state IN ('parked', 'dead', 'held') AND holds_key"
    )
    _twin_idx = models.Index(
        "(channel_id, identity, id)"
        " WHERE state IN ('pending', 'parked', 'held') AND identity IS NOT NULL"
    )
    _held_idx = models.Index("(channel_id, flow, id) WHERE state = 'held'")
    _running_idx = models.Index("(slot) WHERE state = 'running'")
    _sweep_idx = models.Index("(done_at) WHERE state IN ('done', 'cancelled')")
    _trouble_idx = models.Index("(channel_id, state) WHERE state IN ('parked', 'dead')")
    _issue_idx = models.Index("(issue_id) WHERE issue_id IS NOT NULL")
    _effect_idx = models.Index("(effect_id) WHERE effect_id IS NOT NULL")

    def init(self):
        """Prepare the table for many updates."""
        tune_hot_table(self.env.cr, self._table)

    # the sentences a person reads instead of a code
    @api.depends("state", "wait_reason", "error_message", "note")
    @api.depends_context("lang")
    def _compute_explanation(self):
        reasons = self._wait_sentences()
        words = self.env["retail.sync.words"]
        for job in self:
            if job.state == "held" and job.wait_reason != "restoring":
                job.explanation = self.env._(
                    "This workflow is paused; it goes on when somebody resumes it."
                )
            elif job.state in ("pending", "held"):
                waits = reasons.get(job.wait_reason) or reasons[""]
                job.explanation = waits
            else:
                job.explanation = words._say(job.note or job.error_message or False)

    def _wait_sentences(self):
        return {
            "": self.env._("Waits for its turn."),
            "accepted": self.env._("The channel took it and has not confirmed it yet."),
            "blocked": self.env._("The channel does not answer; we ask again soon."),
            "busy": self.env._("Another user was changing the same records."),
            "conflict": self.env._("The channel's data changed meanwhile; done again."),
            "day_runs": self.env._("The day is not over yet."),
            GATHERING: self.env._("Changes are gathered for one call."),
            "in_doubt": self.env._(
                "Nobody knows yet whether it happened; we look first."
            ),
            "newer_server": self.env._("Waits for a server with a newer version."),
            "orders_first": self.env._("The channel's orders are fetched first."),
            "publishing": self.env._("Waits until what was told is confirmed."),
            "quiet_hours": self.env._("Waits for the quiet hours."),
            "paused": self.env._("The channel is paused."),
            "renewing": self.env._("The channel's access is being renewed."),
            "restoring": self.env._(
                "The channel catches up with what happened since the backup; nothing is"
                " sent before."
            ),
            "retry": self.env._("The last attempt failed; the next one follows."),
            "same_moment": self.env._("Two figures of one second: it is read again."),
            "settling": self.env._(
                "Waits until the channel can tell whether it happened."
            ),
            "throttled": self.env._("The channel asked us to wait."),
            "watched": self.env._("The channel is watched: nothing is changed there."),
            "unconfirmed": self.env._(
                "This database may be a copy: nothing is sent until a manager confirms"
                " that it is the live one."
            ),
        }

    def _compute_waiting_behind(self):
        counts = {}
        keys = [(job.channel_id.id, job.order_key) for job in self if job.order_key]
        if keys:
            rows = self.env.execute_query(
                SQL(
                    """SELECT channel_id, order_key, count(*)
                         FROM retail_sync_job
                        WHERE state = 'pending' AND NOT is_head
                          AND (channel_id, order_key) IN %s
                        GROUP BY channel_id, order_key""",
                    tuple(set(keys)),
                )
            )
            counts = {(channel, key): count for channel, key, count in rows}
        for job in self:
            job.waiting_behind = counts.get((job.channel_id.id, job.order_key), 0)

    # a person's verbs
    def action_retry(self):
        """Let parked and dead jobs run again, from the start."""
        self._check_operator()
        self.sudo()._wake()

    def action_cancel(self):
        """Cancel jobs that are not under way; never an action that is in doubt."""
        self._check_operator()
        jobs = self.sudo()
        if jobs.filtered(lambda job: job.state == "running"):
            raise UserError(self.env._("Wait until the job has ended."))
        doubtful = jobs.filtered(
            lambda job: job.effect_id.exists().state in ("sent", "unknown", "accepted")
        )
        if doubtful:
            raise UserError(
                self.env._(
                    "Say first what became of it at the channel: it may be done."
                )
            )
        jobs.filtered(lambda job: job.state in CANCELABLE)._cancel()

    def _check_operator(self):
        if not self.env.su and not self.env.user.has_group(
            "retail_sync_core.retail_sync_group_operator"
        ):
            raise AccessError(self.env._("Only operators may do this."))
        self.check_access("read")

    def _wake(self):
        """Put parked and dead jobs back to pending, due now, with a clean slate."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_job
                      SET state = 'pending', is_head = NULL, slot = NULL, claim = NULL,
                          failures = 0, crashes = 0, first_failed_at = NULL,
                          scheduled_at = now() AT TIME ZONE 'UTC', wait_reason = NULL,
                          issue_id = NULL, done_at = NULL
                    WHERE id = ANY(%s) AND state IN ('parked', 'dead')""",
                list(self.ids),
            )
        )
        self.invalidate_recordset()
        wake_after_commit(self.env.cr)

    def _cancel(self, note=None):
        """Cancel jobs that are not under way; what waited behind goes on.

        What they were to send and have not sent is given up; what was sent and not
        answered is put before a person.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE retail_sync_job
                      SET state = 'cancelled', is_head = NULL, slot = NULL,
                          claim = NULL, done_at = now() AT TIME ZONE 'UTC',
                          note = COALESCE(%s, note)
                    WHERE id = ANY(%s) AND state = ANY(%s)
                RETURNING effect_id""",
                note,
                list(self.ids),
                list(CANCELABLE),
            )
        )
        self.invalidate_recordset()
        effects = self.env["retail.sync.effect"].sudo()
        ids = [effect_id for (effect_id,) in rows if effect_id]
        effects.browse(ids).exists()._lose_jobs(note)
        wake_after_commit(self.env.cr)

    # appending
    @api.model
    def _enqueue(self, channel, handler, **values):
        """Append one job and return it; nothing else is touched or locked.

        :param channel: the channel's record or id
        :param handler: the handler's name, ``order.fetch``
        :param values: ``order_key``, ``identity``, ``lane``, ``payload`` (ids only),
            ``delay_s``, ``event``, ``effect`` (records or ids)
        """
        return self._enqueue_many([{"channel": channel, "handler": handler, **values}])

    @api.model
    def _enqueue_many(self, rows):
        """Append ``rows`` (dicts with the arguments of :meth:`_enqueue`) at once."""
        if not rows:
            return self.browse()
        values = [SQL("(%s)", SQL(", ").join(self._row(row))) for row in rows]
        columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
        ids = self.env.execute_query(
            SQL(
                """INSERT INTO retail_sync_job (
                       %s, state, attempts, failures, crashes, scheduled_at,
                       create_date, write_date)
                   VALUES %s RETURNING id""",
                columns,
                SQL(", ").join(values),
            )
        )
        wake_after_commit(self.env.cr)
        return self.browse([row_id for (row_id,) in ids])

    def _row(self, row):
        """Return the SQL values of one job."""
        handler = self._handler_class(row["handler"])
        anytime = handler is not None and handler._anytime
        payload, lane = row.get("payload"), row.get("lane", LANE_FREQUENT)
        values = (
            _id(row["channel"]),
            row["handler"],
            handler._handler_version if handler is not None else 1,
            row.get("order_key") or None,
            row.get("identity") or None,
            LANE_CONNECTION if anytime and lane != LANE_BATCH else lane,
            json.dumps(payload) if payload else None,
            handler is not None and handler._holds_key,
            _id(row.get("event")),
            _id(row.get("effect")),
            handler._get_flow(payload or {}) if handler is not None else None,
        )
        now = SQL("now() AT TIME ZONE 'UTC'")
        delay_s = float(row.get("delay_s") or 0.0)
        due = SQL("%s + %s * interval '1 second'", now, delay_s) if delay_s else now
        fixed = (SQL("'pending', 0, 0, 0, %s, %s, %s", due, now, now),)
        return [*(SQL("%s", value) for value in values), *fixed]

    def _handler_class(self, name):
        """Return the class that handles ``name`` here, or None."""
        return self.env.registry.models.get(f"retail.sync.handler.{name}")

    def _work_off(self, limit=1000, *, ahead_s=0.0, marks=True):
        """Stage, claim and run in this thread until nothing is due.

        For tests (inside ``enter_registry_test_mode()``) and scripts; a server's work
        is done by ``retail.sync.slot``.

        :param ahead_s: also run what is due only in so many seconds
        :param marks: consume stock marks as a slot's turn does
        :return: how many jobs ran
        """
        self.env.flush_all()
        worker = self.env["retail.sync.worker"]
        ran = worker._work_off(limit, ahead_s=ahead_s, marks=marks)
        self.env.invalidate_all()
        return ran


def _id(record):
    """Return the id of a record or an id; None for nothing."""
    return getattr(record, "id", record) or None
