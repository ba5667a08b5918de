from decimal import Decimal

from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from .common import FakeShopAdapter
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestPauseFollowed(OrdersCommon):
    """Holds, returns and refunds there are followed once they are resumed."""

    def setUp(self):
        super().setUp()
        self.theirs = self.import_order(self.order())
        self.env.flush_all()

    def flow(self, name):
        return self.channel._workflow(name)

    def come(self, version=2, **values):
        """Let the channel have a newer version and tell of it."""
        self.shop.put(self.order(version=version, **values))
        self.deliver(self.make_notice(event_id=f"e-{version}"))
        self.run_jobs()
        self.theirs.invalidate_recordset()

    def refund(self):
        return doc.Payment(
            external_id="refund-1",
            kind="refund",
            status="success",
            gateway="card_gate",
            amount=Decimal(5),
            currency=self.currency_name,
        )

    def changes(self):
        return {
            "hold": {"fulfillment_state": doc.FulfillmentState.ON_HOLD},
            "return": {"return_state": "in_progress"},
            "refund": {"payments": (self.refund(),)},
        }

    def test_each_waits_is_counted_and_is_followed_afterwards(self):
        for number, (name, values) in enumerate(self.changes().items(), start=1):
            with self.subTest(flow=name):
                before = self.theirs.version
                self.flow(name).action_pause("Stocktaking")

                self.come(version=2 * number, **values)

                self.assertEqual(self.theirs.version, before)
                self.assertEqual(self.theirs.waits_flow, name)
                self.assertIn(f"waits_{name}", self.theirs.step_ids.mapped("code"))
                self.assertEqual(self.flow(name).waiting_count, 1)
                self.assertIn("Waiting: 1", self.channel.health_note)

                self.flow(name).action_resume()
                self.run_jobs()
                self.theirs.invalidate_recordset()

                self.assertGreater(self.theirs.version, before)
                self.assertFalse(self.theirs.waits_flow)
                self.flow(name).invalidate_recordset()
                self.assertEqual(self.flow(name).waiting_count, 0)

    def test_other_changes_are_followed_meanwhile(self):
        for name in self.changes():
            self.flow(name).action_pause("Stocktaking")

        self.come(note="Ring twice")

        self.assertFalse(self.theirs.waits_flow)
        self.assertEqual(self.theirs.version, self.order(version=2).version)

    def test_a_cancellation_never_waits(self):
        self.flow("refund").action_pause("Stocktaking")
        document = self.order(version=2)

        self.come(cancelled_at=document.updated_at, payments=(self.refund(),))

        self.assertEqual(self.theirs.state, "cancelled")

    def test_what_is_given_back_of_a_canceled_order_never_waits(self):
        cancelled_at = self.order(version=2).updated_at
        self.come(version=2, cancelled_at=cancelled_at)
        self.flow("refund").action_pause("Stocktaking")

        self.come(version=3, cancelled_at=cancelled_at, payments=(self.refund(),))

        self.assertFalse(self.theirs.waits_flow)
        self.assertIn("refund-1", self.theirs.payment_ids.mapped("external_id"))

    def test_a_new_order_never_waits(self):
        self.flow("hold").action_pause("Stocktaking")
        values = self.changes()["hold"]

        order = self.import_order(self.order("order-2", **values))

        self.assertTrue(order.order_id)

    def test_a_newer_version_that_brings_none_of_it_ends_the_waiting(self):
        self.flow("hold").action_pause("Stocktaking")
        self.come(version=2, **self.changes()["hold"])
        self.assertTrue(self.theirs.waits_flow)

        self.come(version=3)

        self.assertFalse(self.theirs.waits_flow)

    def test_where_orders_come_once_they_cannot_wait(self):
        once = [
            one for one in FakeShopAdapter.capabilities if type(one) is not base.Orders
        ]
        self.patch(FakeShopAdapter, "capabilities", (*once, base.Orders(by_id=False)))
        self.env.invalidate_all()

        can = {w.flow for w in self.channel.workflow_ids.filtered("can_pause")}

        self.assertFalse(can & set(self.changes()))
        self.assertIn("order", can)
