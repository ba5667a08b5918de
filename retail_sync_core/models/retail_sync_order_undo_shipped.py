from odoo import models

KIND = "shipped_cancelled"


class RetailSyncOrder(models.Model):
    """Canceled over there, and shipped all the same: told, and never forgotten."""

    _inherit = "retail.sync.order"

    def _cancel_what_is_left(self):
        """The channel canceled an order of which a part has left: stop the rest."""
        self._open_deliveries().action_cancel()
        self.is_rest_cancelled = True
        if self.hold_code == "cancel":
            self._close_issues("cancel")
        self._judge_hold()
        self._ask_about_shipped()

    def _intend_shipment(self, picking):
        result = super()._intend_shipment(picking)
        if self.cancelled_at:
            self._ask_about_shipped()
        return result

    def _ask_about_shipped(self):
        """Ask a person for the goods back, or for the money."""
        gone = {
            line: line.sale_line_id._retail_sync_with_customer()
            for line in self.line_ids
            if line.sale_line_id.product_id.type == "consu"
        }
        units = sum(gone.values())
        if not units:
            return
        issues = self.env["retail.sync.issue"]
        known = issues.search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("kind", "=", KIND),
                ("value", "=", self.display_name),
                ("state", "=", "open"),
            ]
        )
        if not known:
            self._note("shipped_all_the_same", units=f"{units:g}")
        issues._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params={
                "units": f"{units:g}",
                "amount": self.currency_id.format(max(self._paid_and_kept(), 0.0)),
            },
            record=self,
        )


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "shipped_all_the_same": (
                "stopped",
                self.env._(
                    "Canceled at the channel, but %(units)s units have left. A person"
                    " must decide."
                ),
            ),
        }


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("%(value)s was canceled, but its goods have left"),
                self.env._(
                    "Units on their way to the customer: %(units)s. Money of the"
                    " customer that is still here: %(amount)s."
                ),
                self.env._(
                    "Make a return for the goods, or settle the money with the"
                    " customer; then close this."
                ),
            ),
        }
