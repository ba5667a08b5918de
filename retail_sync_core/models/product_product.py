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


class ProductTemplate(models.Model):
    """Has the channels told when the kind of product or its unit changes."""

    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if {"is_storable", "uom_id", "categ_id", "active"} & vals.keys():
            self.env["retail.sync.stock.mark"].sudo()._append(
                [
                    (product.id, None, None)
                    for product in self.with_context(
                        active_test=False
                    ).product_variant_ids
                ]
            )
        return result
