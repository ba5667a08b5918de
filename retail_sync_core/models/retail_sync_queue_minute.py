from odoo import api, models


class RetailSyncQueue(models.AbstractModel):
    """Once a minute workers look how far behind each channel is, and at its peak."""

    _inherit = "retail.sync.queue"

    @api.model
    def _sweep(self):
        minutes = self.env["retail.sync.minute"]._take()
        if minutes:
            channels = self.env["retail.sync.channel"]
            channels.browse(minutes.channel_id.ids)._judge_lanes(minutes)
            self.env["retail.sync.peak"]._follow()
        return super()._sweep()
