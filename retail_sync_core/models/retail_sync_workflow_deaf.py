from odoo import api, models

from .retail_sync_channel_deaf import DEAF_TURN_S


class RetailSyncWorkflow(models.Model):
    """What is told at once is asked for more often while nothing is told."""

    _inherit = "retail.sync.workflow"

    @api.model
    def _enqueue_due(self):
        self.env["retail.sync.channel"]._listen()
        return super()._enqueue_due()

    def _turn_s(self):
        usual_s = super()._turn_s()
        if self.mode == "realtime" and self.channel_id._is_asked_often():
            return min(usual_s, DEAF_TURN_S)
        return usual_s
