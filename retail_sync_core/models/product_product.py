from odoo import models


class ProductProduct(models.Model):
    """Has the channels told when a product is archived or comes back."""

    _inherit = "product.product"

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            self.env["retail.sync.stock.mark"].sudo()._append(
                [(product.id, None, None) for product in self]
            )
        return result
