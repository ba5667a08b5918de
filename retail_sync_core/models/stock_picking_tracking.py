from odoo import models

PARCELS = {"carrier_id", "carrier_tracking_ref"}


class StockPicking(models.Model):
    """A delivery whose parcels become known, or others, after it has left."""

    _inherit = "stock.picking"

    def write(self, vals):
        result = super().write(vals)
        if PARCELS & set(vals):
            gone = self.filtered(lambda one: one.state == "done")
            gone._tell_retail_sync_parcels()
        return result

    def _tell_retail_sync_parcels(self):
        """Have channels that know these deliveries hear of their parcels of now."""
        # ORM: whoever packs need not see what channels are told
        for picking in self.sudo().filtered("retail_sync_channel_id"):
            order = picking.retail_sync_order_id
            if order and picking._is_delivery():
                order._intend_tracking(picking)
        self.invalidate_recordset(["retail_sync_state", "retail_sync_external_id"])
