from odoo import fields, models
from odoo.exceptions import UserError

KIND = "history_changed"


class RetailSyncOrder(models.Model):
    """A past order that was imported for statistics: sold and done."""

    _inherit = "retail.sync.order"

    is_history = fields.Boolean(
        string="Past order",
        readonly=True,
        copy=False,
        help="Imported for customers and statistics: nothing of it is delivered,"
        " invoiced or booked here.",
    )

    def _become_history(self):
        """Let Odoo count the sale at its own date, with nothing left to do."""
        sale = self.order_id
        if not self.is_history or sale.state != "draft" or self.hold_code:
            return
        # not action_confirm(): modules make tasks, purchases and deliveries of it
        sale.write({"state": "sale", "locked": True})
        sale._retail_sync_count_delivered()
        self._note("history")
        lines = self.env["retail.sync.history.line"].sudo()
        lines.search([("order_id", "=", self.id), ("reason", "=", "total")])._end(
            "imported", order=self
        )

    # what nobody does for it
    def _hold_cause(self):
        """Hold nothing that is gone; what does not add up is not counted yet."""
        if not self.is_history:
            return super()._hold_cause()
        canceled = self.order_id.state == "cancel"
        return "total" if self.does_not_add_up and not canceled else ""

    def _confirm_if_wanted(self):
        if self.is_history:
            return self._become_history()
        return super()._confirm_if_wanted()

    def _settle_soon(self):
        return super(
            RetailSyncOrder, self.filtered(lambda one: not one.is_history)
        )._settle_soon()

    def _settle_money(self):
        """Book nothing: its money and invoice are in the books of that time."""
        return [] if self.is_history else super()._settle_money()

    def _expire_later(self):
        return None if self.is_history else super()._expire_later()

    def _is_overdue(self):
        return not self.is_history and super()._is_overdue()

    def _owed_back(self):
        """Owe nothing: who gives back is told by the channel."""
        return 0.0 if self.is_history else super()._owed_back()

    def _intend_cancellation(self, decision=None, rest=None):
        """Tell the channel nothing: here it is a figure of the statistics."""
        if self.is_history:
            return None
        return super()._intend_cancellation(decision, rest)

    def _ask_for_correction(self):
        return None if self.is_history else super()._ask_for_correction()

    def action_cancel_order(self):
        """Refuse: what is canceled over there is canceled here by itself."""
        if self.filtered("is_history"):
            raise UserError(
                self.env._(
                    "%s is a past order: cancel or refund it at the channel. What"
                    " changes there is told here.",
                    self.filtered("is_history")[0].display_name,
                )
            )
        return super().action_cancel_order()

    # what is told
    def _refunded(self):
        """Return how much was given back, as far as the channel tells it."""
        return sum(
            row.amount
            for row in self.payment_ids
            if row.kind == "refund"
            and row.status == "success"
            and row.currency_id == self.currency_id
        )

    def _open_issue(self, kind):
        """Return the open issue of ``kind`` about the order; no right is asked for."""
        return (
            self.env["retail.sync.issue"]
            .sudo()
            .search(
                [
                    ("channel_id", "=", self.channel_id.id),
                    ("kind", "=", kind),
                    ("value", "=", self.display_name),
                    ("state", "=", "open"),
                ],
                limit=1,
            )
        )

    def _tell_history(self, what):
        """Tell a person what happened to a past order; each newer word is added."""
        told = "; ".join(what)
        self._note("history_changed", what=told)
        issue = self._open_issue(KIND)
        if issue:
            before = (issue.params or {}).get("changes", "")
            issue.params = {"changes": f"{before}; {told}"}
            return
        self.env["retail.sync.issue"]._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params={"changes": told},
            record=self,
        )


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _past_sentences(self):
        return {
            **super()._past_sentences(),
            "history": (
                "decided",
                self.env._(
                    "A past order, for statistics only: nothing is delivered, invoiced"
                    " or booked."
                ),
            ),
            "history_changed": (
                "stopped",
                self.env._(
                    "A past order changed at the channel: %(what)s. Statistics follow;"
                    " nothing was moved or booked."
                ),
            ),
        }


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("Past order %(value)s was changed over there"),
                self.env._(
                    "%(changes)s. The sales order follows, for the statistics. No stock"
                    " was moved and nothing was booked here: it is a past order."
                ),
                self.env._(
                    "Credit it where its invoice is, count goods that came back into"
                    " your stock, then close this."
                ),
            ),
        }
