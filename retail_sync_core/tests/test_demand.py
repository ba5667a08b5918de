from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestDemand(StockCase):
    """Orders count before they are imported, once, and on every channel."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 10)
        self.listing = self.make_listing(self.product, there=10)

    def rows(self):
        """Return what is noted of open orders."""
        return self.env["retail.sync.demand"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def offered(self, place=None):
        """Return what would be offered now."""
        self.consume()
        level = self.level(self.product, place)
        return self.env["retail.sync.level"]._terms(level)[level.id].offered

    def order(self, state="waiting", **values):
        """Make the channel's order 1001."""
        return self.env["retail.sync.order"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "1001",
                "external_ref": "#1001",
                "state": state,
                **values,
            }
        )

    def sale(self):
        """Make the quotation of two units."""
        partner = self.env["res.partner"].create({"name": "Buyer"})
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": self.product.id, "product_uom_qty": 2})
                ],
            }
        )

    def test_ten_notices_of_one_order_count_once(self):
        for _notice in range(10):
            self.note(self.product, 2)

        self.assertEqual(self.rows().mapped("quantity"), [2])
        self.assertEqual(self.offered(), 8)

    def test_the_greater_quantity_counts_whatever_came_last(self):
        for quantity in (2, 3, 1):
            self.note(self.product, quantity)

        self.assertEqual(self.rows().mapped("quantity"), [3])

    def test_an_absurd_quantity_is_raised_and_empties_no_shop(self):
        before = self.offered()
        self.note(self.product, 999999)

        self.assertFalse(self.rows())
        self.assertEqual(self.offered(), before)
        self.assertEqual(len(self.issues("bad_payload")), 1)

    def test_far_more_than_is_shown_waits_for_the_order_itself(self):
        self.in_step(self.product, there=10)
        before = self.offered()
        self.note(self.product, 9999)
        self.assertEqual((self.offered(), len(self.rows())), (before, 0))

        self.note(self.product, 100)

        self.assertEqual(self.rows().mapped("quantity"), [100])

    def test_another_channel_of_the_same_stock_offers_less_at_once(self):
        other = self.channel.copy({"name": "Other", "state": "live"})
        place = self.env["retail.sync.location"].create(
            {
                "channel_id": other.id,
                "external_id": "O1",
                "name": "O1",
                "warehouse_id": self.warehouse.id,
            }
        )
        self.make_listing(self.product, channel=other)
        self.note(self.product, 2)

        self.assertEqual(self.offered(place), 8)

    def test_a_line_that_names_a_place_counts_there_only(self):
        second = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        place = self._make_place("L2", second)
        self.put(self.product, 5, second.lot_stock_id)
        self.note(self.product, 2, location_id="L2")

        self.assertEqual((self.offered(), self.offered(place)), (10, 3))

    def test_a_line_without_a_place_counts_wherever_it_may_be_taken(self):
        second = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        place = self._make_place("L2", second)
        self.put(self.product, 5, second.lot_stock_id)
        self.note(self.product, 2)

        self.assertEqual((self.offered(), self.offered(place)), (8, 3))

    def test_demand_counts_until_the_sale_order_is_confirmed_and_then_once(self):
        self.note(self.product, 2)
        sale = self.sale()
        self.order("imported", order_id=sale.id)
        offered = [self.offered()]
        sale.action_confirm()
        offered.append(self.offered())

        self.assertEqual(offered, [8, 8])
        self.assertFalse(self.rows())

    def test_a_late_notice_of_an_imported_order_is_not_noted(self):
        sale = self.sale()
        self.order("imported", order_id=sale.id)
        sale.action_confirm()
        self.note(self.product, 2)

        self.assertFalse(self.rows())
        self.assertEqual(self.offered(), 8)

    def test_a_quotation_goes_on_counting(self):
        order = self.order("imported", order_id=self.sale().id)
        self.note(self.product, 2)
        self.env["retail.sync.demand"]._replace(order, [("1", self.listing, 2, "")])

        self.assertEqual(self.rows().mapped("source"), ["order"])
        self.assertEqual(self.offered(), 8)

    def test_a_canceled_order_counts_no_more(self):
        self.note(self.product, 2)
        offered = [self.offered()]
        self.env["retail.sync.demand"]._drop(self.channel, "1001")
        offered.append(self.offered())

        self.assertEqual(offered, [8, 10])

    def test_a_line_known_only_by_its_sku_finds_its_listing(self):
        demand = doc.Demand(order_id="9", line_id="1", sku="A", quantity=Decimal(2))
        self.env["retail.sync.demand"]._note(self.channel, [demand])

        self.assertEqual(self.rows().listing_id, self.listing)

    def test_a_line_noted_before_its_listing_counts_when_it_is_matched(self):
        product = self.make_product("NEW", 10)
        self.note(product, 2)
        self.make_listing(product)
        self.consume()

        level = self.level(product)
        terms = self.env["retail.sync.level"]._terms(level)
        self.assertEqual(terms[level.id].pending, 2)

    def test_the_channels_own_sale_is_not_taken_from_its_level_twice(self):
        self.push()
        ShelfAdapter.sent.clear()
        self.shelf["L1", "item-A"] = 8
        placed_at = datetime.now(timezone.utc) + timedelta(minutes=1)
        self.note(self.product, 2, placed_at=placed_at)

        self.push()

        self.assertEqual(self.level(self.product).expected_qty, 8)
        self.assertEqual(ShelfAdapter.sent, [])

    def test_a_sale_canceled_before_its_import_is_given_back(self):
        self.push()
        placed_at = datetime.now(timezone.utc) + timedelta(minutes=1)
        self.note(self.product, 2, placed_at=placed_at)
        self.consume()
        expected = [self.level(self.product).expected_qty]
        self.order("cancelled", cancelled_at="2026-01-01 12:00:00")
        self.env["retail.sync.demand"]._drop(self.channel, "1001")
        self.consume()
        expected.append(self.level(self.product).expected_qty)

        self.assertEqual(expected, [8, 10])
