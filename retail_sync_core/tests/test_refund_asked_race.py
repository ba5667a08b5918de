from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from ..adapters.registry import ADAPTERS
from ..domain import documents as doc
from .common import FakeShopAdapter
from .race_common import RaceCase


@tagged("post_install", "-at_install")
class TestRefundAskedRace(RaceCase):
    """Two persons refund at once, each on a connection of its own: it goes once."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(ADAPTERS, {"manual": FakeShopAdapter}))
        self.addCleanup(self._clean_orders)
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            channel.refund_limit = 1000
            order = env["retail.sync.order"]._ensure(channel, "order-1", "#1")
            currency = channel.company_id.currency_id
            order.write({"state": "imported", "currency_id": currency.id})
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

    def ask(self, env, amount=40):
        order = env["retail.sync.order"].browse(self.order_id)
        document = doc.Refund(
            order_id="order-1",
            currency=order.currency_id.name,
            back=(doc.Back(kind="goodwill", amount=Decimal(amount)),),
            tenders=(doc.Tender(payment_id="pay-1", amount=Decimal(amount)),),
        )
        return env["retail.sync.order.refund"]._ask(order, document, reason="other")

    def states(self):
        with self.transaction() as env:
            order = env["retail.sync.order"].browse(self.order_id)
            refunds = order.refund_ids.sorted("id")
            return refunds.mapped("state"), len(order._effects())

    @contextmanager
    def looked_at(self):
        """Yield an environment that has looked before another person pressed."""
        with self.transaction() as late:
            order = late["retail.sync.order"].browse(self.order_id)
            self.assertFalse(order._refunds_unread())
            yield late

    def test_who_looked_before_the_other_pressed_looks_again(self):
        with self.assertRaises(SerializationFailure), self.looked_at() as late:
            with self.transaction() as early:
                self.ask(early)
            self.ask(late)

        self.assertEqual(self.states(), (["asked"], 1))
        # the server repeats the request: by then the money is on its way
        with self.transaction() as again:
            self.assertEqual(self.ask(again).state, "waiting")
        self.assertEqual(self.states(), (["asked", "waiting"], 1))

    def test_two_approve_the_same_and_it_is_sent_once(self):
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            self.ask(env)
            waits = self.ask(env, 10)
            self.assertEqual((waits.state, channel.refund_limit), ("waiting", 1000))
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            refund = late[waits._name].browse(waits.id)
            self.assertEqual(refund.state, "waiting")
            with self.transaction() as early:
                self.approve(early, waits.id)
            self.approve(late, waits.id)

        self.assertEqual(self.states(), (["asked", "asked"], 2))
        refused = self.assertRaisesRegex(UserError, "does not wait")
        with refused, self.transaction() as again:
            self.approve(again, waits.id)
        self.assertEqual(self.states(), (["asked", "asked"], 2))

    def test_two_approve_at_once_and_it_is_sent_once(self):
        with self.transaction() as env:
            self.ask(env)
            waits = self.ask(env, 10).id
        late = []

        def step(env):
            try:
                self.approve(env, waits)
            except UserError as exc:
                late.append(str(exc))
                env.cr.rollback()

        self.at_once(step, step)

        self.assertEqual(self.states(), (["asked", "asked"], 2))
        self.assertEqual(len(late), 1)
        self.assertIn("does not wait", late[0])

    def approve(self, env, refund_id):
        """Approve as another manager would."""
        refund = env["retail.sync.order.refund"].browse(refund_id)
        admin = env.ref("base.user_admin")
        self.assertNotEqual(refund.user_id, admin)
        self.assertTrue(refund.with_user(admin)._approve("Agreed on the phone"))
