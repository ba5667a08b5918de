from odoo import api, models

from ..waking import wake_after_commit

NOTED = {"quantity", "reserved_quantity", "product_id", "location_id"}


class StockQuant(models.Model):
    """Wakes a worker after a change of stock; what changed is noted by the trigger."""

    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        wake_after_commit(self.env.cr)
        return super().create(vals_list)

    def write(self, vals):
        if NOTED & vals.keys():
            wake_after_commit(self.env.cr)
        return super().write(vals)
