"""A shop that is down for an hour, or that refuses one kind of call only."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import BaseCursor
from odoo.tests import tagged, test_cursor
from story import ON_HAND, ShopifyStory


class Clock:
    """The engine's time, moved by the story."""

    def __init__(self):
        self.now = fields.Datetime.now() + timedelta(seconds=5)


@tagged("post_install", "-at_install")
class TestOutage(ShopifyStory):
    def setUp(self):
        super().setUp()
        self.clock = Clock()
        for cursor in (BaseCursor, test_cursor.TestCursor):
            self.startPatcher(
                patch.object(cursor, "now", lambda _cursor: self.clock.now)
            )

    def live(self, minutes):
        """Work as workers do, until the clock has moved by so many minutes."""
        ends = self.clock.now + timedelta(minutes=minutes)
        queue = self.env["retail.sync.queue"]
        while self.clock.now < ends:
            self.run_jobs()
            wait_s = max(queue._next_due_s() or 1.0, 1.0)
            self.clock.now = min(ends, self.clock.now + timedelta(seconds=wait_s))
        self.env.invalidate_all()

    def work(self):
        """Work what is due; later things come when the clock has moved."""
        if not hasattr(self, "clock"):
            super().work()
            return
        self.env.flush_all()
        self.run_jobs()
        self.env.invalidate_all()

    def test_after_an_hour_all_orders_come_in_once_and_within_the_budget(self):
        self.shop.fault("error_before", "*", times=1000)
        placed = [self.buy() for _number in range(ON_HAND)]
        self.hear()
        self.live(60)
        tried = len(self.shop.calls("OrderFull"))
        self.assertFalse(any(self.ours(one).order_id for one in placed))
        parked = self.jobs().filtered(lambda job: job.state in ("parked", "dead"))

        self.shop.clear_faults()
        self.live(10)

        self.assertFalse(parked, "an hour gives up nothing")
        self.assertLess(tried, 60, "one probe now and then, no storm")
        self.assertEqual({self.ours(one).order_id.state for one in placed}, {"sale"})
        self.assertEqual(self.offered(), 0)
        codes = [call.get("code") for call in self.shop.calls()]
        self.assertNotIn("THROTTLED", codes)
        self.assertFalse(self.channel.out_kind_ids)

    def test_shipments_that_are_refused_stop_neither_orders_nor_levels(self):
        placed = [self.buy() for _number in range(6)]
        self.hear()
        self.shop.fault("error_before", "FulfillmentCreate", times=1000)
        for one in placed:
            self.ship(self.ours(one).order_id.picking_ids)
        self.live(5)
        self.assertEqual(self.channel.out_kind_ids.mapped("kind"), ["write:shipment"])
        later = self.buy()
        self.hear()
        self.live(1)

        self.assertEqual(self.ours(later).order_id.state, "sale")
        self.assertEqual(self.offered(), ON_HAND - 7)
        self.shop.clear_faults()
        self.live(20)

        self.assertEqual(len(self.shop.fulfillments()), 6, "each told once")
        self.assertFalse(self.channel.out_kind_ids)
