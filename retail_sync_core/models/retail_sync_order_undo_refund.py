from odoo import models

from .retail_sync_effect import SETTLED
from .retail_sync_order_payment import MONEY_IN, MONEY_OUT
from .retail_sync_order_payment_act import MAY_HAVE_MOVED

KIND = "refund_open"


class RetailSyncOrder(models.Model):
    """Canceled, but paid: the money that nobody has given back is never forgotten."""

    _inherit = "retail.sync.order"

    def _judge_refund(self):
        """Ask a person to give back what a canceled order was paid with."""
        for order in self:
            owed = 0.0 if order._is_refund_under_way() else order._owed_back()
            if not order.currency_id or order.currency_id.is_zero(owed):
                order._close_refund_issue()
                continue
            order.env["retail.sync.issue"]._raise(
                order.channel_id,
                KIND,
                field=order.env._("Order"),
                value=order.display_name,
                params={"amount": order.currency_id.format(owed)},
                record=order,
            )

    def _judge_what_was_read(self):
        """Look at the money again when the channel tells nothing new.

        A cancellation that met a canceled order changes nothing there, and gave nothing
        back.
        """
        if self.state == "cancelled" or self.is_rest_cancelled:
            self._judge_refund()

    def _owed_back(self):
        """Return what was paid more than a canceled order is worth, never below zero.

        As far as the channel told its payments; goods that left all the same count, and
        what it gave back at our asking and has not told yet.
        """
        if self.state != "cancelled" and not self.is_rest_cancelled:
            return 0.0
        worth = self._worth_left()
        paid = self._paid_and_kept() - self._refunded_unread()
        return max(self.currency_id.round(paid - worth), 0.0) if paid > 0 else 0.0

    def _worth_left(self):
        if self.order_id.state != "cancel" and not self.cancelled_at:
            return self.order_id.amount_total - self._worth_of_rest()
        worth = 0.0
        for line in self.order_id.order_line.filtered("product_uom_qty"):
            gone = max(line._retail_sync_with_customer(), 0.0)
            worth += line.price_total * gone / line.product_uom_qty
        return worth

    def _paid_and_kept(self):
        """Return money that came less money that went or is on its way back."""
        total = 0.0
        for row in self.payment_ids.filtered(
            lambda one: one.currency_id == self.currency_id
        ):
            if row.kind in MONEY_IN and row.status == "success":
                total += row.amount
            elif row.kind in MONEY_OUT and row.status in MAY_HAVE_MOVED:
                total -= row.amount
        return total

    def _is_refund_under_way(self):
        """Return whether the channel is about to be asked for it."""
        return any(
            effect.state not in SETTLED and effect._gives_back()
            for effect in self.sudo()._effects()
        )

    def _is_cancellation_unread(self):
        """Return whether what a cancellation gave back is still to be read."""
        told = (
            self.sudo()
            ._effects()
            .filtered(
                lambda one: (
                    one.kind == "cancellation"
                    and one.state == "applied"
                    and one._gives_back()
                )
            )
        )
        if not told:
            return False
        newest = (
            self.env["retail.sync.job"]
            .sudo()
            .search(
                [
                    ("channel_id", "=", self.channel_id.id),
                    ("order_key", "=", self._order_key()),
                    ("handler", "=", "order.fetch"),
                    ("state", "!=", "cancelled"),
                ],
                order="id desc",
                limit=1,
            )
        )
        return bool(newest) and newest.state != "done"

    def _close_refund_issue(self):
        self.env["retail.sync.issue"]._close_matching(
            self.channel_id, KIND, self.display_name
        )

    def _reopen(self):
        result = super()._reopen()
        for order in self:
            order._judge_refund()
        return result


class RetailSyncEffect(models.Model):
    _inherit = "retail.sync.effect"

    def _given_up(self):
        """Put the money before a person again: it does not go back by itself."""
        result = super()._given_up()
        if self._gives_back():
            orders = self.env["retail.sync.order"]
            orders._find_by_key(self.channel_id, self.order_key)._judge_refund()
        return result

    def _gives_back(self):
        """Return whether this gives money back to the customer."""
        if self.kind not in ("cancellation", "payment"):
            return False
        document = self._get_document()
        if self.kind == "payment":
            return document.action == "refund"
        return document.refund


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("%(value)s is canceled, and its money is still here"),
                self.env._("%(amount)s were paid and are not given back."),
                self.env._(
                    "Give it back, or close this when it was settled another way."
                ),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Give the money back")}

    def _mend_refund_open(self):
        order = self.env[self.res_model].browse(self.res_id).exists()
        return order.action_give_back() if order else self.action_open_record()
