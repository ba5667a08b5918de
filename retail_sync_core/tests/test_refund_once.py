from odoo.exceptions import UserError
from odoo.tests import tagged

from .undo_common import CANCELED_AT, UndoCommon


@tagged("post_install", "-at_install")
class TestRefundOnce(UndoCommon):
    """Money goes back once, and never more than is owed."""

    def kept(self):
        """Return an order of which two thirds are canceled and their money kept."""
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        self.cancel(order, money="keep")
        self.work(order, self.three(1, version=2))
        self.assertEqual(order._owed_back(), 20.0)
        return order

    def refund_dialog(self, order, **values):
        action = order.action_give_back()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        return wizard.create(values)

    def test_a_second_dialog_gives_nothing_back_before_the_first_is_read(self):
        order = self.kept()
        first, second = self.refund_dialog(order), self.refund_dialog(order)

        first.action_do()
        self.work(order)

        self.assertEqual(self.effects(order, "payment").state, "applied")
        self.assertFalse(order.can_give_back)
        with self.assertRaisesRegex(UserError, "at most"):
            second.action_do()
        self.assertFalse(self.issues("refund_open"))
        paid = self.pay(value="30.00")
        self.work(order, self.three(1, paid, self.back("20.00"), version=3))
        self.assertEqual(order._owed_back(), 0.0)
        self.assertEqual(len(self.documents("payment")), 1)

    def test_parts_that_are_not_read_yet_are_counted_once_each(self):
        order = self.kept()
        paid = self.pay(value="30.00")
        self.refund_dialog(order, amount=5.0).action_do()
        self.work(order)
        self.refund_dialog(order, amount=5.0).action_do()
        self.work(order)
        self.assertEqual(order._owed_back(), 10.0)

        self.work(order, self.three(1, paid, self.back("5.00"), version=3))
        self.assertEqual(order._owed_back(), 10.0, "one is read, one is not")
        both = (self.back("5.00"), self.back("5.00", "back-2"))
        self.work(order, self.three(1, paid, *both, version=4))

        self.assertEqual(order._owed_back(), 10.0)

    def test_a_refund_that_failed_in_the_end_is_owed_again(self):
        order = self.kept()
        self.refund_dialog(order).action_do()
        failed = self.back("20.00", status="failure")

        self.work(order, self.three(1, self.pay(value="30.00"), failed, version=3))

        self.assertEqual(order._owed_back(), 20.0)
        self.assertTrue(order.can_give_back)

    def test_no_more_goes_back_than_is_owed(self):
        order = self.kept()

        with self.assertRaisesRegex(UserError, "at most"):
            self.refund_dialog(order, amount=20.01).action_do()

    def test_a_cancellation_that_gives_it_back_is_waited_for(self):
        order = self.bring()
        self.cancel(order)
        dialog = self.refund_dialog(order, amount=30.0)

        self.assertFalse(order.can_give_back)
        with self.assertRaisesRegex(UserError, "wait"):
            dialog.action_do()

        self.effects(order, "cancellation").action_settle("applied", "seen there")
        order.invalidate_recordset()
        self.assertFalse(order.can_give_back, "what it made of the order is not read")
        with self.assertRaisesRegex(UserError, "wait"):
            dialog.action_do()

        paid = self.pay(value="30.00")
        self.work(order, self.three(0, paid, version=2, cancelled_at=CANCELED_AT))
        self.assertTrue(order.can_give_back, "the channel gave nothing back")
