from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from .undo_common import CANCELED_AT, UndoCommon


@tagged("post_install", "-at_install")
class TestCancelThere(UndoCommon):
    """The channel cancels, in every stage."""

    def canceled(self, *payments, **values):
        values.setdefault("version", 2)
        return self.three(0, *payments, cancelled_at=CANCELED_AT, **values)

    def refunded(self, **values):
        return self.canceled(
            self.pay(value="30.00"),
            self.back("30.00", processed_at=CANCELED_AT),
            payment_state=doc.PaymentState.REFUNDED,
            **values,
        )

    def test_an_invoiced_order_is_credited_and_its_refund_booked_once(self):
        self.channel.invoice_policy = "import"
        order = self.bring()

        for _again in range(3):
            self.settle(self.refunded())

        invoice, note = order.order_id.invoice_ids.sorted("move_type")
        self.assertEqual(order.order_id.state, "cancel")
        self.assertRecordValues(
            note,
            [{"amount_total": 30.0, "state": "posted", "payment_state": "paid"}],
        )
        self.assertEqual(str(note.date), "2026-11-24")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(len(order.payment_ids.payment_id), 2)
        self.assertEqual(self.balance(self.accounts["card"]), 0.0)
        self.assertFalse(self.issues("cancelled_invoiced"))

    def test_an_order_that_is_invoiced_by_hand_is_canceled_and_asks(self):
        order = self.bring()
        order.order_id._create_invoices().action_post()

        self.settle(self.refunded())

        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(len(self.issues("cancelled_invoiced")), 1)

    def test_a_credit_note_waits_for_its_period(self):
        self.channel.invoice_policy = "import"
        order = self.bring()
        self.import_order(self.refunded())
        self.company.fiscalyear_lock_date = "2026-11-25"

        self.run_jobs()

        self.assertEqual(len(order.order_id.invoice_ids), 1)
        self.assertTrue(self.issues("closed_period"))

    def test_money_that_the_channel_keeps_is_an_issue(self):
        order = self.bring()

        self.settle(self.canceled(self.pay(value="30.00")))

        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(len(self.issues("refund_open")), 1)

    def test_the_rest_of_a_part_shipped_and_invoiced_order(self):
        self.channel.invoice_policy = "shipped"
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        self.run_jobs()
        rest = self.three(
            1,
            self.pay(value="30.00"),
            self.back("20.00"),
            version=2,
            payment_state=doc.PaymentState.PARTIALLY_REFUNDED,
        )

        for _again in range(3):
            self.settle(rest)

        sale = order.order_id
        self.assertFalse(order._open_deliveries())
        self.assertEqual(sale.amount_total, 10.0)
        self.assertEqual(sale.invoice_ids.amount_total, 10.0)
        self.assertEqual(self.balance(self.accounts["card"]), 10.0)

    def test_shipped_all_the_same_is_told_and_the_money_stays_open(self):
        order = self.bring()
        picking = order.order_id.picking_ids
        picking.move_ids.picked = True
        self.settle(self.canceled(self.pay(value="30.00")))
        order.action_release()

        self.ship(picking)
        self.shop.outcomes.append(
            base.Outcome(state="refused", code="gone", message="it is cancelled")
        )
        self.run_jobs()

        effect = self.effects(order)
        self.assertEqual(self.told(effect), {"line-1": 3})
        self.assertEqual(effect.state, "refused")
        self.assertEqual(len(self.issues("shipped_cancelled")), 1)
        self.assertFalse(self.issues("effect_refused"), "one issue, not two")
        self.assertIn("30", self.issues("shipped_cancelled").params["amount"])
