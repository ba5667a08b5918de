from odoo import models

from .retail_sync_handler import Again


class RetailSyncHandlerShipmentSweep(models.AbstractModel):
    """Finds deliveries that left and that the channel does not know."""

    _name = "retail.sync.handler.shipment.sweep"
    _inherit = "retail.sync.handler"
    _description = "Handler: Find Deliveries Nobody Confirmed"

    _flow = "shipment"
    _needs_channel = False

    def _apply(self, job, answer):
        orders, channel = self.env["retail.sync.order"].sudo(), job.sudo().channel_id
        last = orders._tell_untold(channel, (job.payload or {}).get("last", 0))
        if last:
            job.sudo().payload = {"last": last}
            return Again()
        overdue = orders._judge_overdue(channel)
        orders._announce_all_late(channel)
        orders._judge_unfetched(channel)
        return self.env._("Not confirmed in time: %s.", len(overdue))
