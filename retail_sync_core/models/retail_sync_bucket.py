import json

from odoo import api, fields, models

from ..adapters import registry as adapters
from ..adapters.base import RateSpec
from ..database import LooseMany2one, tune_hot_table
from ..domain.breaker import Breaker, Failures
from .retail_sync_breaker import PROBE_S, SUCCESS_NOTE_S

# the first to come to an open breaker is the probe and shuts out the others
RESERVE = """
UPDATE retail_sync_bucket b
   SET tokens = LEAST(capacity, tokens
         + GREATEST(0, extract(epoch FROM %(now)s - COALESCE(at, %(now)s))) * per_s)
         - cost * w.jobs,
       at = GREATEST(at, %(now)s),
       blocked_until = CASE WHEN opened_at IS NULL THEN blocked_until
         ELSE %(now)s + %(probe_s)s * interval '1 second' END,
       block_reason = CASE WHEN opened_at IS NULL THEN block_reason ELSE 'probe' END,
       probe = CASE WHEN opened_at IS NULL THEN probe ELSE %(token)s END
  FROM unnest(%(channels)s::int[], %(jobs)s::int[]) w (channel_id, jobs)
 WHERE b.channel_id = w.channel_id
   AND (blocked_until IS NULL OR blocked_until <= %(now)s)
RETURNING b.channel_id, tokens, cost, w.jobs
"""
# An answer closes the breaker. After an outage the channel begins with a second's worth
# of calls, not with a full bucket.
ANSWERED = """
WITH was AS MATERIALIZED (
       SELECT id, opened_at FROM retail_sync_bucket
        WHERE channel_id = %(channel)s
          AND (failures > 0 OR opened_at IS NOT NULL OR (%(worked)s AND (
               last_success_at IS NULL
               OR last_success_at < %(now)s - %(note_s)s * interval '1 s')))
          FOR UPDATE)
UPDATE retail_sync_bucket b
   SET failures = 0, failed_kinds = NULL, opened_at = NULL, probe = NULL,
       blocked_until = CASE WHEN was.opened_at IS NULL THEN blocked_until END,
       block_reason = CASE WHEN was.opened_at IS NULL THEN block_reason END,
       tokens = CASE WHEN was.opened_at IS NULL THEN tokens
         ELSE LEAST(tokens, GREATEST(per_s, cost)) END,
       last_success_at = CASE WHEN %(worked)s THEN %(now)s ELSE last_success_at END
  FROM was WHERE b.id = was.id
RETURNING was.opened_at IS NOT NULL
"""


