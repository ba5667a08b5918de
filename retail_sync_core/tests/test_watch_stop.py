from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..testing_orders import make_line
from .stock_common import StockCase
from .watch_common import GROUP, NEVER, WatchCommon


@tagged("post_install", "-at_install")
class TestWatchStop(WatchCommon):
    """Watched no more, a channel is as it was before anybody watched it."""

    def setUp(self):
        super().setUp()
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

    def sold(self, external_id="order-1"):
        line = make_line(sku="SHIRT", quantity=2, item_id="item-SHIRT")
        return self.order(external_id, lines=[line])

    def demand(self):
        return self.env["retail.sync.demand"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def test_nothing_of_it_counts_or_waits_anymore(self):
        self.tell(self.sold())
        self.assertTrue(self.demand())
        self.deliver(self.make_notice("order-2"))
        self.channel.sudo()._workflow("order").cursor = "page-7"

        self.channel.action_stop_watching()

        self.assertEqual(self.channel.state, "draft")
        self.assertFalse(self.demand())
        open_jobs = self.jobs().filtered(lambda j: j.state not in ("done", "cancelled"))
        self.assertFalse(open_jobs)
        self.assertFalse(self.channel.sudo()._workflow("order").cursor)
        trail = self.env["retail.sync.audit"].search(
            [("channel_id", "=", self.channel.id)], limit=1
        )
        self.assertEqual(
            (trail.action, trail.user_id), ("channel.unwatched", self.manager)
        )

    def test_what_is_left_is_said_as_it_is(self):
        line = make_line(sku="NOBODY", quantity=1, item_id="item-NOBODY")
        self.tell(
            self.order("order-1", lines=[line]), self.order("order-2", lines=[line])
        )
        waiting = "Open issues: 1. Orders that wait for them: 2."
        self.assertIn(waiting, self.channel.watch_words)

        self.channel.action_stop_watching()
        self.env.invalidate_all()

        note = self.channel.health_note
        self.assertIn("neither watched nor live", note)
        self.assertIn("Open issues: 1.", note)
        self.assertNotIn("wait for them", note)
        self.channel.sudo().last_test_ok = False
        self.env.invalidate_all()
        self.assertEqual(self.channel.health_note, "Not connected yet.")

    def test_its_flows_say_that_nothing_is_sent(self):
        flows = self.channel.sudo()
        said = {flow: flows._workflow(flow) for flow in ("stock", "order", "shipment")}
        self.assertIn("nothing is sent", said["stock"].watched_words)
        self.assertIn("Read in turns", said["order"].watched_words)
        self.assertIn("nothing is sent", said["shipment"].watched_words)
        self.channel.action_pause("Lunch")
        self.assertTrue(said["stock"].is_watched)

        self.channel.action_stop_watching()

        self.assertFalse(said["stock"].is_watched)
        self.assertFalse(said["stock"].watched_words)

    def test_watched_again_all_orders_are_read_again(self):
        order = self.sold()
        self.tell(order)
        self.channel.action_stop_watching()

        self.watch()
        notice = self.make_notice(version=order.version)
        self.shop.pages["order"].append(base.Page(documents=(notice,)))
        self.channel.sudo()._workflow("order")._enqueue_poll()
        self.run_jobs()

        self.assertEqual(len(self.shop.calls("fetch")), 2)
        self.assertEqual(self.demand().quantity, 2)
        self.assertEqual(self.theirs().state, "watched")

    def poll(self, *orders):
        """Let a turn find ``orders``; work until nothing is due."""
        for order in orders:
            self.shop.put(order)
        notices = [
            self.make_notice(order.external_id, event_id="", version=order.version)
            for order in orders
        ]
        self.shop.pages["order"].append(base.Page(documents=tuple(notices)))
        self.channel.sudo()._workflow("order")._enqueue_poll()
        self.run_jobs()

    def test_what_waited_for_a_product_waits_again_and_comes_in_live(self):
        """Its message is one of a moment ago: told again it makes no new work."""
        strange = self.order("order-9", lines=[make_line(sku="STRANGE")])
        self.poll(self.sold(), strange)
        self.assertEqual(self.theirs("order-9").state, "waiting")
        self.channel.action_stop_watching()

        self.watch()
        self.poll(self.sold(), strange)

        self.assertEqual(self.theirs().state, "watched")
        self.assertEqual(self.issues("unknown_sku").waiting_count, 1)
        self.go_live()
        self.assertEqual(self.theirs().state, "imported")
        self.env["product.product"].create(
            {"name": "Strange", "default_code": "STRANGE", "is_storable": True}
        )
        self.issues("unknown_sku").action_try_again()
        self.run_jobs()
        self.assertEqual(self.theirs("order-9").state, "imported")

    def test_going_live_takes_up_more_than_a_watch_that_is_not_done(self):
        order = self.sold()
        self.channel.import_since = order.created_at.replace(tzinfo=None) + timedelta(
            days=1
        )
        self.tell(order)
        self.assertEqual(self.theirs().state, "ignored")
        self.channel._take_up(("watched", "waiting"))

        self.go_live(since=order.created_at - timedelta(days=1))

        self.assertEqual(self.theirs().state, "imported")

    def test_what_waited_when_it_was_disconnected_comes_in_when_it_is_back(self):
        self.go_live()
        strange = self.order("order-9", lines=[make_line(sku="STRANGE")])
        self.poll(strange)
        self.channel.sudo()._disconnect()
        self.env["product.product"].create(
            {"name": "Strange", "default_code": "STRANGE", "is_storable": True}
        )

        self.go_live()

        self.assertEqual(self.theirs("order-9").state, "imported")

    def test_a_paused_watch_ends_too(self):
        self.channel.sudo()._pause("401")

        self.channel.action_stop_watching()

        self.assertEqual(
            (self.channel.state, self.channel.paused_from), ("draft", False)
        )
        self.assertFalse(self.issues("channel_paused"))
        self.assertFalse(self.channel.activity_ids)

    def test_what_was_under_way_makes_no_sale_order(self):
        importer = self.env["retail.sync.importer.order"]
        for number, stop in enumerate(("action_pause", "action_stop_watching")):
            getattr(self.channel, stop)(*(["Lunch"] if "pause" in stop else []))
            for order in (f"alone-{number}", f"one-of-{number}"):
                with self.subTest(stop=stop, order=order):
                    document = self.sold(order)
                    if order.startswith("alone"):
                        importer._import(self.channel.sudo(), document)
                    else:
                        importer._import_many(self.channel.sudo(), [document])
                    self.assertEqual(self.theirs(order).state, "watched")
        self.assertFalse(self.sales())

    def test_who_may_and_when(self):
        operator = new_test_user(self.env, "op", groups=GROUP + "operator")
        with self.assertRaises(AccessError):
            self.channel.with_user(operator).action_stop_watching()
        self.channel.action_stop_watching()
        with self.assertRaises(UserError):
            self.channel.action_stop_watching()
        self.go_live()
        with self.assertRaises(UserError):
            self.channel.action_stop_watching()
        self.channel.action_pause("Lunch")
        with self.assertRaises(UserError):
            self.channel.action_stop_watching()


@tagged("post_install", "-at_install")
class TestWatchStopStock(StockCase):
    def setUp(self):
        super().setUp()
        self.channel.write({"state": "draft", "live_at": False})
        self.product = self.make_product("A", 10)
        self.make_listing(self.product, there=3)
        self.channel.action_watch()
        self.channel.workflow_ids.next_poll_at = NEVER

    def runs(self):
        return self.env["retail.sync.stock.run"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def test_what_was_read_of_levels_is_forgotten_and_can_be_read_again(self):
        self.push()
        self.assertEqual(self.channel.differs_count, 1)

        self.channel.action_stop_watching()
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.differs_count, 0)
        self.assertFalse(self.runs())

        self.channel.action_watch()
        self.push()
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.differs_count, 1)

    def test_a_look_that_is_under_way_ends(self):
        self.channel.action_stop_watching()

        self.push()

        self.assertFalse(self.runs())
        self.assertEqual(self.channel.differs_count, 0)

    def test_a_paused_watch_has_no_stale_stock(self):
        self.push()
        self.level(self.product).marked_at = fields.Datetime.now() - timedelta(days=1)

        self.channel.action_pause("Lunch")

        self.assertEqual(self.channel.stale_count, 0)
