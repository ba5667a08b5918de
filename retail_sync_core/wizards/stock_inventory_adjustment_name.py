from odoo import models

APPLIES_ALL = "retail_sync_applies_all"


class StockInventoryAdjustmentName(models.TransientModel):
    """Tells the lines that it applies whether they are a whole count."""

    _inherit = "stock.inventory.adjustment.name"

    def _get_quants_context(self):
        """Extension of `stock` to keep what *Apply All* said."""
        context = super()._get_quants_context()
        return {**context, APPLIES_ALL: bool(self.env.context.get(APPLIES_ALL))}
