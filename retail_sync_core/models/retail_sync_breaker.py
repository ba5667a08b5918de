from odoo import api, fields, models

from ..database import LooseMany2one, tune_hot_table
from ..domain.breaker import THRESHOLD, Breaker

PROBE_S = 60.0
SUCCESS_NOTE_S = 10.0
# The kind of call of a job j: what it does and for which flow; none: it calls nobody.
KIND_OF = """CASE WHEN j.handler = ANY(%(writers)s) THEN 'write:'
                     WHEN j.handler = ANY(%(readers)s) THEN 'read:'
                END || COALESCE(j.flow, j.handler)"""
# What may be claimed while some kinds of call are out.
NOT_OUT = f"""NOT EXISTS (
                     SELECT 1 FROM retail_sync_breaker k
                      WHERE k.channel_id = j.channel_id AND k.opened_at IS NOT NULL
                        AND k.kind = {KIND_OF})"""
# One job of one kind that is out and may be tried. The breaker's row is locked and
# leased in the claiming transaction: nobody else finds it due.
PROBE = f"""
WITH room AS MATERIALIZED ({{room}}),
     c AS MATERIALIZED (
       SELECT j.id, k.id AS breaker_id
         FROM room
         JOIN retail_sync_breaker k ON k.channel_id = room.id
         JOIN retail_sync_job j ON j.channel_id = k.channel_id
        WHERE room.n > 0 AND k.opened_at IS NOT NULL AND k.blocked_until <= %(now)s
          AND j.lane = %(lane)s AND j.state = 'pending' AND j.is_head
          AND j.scheduled_at <= %(due)s AND j.handler = ANY(%(known)s)
          AND k.kind = {KIND_OF}
        ORDER BY k.blocked_until, k.id, j.scheduled_at, j.id
        LIMIT 1 FOR UPDATE OF k, j SKIP LOCKED),
     lease AS (
       UPDATE retail_sync_breaker k
          SET blocked_until = %(now)s + %(probe_s)s * interval '1 second',
              probe = %(token)s
         FROM c WHERE k.id = c.breaker_id)
UPDATE retail_sync_job j
   SET state = 'running', slot = %(slot)s, claim = %(token)s, started_at = NULL
  FROM c WHERE j.id = c.id
RETURNING j.id, j.channel_id, j.handler, j.version, j.order_key, j.lane, j.scheduled_at,
          j.crashes, j.flow
"""


