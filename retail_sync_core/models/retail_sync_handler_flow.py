from odoo import models
from odoo.tools import SQL

from ..waking import wake_after_commit
from .retail_sync_handler import Again

ROWS = 2000
LOCKED_S = 5.0  # somebody has a row in hand right now


class RetailSyncHandlerFlowSettle(models.AbstractModel):
    """Lays aside what waits of a flow that was paused, or lets it go again."""

    _name = "retail.sync.handler.flow.settle"
    _inherit = "retail.sync.handler"
    _description = "Handler: Hold or Let Go a Flow"

    _anytime = True
    _needs_channel = False

    def _apply(self, job, answer):
        workflow_id = (job.payload or {}).get("workflow_id")
        # the row is locked: nobody pauses or resumes while it is settled
        self.env.execute_query(
            SQL(
                "SELECT id FROM retail_sync_workflow WHERE id = %s FOR SHARE",
                workflow_id,
            )
        )
        workflow = self.env["retail.sync.workflow"].sudo().browse(workflow_id).exists()
        if not workflow:
            return None
        queue = self.env["retail.sync.queue"].sudo()
        moved = queue._settle_flow(workflow, ROWS)
        if moved == ROWS:
            return Again(0.0)
        wake_after_commit(self.env.cr)
        if queue._left_held(workflow):
            return Again(LOCKED_S)
        if workflow.state == "paused":
            return self.env._("%s pieces of work are held.", moved)
        return self.env._("%s pieces of work go on.", moved)
