from odoo import api, models

from .retail_sync_queue import CALL_S

MAX_CRASHES = 3
# What a dead worker left. What it had started counts as a crash; three are too many.
# An outside action is left alone until its call must be over.
TAKE_OVER = """
WITH r AS MATERIALIZED (
       SELECT id FROM retail_sync_job
        WHERE state = 'running' AND slot = ANY(%(slots)s)
          AND claim IS DISTINCT FROM %(token)s
          FOR UPDATE SKIP LOCKED)
UPDATE retail_sync_job j
   SET crashes = crashes + (started_at IS NOT NULL)::int,
       state = CASE WHEN started_at IS NOT NULL AND crashes + 1 >= %(max)s
               THEN 'dead' ELSE 'pending' END,
       is_head = CASE WHEN started_at IS NOT NULL AND crashes + 1 >= %(max)s
               THEN NULL ELSE is_head END,
       done_at = CASE WHEN started_at IS NOT NULL AND crashes + 1 >= %(max)s
               THEN %(now)s ELSE NULL END,
       scheduled_at = CASE WHEN started_at IS NOT NULL AND effect_id IS NOT NULL
               THEN GREATEST(%(now)s, started_at + %(call_s)s * interval '1 second')
               ELSE %(now)s END,
       slot = NULL, claim = NULL
  FROM r WHERE j.id = r.id
RETURNING j.id, j.state, j.channel_id, j.order_key
"""


class RetailSyncQueue(models.AbstractModel):
    """What becomes of the work of a worker that died."""

    _inherit = "retail.sync.queue"

    @api.model
    def _take_over(self, slots, token=""):
        """Take what the dead ``slots`` left running; return the ids now dead."""
        cr = self.env.cr
        cr.execute(
            TAKE_OVER,
            {
                "slots": list(slots),
                "token": token,
                "max": MAX_CRASHES,
                "call_s": CALL_S,
                "now": cr.now(),
            },
        )
        rows = cr.fetchall()
        dead = [row for row in rows if row[1] == "dead"]
        for job in self.env["retail.sync.job"].browse([row[0] for row in dead]):
            self._bury(job)
        return [row[0] for row in dead]

    def _bury(self, job):
        """Say of a job why it is dead: it stops the worker that runs it."""
        job.write({"error_code": "stops_worker", "error_message": "stops its worker"})
        issue = self.env["retail.sync.issue"]._raise(
            job.channel_id, "bug", field="handler", value=job.handler, job=job
        )
        job.issue_id = issue
