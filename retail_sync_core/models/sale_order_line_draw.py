from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _retail_sync_draw(self, move):
        """Return what one unit of the line takes of a move's product, in its unit."""
        each = self._retail_sync_parts().get(move.product_id)
        if each:
            return each
        unit = move.product_id.uom_id
        return self.product_uom_id._compute_quantity(1.0, unit, round=False)
