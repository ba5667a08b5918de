from datetime import timedelta

from odoo import api, models

from .retail_sync_breaker import KIND_OF, NOT_OUT
from .retail_sync_job import LANE_CONNECTION
from .retail_sync_queue import ROOM

KEEP_DAYS = 3
SWEEP_ROWS = 2000
UNKNOWN_AFTER_S = 300
UNKNOWN = "unknown_handler"
OF_CHANNELS = (
    "retail_sync_job",
    "retail_sync_effect",
    "retail_sync_bucket",
    "retail_sync_breaker",
)
# When the next job can run: of what is not out, and of what is out its next probe.
NEXT_DUE = f"""
SELECT EXISTS (SELECT 1 FROM retail_sync_job
                WHERE state = 'pending' AND is_head IS NULL),
       extract(epoch FROM LEAST(
         (SELECT min(GREATEST(p.scheduled_at, b.blocked_until))
            FROM retail_sync_bucket b
            JOIN retail_sync_channel c ON c.id = b.channel_id
           CROSS JOIN unnest(ARRAY[-1, 0, 1, 2]) l (lane)
           CROSS JOIN LATERAL (
                 SELECT j.scheduled_at FROM retail_sync_job j
                  WHERE j.channel_id = b.channel_id AND j.lane = l.lane
                    AND j.state = 'pending' AND j.is_head
                    AND j.handler = ANY(%(known)s) AND (l.lane = -1 OR {NOT_OUT})
                  ORDER BY j.scheduled_at LIMIT 1) p
           WHERE c.active AND (c.state IN ('live', 'watch') OR l.lane = -1)),
         (SELECT min(GREATEST(p.scheduled_at, k.blocked_until, b.blocked_until))
            FROM retail_sync_breaker k
            JOIN retail_sync_bucket b ON b.channel_id = k.channel_id
            JOIN retail_sync_channel c ON c.id = k.channel_id
           CROSS JOIN LATERAL (
                 SELECT min(j.scheduled_at) AS scheduled_at FROM retail_sync_job j
                  WHERE j.channel_id = k.channel_id AND j.lane = ANY(ARRAY[0, 1, 2])
                    AND j.state = 'pending' AND j.is_head
                    AND j.handler = ANY(%(known)s) AND k.kind = {KIND_OF}) p
           WHERE k.opened_at IS NOT NULL AND p.scheduled_at IS NOT NULL
             AND c.active AND c.state IN ('live', 'watch'))) - %(now)s)
"""


class RetailSyncQueue(models.AbstractModel):
    """What the queue needs beside claiming: looking ahead, sweeping, strangers."""

    _inherit = "retail.sync.queue"

    @api.model
    def _is_urgent_waiting(self, lane):
        """Return whether something more urgent than ``lane`` could run now."""
        cr = self.env.cr
        cr.execute(
            f"""WITH room AS MATERIALIZED ({ROOM})
                SELECT EXISTS (
                         SELECT 1 FROM retail_sync_job
                          WHERE state = 'pending' AND is_head IS NULL
                            AND lane < %(lane)s)
                    OR EXISTS (
                         SELECT 1 FROM room
                          CROSS JOIN unnest(%(lanes)s::int[]) l (lane)
                          CROSS JOIN LATERAL (
                                SELECT 1 FROM retail_sync_job j
                                 WHERE j.channel_id = room.id AND j.lane = l.lane
                                   AND j.state = 'pending' AND j.is_head
                                   AND j.scheduled_at <= %(now)s
                                   AND (l.lane = -1 OR {NOT_OUT})
                                 ORDER BY j.scheduled_at LIMIT 1) p
                          WHERE room.n > 0)""",
            {
                **self.env["retail.sync.handler"]._callers(),
                "lane": lane,
                "lanes": list(range(LANE_CONNECTION, lane)),
                "now": cr.now(),
                "per_channel": 1,
            },
        )
        return cr.fetchone()[0]

    @api.model
    def _next_due_s(self):
        """Return in how many seconds the next job can run (0: now); None: nothing."""
        cr = self.env.cr
        handlers = self.env["retail.sync.handler"]
        cr.execute(
            NEXT_DUE,
            {
                "now": cr.now(),
                "known": list(handlers._known()),
                **handlers._callers(),
            },
        )
        unstaged, seconds = cr.fetchone()
        if unstaged:
            return 0.0
        return None if seconds is None else max(0.0, float(seconds))

    @api.model
    def _sweep(self):
        """Remove finished jobs that are old enough; a limited batch a time."""
        self.env.cr.execute(
            """DELETE FROM retail_sync_job WHERE id = ANY (ARRAY(
                      SELECT id FROM retail_sync_job
                       WHERE state IN ('done', 'cancelled')
                         AND done_at < %s
                       ORDER BY done_at LIMIT %s FOR UPDATE SKIP LOCKED))""",
            [self.env.cr.now() - self._keeps_jobs_for(), SWEEP_ROWS],
        )
        return self.env.cr.rowcount

    @api.model
    def _keeps_jobs_for(self):
        """Return how long finished jobs are kept."""
        days = self.env["ir.config_parameter"].get_param(
            "retail_sync_core.keep_jobs_days", KEEP_DAYS
        )
        return timedelta(days=float(days))

    @api.model
    def _park_unknown(self):
        """Park work whose handler nobody here knows: its module is gone.

        Only after some minutes: a server with a newer version may know it.
        """
        cr = self.env.cr
        cr.execute(
            """UPDATE retail_sync_job
                  SET state = 'parked', is_head = NULL, error_code = %(code)s,
                      error_message = 'no module that is installed knows this work'
                WHERE id = ANY (ARRAY(
                      SELECT j.id FROM retail_sync_channel c
                       CROSS JOIN unnest(ARRAY[-1, 0, 1, 2]) l (lane)
                       CROSS JOIN LATERAL (
                             SELECT j.id FROM retail_sync_job j
                              WHERE j.channel_id = c.id AND j.lane = l.lane
                                AND j.state = 'pending' AND j.is_head
                                AND j.scheduled_at <= %(now)s - %(s)s * interval '1 s'
                                AND j.handler <> ALL (%(known)s)
                              ORDER BY j.scheduled_at
                              LIMIT 100 FOR UPDATE SKIP LOCKED) j))
            RETURNING channel_id, order_key""",
            {
                "code": UNKNOWN,
                "now": cr.now(),
                "s": UNKNOWN_AFTER_S,
                "known": list(self.env["retail.sync.handler"]._known()),
            },
        )
        self._promote(cr.fetchall())

    @api.model
    def _reopen_known(self):
        """Take up what was parked for want of a handler that is known now."""
        self.env.cr.execute(
            """UPDATE retail_sync_job
                  SET state = 'pending', is_head = NULL, error_code = NULL,
                      error_message = NULL
                WHERE state = 'parked' AND error_code = %s AND handler = ANY (%s)""",
            [UNKNOWN, list(self.env["retail.sync.handler"]._known())],
        )

    @api.autovacuum
    def _gc_orphaned(self):
        """Remove jobs and actions whose channel is gone (nothing cascades to them)."""
        cr, left = self.env.cr, 0
        for table in OF_CHANNELS:
            cr.execute(  # pylint: disable=sql-injection
                f"""DELETE FROM {table} WHERE id = ANY (ARRAY(
                       SELECT t.id FROM {table} t
                        WHERE NOT EXISTS (SELECT 1 FROM retail_sync_channel c
                                           WHERE c.id = t.channel_id)
                        LIMIT 10000))"""
            )
            left = max(left, cr.rowcount)
        return left, left == 10000
