from odoo import fields, models

KIND = "invoices_differ"


class RetailSyncOrder(models.Model):
    """Once all is invoiced: is it the channel's total, and each of its taxes?"""

    _inherit = "retail.sync.order"

    channel_amounts = fields.Json(
        string="Amounts of the channel",
        readonly=True,
        help="Total and taxes by the channel, as our taxes are called.",
    )

    def _settle_money(self):
        problems = super()._settle_money()
        self._say_difference()
        return problems

    def _say_difference(self):
        """Tell a person what of the invoices is not the channel's amount.

        Nothing is left to be invoiced that could carry it.
        """
        issues = self.env["retail.sync.issue"].sudo()
        told = self._difference_sentences()
        if not told:
            issues._close_matching(self.channel_id, KIND, self.display_name)
            return
        params = {"message": " ".join(told)}
        issues._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params=params,
            record=self.sudo().order_id,
        )._renew(params)

    def _difference_sentences(self):
        """Return a sentence for the total and each tax that differs."""
        if not self._is_all_invoiced():
            return []
        total, taxes = self._invoiced_parts()
        wanted_total, wanted = self._wanted_parts()
        rows = [(self.env._("The total"), total, wanted_total)]
        for tax in self.env["account.tax"].sudo().browse({**wanted, **taxes}):
            ours, theirs = taxes.get(tax.id, 0.0), wanted.get(tax.id, 0.0)
            rows.append((tax.display_name, ours, theirs))
        currency = self.sudo().order_id.currency_id
        return [
            self.env._(
                "%(what)s: the invoices come to %(ours)s, the channel to %(theirs)s.",
                what=name,
                ours=currency.format(ours),
                theirs=currency.format(theirs),
            )
            for name, ours, theirs in rows
            if currency.compare_amounts(ours, theirs)
        ]

    def _is_all_invoiced(self):
        """Return whether there are invoices, and none are still to come.

        What is invoiced of a canceled order is told apart.
        """
        if self.state == "cancelled" or self._shares_invoices():
            return False
        lines = self.sudo().order_id.order_line.filtered(
            lambda line: not line.display_type
        )
        return bool(self._invoices()) and not any(
            line.product_uom_id.compare(line.qty_invoiced, line.product_uom_qty)
            for line in lines
        )

    def _shares_invoices(self):
        """Return whether a person has invoiced it together with other orders.

        The invoice of a day knows what is whose.
        """
        moves = self._invoices() - self._day_documents()
        sales = moves.line_ids.sale_line_ids.order_id
        return bool(sales - self.sudo().order_id)

    def _wanted_parts(self):
        """Return (total, {tax id: amount}) that the invoices must come to.

        The total is the sale order's: equal to the channel's, or a person has accepted
        what it differs by.
        """
        sale = self.sudo().order_id
        taxes = (self.channel_amounts or {}).get("taxes")
        if taxes is None:
            return sale.amount_total, self._invoiced_parts()[1]
        return sale.amount_total, {int(key): value for key, value in taxes.items()}

    def _invoiced_parts(self):
        """Return (total, {tax id: amount}) of its posted invoices less credit notes."""
        total, taxes = 0.0, {}
        for move in self._invoices():
            part, of_taxes = self._parts_of(move)
            total += part
            for tax_id, amount in of_taxes.items():
                taxes[tax_id] = taxes.get(tax_id, 0.0) + amount
        return total, taxes

    def _parts_of(self, move):
        """Return what of ``move`` is this order's: (total, {tax id: amount})."""
        if move in self._day_documents():
            return self._parts_of_lines(self._lines_on(move))
        taxes = {}
        for line in move.line_ids.filtered("tax_line_id"):
            tax_id = line.tax_line_id.id
            taxes[tax_id] = taxes.get(tax_id, 0.0) - line.amount_currency
        return move.amount_total_in_currency_signed, taxes


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Compare what a person invoices with the channel's amounts, too."""
        posted = super()._post(soft)
        if not self.env.context.get("retail_sync_settling"):
            alone = posted.filtered(lambda move: not move.sudo().retail_sync_day_ids)
            sales = alone.sudo().line_ids.sale_line_ids.order_id
            for order in sales.retail_sync_order_ids:
                order._say_difference()
        return posted


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The invoices of %(value)s are not the channel's amounts"),
                self.env._("All of it is invoiced, but not for what the channel says."),
                self.env._("Credit the last invoice and invoice the order again."),
            ),
        }
