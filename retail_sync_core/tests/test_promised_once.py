import random

from odoo.tests import tagged

from ..domain.stock import Movement
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestPromisedOnce(StockCase):
    """Where channels share stock out, no unit is shown by two of them at any time."""

    def setUp(self):
        super().setUp()
        self.second = self.env["retail.sync.channel"].create(
            {"name": "Second", "code": "manual", "state": "live", "share": 50}
        )
        self.second._workflow("stock").gather_s = 0
        self.channel.share = 50
        self.env["retail.sync.bucket"]._ensure()
        self.other = self._make_place("L2", self.warehouse, channel_id=self.second.id)
        self.product = self.make_product("A", 4)
        self.make_listing(self.product, there=0)
        self.make_listing(self.product, channel=self.second)
        self.shelf["L2", "item-A"] = 0
        self.push()
        ShelfAdapter.sent.clear()

    def shown(self):
        """Return what both channels show."""
        return self.shelf["L1", "item-A"], self.shelf["L2", "item-A"]

    def sell(self, units):
        """Let the first channel sell units; the order is in, and reserved."""
        self.sell_at("L1", self.channel, units, 1001)

    def test_each_shows_its_part(self):
        self.assertEqual(self.shown(), (2, 2))

    def test_a_unit_that_another_channel_still_shows_is_not_shown_again(self):
        self.second.state = "paused"
        self.sell(2)

        self.push()

        self.assertEqual(self.shown(), (0, 2))
        self.assertIn("still show", self.level(self.product).explanation)

    def below(self):
        """Let the second channel offer only a shelf of the house, where all lies."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.put(self.product, -4)
        self.put(self.product, 4, shelf)
        self.other.location_id = shelf
        self.push()

    def test_a_shelf_and_the_house_around_it_show_no_unit_twice(self):
        self.below()
        self.second.state = "paused"
        self.sell(2)
        self.push()
        held = self.shown()
        self.second.state = "live"
        self.push()

        self.assertEqual((held, self.shown()), ((0, 2), (1, 1)))

    def test_the_first_units_of_a_shelf_are_left_to_it_by_the_house(self):
        self.below()
        self.channel.write({"share": 100, "rank": 20})
        self.second.write({"share": 100, "rank": 1, "first_units": 3})
        level = self.level(self.product)

        self.assertEqual(level._terms(level)[level.id].offered, 1)

    def test_it_is_shown_once_the_other_channel_shows_less(self):
        self.second.state = "paused"
        self.sell(2)
        self.push()
        self.second.state = "live"

        self.push()

        self.assertEqual(self.shown(), (1, 1))
        self.assertNotIn("still show", self.level(self.product).explanation)

    def test_what_another_channel_stocks_no_more_is_free_again(self):
        self.second.state = "paused"
        self.sell(2)
        self.push()
        self.assertEqual(self.shown(), (0, 2))
        level = self.level(self.product, self.other)
        level._write_stopped({level.id: "gone"}, "inactive", answered=True)

        self.env["retail.sync.stock.unseen"]._mark_due()
        self.push()

        self.assertEqual(self.shown()[0], 1)

    def test_what_another_channel_offers_no_more_is_free_again(self):
        self.second.state = "paused"
        self.sell(2)
        self.push()
        self.assertEqual(self.shown(), (0, 2))
        self.other.state = "ignored"

        self.env["retail.sync.stock.unseen"]._mark_due()
        self.push()

        self.assertEqual(self.shown()[0], 1)

    def test_what_falls_is_told_before_what_rises(self):
        self.sell(2)

        self.push()

        told = [
            (effect.body.location_id, effect.body.levels[0].quantity)
            for effect in ShelfAdapter.sent
        ]
        self.assertEqual(told, [("L2", 1), ("L1", 1)])

    def test_it_is_shown_once_the_other_channel_has_sold_it(self):
        self.second.state = "paused"
        self.sell(2)
        self.push()
        self.put(self.product, 1)
        self.sell_at("L2", self.second, 1, 2001)

        self.push()

        self.assertEqual(self.shown(), (1, 1))

    def test_it_is_shown_once_the_other_channel_is_given_up(self):
        self.second.state = "paused"
        self.sell(2)
        self.push()

        self.second.active = False
        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 1)

    def test_a_level_on_its_way_counts_as_it_was_and_as_it_will_be(self):
        level = self.level(self.product, self.other)
        level.write({"state": "sent", "sent_qty": 0})
        self.second.state = "paused"
        self.sell(2)

        self.push()

        self.assertEqual(self.shown(), (0, 2))

    def test_stock_that_all_may_show_is_not_held_back(self):
        self.second.share = 100
        self.push()
        self.second.state = "paused"
        self.sell(2)

        self.push()

        self.assertEqual(self.shown(), (1, 4))

    def test_whatever_comes_no_more_is_shown_than_is_left(self):
        rng = random.Random(11)
        channels = {"L1": self.channel, "L2": self.second}
        left, held = 4, 0
        for number in range(25):
            place = rng.choice(["L1", "L2"])
            units = rng.choice([0, self.shelf[place, "item-A"]])
            for channel in channels.values():
                channel.state = rng.choice(["live", "paused"])
            if rng.random() < 0.4:
                self.put(self.product, 2)
                left += 2
            if units:
                self.sell_at(place, channels[place], units, number)
                left -= units
            self.push()
            held += any(self.product_levels().mapped("held_back"))
            self.assertLessEqual(sum(self.shown()), left, f"step {number}")
        self.assertTrue(held)

        self.channel.state = self.second.state = "live"
        self.push()

        self.assertEqual(self.shown(), (left // 2, left // 2))

    def sell_at(self, place, channel, units, number):
        """Let a channel sell units of what it shows."""
        self.shelf[place, "item-A"] -= units
        self.make_move(self.product, units, reserve=True)
        sold = Movement(
            movement_id=f"sold:{number}:1",
            item_id="item-A",
            location_id=place,
            quantity=-units,
        )
        self.env["retail.sync.level"]._channel_moved(channel, [sold])

    def product_levels(self):
        """Return the levels of the product."""
        return self.env["retail.sync.level"].search(
            [("product_id", "=", self.product.id)]
        )
