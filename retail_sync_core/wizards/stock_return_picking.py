from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _prepare_picking_default_values_based_on(self, picking):
        """Bring the goods where the channel put them back."""
        values = super()._prepare_picking_default_values_based_on(picking)
        return {**values, **(self.env.context.get("retail_sync_back_to") or {})}
