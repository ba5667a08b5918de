from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..adapters.transport import ReadOnlyTransport, Request
from ..domain import documents as doc
from ..domain.errors import PermanentError
from ..testing_orders import make_line
from .common_orders import OrdersCommon
from .stock_common import ShelfAdapter, StockCase

GROUP = "retail_sync_core.retail_sync_group_"
CHANGES = ("send", "subscribe", "unsubscribe")
NEVER = fields.Datetime.to_datetime("2099-01-01")
PLACED = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


class WatchCommon(OrdersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write({"state": "draft", "last_test_ok": True})
        cls.manager = new_test_user(cls.env, "watcher", groups=GROUP + "manager")
        cls.channel = cls.channel.with_user(cls.manager)

    def watch(self):
        self.channel.action_watch()
        self.channel.workflow_ids.sudo().next_poll_at = NEVER

    def tell(self, *orders):
        """Let the shop have ``orders`` and tell of them; work until nothing is due."""
        for order in orders:
            self.shop.put(order)
        self.deliver(*(self.make_notice(order.external_id) for order in orders))
        self.run_jobs()

    def theirs(self, external_id="order-1"):
        return self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("external_id", "=", external_id),
            ]
        )

    def sales(self):
        return self.env["sale.order"].search(
            [("retail_sync_channel_id", "=", self.channel.id)]
        )

    def go_live(self, since=PLACED - timedelta(days=1), **answers):
        """Press the button and answer; work until nothing is due."""
        action = self.channel.action_ask_live()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).create(
            {"since": since.replace(tzinfo=None), **answers}
        )
        wizard.action_go_live()
        self.channel.workflow_ids.sudo().next_poll_at = NEVER
        self.run_jobs()
        self.run_jobs()


