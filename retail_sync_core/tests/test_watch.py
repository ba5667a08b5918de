from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..adapters.transport import ReadOnlyTransport, Request
from ..domain import documents as doc
from ..domain.errors import PermanentError
from ..testing_orders import make_line
from .stock_common import ShelfAdapter, StockCase
from .watch_common import CHANGES, GROUP, WatchCommon


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

    def test_orders_are_being_read_until_the_first_turn_is_over(self):
        self.channel.action_watch()
        self.assertIn("Orders are being read", self.channel.watch_words)
        order = self.shop.put(self.order())
        notice = self.make_notice(order.external_id)
        self.shop.pages["order"] += [
            base.Page(documents=(), cursor="2", more=True, as_of=self.shop.now),
            base.Page(documents=(notice,), as_of=self.shop.now),
        ]
        self.channel.sudo()._workflow("order")._enqueue_poll()
        while not self.jobs("order.fetch") and self.run_jobs(1):
            self.channel.invalidate_recordset()
            self.assertIn("Orders are being read", self.channel.health_note)

        self.assertEqual(self.jobs("order.fetch").state, "pending")
        self.channel.invalidate_recordset()
        self.assertIn("Orders are being read", self.channel.health_note)
        self.run_jobs()
        self.channel.invalidate_recordset()

        self.assertIn("Orders that would be imported: 1.", self.channel.health_note)

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

        self.run_jobs(30, ahead_s=600)

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
        rows = self.env[action["res_model"]].search(action["domain"])
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

    def test_what_is_not_read_yet_is_no_result(self):
        self.channel.action_watch()
        for words in (self.channel.watch_words, self.channel.health_note):
            self.assertIn("being read: 0 of", words)

        self.push()
        self.channel.invalidate_recordset()
        for words in (self.channel.watch_words, self.channel.health_note):
            self.assertIn("Levels that would change: 3.", words)
        self.channel.action_look_again()
        self.channel.invalidate_recordset()
        self.assertIn("Levels that would change: 3.", self.channel.watch_words)

    def test_what_is_matched_while_watching_is_said_to_be_unread(self):
        self.channel.action_watch()
        self.push()
        self.channel.invalidate_recordset()
        before = self.channel.watch_words
        self.make_listing(self.make_product("NEW", 9), there=1)
        self.consume()
        self.channel.invalidate_recordset()

        words = self.channel.watch_words
        self.channel.action_look_again()
        self.push()
        self.channel.invalidate_recordset()

        self.assertNotIn("not read yet", before)
        self.assertIn("Levels that were not read yet: 1. Look again", words)
        self.assertIn("Levels that would change: 4.", self.channel.watch_words)
        self.assertNotIn("not read yet", self.channel.watch_words)

    def test_the_list_has_an_action_and_a_title_of_its_own(self):
        self.channel.action_watch()

        action = self.channel.action_open_changes()

        own = self.env["ir.actions.act_window"].browse(action["id"])
        self.assertEqual(own.name, "What would change")
        self.assertIn(self.channel.name, action["name"])

    def test_only_what_differs_is_listed_and_a_row_opens_its_explanation(self):
        self.channel.action_watch()
        self.push()

        action = self.channel.action_open_changes()

        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(rows), 3, "what stays the same is not listed")
        row = rows.filtered(lambda row: row.product_id.default_code == "A")
        self.assertEqual(row.why, "10 on hand.")
        self.assertEqual(row.currency_id, self.channel.company_id.currency_id)
        opened = row.action_open_level()
        self.assertEqual(opened["res_model"], "retail.sync.level")
        self.assertEqual(opened["res_id"], row.level_id.id)

    def test_it_is_looked_at_again(self):
        self.channel.action_watch()
        self.push()
        self.shelf["L1", "item-A"] = 10

        self.channel.action_look_again()
        self.push()

        self.assertEqual([row[0] for row in self.changes()], ["B", "D"])

    def test_an_old_reading_says_so_and_is_read_again_from_its_list(self):
        self.channel.action_watch()
        self.push()
        self.assertFalse(self.channel.watch_is_old)
        action = self.channel.action_open_changes()
        rows = self.env[action["res_model"]].search(
            [("channel_id", "=", self.channel.id)]
        )
        for row in rows:
            row.read_at -= timedelta(hours=2)
        self.channel.invalidate_recordset()

        self.assertTrue(self.channel.watch_is_old)
        self.assertIn("look again", self.channel.watch_words)
        self.assertTrue(all(rows.mapped("is_old")))
        self.assertTrue(action["context"]["watched"], "the list offers it")
        look = rows.browse().with_context(**action["context"]).action_look_again()
        self.assertEqual(look["tag"], "display_notification")
        self.assertEqual(look["params"]["next"]["tag"], "soft_reload", "no new list")
        self.push()
        self.channel.invalidate_recordset()
        rows.invalidate_recordset()

        self.assertFalse(self.channel.watch_is_old)
        self.assertNotIn("look again", self.channel.watch_words)
        self.assertFalse(any(rows.mapped("is_old")))

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
