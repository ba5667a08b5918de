from odoo import api, models
from odoo.tools import SQL

from .retail_sync_job import LANE_CONNECTION

# Locked, so that nobody resumes a flow while its work is being laid aside: what is held
# is always found by the one who lets it go. A row that is being changed right now is
# left alone: that work is held when its turn comes.
PAUSED = """
SELECT channel_id, flow FROM retail_sync_workflow
 WHERE state = 'paused' FOR SHARE SKIP LOCKED
"""
# What was appended for a paused flow never enters the queue. Who finds a twin that is
# held joins it: it cannot start before the flow is resumed.
HOLD = """
WITH n AS MATERIALIZED (
       SELECT j.id, j.channel_id, j.identity
         FROM (SELECT id, channel_id, identity, flow, lane FROM retail_sync_job
                WHERE state = 'pending' AND is_head IS NULL
                ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) j
         JOIN unnest(%(channels)s::int[], %(flows)s::text[]) b (channel_id, flow)
           ON b.channel_id = j.channel_id AND b.flow = j.flow
        WHERE j.lane <> %(connection)s),
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
       is_head = NULL
  FROM t WHERE j.id = t.id
"""
HOLD_CLAIMED = """
WITH w AS MATERIALIZED (
       SELECT id FROM retail_sync_workflow
        WHERE channel_id = %(channel)s AND flow = %(flow)s AND state = 'paused'
          FOR SHARE SKIP LOCKED)
UPDATE retail_sync_job j
   SET state = 'held', is_head = NULL, slot = NULL, claim = NULL, started_at = NULL
  FROM w WHERE j.id = %(id)s AND j.state = 'running' AND j.claim = %(token)s
"""
HOLD_WAITING = """
UPDATE retail_sync_job SET state = 'held', is_head = NULL
 WHERE id = ANY (ARRAY(
       SELECT id FROM retail_sync_job
        WHERE channel_id = %(channel)s AND flow = %(flow)s AND state = 'pending'
          AND lane <> %(connection)s
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED))
"""
# Back to the queue in the order they came; what failed before has a clean slate, for
# the pause must not count against its patience.
LET_GO = """
UPDATE retail_sync_job
   SET state = 'pending', is_head = NULL, wait_reason = NULL, failures = 0,
       first_failed_at = NULL
 WHERE id = ANY (ARRAY(
       SELECT id FROM retail_sync_job
        WHERE channel_id = %(channel)s AND flow = %(flow)s AND state = 'held'
          AND wait_reason IS DISTINCT FROM 'restoring'
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED))
"""


# Flows that go on while work of theirs is still held.
LEFT = """
SELECT id FROM retail_sync_workflow w
 WHERE w.state = 'on' AND (%(ids)s IS NULL OR w.id = ANY(%(ids)s))
   AND EXISTS (SELECT 1 FROM retail_sync_job j
                WHERE j.channel_id = w.channel_id AND j.flow = w.flow
                  AND j.state = 'held'
                  AND j.wait_reason IS DISTINCT FROM 'restoring')
"""


class RetailSyncQueue(models.AbstractModel):
    """Work of a paused flow lies beside the queue: a claim never meets it."""

    _inherit = "retail.sync.queue"

    @api.model
    def _stage(self, limit=500):
        return self._hold(limit) + super()._stage(limit)

    def _hold(self, limit):
        """Lay aside what was appended for a paused flow; return how many rows."""
        cr = self.env.cr
        cr.execute(PAUSED)
        paused = cr.fetchall()
        if not paused:
            return 0
        channels, flows = map(list, zip(*paused, strict=True))
        cr.execute(
            HOLD,
            {
                "limit": limit,
                "channels": channels,
                "flows": flows,
                "connection": LANE_CONNECTION,
                "now": cr.now(),
            },
            log_exceptions=False,
        )
        return cr.rowcount

    @api.model
    def _hold_claimed(self, job, token):
        """Lay a claimed job aside; False when its flow is being changed just now."""
        self.env.cr.execute(
            HOLD_CLAIMED,
            {
                "channel": job.channel_id,
                "flow": job.flow,
                "id": job.id,
                "token": token,
            },
        )
        return bool(self.env.cr.rowcount)

    @api.model
    def _settle_flow(self, workflow, limit):
        """Hold what waits of a paused flow, or let go what was held.

        :return: how many jobs, at most ``limit``
        """
        statement = HOLD_WAITING if workflow.state == "paused" else LET_GO
        self.env.cr.execute(
            statement,
            {
                "channel": workflow.channel_id.id,
                "flow": workflow.flow,
                "connection": LANE_CONNECTION,
                "limit": limit,
            },
        )
        self.env["retail.sync.job"].invalidate_model()
        return self.env.cr.rowcount

    @api.model
    def _left_held(self, workflows=None):
        """Return those of ``workflows`` (else of all) that are on, with work held.

        A row that was locked when the flow was resumed, or one whose letting go failed.
        """
        self.env.flush_all()
        ids = None if workflows is None else workflows.ids
        rows = self.env.execute_query(SQL(LEFT, ids=ids))
        return self.env["retail.sync.workflow"].browse([row_id for (row_id,) in rows])
