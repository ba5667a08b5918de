from odoo import api, models

NOTED = {"state", "session_id", "shipping_date"}


class PosOrder(models.Model):
    """Has the channels told what a till sold, long before its session is booked."""

    _inherit = "pos.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.lines._retail_sync_mark()
        return orders

    def write(self, vals):
        changes = bool(NOTED & vals.keys())
        if changes:
            self.lines._retail_sync_mark()
        result = super().write(vals)
        if changes:
            self.lines._retail_sync_mark()
        return result