class RetailSyncBreaker(models.Model):
    """Which kind of call fails at a channel: a row from its first failure on.

    Locked after the channel's bucket wherever both are. While a kind is out, its jobs
    stay where they are in the queue: nothing is counted, their order is kept. Each
    probe is the one that waits longest; one that fails goes behind the others, so that
    a job that fails by its own fault does not keep them out.
    """

    _name = "retail.sync.breaker"
    _description = "Kind of Call that Fails"
    _rec_name = "kind"
    _order = "opened_at, id"

    channel_id = LooseMany2one("retail.sync.channel", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    title = fields.Char(string="What", compute="_compute_title")
    failures = fields.Integer(default=0, readonly=True, aggregator=None)
    opened_at = fields.Datetime(string="Out since", readonly=True)
    blocked_until = fields.Datetime(string="Tried next", readonly=True)
    probe = fields.Char(readonly=True, groups="base.group_system")
    last_success_at = fields.Datetime(string="Last success", readonly=True)
    last_error = fields.Char(string="What it answered", readonly=True)
    waiting_count = fields.Integer(string="Waiting", compute="_compute_waiting_count")

    _kind_uniq = models.UniqueIndex("(channel_id, kind)", "One row per kind of call.")

    def init(self):
        """Prepare the table for many updates."""
        tune_hot_table(self.env.cr, self._table)

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_title(self):
        workflow = self.env["retail.sync.workflow"]
        flows = dict(workflow._fields["flow"]._description_selection(self.env))
        for breaker in self:
            verb, _colon, flow = (breaker.kind or "").partition(":")
            name = flows.get(flow, flow)
            if verb == "write":
                breaker.title = self.env._("%s: telling the channel", name)
            else:
                breaker.title = self.env._("%s: asking the channel", name)

    def _compute_waiting_count(self):
        # the count shows to all who see the channel, the work itself to managers
        jobs = self.env["retail.sync.job"].sudo()
        names = self.env["retail.sync.handler"]._callers()
        flows = dict(self.env["retail.sync.workflow"]._fields["flow"].selection)
        for breaker in self:
            verb, _colon, flow = (breaker.kind or "").partition(":")
            domain = [
                ("channel_id", "=", breaker.channel_id.id),
                ("state", "in", ("pending", "running")),
            ]
            if flow in flows:
                domain += [("flow", "=", flow), ("handler", "in", names[f"{verb}rs"])]
            else:
                domain += [("flow", "=", False), ("handler", "=", flow)]
            breaker.waiting_count = jobs.search_count(domain)

    def action_try_now(self):
        """Let the next call of the channel that fails through, as a probe."""
        return self.channel_id.action_try_now()

    # the engine's
    @api.model
    def _harmed(self, channel_id, kind, error, *, at_once=False):
        """Count a failure of ``kind``; return whether it is out now."""
        cr = self.env.cr
        now = cr.now()
        cr.execute(
            """INSERT INTO retail_sync_breaker (channel_id, kind, failures)
               VALUES (%s, %s, 0) ON CONFLICT DO NOTHING""",
            [channel_id, kind],
        )
        cr.execute(
            """SELECT id, failures, opened_at, extract(epoch FROM opened_at),
                      extract(epoch FROM %s)
                 FROM retail_sync_breaker
                WHERE channel_id = %s AND kind = %s FOR UPDATE""",
            [now, channel_id, kind],
        )
        row_id, failures, since, opened_s, now_s = cr.fetchone()
        before = Breaker(
            failures=failures or 0,
            opened_at=float(opened_s) if opened_s is not None else None,
        )
        after = before.failed(float(now_s), at_once=at_once)
        cr.execute(
            """UPDATE retail_sync_breaker
                  SET failures = %(failures)s, opened_at = %(opened)s, probe = NULL,
                      last_error = %(error)s,
                      blocked_until = CASE WHEN %(is_out)s
                        THEN %(now)s + %(cooldown_s)s * interval '1 second' END
                WHERE id = %(id)s""",
            {
                "failures": after.failures,
                "opened": None if after.is_closed else since or now,
                "error": error[:200],
                "is_out": not after.is_closed,
                "now": now,
                "cooldown_s": after.cooldown_s,
                "id": row_id,
            },
        )
        return not after.is_closed

    @api.model
    def _answered(self, channel_id, kind, *, worked):
        """Note that a call of ``kind`` was answered: it is not out anymore."""
        cr = self.env.cr
        cr.execute(
            """UPDATE retail_sync_breaker
                  SET failures = 0, opened_at = NULL, blocked_until = NULL,
                      probe = NULL,
                      last_success_at = CASE WHEN %(worked)s THEN %(now)s
                        ELSE last_success_at END
                WHERE channel_id = %(channel)s AND kind = %(kind)s
                  AND (failures > 0 OR opened_at IS NOT NULL OR (%(worked)s AND (
                       last_success_at IS NULL
                       OR last_success_at < %(now)s - %(note_s)s * interval '1 s')))""",
            {
                "worked": worked,
                "now": cr.now(),
                "note_s": SUCCESS_NOTE_S,
                "channel": channel_id,
                "kind": kind,
            },
        )

    @api.model
    def _let_in(self, channel_id):
        """Let in again, on trial, what is out: the channel itself was, and is back.

        One more failure, and the kind is out again.
        """
        self.env.cr.execute(
            """UPDATE retail_sync_breaker
                  SET opened_at = NULL, blocked_until = NULL, probe = NULL,
                      failures = LEAST(failures, %s)
                WHERE channel_id = %s AND opened_at IS NOT NULL""",
            [THRESHOLD - 1, channel_id],
        )

    @api.model
    def _release_probe(self, channel_id, token):
        """Let another be the probe that this worker had leased and did not need."""
        self.env.cr.execute(
            """UPDATE retail_sync_breaker SET blocked_until = %s, probe = NULL
                WHERE channel_id = %s AND probe = %s""",
            [self.env.cr.now(), channel_id, token],
        )
