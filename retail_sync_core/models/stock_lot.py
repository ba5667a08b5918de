from odoo import models

ENDS = {"removal_date", "expiration_date"}


class StockLot(models.Model):
    """Has the channels told when the last day of a lot changes: a recall counts now."""

    _inherit = "stock.lot"

    def write(self, vals):
        result = super().write(vals)
        if "removal_date" in self._fields and ENDS & vals.keys():
            self.env["retail.sync.stock.mark"].sudo()._append(
                [(product.id, None, None) for product in self.product_id]
            )
        return result
