import math

from odoo import api, fields, models
from odoo.tools import frozendict


class AccountMove(models.Model):
    """A day's invoice owes each receipt apart: one's money never settles another's."""

    _inherit = "account.move"

    retail_sync_day_ids = fields.One2many(
        "retail.sync.day", "move_id", string="Day of a channel", readonly=True
    )

    @api.depends("invoice_line_ids.retail_sync_receipt_id")
    def _compute_needed_terms(self):
        result = super()._compute_needed_terms()
        for move in self:
            if len(move.needed_terms or {}) == 1:
                shares = move._retail_sync_shares()
                if shares:
                    move.needed_terms = move._retail_sync_terms(shares)
        return result

    def _retail_sync_shares(self):
        """Return {receipt: amount} of the lines, in the invoice's currency."""
        shares = {}
        for line in self.invoice_line_ids:
            if line.display_type == "product" and line.retail_sync_receipt_id:
                receipt = line.retail_sync_receipt_id
                shares[receipt] = shares.get(receipt, 0.0) + line.price_total
        return shares

    def _retail_sync_terms(self, shares):
        """Return the one term of the invoice as one for each receipt.

        What a person changed by hand and is no receipt's stays on a term of its own.
        """
        ((key, values),) = self.needed_terms.items()
        # as Odoo finds the lines again; a key with more never meets its line
        names = ("move_id", "date_maturity", "discount_date")
        key = {name: key[name] for name in names}
        total, balance = values["amount_currency"], values["balance"]
        ours = self.company_id.currency_id
        rate = balance / total if total else 0.0
        terms, sign, done = {}, -self.direction_sign, 0.0
        so_far = ours.round(0.0)
        for receipt, share in shares.items():
            amount = self.currency_id.round(sign * share)
            if self.currency_id.is_zero(amount):
                continue
            done += amount
            upto = ours.round(done * rate)
            terms[frozendict({**key, "retail_sync_receipt_id": receipt.id})] = {
                "amount_currency": amount,
                "balance": ours.round(upto - so_far),
                "name": receipt.sudo().display_name,
            }
            so_far = upto
        rest, rest_balance = total - done, ours.round(balance - so_far)
        if not self.currency_id.is_zero(rest) or not ours.is_zero(rest_balance):
            terms[frozendict(key)] = {
                "amount_currency": self.currency_id.round(rest),
                "balance": rest_balance,
            }
        return terms


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    retail_sync_receipt_id = fields.Many2one(
        "retail.sync.order",
        string="Receipt",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Which receipt of a channel's till this is of, on the invoice of a day.",
    )

    @api.depends("retail_sync_receipt_id")
    def _compute_term_key(self):
        result = super()._compute_term_key()
        for line in self:
            if line.term_key and line.retail_sync_receipt_id:
                receipt_id = line.retail_sync_receipt_id.id
                line.term_key = frozendict(
                    {**line.term_key, "retail_sync_receipt_id": receipt_id}
                )
        return result

    def _retail_sync_tax_amounts(self):
        """Return {tax id as text: amount} as it is booked, in the invoice's currency.

        What a person changed has not the channel's amounts anymore: Odoo works its tax
        out. None where several taxes are in that, and nobody says how much of each.
        """
        data = self.extra_tax_data or {}
        known = data.get("manual_tax_amounts")
        if known and self._retail_sync_is_unchanged(data):
            return {
                tax_id: math.copysign(parts["tax_amount_currency"], self.price_subtotal)
                for tax_id, parts in known.items()
            }
        leaves = self.tax_ids._flatten_taxes_and_sort_them()[0]
        if len(leaves) > 1:
            return None
        tax = self.currency_id.round(self.price_total - self.price_subtotal)
        return {str(leaf.id): tax for leaf in leaves}

    def _retail_sync_is_unchanged(self, data):
        """Return whether units and price are those that the tax amounts are of."""
        units = abs(data.get("quantity", 0.0)) - abs(self.quantity)
        price = abs(data.get("price_unit", 0.0)) - abs(self.price_unit)
        return (
            self.product_uom_id.is_zero(units)
            and self.currency_id.is_zero(price)
            and not self.discount
        )