class RetailSyncBucket(models.Model):
    """The one hot row of a channel: its rate budget, its breaker, what blocks it.

    Kept apart from the channel so that no person's form and no foreign key meets it.
    All changes are single statements in READ COMMITTED transactions of the engine.
    """

    _name = "retail.sync.bucket"
    _description = "Budget and Breaker of a Channel"
    _rec_name = "channel_id"

    channel_id = LooseMany2one("retail.sync.channel", required=True, readonly=True)
    capacity = fields.Float(default=40.0, readonly=True, digits=(16, 3))
    per_s = fields.Float(
        string="Per second", default=2.0, readonly=True, digits=(16, 3)
    )
    tokens = fields.Float(default=40.0, readonly=True, digits=(16, 3))
    cost = fields.Float(default=1.0, readonly=True, digits=(16, 3))
    at = fields.Datetime(readonly=True)
    blocked_until = fields.Datetime(string="Stopped until", readonly=True)
    block_reason = fields.Char(string="Stopped because", readonly=True)
    failures = fields.Integer(default=0, readonly=True)
    failed_kinds = fields.Json(
        string="What failed", readonly=True, help="Since the channel last answered."
    )
    probe = fields.Char(readonly=True, groups="base.group_system")
    opened_at = fields.Datetime(string="Stopped since", readonly=True)
    last_success_at = fields.Datetime(string="Last success", readonly=True)
    renewing_until = fields.Datetime(string="Being renewed until", readonly=True)

    _channel_uniq = models.UniqueIndex("(channel_id)", "One budget per channel.")

    def init(self):
        """Prepare the table for many updates."""
        tune_hot_table(self.env.cr, self._table)

    @api.model
    def _ensure(self):
        """Give each channel that has none its row, from its adapter's first budget."""
        cr = self.env.cr
        cr.execute(
            """SELECT c.id, c.code FROM retail_sync_channel c
                WHERE NOT EXISTS (
                      SELECT 1 FROM retail_sync_bucket b WHERE b.channel_id = c.id)"""
        )
        for channel_id, code in cr.fetchall():
            spec = getattr(adapters.find_adapter(code or ""), "rate", RateSpec())
            values = (
                channel_id,
                spec.capacity,
                spec.per_s,
                spec.capacity,
                spec.per_job,
            )
            cr.execute(
                """INSERT INTO retail_sync_bucket
                          (channel_id, capacity, per_s, tokens, cost, at, failures)
                   VALUES (%s, %s, %s, %s, %s, %s, 0) ON CONFLICT DO NOTHING""",
                [*values, cr.now()],
            )

    @api.model
    def _reserve(self, counts, token=""):
        """Take the budget of ``counts`` ({channel id: jobs}); return what was too much.

        While the breaker is open the first to come is the probe and shuts out all
        others for a minute.

        :param token: the worker's claim; the probe is the one that carries it
        :return: {channel id: jobs to be given back}
        """
        cr = self.env.cr
        channels = sorted(counts)
        cr.execute(
            """SELECT id FROM retail_sync_bucket
                WHERE channel_id = ANY(%s) ORDER BY id FOR UPDATE""",
            [channels],
        )
        cr.execute(
            RESERVE,
            {
                "now": cr.now(),
                "probe_s": PROBE_S,
                "token": token,
                "channels": channels,
                "jobs": [counts[channel] for channel in channels],
            },
        )
        granted = {row[0]: row[1:] for row in cr.fetchall()}
        excess = {}
        for channel in channels:
            tokens, cost, jobs = granted.get(channel, (-1.0, 1.0, 0))
            if not jobs:
                excess[channel] = counts[channel]
            elif tokens < 0 < cost:
                excess[channel] = min(jobs, int(-tokens / cost + 0.999))
                self._give_back(channel, excess[channel])
        return excess

    @api.model
    def _give_back(self, channel_id, jobs):
        """Return the budget of jobs that did not call; not to an emptied bucket."""
        self.env.cr.execute(
            """UPDATE retail_sync_bucket
                  SET tokens = LEAST(capacity, tokens + cost * %s)
                WHERE channel_id = %s
                  AND (blocked_until IS NULL OR blocked_until <= %s)""",
            [jobs, channel_id, self.env.cr.now()],
        )

    @api.model
    def _correct(self, channel_id, reading, in_hand=0):
        """Believe what the channel's answer said of the budget.

        :param in_hand: jobs that hold a reservation and have not called yet
        """
        cr = self.env.cr
        cr.execute(
            """UPDATE retail_sync_bucket
                  SET tokens = %(available)s - cost * %(in_hand)s, at = %(now)s,
                      capacity = COALESCE(NULLIF(%(capacity)s, 0), capacity),
                      per_s = COALESCE(NULLIF(%(per_s)s, 0), per_s)
                WHERE channel_id = %(channel)s""",
            {
                "available": reading.available,
                "capacity": reading.capacity,
                "per_s": reading.per_s,
                "in_hand": in_hand,
                "now": cr.now(),
                "channel": channel_id,
            },
        )

    @api.model
    def _block(self, channel_id, delay_s, reason, *, empty=False):
        """Let no worker claim for this channel for ``delay_s``."""
        cr = self.env.cr
        cr.execute(
            """UPDATE retail_sync_bucket
                  SET blocked_until = GREATEST(
                        blocked_until, %(now)s + %(delay)s * interval '1 second'),
                      block_reason = %(reason)s,
                      tokens = CASE WHEN %(empty)s THEN LEAST(tokens, 0) ELSE tokens END
                WHERE channel_id = %(channel)s""",
            {
                "now": cr.now(),
                "delay": delay_s,
                "reason": reason,
                "empty": empty,
                "channel": channel_id,
            },
        )

    @api.model
    def _unblock(self, reason):
        """Lift all blocks of this kind."""
        self.env.cr.execute(
            """UPDATE retail_sync_bucket SET blocked_until = NULL, block_reason = NULL
                WHERE block_reason = %s""",
            [reason],
        )

    @api.model
    def _answered(self, channel_id, kind, *, worked):
        """Note that the channel answered a call of ``kind``: both breakers close.

        After an outage it begins with a second's worth of calls, not with a full
        bucket, and all that is out there is let in on trial.

        :param kind: nothing when the answer proves no more than that it is there
        :param worked: the answer was a success (others succeed meanwhile)
        """
        cr = self.env.cr
        cr.execute(
            ANSWERED,
            {
                "worked": worked,
                "now": cr.now(),
                "note_s": SUCCESS_NOTE_S,
                "channel": channel_id,
            },
        )
        rows = cr.fetchall()
        breakers = self.env["retail.sync.breaker"]
        if kind:
            breakers._answered(channel_id, kind, worked=worked)
        if rows and rows[0][0]:
            breakers._let_in(channel_id)

    @api.model
    def _harmed(self, channel_id, kind, *, reached=True, error=""):
        """Count a harmful failure of a call of ``kind``.

        :param reached: False when the connection failed and the call never left
        :return: whether the channel is out now, or this kind of call
        """
        cr = self.env.cr
        cr.execute(
            """SELECT failed_kinds, opened_at, extract(epoch FROM opened_at),
                      extract(epoch FROM %s)
                 FROM retail_sync_bucket WHERE channel_id = %s FOR UPDATE""",
            [cr.now(), channel_id],
        )
        row = cr.fetchone()
        if not row:
            return False
        counts, since, opened_s, now_s = row
        failures = Failures(counts or {}).with_one_of(kind, reached=reached)
        before = Breaker(
            failures=failures.total - 1,
            opened_at=float(opened_s) if opened_s is not None else None,
            threshold=failures.total + 1,  # how many it takes, the failures know
        )
        after = before.failed(float(now_s), at_once=failures.is_channel_out)
        self._note_failures(channel_id, failures, after, since)
        is_kind_out = reached and self.env["retail.sync.breaker"]._harmed(
            channel_id, kind, error, at_once=not after.is_closed
        )
        return is_kind_out or not after.is_closed

    def _note_failures(self, channel_id, failures, breaker, since):
        self.env.cr.execute(
            """UPDATE retail_sync_bucket
                  SET failures = %s, failed_kinds = %s, opened_at = %s, probe = NULL
                WHERE channel_id = %s""",
            [
                failures.total,
                json.dumps(dict(failures.counts)),
                None if breaker.is_closed else since or self.env.cr.now(),
                channel_id,
            ],
        )
        if not breaker.is_closed:
            self._block(channel_id, breaker.cooldown_s, "blocked")

    @api.model
    def _release_probe(self, channel_id, token):
        """Let another be the probe: this worker's needed no call after all."""
        cr = self.env.cr
        cr.execute(
            """UPDATE retail_sync_bucket
                  SET blocked_until = %s, block_reason = 'blocked', probe = NULL
                WHERE channel_id = %s AND probe = %s""",
            [cr.now(), channel_id, token],
        )
        self.env["retail.sync.breaker"]._release_probe(channel_id, token)

    @api.model
    def _lease_renewal(self, channel_id, seconds):
        """Return whether this worker may renew the channel's access now."""
        cr = self.env.cr
        cr.execute(
            """UPDATE retail_sync_bucket
                  SET renewing_until = %(now)s + %(seconds)s * interval '1 second'
                WHERE channel_id = %(channel)s
                  AND (renewing_until IS NULL OR renewing_until <= %(now)s)""",
            {"now": cr.now(), "seconds": seconds, "channel": channel_id},
        )
        return cr.rowcount == 1

    @api.model
    def _end_renewal(self, channel_id):
        """Let others renew again."""
        self.env.cr.execute(
            "UPDATE retail_sync_bucket SET renewing_until = NULL WHERE channel_id = %s",
            [channel_id],
        )
