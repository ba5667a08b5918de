from odoo import models

from .retail_sync_handler import Again
from .retail_sync_queue_restoring import RESTORING

LOOK_S = 2.0


class RetailSyncHandlerRestoration(models.AbstractModel):
    """Goes on with a channel that catches up with what happened since the backup."""

    _name = "retail.sync.handler.restoration"
    _inherit = "retail.sync.handler"
    _description = "Handler: Catch Up After a Restore"

    _needs_channel = False

    def _apply(self, job, answer):
        lines = self.env["retail.sync.restoration.line"].sudo()
        line = lines.browse((job.payload or {}).get("line_id") or []).exists()
        if not line or line.state == "released":
            return self.env._("Nothing to do.")
        at_once = line._advance()
        if line.state == "released":
            return self.env._("The channel has caught up.")
        return Again(0.0 if at_once else LOOK_S, RESTORING)
