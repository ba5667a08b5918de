from odoo import models
from odoo.tools import format_date

from .retail_sync_order_payment import MONEY_OUT


class RetailSyncOrder(models.Model):
    """What of an order waits because its period is closed, told before it is booked."""

    _inherit = "retail.sync.order"

    def _documents_to_book(self, is_closed):
        """Return what is still to be booked at closed days, a sentence each.

        :param is_closed: says of a day whether its period is closed
        """
        told = [
            self._payment_words(row, day)
            for row in self._to_book()
            if is_closed(day := self._own_day_of(row))
        ]
        invoice = self._invoice_to_book()
        if invoice and is_closed(invoice[0]):
            told.append(self._invoice_words(*invoice))
        credit = self._credit_to_book()
        if credit and is_closed(credit[0]):
            told.append(self._credit_words(*credit))
        return told

    def _invoice_to_book(self):
        """Return (day, amount) of the invoice that is due, or nothing."""
        units = self._units_to_invoice()
        if not units:
            return None
        lines = self.order_id.order_line.browse(units)
        amount = sum(
            line.price_total * units[line.id] / line.product_uom_qty for line in lines
        )
        by_day = self._goes_by_day() and self.receipt_day
        return by_day or self._invoice_day(), amount

    def _credit_to_book(self):
        """Return (day, amount) of the credit note that is due, or nothing."""
        if not self._credits_itself():
            return None
        moment, amount = None, 0.0
        if self.state == "cancelled":
            moment, amount = self.cancelled_at, self._invoiced_amount()
        elif units := self._units_too_much():
            moment = self.changed_at
            # of these lines only: what of others is not invoiced yet is an invoice's
            lines = self.order_id.order_line.browse(units)
            amount = sum(line.amount_invoiced - line.price_total for line in lines)
        if not moment or self.order_id.currency_id.compare_amounts(amount, 0.0) <= 0:
            return None
        return self.channel_id._own_day(moment), amount

    def _payment_words(self, row, day):
        facts = {
            "order": self.display_name,
            "amount": row.currency_id.format(row.amount),
            "day": format_date(self.env, day),
        }
        if row.kind in MONEY_OUT:
            return self.env._("%(order)s: %(amount)s given back on %(day)s", **facts)
        return self.env._("%(order)s: payment of %(amount)s, %(day)s", **facts)

    def _invoice_words(self, day, amount):
        return self.env._(
            "%(order)s: invoice of %(amount)s, due %(day)s",
            **self._document_facts(day, amount),
        )

    def _credit_words(self, day, amount):
        return self.env._(
            "%(order)s: credit note of %(amount)s, due %(day)s",
            **self._document_facts(day, amount),
        )

    def _document_facts(self, day, amount):
        return {
            "order": self.display_name,
            "amount": self.order_id.currency_id.format(amount),
            "day": format_date(self.env, day),
        }
