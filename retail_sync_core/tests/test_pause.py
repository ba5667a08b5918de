from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from .common_orders import OrdersCommon
from .stock_common import ShelfAdapter, StockCase

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestPause(OrdersCommon):
    """A person stops a flow, says why, and lets it go on: nothing is lost."""

    def setUp(self):
        super().setUp()
        self.user = new_test_user(self.env, "pauser", groups=GROUP + "operator")

    def flow(self, name, user=None):
        channel = self.channel.with_user(user) if user else self.channel
        return channel._workflow(name)

    def wizard(self, record, reason):
        """Press the button and answer the question."""
        action = record.with_user(self.user).action_pause()
        model = self.env[action["res_model"]].with_user(self.user)
        return model.with_context(**action["context"]).create({"reason": reason})

    def test_a_pause_says_who_when_and_why(self):
        stock = self.flow("stock")

        self.wizard(stock, " Stocktaking ").action_pause()

        self.assertEqual(
            (stock.state, stock.paused_reason, stock.paused_by_id),
            ("paused", "Stocktaking", self.user),
        )
        self.assertTrue(stock.paused_at)
        self.assertIn("Stocktaking", stock.paused_words)
        self.assertIn(self.user.name, stock.paused_words)
        note = self.channel.message_ids[:1]
        self.assertIn("Stocktaking", note.body)
        self.assertEqual(note.author_id, self.user.partner_id)
        trail = self.env["retail.sync.audit"].search(
            [("action", "=", "workflow.paused")], limit=1
        )
        self.assertEqual((trail.user_id, trail.detail), (self.user, {"flow": "stock"}))

        stock.with_user(self.user).action_resume()

        self.assertRecordValues(
            stock, [{"state": "on", "paused_reason": False, "paused_at": False}]
        )
        self.assertFalse(stock.paused_by_id)

    def test_each_flow_tells_what_its_pause_does(self):
        stories = set()
        for workflow in self.channel.workflow_ids.filtered("can_pause"):
            wizard = self.wizard(workflow, "x")
            self.assertTrue(wizard.story)
            stories.add(wizard.story)
        self.assertEqual(len(stories), 9)
        self.assertNotIn(self.wizard(self.channel, "x").story, stories)

    def test_no_pause_without_a_reason(self):
        for record in (self.flow("stock"), self.channel):
            with self.subTest(record=record), self.assertRaises(UserError):
                self.wizard(record, "  ").action_pause()

    def test_no_pause_without_a_reason_by_another_way_either(self):
        manager = new_test_user(self.env, "raw", groups=GROUP + "manager")
        for record in (self.flow("stock"), self.channel):
            record = record.with_user(manager)
            with self.subTest(record=record):
                with self.assertRaisesRegex(UserError, "why"):
                    record.write({"state": "paused"})
                record.write({"state": "paused", "paused_reason": "Stocktaking"})
                self.assertEqual(record.state, "paused")

    def test_a_whole_channel_says_so_too(self):
        self.wizard(self.channel, "The shop moves").action_pause()

        self.assertEqual(self.channel.state, "paused")
        self.assertEqual(self.channel.paused_by_id, self.user)
        self.assertIn("The shop moves", self.channel.paused_words)
        self.assertIn("The shop moves", self.channel.message_ids[:1].body)

        self.channel.with_user(self.user).action_resume()

        self.assertEqual(self.channel.state, "live")
        self.assertFalse(self.channel.paused_words)

    def test_who_only_looks_pauses_nothing(self):
        viewer = new_test_user(self.env, "looker", groups=GROUP + "viewer")
        stock = self.flow("stock", viewer)
        for verb in (stock.action_pause, stock.action_resume):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                verb()
        with self.assertRaises(AccessError):
            stock.action_pause("A reason")
        with self.assertRaises(AccessError):
            self.env["retail.sync.pause"].with_user(viewer).create(
                {"channel_id": self.channel.id, "reason": "x"}
            )

    def test_another_companys_flow_is_not_mine_to_pause(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = self.make_channel(
            name="Elsewhere", company_id=company.id, warehouse_id=False
        )
        stock = elsewhere._workflow("stock").with_user(self.user)
        for verb in ("action_pause", "action_resume"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(stock, verb)()
        self.user.company_ids = [Command.link(company.id)]
        both = stock.with_context(allowed_company_ids=self.user.company_ids.ids)
        both.action_pause("Mine, too")
        self.assertEqual(stock.sudo().state, "paused")

    def test_a_pause_of_the_channel_is_said_once(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        before = self.channel.message_ids

        self.channel.action_pause("Moving house")
        self.env.flush_all()
        self.env.cr.precommit.run()

        said = self.channel.message_ids - before
        self.assertEqual(len(said), 1)
        self.assertIn("Moving house", said.body)

    def test_orders_are_kept_while_paused_and_imported_afterwards(self):
        order = self.flow("order")
        order.action_pause("New tax rates")
        self.shop.put(self.order())
        event = self.deliver(self.make_notice(event_id="1"))
        self.deliver(self.make_notice(event_id="2"))
        self.run_jobs()
        self.assertEqual(self.shop.asked, [])
        self.assertEqual(event.state, "received")
        self.assertEqual(order.waiting_count, 1)
        self.assertEqual(self.channel.health, "attention")
        self.assertIn("Waiting: 1", self.channel.health_note)
        self.assertNotIn("Open issues", self.channel.health_note)
        self.env["retail.sync.issue"]._raise(self.channel, "bad_payload", value="X")
        self.channel.invalidate_recordset()
        self.assertIn("Open issues: 1.", self.channel.health_note)

        order.action_resume()
        self.run_jobs()

        self.assertEqual(event.state, "done")
        self.assertEqual(len(self.shop.calls("fetch")), 1)
        order.invalidate_recordset()
        self.assertEqual(order.waiting_count, 0)
        sale = self.env["sale.order"].search(
            [("retail_sync_channel_id", "=", self.channel.id)]
        )
        self.assertEqual(len(sale), 1)

    def test_shipments_wait_in_order_while_orders_go_on(self):
        first = self.import_order(self.order("order-1"))
        second = self.import_order(self.order("order-2"))
        self.run_jobs()
        self.flow("shipment").action_pause("The parcel service strikes")
        for order in (first, second):
            self.ship(order.order_id.picking_ids)
        self.shop.put(self.order("order-3"))
        self.deliver(self.make_notice("order-3"))
        self.run_jobs()
        self.assertEqual(self.shop.sent, [])
        self.assertEqual(self.flow("shipment").waiting_count, 2)
        self.assertEqual(len(self.shop.calls("fetch")), 1)

        self.flow("shipment").action_resume()
        self.run_jobs()
        self.run_jobs()

        told = [effect.body.order_id for effect in self.shop.sent]
        self.assertEqual(told, ["order-1", "order-2"])

    def test_a_webhook_of_a_paused_flow_is_followed_with_its_order(self):
        self.flow("cancellation").action_pause("We look at each one")
        self.shop.put(self.order())

        self.deliver(
            self.make_notice(flow=doc.Flow.CANCELLATION, topic="orders/cancelled")
        )
        self.run_jobs()

        self.assertEqual(len(self.shop.calls("fetch")), 1)


@tagged("post_install", "-at_install")
class TestPauseStock(StockCase):
    """Stock that changed while it was paused is told once, as it is then."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 10)
        self.make_listing(self.product)
        self.in_step(self.product, there=10)
        self.flow = self.channel._workflow("stock")

    def test_each_level_is_told_once_with_the_latest_figure(self):
        self.flow.action_pause("Stocktaking")
        for _change in range(3):
            self.put(self.product, 1)
            self.push(ahead_s=60)
        self.assertEqual((ShelfAdapter.sent, ShelfAdapter.reads), ([], []))
        self.assertEqual(self.flow.waiting_count, 1)

        self.flow.action_resume()
        self.push()

        told = [write.quantity for e in ShelfAdapter.sent for write in e.body.levels]
        self.assertEqual(told, [13])
        self.flow.invalidate_recordset()
        self.assertEqual(self.flow.waiting_count, 0)

    def test_a_sale_nobody_may_read_is_not_written_over(self):
        orders = self.channel._workflow("order")
        orders.action_pause("New tax rates")
        self.shelf["L1", "item-A"] -= 2
        self.put(self.product, 5)

        for _round in range(3):
            self.push(ahead_s=60, jobs=20)

        self.assertEqual(self.shelf["L1", "item-A"], 8)
        self.assertFalse(self.issues("stock_drift"))
        self.assertFalse(orders.waiting_count)
