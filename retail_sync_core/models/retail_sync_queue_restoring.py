from odoo import api, models

from .retail_sync_effect import SWEPT_KINDS

RESTORING = "restoring"
# Of a channel that catches up: what may look something up goes, nothing else of what
# could change something over there.
KEPT = """
  l.state <> 'released' AND NOT (
       l.state IN ('effects', 'deliveries', 'levels') AND EXISTS (
       SELECT 1 FROM retail_sync_effect e
        WHERE e.id = j.effect_id AND e.state IN ('sent', 'unknown', 'accepted')
          AND e.kind <> ALL(%(swept)s)))
"""
CATCHING_UP = (
    "SELECT DISTINCT channel_id FROM retail_sync_restoration_line"
    " WHERE state <> 'released'"
)
# Who finds a twin that is kept back joins it: it carries nothing but its identity.
KEEP = f"""
WITH n AS MATERIALIZED (
       SELECT j.id, j.channel_id, j.identity
         FROM (SELECT * FROM retail_sync_job
                WHERE state = 'pending' AND {{which}}
                ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) j
         JOIN retail_sync_restoration_line l ON l.channel_id = j.channel_id
        WHERE j.handler = ANY(%(handlers)s) AND {KEPT}),
     t AS MATERIALIZED (
       SELECT n.id, CASE WHEN n.identity IS NULL THEN n.id ELSE COALESCE(
              (SELECT min(p.id) FROM retail_sync_job p
                WHERE p.channel_id = n.channel_id AND p.identity = n.identity
                  AND p.state = 'held'),
              min(n.id) OVER (PARTITION BY n.channel_id, n.identity)) END AS twin
         FROM n)
UPDATE retail_sync_job j
   SET state = CASE WHEN t.twin = t.id THEN 'held' ELSE 'cancelled' END,
       joined_id = CASE WHEN t.twin = t.id THEN NULL ELSE t.twin END,
       done_at = CASE WHEN t.twin = t.id THEN NULL ELSE %(now)s END,
       wait_reason = '{RESTORING}', is_head = NULL
  FROM t WHERE j.id = t.id
"""
KEEP_CLAIMED = f"""
UPDATE retail_sync_job
   SET state = 'held', is_head = NULL, slot = NULL, claim = NULL, started_at = NULL,
       wait_reason = '{RESTORING}'
 WHERE id = %(id)s AND state = 'running' AND claim = %(token)s
"""
LET_GO = f"""
UPDATE retail_sync_job j
   SET state = 'pending', is_head = NULL, wait_reason = NULL, failures = 0,
       first_failed_at = NULL, scheduled_at = %(now)s
 WHERE j.channel_id = %(channel)s AND j.state = 'held'
   AND j.wait_reason = '{RESTORING}' AND {{which}}
"""
IN_DOUBT = """
EXISTS (SELECT 1 FROM retail_sync_effect e
         WHERE e.id = j.effect_id AND e.state IN ('sent', 'unknown', 'accepted')
           AND e.kind <> ALL(%(swept)s))
"""


class RetailSyncQueue(models.AbstractModel):
    """While a channel catches up after a restore, what would change something there
    lies beside the queue: reading goes past it."""

    _inherit = "retail.sync.queue"

    @api.model
    def _stage(self, limit=500):
        return self._keep_new_back(limit) + super()._stage(limit)

    def _keep_new_back(self, limit):
        """Lay aside what was appended for channels that catch up; return how much."""
        self.env.cr.execute(CATCHING_UP)
        if not self.env.cr.rowcount:
            return 0
        return self._keep("is_head IS NULL", limit=limit)

    @api.model
    def _keep_back(self, channel_id):
        """Lay aside what waits for a channel that begins to catch up."""
        kept = self._keep(
            "channel_id = %(channel)s AND handler = ANY(%(handlers)s)",
            limit=None,
            channel=channel_id,
        )
        self.env["retail.sync.job"].invalidate_model()
        return kept

    def _keep(self, which, **params):
        self.env.cr.execute(
            KEEP.format(which=which),
            {
                "handlers": self._changing_handlers(),
                "swept": list(SWEPT_KINDS),
                "now": self.env.cr.now(),
                **params,
            },
            log_exceptions=False,
        )
        return self.env.cr.rowcount

    def _changing_handlers(self):
        """Return the names of handlers that may change something at a channel."""
        known = self.env["retail.sync.handler"]._known()
        return [name for name, handler in known.items() if handler._mutates]

    @api.model
    def _is_kept_back(self, job):
        """Return whether a claimed job must wait until its channel has caught up."""
        self.env.cr.execute(
            f"""SELECT EXISTS (
                       SELECT 1 FROM retail_sync_job j
                         JOIN retail_sync_restoration_line l
                           ON l.channel_id = j.channel_id
                        WHERE j.id = %(id)s AND {KEPT})""",
            {"id": job.id, "swept": list(SWEPT_KINDS)},
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _keep_claimed(self, job, token):
        """Lay a claimed job aside until its channel has caught up."""
        self.env.cr.execute(KEEP_CLAIMED, {"id": job.id, "token": token})
        return bool(self.env.cr.rowcount)

    @api.model
    def _let_look(self, channel_id):
        """Let go what only looks something up now."""
        self._let_go(channel_id, IN_DOUBT)

    @api.model
    def _let_leave(self, channel_id):
        """Let go all that was kept back, in the order it came."""
        self._let_go(channel_id, "TRUE")

    def _let_go(self, channel_id, which):
        self.env.cr.execute(
            LET_GO.format(which=which),
            {
                "channel": channel_id,
                "swept": list(SWEPT_KINDS),
                "now": self.env.cr.now(),
            },
        )
        self.env["retail.sync.job"].invalidate_model()
