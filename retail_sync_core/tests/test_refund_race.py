from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from ..adapters.registry import ADAPTERS
from ..domain.decision import Decision
from .common import FakeShopAdapter
from .engine_common import EngineCase


@tagged("post_install", "-at_install")
class TestRefundRace(EngineCase):
    """Two persons give the same money back, each on a connection of its own."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(ADAPTERS, {"manual": FakeShopAdapter}))
        self.addCleanup(self._clean_orders)
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            order = env["retail.sync.order"]._ensure(channel, "order-1", "#1")
            currency = channel.company_id.currency_id
            order.write({"state": "cancelled", "currency_id": currency.id})
            env["retail.sync.order.payment"].create(
                {
                    "order_id": order.id,
                    "external_id": "pay-1",
                    "kind": "sale",
                    "status": "success",
                    "currency_id": currency.id,
                    "amount": 40.0,
                }
            )
            self.order_id = order.id

    def _clean_orders(self):
        with self.transaction() as env:
            own = [("channel_id", "=", self.channel_id)]
            env["retail.sync.order"].search(own).unlink()

    def give_back(self, env):
        order = env["retail.sync.order"].browse(self.order_id)
        order._act_on_money("refund", amount=40.0)

    def refunds(self):
        with self.transaction() as env:
            order = env["retail.sync.order"].browse(self.order_id)
            return len(order._effects())

    def test_who_looked_before_the_other_pressed_looks_again(self):
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            order = late["retail.sync.order"].browse(self.order_id)
            self.assertEqual(order._owed_back(), 40.0)
            with self.transaction() as early:
                self.give_back(early)
            self.give_back(late)

        self.assertEqual(self.refunds(), 1)
        # the server repeats the request, and by then the first press is seen
        with self.assertRaisesRegex(UserError, "already"), self.transaction() as again:
            self.give_back(again)
        self.assertEqual(self.refunds(), 1)

    def test_who_cancels_while_another_gives_the_money_back_looks_again(self):
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            order = late["retail.sync.order"].browse(self.order_id)
            self.assertFalse(order._is_refund_under_way())
            with self.transaction() as early:
                self.give_back(early)
            order._cancel_decided(Decision(refund=True))

        self.assertEqual(self.refunds(), 1)
