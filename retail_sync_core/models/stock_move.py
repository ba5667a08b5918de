from odoo import models

from ..waking import wake_after_commit

NOTED = {"state", "product_uom_qty", "product_id", "location_id", "location_final_id"}


class StockMove(models.Model):
    """Wakes a worker when demand changes; what changed is noted by the trigger."""

    _inherit = "stock.move"

    def write(self, vals):
        if NOTED & vals.keys():
            wake_after_commit(self.env.cr)
        return super().write(vals)
