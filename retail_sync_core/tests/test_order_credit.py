from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestOrderCredit(OrdersCommon):
    """An order that is canceled after it was invoiced."""

    def setUp(self):
        super().setUp()
        self.order_there = self.import_order(self.order())
        self.sale = self.order_there.order_id

    def invoice(self):
        invoice = self.sale._create_invoices()
        invoice.action_post()
        return invoice

    def issue(self):
        return self.issues("cancelled_invoiced")

    def test_a_canceled_order_without_an_invoice_asks_nobody(self):
        self.sale._action_cancel()

        self.assertFalse(self.issue())

    def test_one_press_credits_the_invoice_to_the_cent(self):
        invoice = self.invoice()
        self.sale._action_cancel()
        self.assertEqual(self.issue().value, self.order_there.display_name)

        self.issue().action_mend()

        credit = self.sale.invoice_ids - invoice
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.state, "posted")
        self.assertEqual(credit.amount_total, invoice.amount_total)
        self.assertEqual((invoice.amount_residual, credit.amount_residual), (0.0, 0.0))
        self.assertFalse(self.issue())

    def test_pressing_twice_credits_once(self):
        self.invoice()
        self.sale._action_cancel()

        self.order_there.action_credit()
        self.order_there.action_credit()

        self.assertEqual(len(self.sale.invoice_ids), 2)
        self.assertEqual(sum(self.sale.invoice_ids.mapped("amount_total_signed")), 0.0)

    def test_what_is_taken_up_again_needs_no_credit(self):
        self.invoice()
        self.sale._action_cancel()

        self.sale.action_draft()

        self.assertFalse(self.issue())

    def test_a_canceled_order_whose_goods_left_is_credited_by_hand(self):
        self.ship(self.sale.picking_ids, SHIRT=1)
        self.invoice()
        self.sale._action_cancel()
        self.assertTrue(self.issue())

        with self.assertRaisesRegex(UserError, "have left"):
            self.order_there.action_credit()

    def test_who_may_not_make_credit_notes_makes_none(self):
        self.invoice()
        self.sale._action_cancel()
        for groups in ("viewer", "operator"):
            user = new_test_user(
                self.env,
                f"sync_{groups}",
                groups=f"retail_sync_core.retail_sync_group_{groups}",
            )
            with self.assertRaises(AccessError):
                self.order_there.with_user(user).action_credit()