@tagged("post_install", "-at_install")
class TestWatch(WatchCommon):
    """A watched channel is read; nothing is changed over there, no order is made."""

    def test_orders_are_read_and_shown_and_nothing_is_made(self):
        self.watch()
        self.env["retail.sync.channel"]._enqueue_checks()

        self.tell(self.order("order-1"), self.order("order-2"), self.order("order-3"))

        orders = (
            self.theirs("order-1") | self.theirs("order-2") | self.theirs("order-3")
        )
        self.assertEqual(orders.mapped("state"), ["watched"] * 3)
        self.assertFalse(self.sales())
        self.assertEqual([self.shop.calls(what) for what in CHANGES], [[], [], []])
        self.assertEqual(self.channel.watched_order_count, 3)
        self.assertIn("3", self.channel.health_note)
        shown = self.channel.action_open_watched()
        self.assertEqual(self.env[shown["res_model"]].search(shown["domain"]), orders)

    def test_a_lone_order_is_watched_in_each_of_its_versions(self):
        self.watch()
        self.tell(self.order())
        self.tell(self.order(version=2, note="Ring twice"))

        order = self.theirs()
        self.assertEqual(order.state, "watched")
        notes = [step.code for step in order.step_ids if step.code == "watched"]
        self.assertEqual(len(notes), 1)
        self.assertFalse(self.sales())

    def test_what_is_not_mapped_is_an_issue_and_goes_on_when_it_is(self):
        self.watch()
        strange = self.order(lines=[make_line(sku="STRANGE", quantity=1)])

        self.tell(strange)

        self.assertEqual(self.theirs().state, "waiting")
        self.assertTrue(self.issues("unknown_sku"))
        self.make_product("STRANGE", 5, company_id=False)
        self.jobs("order.fetch").action_retry()
        self.run_jobs()
        self.assertEqual(self.theirs().state, "watched")
        self.assertFalse(self.sales())

    def test_no_outside_action_leaves_while_it_is_watched(self):
        self.watch()
        shipment = doc.Shipment(order_id="order-1", reference="OUT/1")
        effect = self.env["retail.sync.effect"]._intend(
            self.channel.sudo(),
            "shipment",
            None,
            shipment,
            "order:order-1",
            handler="shipment.push",
        )

        self.run_jobs(ahead_s=600)

        self.assertEqual(self.shop.sent, [])
        self.assertEqual(effect.state, "intended")
        self.assertEqual(self.jobs("shipment.push").wait_reason, "watched")

    def test_the_transport_lets_no_change_through(self):
        self.watch()
        sent = []

        class Inner:
            def send(self, request):
                sent.append(request)

        adapter = self.channel.sudo()._make_adapter(Inner())
        self.assertIsInstance(adapter.transport, ReadOnlyTransport)
        adapter.transport.send(Request(method="POST", url="x", operation="read"))
        with self.assertRaises(PermanentError):
            adapter.transport.send(Request(method="POST", url="x", mutates=True))
        self.assertEqual([request.operation for request in sent], ["read"])

    def test_paused_and_resumed_it_is_still_only_watched(self):
        self.watch()
        self.channel.action_pause("Lunch")
        self.channel.action_resume()
        self.assertEqual(self.channel.state, "watch")

        self.channel.sudo()._pause("401")
        self.assertEqual(self.channel.state, "paused")
        self.channel.action_resume()
        self.assertEqual(self.channel.state, "watch")

    def test_who_may_and_when(self):
        operator = new_test_user(self.env, "op", groups=GROUP + "operator")
        for verb in ("action_watch", "action_ask_live"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(self.channel.with_user(operator), verb)()
        viewer = new_test_user(self.env, "look", groups=GROUP + "viewer")
        with self.assertRaises(AccessError):
            self.channel.with_user(viewer).action_look_again()
        with self.assertRaises(UserError):
            self.channel.action_look_again()
        self.channel.sudo().last_test_ok = False
        with self.assertRaises(UserError):
            self.channel.action_watch()
        self.channel.sudo().last_test_ok = True
        self.watch()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.make_channel(
            name="Elsewhere", company_id=company.id, warehouse_id=False
        )
        with self.assertRaises(AccessError):
            other.with_user(self.manager).action_watch()
        self.go_live()
        with self.assertRaises(UserError):
            self.channel.action_watch()


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


@tagged("post_install", "-at_install")
class TestWatchStock(StockCase):
    """Every level that would change, what hurts most first; nothing is sent."""

    def setUp(self):
        super().setUp()
        self.channel.write({"state": "draft", "live_at": False})
        for sku, ours, there, price in (
            ("A", 10, 3, 1.0),
            ("B", 0, 7, 5.0),
            ("C", 4, 4, 1.0),
            ("D", 2, None, 100.0),
        ):
            product = self.make_product(sku, ours, list_price=price)
            self.make_listing(product, there=there)

    def changes(self):
        action = self.channel.action_open_changes()
        rows = self.env[action["res_model"]].search(
            [*action["domain"], ("difference", "!=", 0)]
        )
        return [
            (row.product_id.default_code, row.theirs_qty, row.ours_qty, row.stocked)
            for row in rows
        ]

    def test_what_would_change_is_listed_and_nothing_is_sent(self):
        self.channel.action_watch()
        self.push()

        self.assertEqual(
            self.changes(),
            [("B", 7, 0, True), ("D", 0, 2, False), ("A", 3, 10, True)],
        )
        self.assertEqual(ShelfAdapter.sent, [])
        self.assertEqual(self.channel.differs_count, 3)
        self.assertIn("3", self.channel.watch_words)

    def test_it_is_looked_at_again(self):
        self.channel.action_watch()
        self.push()
        self.shelf["L1", "item-A"] = 10

        self.channel.action_look_again()
        self.push()

        self.assertEqual([row[0] for row in self.changes()], ["B", "D"])

    def test_live_keeps_what_was_there_just_before(self):
        self.channel.action_watch()
        self.push()
        self.shelf["L1", "item-A"] = 5  # sold or counted since we looked

        self.channel.action_go_live()
        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 10)
        rows = self.env["retail.sync.stock.before"]._kept(self.channel)
        kept = {row.product_id.default_code: row.theirs_qty for row in rows}
        self.assertEqual(kept, {"A": 5, "B": 7, "C": 4, "D": 0})
