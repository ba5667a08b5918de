from odoo.tests import tagged

from ..domain import documents as doc
from .undo_common import CANCELED_AT, UndoCommon


@tagged("post_install", "-at_install")
class TestCreditEdited(UndoCommon):
    """What an edit gave back already is not given back again by a cancellation."""

    def posted(self, order):
        order.invalidate_recordset()
        return order.order_id.invoice_ids.filtered(lambda one: one.state == "posted")

    def invoiced(self, order):
        """Return (total, tax) of the invoices less the credit notes."""
        moves = self.posted(order)
        return (
            round(sum(moves.mapped("amount_total_signed")), 2),
            round(sum(moves.mapped("amount_tax_signed")), 2),
        )

    def edited(self):
        """Return an order of three, invoiced, of which the customer keeps two."""
        self.channel.invoice_policy = "import"
        order = self.bring()
        self.assertEqual(self.invoiced(order), (30.0, 5.0))
        self.settle(self.three(2, version=2))
        self.assertEqual(self.invoiced(order)[0], 20.0)
        return order

    def cancel_there(self):
        return self.settle(
            self.three(
                0,
                self.pay(value="30.00"),
                self.back("30.00"),
                version=3,
                cancelled_at=CANCELED_AT,
                payment_state=doc.PaymentState.REFUNDED,
            )
        )

    def test_edited_then_canceled_is_credited_once(self):
        order = self.edited()

        self.cancel_there()

        self.assertEqual(order.state, "cancelled")
        self.assertEqual(self.invoiced(order), (0.0, 0.0))
        self.assertEqual(set(self.posted(order).mapped("payment_state")), {"paid"})
        self.assertEqual(order._invoiced_amount(), 0.0)
        self.assertFalse(self.issues("cancelled_invoiced"))

    def test_canceled_again_makes_nothing_more(self):
        order = self.edited()
        self.cancel_there()
        known = self.posted(order)

        self.assertFalse(order._credit_all("Again", CANCELED_AT.replace(tzinfo=None)))
        self.assertEqual(self.posted(order), known)

    def test_one_press_credits_what_the_edit_left(self):
        order = self.edited()
        self.channel.invoice_policy = "manual"
        order.order_id._action_cancel()

        self.issues("cancelled_invoiced").action_mend()

        self.assertEqual(self.invoiced(order), (0.0, 0.0))
        self.assertFalse(self.issues("cancelled_invoiced"))

    def test_a_part_that_a_person_credited_is_not_credited_again(self):
        self.channel.invoice_policy = "import"
        order = self.bring()
        self.channel.invoice_policy = "manual"
        invoice = self.posted(order)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        goods = note.invoice_line_ids.filtered("product_id")
        goods.quantity = 1
        note.action_post()
        left = order._invoiced_amount()
        self.assertEqual(left, 20.0)
        order.order_id._action_cancel()

        self.issues("cancelled_invoiced").action_mend()

        self.assertEqual(self.invoiced(order), (0.0, 0.0))

    def test_a_draft_credit_note_of_a_person_is_a_persons_to_finish(self):
        self.channel.invoice_policy = "import"
        order = self.bring()
        self.channel.invoice_policy = "manual"
        invoice = self.posted(order)
        invoice._reverse_moves([{"ref": "by hand"}])

        order._credit_all("Canceled", CANCELED_AT.replace(tzinfo=None))

        self.assertEqual(self.invoiced(order)[0], 30.0)
