from decimal import Decimal

from odoo import fields, models

from ..domain.amounts import portion
from .retail_sync_order_line import LINE_KINDS


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    retail_sync_external_id = fields.Char(
        string="Line there", readonly=True, copy=False
    )
    retail_sync_kind = fields.Selection(
        LINE_KINDS, string="Kind there", readonly=True, copy=False
    )
    retail_sync_promotion = fields.Char(
        string="Promotion",
        readonly=True,
        copy=False,
        help="The discount codes and campaigns that made this line cheaper.",
    )

    def _prepare_invoice_line(self, **optional_values):
        """Invoice a part of a channel's line so that all parts add up to the cent.

        A price like 20.00 / 3 has no cents of its own: each invoice takes the share of
        its units from the line's exact amounts, less what earlier invoices took.
        """
        values = super()._prepare_invoice_line(**optional_values)
        quantity = values.get("quantity")
        if quantity and self._retail_sync_is_exact():
            uom = self.product_uom_id
            if uom.compare(quantity, self.product_uom_qty) or self.qty_invoiced:
                values.update(self._retail_sync_portion(quantity))
        return values

    def _retail_sync_is_exact(self):
        """Return whether the line still carries the channel's amounts, untouched."""
        if not self.retail_sync_kind or self.display_type or not self.product_uom_qty:
            return False
        extra = self.extra_tax_data
        if not extra:
            return not self.tax_ids
        return not (
            self.product_uom_id.compare(extra["quantity"], self.product_uom_qty)
            or self.currency_id.compare_amounts(extra["price_unit"], self.price_unit)
            or self.discount
        )

    def _retail_sync_portion(self, quantity):
        """Return price and taxes of ``quantity`` units, after what was invoiced."""
        step = Decimal(str(self.currency_id.rounding or 0.01))
        units = [
            Decimal(str(self.product_uom_id.round(number)))
            for number in (self.qty_invoiced, quantity, self.product_uom_qty)
        ]

        def share(amount):
            exact = Decimal(str(self.currency_id.round(amount)))
            return float(portion(exact, *units, step=step))

        extra = self.extra_tax_data
        if not extra:
            return {"price_unit": share(self.price_subtotal) / quantity}
        net = share(extra["manual_total_excluded_currency"])
        taxes = {
            tax_id: share(parts["tax_amount_currency"])
            for tax_id, parts in extra["manual_tax_amounts"].items()
        }
        leaves = self.tax_ids._flatten_taxes_and_sort_them()[0]
        inside = sum(taxes[str(leaf.id)] for leaf in leaves if leaf.price_include)
        return {
            "price_unit": (net + inside) / quantity,
            "extra_tax_data": {
                **extra,
                "manual_total_excluded_currency": net,
                "manual_tax_amounts": {
                    tax_id: {"tax_amount_currency": tax, "base_amount_currency": net}
                    for tax_id, tax in taxes.items()
                },
                "price_unit": (net + inside) / quantity,
                "quantity": quantity,
            },
        }
