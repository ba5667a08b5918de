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

    def test_a_reading_that_failed_for_good_is_made_up_for_by_the_next(self):
        order = self.bring()
        self.cancel(order)
        self.effects(order, "cancellation").action_settle("applied", "seen there")
        dead = self.jobs("order.fetch")[-1]
        dead.sudo().state = "dead"
        order.invalidate_recordset()
        self.assertFalse(order.can_give_back)

        order._fetch_soon()
        paid = self.pay(value="30.00")
        self.work(order, self.three(0, paid, version=2, cancelled_at=CANCELED_AT))

        self.assertTrue(order.can_give_back)

    def test_a_cancellation_that_met_a_canceled_order_gave_nothing_back(self):
        order = self.bring()
        self.cancel(order)
        gone = self.three(0, version=2, cancelled_at=CANCELED_AT)
        self.import_order(gone)
        self.assertFalse(self.issues("refund_open"), "it is under way")

        self.work(order, gone)

        self.assertEqual(self.effects(order, "cancellation").state, "applied")
        self.assertTrue(self.issues("refund_open"), "nothing new was told")
        self.assertTrue(order.can_give_back)

    def test_one_of_several_that_are_read_together_is_looked_at_too(self):
        order = self.bring()
        self.cancel(order)
        gone = self.three(0, version=2, cancelled_at=CANCELED_AT)
        self.import_order(gone)
        self.effects(order, "cancellation").action_settle("applied", "seen there")

        self.env["retail.sync.importer.order"]._import_many(self.channel, [gone])

        self.assertTrue(self.issues("refund_open"))


@tagged("post_install", "-at_install")
class TestRefundGivenUp(UndoCommon):
    """Money whose refund shall not happen stays open, and may be asked for anew."""

    def asked(self):
        order = self.bring(self.three())
        self.settle(self.three(0, version=2, cancelled_at=CANCELED_AT))
        self.give_back(order)
        self.assertFalse(self.issues("refund_open"), "it is under way")
        return order, self.effects(order, "payment")

    def give_back(self, order):
        action = order.action_give_back()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_do()

    def check_open_again(self, order, effect):
        self.assertEqual(effect.state, "abandoned")
        self.assertTrue(self.issues("refund_open"))
        self.give_back(order)
        self.assertEqual(len(self.effects(order, "payment")), 2)

    def test_a_manager_gives_it_up(self):
        order, effect = self.asked()
        effect.sudo().state = "unknown"

        effect.action_settle("abandoned", "the provider says no")

        self.check_open_again(order, effect)

    def test_its_job_is_canceled(self):
        order, effect = self.asked()

        effect.job_id.action_cancel()

        self.check_open_again(order, effect)

    def test_the_channel_is_disconnected(self):
        order, effect = self.asked()

        self.channel._disconnect()

        self.check_open_again(order, effect)

    def test_a_cancellation_is_given_up(self):
        order = self.bring()
        self.cancel(order)
        effect = self.effects(order, "cancellation")

        effect.job_id.action_cancel()

        self.assertEqual(effect.state, "abandoned")
        self.assertTrue(self.issues("refund_open"))

    def test_disconnected_in_doubt_a_person_is_asked_what_became_of_it(self):
        order, effect = self.asked()
        effect.sudo().state = "sent"

        self.channel._disconnect()

        self.assertEqual(effect.state, "sent", "it may have happened")
        issue = self.issues("effect_in_doubt")
        self.assertEqual(issue.action_mend()["context"]["active_ids"], effect.ids)
        self.assertFalse(order.can_give_back)
        effect.action_settle("abandoned", "not there")
        self.assertEqual(issue.state, "closed")
        self.check_open_again(order, effect)

    def test_what_is_sent_again_after_its_job_was_canceled_has_another_job(self):
        _order, effect = self.asked()
        effect.sudo().state = "unknown"
        self.channel._disconnect()

        effect.action_settle("intended", "not there")

        self.assertEqual(effect.state, "intended")
        self.assertEqual(effect.job_id.state, "pending")
        self.assertEqual(effect.job_id.effect_id, effect)
        self.assertEqual(effect.job_id.handler, "order.pay")
        self.channel.state = "live"
        self.run_jobs()
        self.assertEqual(len(self.documents("payment")), 1)
