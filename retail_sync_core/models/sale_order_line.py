from datetime import datetime, time, timedelta
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

    def _action_launch_stock_rule(self, **kwargs):
        """A delivery that is made after others have left is held like those were."""
        result = super()._action_launch_stock_rule(**kwargs)
        # whoever sells need not see our orders
        sales = self.sudo().order_id.filtered("retail_sync_channel_id")
        for order in sales.retail_sync_order_ids:
            if not order.hold_code and order._has_left():
                order._judge_hold()
        return result

    def _prepare_procurement_values(self):
        """Plan no delivery into a closed period: Odoo refuses it, the order came late.

        The order and its invoice keep the channel's own day.
        """
        values = super()._prepare_procurement_values()
        # whoever sells need not see our channels
        if self.order_id.sudo().retail_sync_channel_id and values.get("date_planned"):
            values["date_planned"] = self._retail_sync_open_moment(
                values["date_planned"]
            )
        return values

    def _retail_sync_open_moment(self, moment):
        """Return ``moment`` (UTC), or the first one that is not closed for stock."""
        company = self.order_id.company_id.sudo()
        kinds = {"fiscalyear": True, "sale": False, "purchase": False, "tax": False}
        while locks := company._get_lock_date_violations(
            moment.date(), hard=True, **kinds
        ):
            until = max(day for day, _kind in locks)
            moment = datetime.combine(until + timedelta(days=1), time(12))
        return moment

    def _prepare_invoice_line(self, **optional_values):
        """Invoice a part of a channel's line so that all parts add up to the cent.

        A price like 20.00 / 3 has no cents of its own: each invoice takes the share of
        its units from the line's exact amounts, less what earlier invoices took.
        """
        values = super()._prepare_invoice_line(**optional_values)
        quantity = values.get("quantity")
        if not quantity:
            return values
        rest = self._retail_sync_rest(quantity)
        if rest:
            values.update(rest)
        elif self._retail_sync_is_exact():
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
        taxes = {
            tax_id: share(parts["tax_amount_currency"])
            for tax_id, parts in extra["manual_tax_amounts"].items()
        }
        net = share(extra["manual_total_excluded_currency"])
        return self._retail_sync_exactly(quantity, net, taxes, extra)

    def _retail_sync_rest(self, quantity):
        """Return the values of the last invoice: what all others leave of the line.

        The line may have been edited since: then its earlier invoices were made with
        other units or amounts, and only what they really took counts.
        """
        if not self.retail_sync_kind or not self.qty_invoiced:
            return None
        done = self.qty_invoiced + quantity
        nothing_left = quantity < 0 and self.product_uom_id.is_zero(done)
        all_back = nothing_left or self.env.context.get("retail_sync_all_back")
        if self.product_uom_id.compare(done, 0 if all_back else self.product_uom_qty):
            return None
        gone = all_back or not self.product_uom_qty
        if not (gone or self._retail_sync_is_exact()):
            return None
        invoiced = self._retail_sync_invoiced()
        if invoiced is None:
            return None
        extra = self.extra_tax_data or {}
        net = extra.get("manual_total_excluded_currency", self.price_subtotal)
        wanted = {
            tax_id: parts["tax_amount_currency"]
            for tax_id, parts in (extra.get("manual_tax_amounts") or {}).items()
            if not gone
        }
        taken, taken_taxes, last = invoiced
        taxes = {
            tax_id: self.currency_id.round(wanted.get(tax_id, 0.0) - amount)
            for tax_id, amount in {**dict.fromkeys(wanted, 0.0), **taken_taxes}.items()
        }
        net = self.currency_id.round((0.0 if gone else net) - taken)
        if not taxes:
            return {"price_unit": net / quantity}
        return self._retail_sync_exactly(quantity, net, taxes, extra or last)

    def _retail_sync_invoiced(self):
        """Return (net, {tax id: amount}, tax data) of all invoices less credit notes.

        None when a person has changed the taxes of one: then Odoo's own way is taken.
        """
        net, taxes, data = 0.0, {}, {}
        for line in self.invoice_lines:
            if line.move_id.state == "cancel":
                continue
            amounts = line._retail_sync_tax_amounts()
            if amounts is None:
                return None
            data = line.extra_tax_data or data
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            net += sign * line.price_subtotal
            for tax_id, amount in amounts.items():
                taxes[tax_id] = taxes.get(tax_id, 0.0) + sign * amount
        return net, taxes, data

    def _retail_sync_exactly(self, quantity, net, taxes, extra):
        """Return price and taxes of an invoice line that comes to these amounts."""
        leaves = self.tax_ids._flatten_taxes_and_sort_them()[0]
        inside = sum(
            taxes.get(str(leaf.id), 0.0) for leaf in leaves if leaf.price_include
        )
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
