from datetime import datetime, timezone

from lxml import etree
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .stock_common import ShelfAdapter, StockCase

PLACED = datetime(2026, 5, 4, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
class TestLocationLeftOut(StockCase):
    """A location is left out and taken in again, wherever it is shown."""

    def buttons(self, view_type, place):
        """Return (name, asks before) of the buttons that a row shows."""
        shown = {"state": place.state, "is_at_work": place.is_at_work}
        arch = etree.fromstring(place.get_view(view_type=view_type)["arch"])
        return [
            (button.get("name"), bool(button.get("confirm")))
            for button in arch.iter("button")
            if button.get("name") in ("action_ignore", "action_unignore")
            and not safe_eval(button.get("invisible"), dict(shown))
        ]

    def test_each_location_can_be_left_out_or_taken_in_again(self):
        bare = self._make_place("L2", self.warehouse.browse())
        out = self._make_place("L3", self.warehouse)
        out.action_ignore()
        for view_type in ("list", "form"):
            with self.subTest(view_type):
                self.channel.state = "draft"
                self.assertEqual(
                    [self.buttons(view_type, p) for p in (bare, self.place, out)],
                    [
                        [("action_ignore", False)],
                        [("action_ignore", False)],
                        [("action_unignore", False)],
                    ],
                )
                self.channel.state = "live"
                self.assertEqual(
                    [self.buttons(view_type, p) for p in (bare, self.place, out)],
                    [
                        [("action_ignore", False)],
                        [("action_ignore", True)],
                        [("action_unignore", False)],
                    ],
                )

    def test_what_is_left_out_keeps_its_figure_there_until_it_is_taken_in(self):
        product = self.make_product("A", 10)
        self.make_listing(product, there=0)
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 10)
        ShelfAdapter.sent.clear()

        self.place.action_ignore()
        self.put(product, -4)
        self.push()
        self.assertEqual(ShelfAdapter.sent, [])
        self.assertEqual(self.shelf["L1", "item-A"], 10, "it goes on selling that")

        self.place.action_unignore()
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 6)


@tagged("post_install", "-at_install")
class TestSoldWhereNothingIsTold(StockCase):
    """What sells at a location counts where its order will take it, told or not."""

    def setUp(self):
        super().setUp()
        self.offer_twice()
        self.consume()

    def others(self):
        """Return the level of the other channel, as it is now."""
        self.consume()
        return self.level(self.product, self.there)

    def offered(self):
        """Return what the other channel would be told."""
        level = self.others()
        return self.env["retail.sync.level"]._terms(level)[level.id].offered

    def test_what_sells_at_a_location_left_out_counts_elsewhere(self):
        self.place.action_ignore()
        before = self.others().wanted_generation

        self.note(self.product, 2, location_id="L1")

        self.assertEqual(self.offered(), 8)
        self.assertGreater(self.others().wanted_generation, before)

    def test_its_orders_leave_from_there_as_before(self):
        importer = self.env["retail.sync.importer.order"]
        self.place.action_ignore()
        self.assertEqual(
            importer._find_warehouses(self.channel, {"L1"}), {"L1": self.warehouse}
        )

        self.place.write({"warehouse_id": False, "location_id": False})
        self.note(self.product, 2, location_id="L1")

        self.assertFalse(importer._find_warehouses(self.channel, {"L1"}))
        self.assertEqual(self.place.state, "ignored")

    def test_it_takes_no_first_units_anymore(self):
        self.channel.write({"rank": 1, "first_units": 3})
        self.assertEqual(self.offered(), 7)

        self.place.action_ignore()
        self.note(self.product, 2, location_id="L1")

        self.assertEqual(self.offered(), 8)

    def test_a_location_of_the_same_stock_beside_it_is_told_less(self):
        beside = self._make_place("L2", self.warehouse)
        self.place.action_ignore()
        self.consume()
        before = self.level(self.product, beside).wanted_generation

        self.note(self.product, 2, location_id="L1", placed_at=PLACED)

        self.consume()
        self.assertGreater(self.level(self.product, beside).wanted_generation, before)

    def test_a_location_that_is_not_mapped_counts_wherever_it_may_be_taken(self):
        self._make_place("L3", self.warehouse.browse())
        for order, place in (("1001", "L3"), ("1002", "unknown")):
            self.note(self.product, 1, order=order, location_id=place)

        self.assertEqual(self.offered(), 8)

    def test_what_names_no_place_counts_at_the_channels_own_warehouse(self):
        """Its order is taken from there, whether its stock is told or not."""
        second = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        self.place.warehouse_id = second
        self.note(self.product, 2)
        self.note(self.product, 1, order="1002", location_id="L1")
        self.assertEqual(self.offered(), 10)
        before = self.others().wanted_generation

        self.channel.warehouse_id = self.warehouse

        self.assertEqual(self.offered(), 8)
        self.assertGreater(self.others().wanted_generation, before)

    def test_a_location_that_is_mapped_anew_takes_what_it_sold_along(self):
        second = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        self.note(self.product, 2, location_id="L1")
        before = self.others().wanted_generation

        self.place.warehouse_id = second

        self.assertEqual(self.offered(), 10)
        self.assertGreater(self.others().wanted_generation, before)
