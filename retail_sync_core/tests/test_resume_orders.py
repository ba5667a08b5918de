from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestResumeOrders(StockCase):
    """What sold during a pause is read before stock is told, however long it was."""

    def setUp(self):
        super().setUp()
        self.flow = self.channel._workflow("order")
        self.asked_at = fields.Datetime.now() - timedelta(hours=6)

    def are_in(self, asked_at=None):
        orders = self.env["retail.sync.stock.orders"]
        return orders._are_in(self.channel, asked_at or self.asked_at)

    def jobs(self):
        return self.env["retail.sync.job"].search(
            [("channel_id", "=", self.channel.id), ("state", "=", "pending")]
        )

    def backlog(self):
        """Let an order wait to be fetched; return its job."""
        self.env["retail.sync.job"]._enqueue(
            self.channel, "order.fetch", order_key="order:1", payload={}
        )
        return self.jobs().filtered(lambda job: job.handler == "order.fetch")

    def pause_and_resume(self, record):
        record.action_pause("New tax rates")
        record.action_resume()

    def test_patience_counts_from_the_resume(self):
        for record in (self.flow, self.channel):
            with self.subTest(record=record):
                self.jobs()._cancel()
                self.pause_and_resume(record)
                job = self.backlog()
                self.orders_are_in()
                self.assertFalse(self.are_in())

                (self.jobs() - job)._cancel()
                self.assertFalse(self.are_in())
                job._cancel()
                self.assertTrue(self.are_in())

    def test_a_long_backlog_is_waited_for_some_minutes_only(self):
        self.pause_and_resume(self.flow)
        self.backlog()
        self.orders_are_in()

        self.flow.resumed_at -= timedelta(minutes=6)

        self.assertTrue(self.are_in())

    def test_a_turn_of_before_the_pause_does_not_count(self):
        self.pause_and_resume(self.flow)
        self.jobs()._cancel()
        self.flow.last_success_at = fields.Datetime.now() - timedelta(hours=1)

        self.assertFalse(self.are_in())

    def test_the_orders_are_asked_for_at_once(self):
        for record in (self.flow, self.channel):
            with self.subTest(record=record):
                self.jobs()._cancel()
                self.pause_and_resume(record)

                self.assertIn("flow.poll", self.jobs().mapped("handler"))

    def test_live_once_more_the_orders_are_asked_for_first(self):
        self.channel.live_at = fields.Datetime.now() - timedelta(days=9)
        self.channel.state = "draft"
        self.flow.last_success_at = fields.Datetime.now() - timedelta(hours=1)
        self.jobs()._cancel()

        self.channel.action_go_live()

        self.assertIn("flow.poll", self.jobs().mapped("handler"))
        self.assertFalse(self.are_in(), "what sold meanwhile is read before")

    def test_stock_waits_for_the_backlog(self):
        product = self.make_product("A", 10)
        self.make_listing(product)
        self.in_step(product, there=10)
        self.shelf["L1", "item-A"] -= 2
        self.put(product, 5)
        self.push()  # it differs: the orders are asked for
        level = self.level(product)
        level.asked_at -= timedelta(hours=6)
        self.pause_and_resume(self.flow)
        self.jobs().filtered(lambda job: job.handler == "flow.poll")._cancel()
        self.backlog().scheduled_at += timedelta(hours=1)
        self.orders_are_in()
        ShelfAdapter.reads.clear()

        self.push(ahead_s=60, jobs=20)

        self.assertFalse(ShelfAdapter.reads)
        self.assertEqual(self.shelf["L1", "item-A"], 8, "not written over")
