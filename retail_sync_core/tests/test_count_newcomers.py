from odoo.tests import tagged

from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestCountNewcomers(StockCase):
    """What is told for the first time is told no figure of a count half done."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 20)
        self.listing = self.make_listing(self.product)
        self.consume()
        self.in_step(self.product, there=20)

    def newcomer(self, there=7):
        """Make a listing while the location is counted."""
        product = self.make_product("NEW", 9)
        self.make_listing(product, there=there)
        self.push()
        return product

    def told(self):
        """Return the items that were told, batch by batch."""
        return [
            sorted(write.ref.item_id for write in effect.body.levels)
            for effect in ShelfAdapter.sent
        ]

    def test_a_new_listing_is_told_when_the_count_ends(self):
        self.place.action_freeze()
        product = self.newcomer()
        self.put(product, 4)
        self.push()
        during = self.shelf["L1", "item-NEW"], self.told()
        text = self.level(product).explanation

        self.place.action_thaw()
        self.push()

        self.assertEqual(during, (7, []))
        self.assertIn("not told before the count", text)
        self.assertEqual(self.shelf["L1", "item-NEW"], 13)

    def test_what_is_not_stocked_there_is_not_added_with_such_a_figure(self):
        self.place.action_freeze()
        self.newcomer(there=None)
        during = self.told()

        self.place.action_thaw()
        self.push()

        self.assertEqual(during, [])
        self.assertEqual(self.shelf["L1", "item-NEW"], 9)

    def test_telling_all_stock_leaves_newcomers_to_the_end(self):
        self.place.action_freeze()
        self.newcomer()
        run = self.env["retail.sync.stock.run"]._start(self.channel, "publish")
        self.push(ahead_s=6)

        self.assertEqual((run.state, run.done), ("done", 1))
        self.assertEqual(self.told(), [["item-A"]])

    def test_nobody_looks_for_newcomers_in_vain(self):
        self.place.action_freeze()
        self.newcomer()

        self.assertFalse(self.env["retail.sync.level"]._find_forgotten())
        self.assertFalse(self.channel.stale_count)

    def test_a_location_mapped_meanwhile_joins_the_count(self):
        second = self.env["retail.sync.channel"].create(
            {"name": "Second", "code": "manual", "state": "live"}
        )
        self.make_listing(self.product, channel=second)
        self.place.action_freeze()

        theirs = self._make_place("S2", self.warehouse, channel_id=second.id)
        self.consume()
        joined = theirs.frozen_at, self.level(self.product, theirs).awaits_count
        self.place.action_thaw()

        self.assertTrue(all(joined))
        self.assertFalse(theirs.frozen_at)
        self.assertFalse(self.level(self.product, theirs).awaits_count)

    def test_a_location_that_offers_other_stock_now_leaves_the_count(self):
        house = self.env["stock.warehouse"].create({"name": "Else", "code": "ELSE"})
        second = self._make_place("L2", self.warehouse)
        self.place.action_freeze()
        joined = bool(second.frozen_at)

        second.warehouse_id = house

        self.assertTrue(joined and self.place.frozen_at)
        self.assertFalse(second.frozen_at)

    def test_a_level_known_there_keeps_the_lesser_when_its_location_joins(self):
        house = self.env["stock.warehouse"].create({"name": "Else", "code": "ELSE"})
        self.put(self.product, 5, house.lot_stock_id)
        second = self._make_place("L2", house)
        self.shelf["L2", "item-A"] = 5
        self.consume()
        self.push()
        self.place.action_freeze()

        second.warehouse_id = self.warehouse
        self.put(self.product, -19)

        level = self.level(self.product, second)
        self.assertTrue(second.frozen_at)
        self.assertEqual(level._offered(level), {level.id: 5})

    def test_a_listing_that_is_another_product_now_is_a_newcomer(self):
        other = self.make_product("B", 3)
        self.place.action_freeze()

        self.listing.product_id = other
        self.push()
        waits = self.level(other).awaits_count
        self.place.action_thaw()
        self.push()

        self.assertTrue(waits)
        self.assertEqual(self.shelf["L1", "item-A"], 3)
