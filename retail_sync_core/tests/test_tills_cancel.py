from datetime import datetime, timezone

from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_address
from .till_common import BACK_AT, TillCommon

CANCELED_AT = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
class TestTillsCancel(TillCommon):
    """Taken along, brought back and canceled, in any order and in one version."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.cancel_policy = "auto"

    def sold(self, taken=2, current=3, remaining=1, **values):
        """Return three shirts, of which some were taken along, the rest is shipped."""
        gone = (self.gone("line-1", taken),) if taken else ()
        asked = [self.asked("line-1", taken)] if taken else []
        if remaining:
            asked.append(self.asked("line-1", remaining, "web", remaining=remaining))
        return self.till_order(
            *values.pop("payments", (self.pay(value="59.97", gateway="cash"),)),
            **{
                "lines": [self.shirts(3, current_quantity=current)],
                "shipment_orders": tuple(asked),
                "shipments": gone,
                "shipping_address": make_address(),
                **values,
            },
        )

    def back_at_counter(self, units=1, **values):
        """Return the sale after shirts came back over the counter."""
        refund = self.pay(
            "pay-2",
            f"{19.99 * units:.2f}",
            kind="refund",
            gateway="cash",
            processed_at=BACK_AT,
        )
        return self.sold(
            **{
                "current": 3 - units,
                "payments": (self.pay(value="59.97", gateway="cash"), refund),
                "returns": (self.back(units=units),),
                "payment_state": doc.PaymentState.PARTIALLY_REFUNDED,
                "version": 2,
                **values,
            }
        )

    def states(self, order):
        return sorted(self.pickings(order).mapped("state"))

    def test_taken_along_and_canceled_in_one_version(self):
        order = self.settle(self.sold(taken=0, remaining=3))

        self.settle(
            self.sold(
                taken=1, current=1, remaining=0, cancelled_at=CANCELED_AT, version=2
            )
        )

        self.assertEqual(self.on_shelf(), 9)
        self.assertEqual(order.order_id.order_line.qty_delivered, 1)
        self.assertEqual(set(self.states(order)), {"done", "cancel"})
        self.assertTrue(self.issues("shipped_cancelled"))

        self.settle(
            self.sold(
                taken=1,
                current=1,
                remaining=0,
                cancelled_at=CANCELED_AT,
                version=3,
                tags=("again",),
            )
        )
        self.assertEqual(self.on_shelf(), 9)

    def test_taken_along_after_it_was_canceled_here(self):
        order = self.settle(self.sold(taken=0, remaining=3))
        order._cancel_sale("cancelled_here")

        for version in (2, 3):
            self.settle(self.sold(taken=1, current=3, remaining=2, version=version))

        self.assertEqual(self.on_shelf(), 9)
        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(order.order_id.order_line.qty_delivered, 1)
        self.assertTrue(self.issues("shipped_cancelled"))

    def test_brought_back_after_it_was_canceled(self):
        order = self.settle(self.sold(remaining=1))
        canceled = {"cancelled_at": CANCELED_AT, "remaining": 0}
        self.settle(self.sold(current=2, version=2, **canceled))
        self.assertEqual(self.on_shelf(), 8)

        for version in (3, 4):
            self.settle(self.back_at_counter(current=1, version=version, **canceled))

        self.assertEqual(self.on_shelf(), 9)
        self.assertEqual(order.order_id.order_line.qty_delivered, 1)

    # item: what came back has left, and is not wanted anymore
    def test_the_rest_is_whole_after_a_unit_came_back(self):
        order = self.settle(self.sold())
        self.settle(self.back_at_counter())

        self.assertEqual(list(order._rest().values()), [1.0])

    def test_all_came_back_and_the_rest_is_still_the_rest(self):
        order = self.settle(self.sold())
        self.settle(self.back_at_counter(units=2))

        self.assertEqual(list(order._rest().values()), [1.0])

    def test_the_worth_of_the_rest_is_whole_after_a_unit_came_back(self):
        order = self.settle(self.sold())
        self.settle(self.back_at_counter())
        action = order.order_id.retail_sync_action_cancel()
        wizard = self.env[action["res_model"]].with_context(**action["context"])

        wizard.create({}).action_cancel_order()

        self.assertAlmostEqual(order._worth_of_rest(), 19.99)
        self.settle(self.back_at_counter(current=1, remaining=0, version=3))
        self.assertAlmostEqual(order._worth_of_rest(), 0.0)
        self.assertFalse(order._rest())
