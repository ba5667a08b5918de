from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestPickup(OrdersCommon):
    """What the buyer fetches: to prepare, ready, fetched, or not fetched in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": "L1",
                "name": "Leeds",
                "warehouse_id": cls.warehouse.id,
            }
        )
        cls.packer = new_test_user(
            cls.env, "pickup_packer", groups="stock.group_stock_user"
        )

    def fetched_order(self, external_id="order-1", **values):
        delivery = doc.Delivery(kind="pickup", title="Pickup at Leeds")
        order = self.import_order(self.order(external_id, delivery=delivery, **values))
        return order, order.order_id.picking_ids

    def ready(self, picking):
        picking.with_user(self.packer).retail_sync_action_ready()

    def codes(self, order):
        return order.step_ids.sorted("id").mapped("code")

    def waiting_since(self, picking, days):
        picking.retail_sync_ready_at = fields.Datetime.now() - timedelta(days=days)

    def judge(self):
        self.env["retail.sync.order"]._judge_unfetched(self.channel)
        return self.issues("pickup_waits")

    def test_ready_it_is_told_once_and_on_the_timeline(self):
        order, picking = self.fetched_order()
        self.assertTrue(picking.retail_sync_is_pickup)

        self.ready(picking)
        self.run_jobs()

        self.assertTrue(picking.retail_sync_ready_at)
        (effect,) = self.effects(order, "pickup")
        self.assertEqual(effect.state, "applied")
        self.assertEqual(
            effect._get_document(),
            doc.PickupReady(order_id="order-1", reference=picking.name, place_id="L1"),
        )
        self.assertIn("ready_told", self.codes(order))
        # nobody was told that it has left
        self.assertEqual(picking.retail_sync_state, "not_told")

    def test_pressed_twice_nothing_more_is_told(self):
        order, picking = self.fetched_order()
        self.ready(picking)
        with self.assertRaisesRegex(UserError, "ready already"):
            self.ready(picking)

        self.assertEqual(len(self.effects(order, "pickup")), 1)

    def test_the_buyer_hears_where_it_waits(self):
        order, picking = self.fetched_order()
        self.ready(picking)
        order.invalidate_recordset(["answer"])

        self.assertIn("ready to be fetched at", order.answer)

    def test_fetched_it_is_told_as_any_delivery(self):
        order, picking = self.fetched_order()
        self.ready(picking)
        self.ship(picking)
        self.run_jobs()

        self.assertEqual(self.effects(order).state, "applied")
        self.assertEqual(picking.retail_sync_state, "told")

    def test_a_refusal_asks_a_person_and_stops_nothing(self):
        order, picking = self.fetched_order()
        self.shop.outcomes = [base.Outcome(state="refused", message="no such place")]
        self.ready(picking)
        self.run_jobs()

        self.assertIn("no such place", self.issues("ready_refused").message)
        self.ship(picking)
        self.run_jobs()
        self.assertEqual(self.effects(order).state, "applied")

    def test_where_odoo_writes_the_channel_is_not_told(self):
        self.channel._message("ready").sender = "odoo"
        order, picking = self.fetched_order()
        order.order_id.partner_id.email = "buyer@example.com"

        self.ready(picking)

        self.assertFalse(self.effects(order, "pickup"))
        self.assertIn("mail", self.codes(order))

    def test_what_is_sent_held_or_not_all_here_cannot_be_ready(self):
        sent = self.import_order(self.order("order-2")).order_id.picking_ids
        _held, held = self.fetched_order(
            "order-3", payment_state=doc.PaymentState.PENDING
        )
        _short, short = self.fetched_order("order-4")
        short.do_unreserve()
        for picking in (sent, held, short):
            with self.assertRaises(UserError):
                self.ready(picking)

    def test_not_fetched_in_time_is_an_issue_that_closes_itself(self):
        _order, picking = self.fetched_order()
        self.ready(picking)
        self.waiting_since(picking, 6)
        self.assertFalse(self.judge())

        self.waiting_since(picking, 8)
        issue = self.judge()
        self.assertIn(picking.name, issue.message)
        self.assertIn(picking.id, issue.action_mend()["domain"][0][2])

        self.ship(picking)
        self.assertFalse(self.judge())

    def test_without_a_limit_it_may_wait_for_ever(self):
        self.channel.pickup_days = 0
        _order, picking = self.fetched_order()
        self.ready(picking)
        self.waiting_since(picking, 400)

        self.assertFalse(self.judge())

    def test_lists_show_what_is_to_prepare_and_what_is_ready(self):
        _first, first = self.fetched_order("order-5")
        sent = self.import_order(self.order("order-6")).order_id.picking_ids
        pickings = self.env["stock.picking"]
        wanted = [("retail_sync_is_pickup", "=", True)]

        self.assertIn(first, pickings.search(wanted))
        self.assertNotIn(sent, pickings.search(wanted))
        others = pickings.search([("retail_sync_is_pickup", "=", False)])
        self.assertIn(sent, others)
        self.assertNotIn(first, others)
