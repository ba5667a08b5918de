from odoo import models
from odoo.exceptions import UserError

KIND = "cancelled_invoiced"


class RetailSyncOrder(models.Model):
    """Canceled, but invoiced: one press gives the invoice back; nobody forgets it."""

    _inherit = "retail.sync.order"

    def _end_canceled(self, code):
        result = super()._end_canceled(code)
        self._ask_for_credit()
        return result

    def _reopen(self):
        for order in self.filtered(lambda one: one.state == "cancelled"):
            order._close_credit_issue()
        return super()._reopen()

    def _ask_for_credit(self):
        """Ask a person to give back what is invoiced of a canceled order."""
        invoiced = self._invoiced_amount()
        if self.order_id.currency_id.is_zero(invoiced):
            return
        self.env["retail.sync.issue"]._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params={"amount": self.order_id.currency_id.format(invoiced)},
            record=self,
        )

    def _invoices(self):
        """Return the posted invoices and credit notes, whoever may see them."""
        return self.sudo().order_id.invoice_ids.filtered(
            lambda move: move.state == "posted"
        )

    def _invoiced_amount(self):
        """Return what is invoiced and not yet credited, in the order's currency."""
        return sum(self._invoices().mapped("amount_total_in_currency_signed"))

    def action_credit(self):
        """Credit all invoices of an order that was canceled before anything left.

        The credit notes have the invoices' own amounts and are matched with them.
        """
        self._check_operator()
        self.ensure_one()
        self._check_may_credit()
        moves = self.env["account.move"].browse(self._invoices().ids)
        invoices = moves.filtered(
            lambda move: move.move_type == "out_invoice" and not move.reversal_move_ids
        )
        reference = self.env._("%s was canceled", self.display_name)
        credits = invoices._reverse_moves([{"ref": reference}] * len(invoices))
        credits.action_post()
        for invoice, credit in zip(invoices, credits, strict=True):
            self._match(invoice | credit)
        self._note("credited", name=", ".join(credits.mapped("name")))
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, "order.credited", {"moves": credits.ids}
        )
        if self.order_id.currency_id.is_zero(self._invoiced_amount()):
            self._close_credit_issue()
        return credits._get_records_action()

    def _check_may_credit(self):
        done = self.sudo().picking_ids.filtered(lambda one: one.state == "done")
        if self.state != "cancelled" or done:
            raise UserError(
                self.env._(
                    "Goods of %s have left, or it is not canceled: make the credit note"
                    " on the invoice.",
                    self.display_name,
                )
            )

    def _match(self, moves):
        """Let a credit note settle what is open of its invoice."""
        lines = moves.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        if len(lines.move_id) > 1:
            lines.reconcile()

    def _close_credit_issue(self):
        self.env["retail.sync.issue"]._close_matching(
            self.channel_id, KIND, self.display_name
        )


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "credited": (
                "decided",
                self.env._("What was invoiced is given back: %(name)s."),
            ),
        }


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        translate = self.env._
        return {
            **super()._words(),
            KIND: (
                translate("%(value)s is canceled, but invoiced"),
                translate("%(amount)s are invoiced and not given back."),
                translate("Credit the invoice, or take the order up again."),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Credit the invoice")}

    def _mend_cancelled_invoiced(self):
        order = self.env[self.res_model].browse(self.res_id).exists()
        return order.action_credit() if order else self.action_open_record()
