from odoo import fields, models

KIND = "edited_invoiced"


class RetailSyncOrder(models.Model):
    """More is invoiced than the edited order wants: one press corrects it."""

    _inherit = "retail.sync.order"

    def _ask_for_correction(self):
        """Ask a person to give back what is invoiced too much."""
        if not self._is_invoiced_too_much():
            self._close_correction_issue()
            self._say_difference()
            return
        if self._credits_itself():
            self._settle_soon()
            return
        self.env["retail.sync.issue"]._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            record=self,
        )

    def _is_invoiced_too_much(self):
        return bool(self._units_too_much())

    def _units_too_much(self):
        """Return {sale line id: units} to be given back, below zero.

        What went back of a charge, or was rounded by a till, belongs to it, too.
        """
        sale = self.sudo().order_id
        posted = any(move.state == "posted" for move in sale.invoice_ids)
        units = {}
        for line in sale.order_line.filtered(lambda one: not one.display_type):
            wanted = self._units_to_be_invoiced(line)
            more = line.product_uom_id.compare(line.qty_invoiced, wanted)
            if more > 0 or (more and posted and line._is_given_back()):
                left = wanted - line.qty_invoiced
                units[line.id] = line.product_uom_id.round(left)
        return units

    def _units_to_be_invoiced(self, line):
        """Return the units of ``line`` that invoices may have by now.

        Where what has left is invoiced, a unit that is still to be shipped makes up for
        none that was refunded.
        """
        policy = self._invoice_policy()
        by_hand = policy == "manual" and line.product_id.invoice_policy == "delivery"
        if (policy == "shipped" or by_hand) and line._retail_sync_refunded():
            return min(line._retail_sync_unrefunded(), line.product_uom_qty)
        return line.product_uom_qty

    def _credit_too_much(self):
        """Make and post the credit note of what is invoiced too much.

        :raises DataError: the period is closed, or it is not the channel's amount
        """
        sale = self.order_id.with_context(
            retail_sync_units=self._units_too_much(),
            retail_sync_settling=True,
            **self._credited_from(),
        )
        note = sale._create_invoices(grouped=True, final=True)
        moment = self.changed_at or fields.Datetime.now()
        self._finish_invoice(note, self.channel_id._own_day(moment))
        self._note_about(note, "credited", name=note.name)
        self._match_money()
        self._close_correction_issue()

    def action_correct_invoice(self):
        """Invoice the difference to the cent: a credit note, or less of an invoice."""
        self._check_operator()
        self.ensure_one()
        if not self._is_invoiced_too_much():
            self._close_correction_issue()
            return True
        sale = self.order_id.with_context(**self._credited_from())
        move = sale._create_invoices(final=True)
        move.action_post()
        self._note("credited", name=", ".join(move.mapped("name")))
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, "order.corrected", {"moves": move.ids}
        )
        self._close_correction_issue()
        return move._get_records_action()

    def _close_correction_issue(self):
        self.env["retail.sync.issue"]._close_matching(
            self.channel_id, KIND, self.display_name
        )


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("%(value)s was edited, and more is invoiced"),
                self.env._("The invoices have units that the customer wants no more."),
                self.env._("Correct the invoice; the amounts are the channel's own."),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Correct the invoice")}

    def _mend_edited_invoiced(self):
        order = self.env[self.res_model].browse(self.res_id).exists()
        return order.action_correct_invoice() if order else self.action_open_record()
