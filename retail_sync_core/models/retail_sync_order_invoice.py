from odoo import api, models

from ..domain import errors
from .retail_sync_order_hold import PAID


class RetailSyncOrder(models.Model):
    """Invoices of a channel's orders, by its policy and to the cent."""

    _inherit = "retail.sync.order"

    def _invoice_if_due(self):
        """Make and post the invoice that has become due; return it or no record."""
        units = self._units_to_invoice()
        self._await_day(units)
        if not units or self._goes_by_day():
            return self.env["account.move"]
        sale = self.order_id.with_context(
            retail_sync_units=units, retail_sync_settling=True
        )
        invoice = sale._create_invoices(grouped=True, final=False)
        self._finish_invoice(invoice, self._invoice_day())
        self._note_about(invoice, "invoiced", name=invoice.name)
        return invoice

    def _units_to_invoice(self):
        """Return {sale line id: units} that the policy wants on an invoice now."""
        sale, policy = self.order_id, self._invoice_policy()
        if (
            policy == "manual"
            or sale.state != "sale"
            or self.does_not_add_up
            or self.placed_at < self._since()
            or (policy in ("paid", "day") and self.payment_state not in PAID)
        ):
            return {}
        lines = sale.order_line.filtered(
            lambda line: not (line.display_type or line._is_given_back())
        )
        goods = lines.filtered(lambda line: line.product_id.type == "consu")
        if policy == "shipped" and goods and not any(goods.mapped("qty_delivered")):
            return {}
        units = {}
        for line in lines:
            wanted = line.product_uom_qty
            if policy == "shipped" and line in goods:
                wanted = min(line._retail_sync_unrefunded(), wanted)
            left = line.product_uom_id.round(wanted - line.qty_invoiced)
            if left > 0:
                units[line.id] = left
        return self._without_too_much(lines, units)

    def _without_too_much(self, lines, units):
        """Return ``units`` of a part that comes to no less than nothing.

        A rounding below zero waits for the next part where this one is worth less:
        Odoo posts no invoice below zero.
        """
        worth = {
            line.id: line.price_total * units[line.id] / line.product_uom_qty
            for line in lines
            if line.id in units
        }
        if self.currency_id.compare_amounts(sum(worth.values()), 0.0) >= 0:
            return units
        return {line_id: units[line_id] for line_id in units if worth[line_id] >= 0}

    def _invoice_day(self):
        """Return the day, in the company's time zone, at which it became due."""
        moment, policy = self.placed_at, self._invoice_policy()
        if policy == "paid":
            rows = self.payment_ids.filtered(
                lambda row: row._is_money() and row.kind in ("sale", "capture")
            )
            moment = max(filter(None, rows.mapped("processed_at")), default=moment)
        elif policy == "shipped":
            done = self.order_id.picking_ids.filtered(lambda p: p.state == "done")
            moment = max(filter(None, done.mapped("date_done")), default=moment)
        return self.channel_id._own_day(moment)

    def _finish_invoice(self, move, day):
        """Put the channel's facts on ``move``, post it at ``day``; check it all.

        :raises DataError: the period is closed, or it is not the channel's amount
        """
        has_tax = bool(move.invoice_line_ids.tax_ids)
        day = self._open_day(day, move.journal_id, has_tax)
        move.write({"invoice_date": day, "date": day})
        move.with_context(retail_sync_settling=True).action_post()
        if move.date != day:
            raise self._closed(day, move.journal_id, has_tax)
        self._check_invoiced()

    def _check_invoiced(self):
        """Refuse invoices that do not add up to the order once all is invoiced."""
        sale = self.order_id
        lines = sale.order_line.filtered(lambda line: not line.display_type)
        if self._shares_invoices() or any(
            line.product_uom_id.compare(line.qty_invoiced, line.product_uom_qty)
            for line in lines
        ):
            return
        total, _taxes = self._invoiced_parts()
        if sale.currency_id.compare_amounts(total, sale.amount_total):
            raise self._not_the_amount(total, sale.amount_total)

    def _not_the_amount(self, ours, theirs):
        """Return the error that refuses invoices which do not add up to the order."""
        currency = self.order_id.currency_id
        return errors.DataError(
            "the invoices do not add up to the order",
            kind="not_booked",
            field=self.env._("Order"),
            value=self.display_name,
            params={
                "message": self.env._(
                    "The invoices of %(order)s come to %(ours)s, the order to"
                    " %(theirs)s: nothing was posted.",
                    order=self.display_name,
                    ours=currency.format(ours),
                    theirs=currency.format(theirs),
                )
            },
        )


class SaleOrder(models.Model):
    """What of a channel's order goes on an invoice, and where that is booked."""

    _inherit = "sale.order"

    @api.depends("retail_sync_channel_id")
    def _compute_fiscal_position_id(self):
        before = {sale: sale.fiscal_position_id for sale in self}
        result = super()._compute_fiscal_position_id()
        for sale in self:
            position = sale.sudo().retail_sync_channel_id.fiscal_position_id
            if position:
                sale.fiscal_position_id = position
            if position and position == before[sale]:
                # no other taxes than the channel's are offered
                sale.show_update_fpos = False
        return result

    def action_confirm(self):
        """What a person confirms, or releases, may be due for its invoice."""
        result = super().action_confirm()
        if not self.env.context.get("retail_sync_settling"):
            self.sudo().retail_sync_order_ids._settle_soon()
        return result

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        channel = self.sudo().retail_sync_channel_id
        if channel.invoice_journal_id:
            values["journal_id"] = channel.invoice_journal_id.id
        if channel.fiscal_position_id:
            values["fiscal_position_id"] = channel.fiscal_position_id.id
        return values

    def _get_invoiceable_lines(self, final=False):
        """Take what the channel's policy wants, whatever the products' own says."""
        units = self.env.context.get("retail_sync_units")
        if units is None:
            return super()._get_invoiceable_lines(final)
        return self.order_line.filtered(lambda line: line.id in units)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _prepare_invoice_lines_vals_list(self, **optional_values):
        units = self.env.context.get("retail_sync_units") or {}
        if self.id in units:
            optional_values["quantity"] = units[self.id]
        return super()._prepare_invoice_lines_vals_list(**optional_values)

    def _prepare_invoice_line(self, **optional_values):
        """Add the channel's analytic account where the line has none of its own."""
        values = super()._prepare_invoice_line(**optional_values)
        account = self.order_id.sudo().retail_sync_channel_id.analytic_account_id
        if account and not values.get("analytic_distribution"):
            values["analytic_distribution"] = {str(account.id): 100.0}
        return values


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """An invoice that a person posts meets the payments that are here already."""
        posted = super()._post(soft)
        if not self.env.context.get("retail_sync_settling"):
            sales = posted.sudo().line_ids.sale_line_ids.order_id
            sales.retail_sync_order_ids._settle_soon()
        return posted
