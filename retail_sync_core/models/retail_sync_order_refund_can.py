from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import documents as doc
from .retail_sync_effect import SETTLED
from .retail_sync_order_payment import MONEY_IN
from .retail_sync_order_payment_act import MAY_HAVE_MOVED

SOLD = ("product", "custom", "gift_card", "past")


class RetailSyncOrder(models.Model):
    """What of an order can still be refunded: units, money, and to which payments."""

    _inherit = "retail.sync.order"

    can_refund = fields.Boolean(string="Can be refunded", compute="_compute_can_refund")

    @api.depends("state", "order_id", "payment_ids.status")
    def _compute_can_refund(self):
        for order in self:
            order.can_refund = bool(
                order._refunds()
                and order.order_id
                and not order.is_history
                and order.state not in ("waiting", "watched", "ignored")
                and any(order._refundable_payments())
            )

    def _refunds_claimed(self, but=None):
        """Return the refunds that take units or money: unread ones, and waiting."""
        waiting = self.sudo().refund_ids.filtered(lambda one: one.state == "waiting")
        claimed = self._refunds_unread() | waiting
        return claimed - but.sudo() if but else claimed

    @staticmethod
    def _units_of(refunds, *, never_left):
        """Return {line's id there: units} of ``refunds``."""
        units = {}
        for line in (one for refund in refunds for one in refund._get_document().lines):
            if (line.how == doc.NEVER_LEFT) == never_left:
                units[line.line_id] = units.get(line.line_id, 0.0) + float(line.units)
        return units

    def _refundable_units(self, but=None):
        """Return {line: (units that never left, units that left)} not refunded yet."""
        claimed = self._refunds_claimed(but)
        waiting = claimed - self._refunds_unread()
        never = self._units_of(waiting, never_left=True)
        left = self._units_of(claimed, never_left=False)
        rest, asked = self._rest(), self._asked_to_cancel()
        found = {}
        for line in self.line_ids.filtered(lambda one: one.kind in SOLD):
            name, here = line.external_id, rest.get(line, 0.0)
            gone = line.current_quantity - asked.get(line, 0.0) - here
            found[line] = (
                max(here - never.get(name, 0.0), 0.0),
                max(gone - left.get(name, 0.0), 0.0),
            )
        return found

    # money
    def _refundable_money(self, but=None):
        """Return what was paid and is still here, and no refund has asked for."""
        claimed = self._refunds_claimed(but) - self._refunds_unread()
        here = self._paid_and_kept() - self._refunded_unread()
        return max(self.currency_id.round(here - sum(claimed.mapped("amount"))), 0.0)

    def _refundable_payments(self, but=None):
        """Return {payment: what of it can still go back}, oldest first."""
        given = {}
        for row in self.payment_ids:
            if row.kind == "refund" and row.status in MAY_HAVE_MOVED:
                parent = row.parent_id_there
                given[parent] = given.get(parent, 0.0) + row.amount
        for refund in self._refunds_claimed(but):
            for one in refund._get_document().tenders:
                name = one.payment_id
                given[name] = given.get(name, 0.0) + float(one.amount)
        found = {}
        for row in self.payment_ids.sorted("id"):
            is_ours = row.currency_id == self.currency_id
            if row.kind in MONEY_IN and row.status == "success" and is_ours:
                left = row.amount - given.get(row.external_id, 0.0)
                found[row] = max(self.currency_id.round(left), 0.0)
        return found

    def _worth_of_refund(self, line, units):
        """Return what units of a line were sold for, all in."""
        sold = line.sale_line_id
        if sold.product_uom_qty:
            return sold.price_total * units / sold.product_uom_qty
        return line.amount_total * units / line.quantity if line.quantity else 0.0

    # what a person may ask for
    def _check_may_refund(self, document):
        """Refuse what can never be.

        :raises UserError: nothing goes back, it does not add up, or others are at it
        """
        if not self._refunds():
            raise UserError(
                self.env._(
                    "%s refunds nothing from here: do it there.", self.channel_id.name
                )
            )
        busy = (
            self.sudo()
            ._effects()
            .filtered(
                lambda one: (
                    one.kind in ("payment", "cancellation")
                    and one.state not in SETTLED
                    and one._gives_back()
                )
            )
        )
        if busy or self._is_cancellation_unread():
            raise self._asked_already()
        self._check_adds_up(document)

    def _check_adds_up(self, document):
        amounts = [one.amount for one in (*document.back, *document.tenders)]
        if document.amount <= 0 or min(amounts) < 0:
            raise UserError(self.env._("Enter what goes back."))
        ways = sum(one.amount for one in document.tenders)
        if ways != document.amount:
            raise UserError(
                self.env._(
                    "%(sum)s go back, and %(ways)s are shared out over the payments:"
                    " make them equal.",
                    sum=self._in_words(document.amount),
                    ways=self._in_words(ways),
                )
            )
        most = {
            row.external_id: (row, left)
            for row, left in self._refundable_payments().items()
        }
        here = self._exactly(self._refundable_money())
        for one in document.tenders:
            row, left = most.get(one.payment_id, (None, 0.0))
            too_much = one.amount > self._exactly(left)
            if row is None or (too_much and document.amount <= here):
                raise UserError(
                    self.env._(
                        "At most %(most)s can go back to %(payment)s.",
                        most=self._in_words(left),
                        payment=row.display_name if row else one.payment_id,
                    )
                )

    def _in_words(self, amount):
        return self.currency_id.format(float(amount))

    def _refund_to_send(self, document, *, but, beyond):
        """Return ``document`` as it can be sent now: with units that are still there.

        :param but: the refund it belongs to
        """
        lines = {line.external_id: line for line in self.line_ids}
        room = {
            (line.external_id, never_left): units
            for line, pair in self._refundable_units(but).items()
            for never_left, units in zip((True, False), pair, strict=True)
        }
        kept = []
        for one in document.lines:
            key = (one.line_id, one.how == doc.NEVER_LEFT)
            units = min(float(one.units), room.get(key, 0.0))
            if one.line_id in lines and units > 0:
                room[key] -= units
                kept.append(replace(one, units=Decimal(f"{units:g}")))
        can = self._refunds()
        return replace(
            document,
            lines=tuple(kept),
            beyond=beyond and can.beyond,
            known=tuple(self.payment_ids.mapped("external_id")),
        )
