from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..domain import documents as doc
from ..testing_orders import make_line
from .watch_common import GROUP, PLACED, WatchCommon


@tagged("post_install", "-at_install")
class TestLive(WatchCommon):
    """Live from a date and a number on; what had left before moves no stock."""

    def shipped(self, external_id="order-1", units=2, **values):
        line = make_line(sku="SHIRT", quantity=2, price="19.99")
        left = doc.Shipped(external_id="s-1", lines=(("line-1", Decimal(units)),))
        return self.order(external_id, lines=[line], shipments=(left,), **values)

    def on_hand(self):
        self.env.invalidate_all()
        return self.shirt.with_context(warehouse_id=self.warehouse.id).qty_available

    def test_watched_only_what_is_still_to_leave_counts_as_sold(self):
        self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-SHIRT",
                "sku": "SHIRT",
                "title": "Shirt",
                "product_id": self.shirt.id,
            }
        )
        self.watch()
        line = make_line(sku="SHIRT", quantity=2, item_id="item-SHIRT")
        left = doc.Shipped(external_id="s-1", lines=(("line-1", Decimal(2)),))

        self.tell(
            self.order("order-1", lines=[line], shipments=(left,)),
            self.order("order-2", lines=[line]),
        )

        self.assertEqual(self.theirs("order-1").state, "watched")
        demand = self.env["retail.sync.demand"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(demand.mapped("order_external_id"), ["order-2"])

    def test_what_was_watched_is_imported(self):
        self.watch()
        self.tell(self.order("order-1"), self.order("order-2"))

        self.go_live()

        self.assertEqual(self.channel.state, "live")
        self.assertTrue(self.channel.live_at)
        self.assertEqual(len(self.sales()), 2)
        self.assertEqual(set(self.sales().mapped("state")), {"sale"})

    def test_earlier_orders_are_left_out_by_date_and_by_number(self):
        self.watch()
        old = PLACED - timedelta(days=9)
        self.tell(
            self.order("order-1", created_at=old),
            self.order("order-2", external_ref="#1001"),
            self.order("order-3", external_ref="#1002"),
        )

        self.go_live(first_number=1002)

        self.assertEqual(self.theirs("order-1").state, "ignored")
        self.assertEqual(self.theirs("order-2").state, "ignored")
        self.assertEqual(self.theirs("order-3").state, "imported")
        self.assertEqual(len(self.sales()), 1)

    def test_a_date_further_back_takes_up_what_was_left_out(self):
        self.channel.sudo().import_since = "2026-11-21 00:00:00"
        self.watch()
        self.tell(self.order())
        self.assertEqual(self.theirs().state, "ignored")

        self.go_live()

        self.assertEqual(self.theirs().state, "imported")

    def test_shipped_before_is_delivered_without_moving_stock(self):
        before = self.on_hand()
        self.watch()
        self.tell(self.shipped())

        self.go_live()

        order = self.theirs()
        self.assertEqual((order.state, order.hold_code), ("imported", False))
        self.assertEqual(order.order_id.picking_ids.state, "done")
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        self.assertEqual(self.on_hand(), before)
        self.assertEqual(self.shop.sent, [], "the channel knows it")
        self.assertFalse(self.issues())

    def test_shipped_before_and_paid_for_later_is_not_shipped_again(self):
        self.channel.order_policy = "paid"
        self.watch()
        self.tell(self.shipped(payment_state=doc.PaymentState.PENDING))
        self.go_live()
        order = self.theirs()
        self.assertEqual(order.order_id.state, "draft")
        before = self.on_hand()

        self.shop.put(self.shipped(payment_state=doc.PaymentState.PAID, version=2))
        order._fetch_soon()
        self.run_jobs()

        self.assertEqual(order.order_id.state, "sale")
        self.assertEqual(order.order_id.picking_ids.state, "done")
        self.assertEqual(self.on_hand(), before)

    def test_shipped_before_is_delivered_where_goods_are_picked_first(self):
        self.warehouse.delivery_steps = "pick_ship"
        before = self.on_hand()
        self.watch()
        self.tell(self.shipped())

        self.go_live()

        order = self.theirs()
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        self.assertEqual(set(order.order_id.picking_ids.mapped("state")), {"done"})
        self.assertEqual(self.on_hand(), before)

    def test_what_left_after_it_went_live_left_from_our_shelves(self):
        self.go_live()
        now = datetime.now(timezone.utc) + timedelta(minutes=1)

        order = self.shipped()
        (shipment,) = order.shipments
        self.tell(replace(order, shipments=(replace(shipment, created_at=now),)))

        self.assertFalse(self.theirs().shipped_before)
        self.assertEqual(self.theirs().hold_code, "elsewhere")

    def test_who_resumes_does_not_start_what_was_only_watched(self):
        self.watch()

        self.channel.action_resume()
        self.assertEqual(self.channel.state, "watch")
        self.channel._pause("the engine did")
        self.channel.action_pause("twice")
        self.channel.action_resume()

        self.assertEqual(self.channel.state, "watch")

    def test_shipped_before_is_left_out_by_policy(self):
        self.watch()
        self.tell(self.shipped())

        self.go_live(shipped_policy="skip")

        self.assertEqual(self.theirs().state, "ignored")
        self.assertFalse(self.sales())

    def test_half_shipped_is_open(self):
        self.watch()
        self.tell(self.shipped(units=1))

        self.go_live(shipped_policy="skip")

        self.assertEqual(len(self.sales()), 1)
        self.assertNotIn("done", self.sales().picking_ids.mapped("state"))

    def test_what_is_shipped_elsewhere_after_it_went_live_is_a_persons_matter(self):
        self.go_live()
        later = datetime.now(timezone.utc) + timedelta(minutes=1)

        self.tell(self.shipped(created_at=later))

        self.assertEqual(self.theirs().hold_code, "elsewhere")

    def test_a_closed_channel_leaves_its_history_readable(self):
        self.go_live()
        self.tell(self.order())
        order = self.theirs()
        self.ship(order.order_id.picking_ids)
        self.run_jobs()
        viewer = new_test_user(self.env, "reader", groups=GROUP + "viewer")

        self.channel.active = False
        self.run_jobs()

        order = order.with_user(viewer)
        self.assertEqual(order.channel_id.display_name, "Test channel")
        self.assertTrue(order.timeline["entries"])
        self.assertEqual(order.order_id.sudo().picking_ids.retail_sync_state, "told")
        for model in ("event", "effect", "job", "order"):
            with self.subTest(model=model):
                rows = self.env[f"retail.sync.{model}"].with_user(viewer)
                found = rows.search([("channel_id", "=", self.channel.id)])
                self.assertTrue(found)
                self.assertTrue(found[:1].display_name)
        asked = len(self.shop.asked)
        self.deliver(self.make_notice("order-9"))
        self.run_jobs()
        self.assertEqual(len(self.shop.asked), asked, "nothing is asked or sent")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.channel.sudo().unlink()
