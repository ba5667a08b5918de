from odoo import fields, models
from odoo.exceptions import UserError

from ..domain import errors

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
        if self._credits_itself():
            self._settle_soon()
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
        return sum(self._parts_of(move)[0] for move in self._invoices())

    def action_credit(self):
        """Credit all invoices of an order that was canceled before anything left.

        The credit notes have the invoices' own amounts and are matched with them.
        """
        self._check_operator()
        self.ensure_one()
        self._check_may_credit()
        reference = self.env._("%s was canceled", self.display_name)
        try:
            credits = self._credit_all(reference, fields.Datetime.now())
        except errors.DataError as exc:
            raise UserError(
                self.env._(
                    "The books are closed until %s: open the period first.", exc.value
                )
            ) from exc
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, "order.credited", {"moves": credits.ids}
        )
        return credits._get_records_action()

    def _credit_all(self, reason, moment):
        """Credit all that is invoiced of the order and not given back yet.

        For whoever cancels or takes back the whole order; again is harmless. What an
        edit or a person gave back already does not go back twice.

        :param moment: when it was done (UTC, naive); the credit notes are of that day
        :return: the new credit notes
        :raises DataError: the period is closed
        """
        shares = self._day_invoices()
        if shares or "out_refund" in self._invoices().mapped("move_type"):
            made = self._credit_left(reason, moment)
        else:
            made = self._credit_each(reason, moment)
        self.sudo()._match_money()
        if self.order_id.currency_id.is_zero(self._invoiced_amount()):
            self._close_credit_issue()
        return made

    def _credit_each(self, reason, moment):
        day = self.channel_id._own_day(moment)
        made = self.env["account.move"]
        # who may not make credit notes makes none
        for invoice in made.browse(self._invoices().ids):
            if invoice.move_type != "out_invoice" or invoice.reversal_move_ids.filtered(
                lambda move: move.state != "cancel"
            ):
                continue
            has_tax = bool(invoice.invoice_line_ids.tax_ids)
            on = self._open_day(day, invoice.journal_id, has_tax)
            note = invoice._reverse_moves(
                [{"date": on, "invoice_date": on, "ref": reason}]
            )
            note.with_context(retail_sync_settling=True).action_post()
            if note.date != on:
                raise self._closed(on, invoice.journal_id, has_tax)
            self._note_about(note, "credited", name=note.name)
            self._match(invoice | note)
            made |= note
        return made

    def _credit_left(self, reason, moment):
        """Credit what is still invoiced of this order, line by line, in one note.

        Of an invoice that it shares nothing of others is touched.

        :return: the credit note, or no record
        :raises DataError: the period is closed, or it is not the channel's amount
        """
        sale = self.order_id
        units = {
            line.id: -line.qty_invoiced
            for line in sale.order_line
            if not line.display_type and line.qty_invoiced
        }
        if not units:
            return self.env["account.move"]
        note = sale.with_context(
            retail_sync_units=units,
            retail_sync_all_back=True,
            retail_sync_settling=True,
            **self._credited_from(),
        )._create_invoices(grouped=True, final=True)
        note.ref = reason
        self._finish_invoice(note, self.channel_id._own_day(moment))
        self._note_about(note, "credited", name=note.name)
        return note

    def _settle_money(self):
        """Give back, too, what is invoiced and not wanted anymore, where we invoice."""
        problems = super()._settle_money()
        problem = self._try(self._credit_if_due)
        return [*problems, problem] if problem else problems

    def _credit_if_due(self):
        if not self._credits_itself():
            return
        if self.state == "cancelled":
            reason = self.env._("%s was canceled", self.display_name)
            self._credit_all(reason, self.cancelled_at or fields.Datetime.now())
        elif self._is_invoiced_too_much():
            self._credit_too_much()

    def _credits_itself(self):
        """Return whether credit notes are made without a person, as invoices are."""
        return (
            self._invoice_policy() != "manual"
            and self.placed_at
            and self.placed_at >= self._since()
            and not (self.state == "cancelled" and self._has_left())
        )

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
        return {
            **super()._words(),
            KIND: (
                self.env._("%(value)s is canceled, but invoiced"),
                self.env._("%(amount)s are invoiced and not given back."),
                self.env._("Credit the invoice, or take the order up again."),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Credit the invoice")}

    def _mend_cancelled_invoiced(self):
        order = self.env[self.res_model].browse(self.res_id).exists()
        return order.action_credit() if order else self.action_open_record()
