from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestPriority(StockCase):
    """Which channel gets the first units, everywhere or at one of its locations."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 20)
        self.listing = self.make_listing(self.product)
        self.consume()

    def offered(self, place=None):
        """Return what is offered now, by both ways of the statement."""
        level = self.level(self.product, place)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def level_text(self):
        """Return the explanation of our level."""
        level = self.level(self.product, self.place)
        level.invalidate_recordset()
        return level.explanation

    def marked(self):
        """Return the marked products, None for all; the marks are taken."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM retail_sync_stock_mark RETURNING product_id")
        return [row[0] for row in self.env.cr.fetchall()]

    def test_the_first_units_of_a_better_channel_are_left_to_it(self):
        first = self.env["retail.sync.channel"].create(
            {
                "name": "First",
                "code": "manual",
                "state": "live",
                "rank": 1,
                "first_units": 4,
            }
        )
        self.env["retail.sync.location"].create(
            {
                "channel_id": first.id,
                "external_id": "F1",
                "name": "F1",
                "warehouse_id": self.warehouse.id,
            }
        )
        before = self.offered()
        theirs = self.make_listing(self.product, channel=first)
        self.consume()

        self.assertEqual((before, self.offered()), (20, 16))
        self.assertIn("4 that other channels get first", self.level_text())
        level = theirs.level_ids
        self.assertEqual(level._terms(level)[level.id].offered, 20)
        self.marked()
        first.first_units = 1
        self.assertIn(None, self.marked())
        self.assertEqual(self.offered(), 19)

    def make_rival(self, **values):
        """Make a channel that offers the same house and product; return its place."""
        rival = self.env["retail.sync.channel"].create(
            {"name": "Rival", "code": "manual", "state": "live", **values}
        )
        place = self._make_place("R1", self.warehouse, channel_id=rival.id)
        self.make_listing(self.product, channel=rival)
        self.consume()
        return place

    def test_a_location_may_have_a_rank_and_first_units_of_its_own(self):
        place = self.make_rival(rank=20)
        offered = [self.offered()]
        for values in ({"first_units": 6}, {"rank": 3}, {"rank": 10}, {"rank": 0}):
            place.write(values)
            offered.append(self.offered())
        self.place.rank = 30
        offered.append(self.offered())
        place.first_units = 0
        offered.append(self.offered())

        self.assertEqual(offered, [20, 20, 14, 20, 20, 14, 20])

    def test_a_channels_first_units_count_once_whatever_its_locations(self):
        place = self.make_rival(rank=1, first_units=4)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        inner = self._make_place("R2", self.warehouse, channel_id=place.channel_id.id)
        inner.location_id = shelf
        twice = self.offered()

        inner.first_units = 7

        self.assertEqual((twice, self.offered()), (16, 13))

    def test_a_rank_of_a_location_marks_what_others_offer(self):
        place = self.make_rival(rank=20, first_units=6)
        before = self.level(self.product).wanted_generation
        place.rank = 1
        self.consume()
        ranked = self.level(self.product).wanted_generation

        place.action_ignore()
        self.consume()

        ignored = self.level(self.product).wanted_generation
        self.assertEqual(self.offered(), 20)
        self.assertTrue(before < ranked < ignored, (before, ranked, ignored))

    def test_what_a_better_channel_takes_out_of_sale_is_told_by_the_others(self):
        place = self.make_rival(rank=1, first_units=6)
        before = self.level(self.product).wanted_generation

        place.channel_id.listing_ids.published = False
        self.consume()

        self.assertEqual(self.offered(), 20)
        self.assertGreater(self.level(self.product).wanted_generation, before)
