from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..domain import documents as doc
from ..domain.stock import Movement
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestStockClock(StockCase):
    """The channel's clock is ten minutes off ours; its sales have its time."""

    def read_with(self, **off):
        """Read the level of ten, by a clock that is so far off."""
        self.off = timedelta(**off)
        self.startPatcher(patch.object(ShelfAdapter, "read_levels", self.answer))
        self.product = self.make_product("A", 10)
        self.make_listing(self.product, there=10)
        self.push()
        ShelfAdapter.sent.clear()

    def answer(self, refs):
        return tuple(
            doc.LevelReading(
                ref=ref, available=self.shelf["L1", ref.item_id], as_of=self.clock()
            )
            for ref in refs
        )

    def clock(self):
        """Return the channel's time."""
        return fields.Datetime.now().replace(tzinfo=timezone.utc) + self.off

    def sell(self, seconds):
        """Let the channel have sold one, so long after the level was read."""
        sold = Movement(
            movement_id="order-1",
            item_id="item-A",
            location_id="L1",
            quantity=-1,
            occurred_at=self.clock() + timedelta(seconds=seconds),
        )
        self.env["retail.sync.level"]._channel_moved(self.channel, [sold])

    def test_a_sale_after_the_reading_by_a_clock_behind_ours(self):
        self.read_with(minutes=-10)

        self.sell(180)

        self.assertEqual(self.level(self.product).expected_qty, 9)

    def test_a_sale_before_the_reading_by_a_clock_ahead_of_ours(self):
        self.read_with(minutes=10)

        self.sell(-180)

        self.assertEqual(self.level(self.product).expected_qty, 10)

    def test_such_a_sale_is_no_drift(self):
        self.read_with(minutes=-10)
        self.shelf["L1", "item-A"] = 9
        self.sell(180)
        self.put(self.product, 5)
        self.orders_are_in()

        self.push(ahead_s=60)

        self.assertFalse(self.issues("stock_drift"))
        self.assertFalse(self.env["retail.sync.drift"].search([]))
        self.assertEqual(self.shelf["L1", "item-A"], 15)

    def test_a_sale_of_the_moment_may_be_in_the_figure_or_not(self):
        """Known after the reading; the figure had it already, as is seen later."""
        self.read_with(minutes=-10)
        self.sell(1)
        level = self.level(self.product)
        self.assertEqual(level.expected_qty, 9)

        doubtful = self.env["retail.sync.movement"]._doubtful(level)

        self.assertEqual(doubtful, [1])

    def put_back_at_the_reading(self, found):
        """Two units come back in the second of the reading; ``found`` is there now."""
        self.read_with(minutes=-10)
        level = self.level(self.product)
        back = Movement(
            movement_id="back-1",
            item_id="item-A",
            location_id="L1",
            quantity=2,
            occurred_at=level.based_at.replace(tzinfo=timezone.utc),
        )
        self.shelf["L1", "item-A"] = found
        self.env["retail.sync.level"]._channel_moved(self.channel, [back])
        self.push(ahead_s=60)
        return level

    def test_what_came_back_in_that_second_is_not_offered(self):
        """Nothing moved here that would have the level told."""
        level = self.put_back_at_the_reading(found=12)

        self.assertEqual(self.shelf["L1", "item-A"], 10)
        self.assertEqual((level.expected_qty, level.state), (10, "acknowledged"))
        self.assertFalse(self.issues("stock_drift"))

    def test_what_came_back_in_that_second_was_in_the_figure(self):
        level = self.put_back_at_the_reading(found=10)

        self.assertEqual(self.shelf["L1", "item-A"], 10)
        self.assertEqual((level.expected_qty, level.state), (10, "acknowledged"))
        self.assertFalse(self.issues("stock_drift"))

    def test_without_a_clock_of_its_own_ours_is_taken(self):
        self.off = timedelta()
        self.product = self.make_product("A", 10)
        self.make_listing(self.product, there=10)
        self.push()

        level = self.level(self.product)

        self.assertEqual(level.based_at, level.read_at)
