from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestListing(StockCase):
    """Their items find our products, or wait for a person."""

    def receive(self, *items):
        """Read one page of the catalog."""
        return self.env["retail.sync.listing"]._receive(self.channel, items)

    def item(self, number="1", **values):
        """Return an item of the channel."""
        return doc.Item(external_id=number, title=f"Item {number}", **values)

    def test_the_barcode_is_asked_before_the_sku(self):
        by_barcode = self.make_product("OTHER", barcode="400")
        self.make_product("A")

        listing = self.receive(self.item(sku="A", barcode="400"))

        self.assertRecordValues(
            listing,
            [
                {
                    "product_id": by_barcode.id,
                    "state": "matched",
                    "match_code": "barcode",
                }
            ],
        )

    def test_a_channel_with_products_to_match_needs_a_person(self):
        self.env["retail.sync.fuse"].sudo().action_confirm_database()
        self.assertEqual(self.channel.health, "good")

        self.receive(self.item(sku="NOBODY"))
        self.channel.invalidate_recordset()

        self.assertEqual(self.channel.health, "attention")
        self.assertIn("Products to match: 1", self.channel.health_note)
        action = self.channel.action_next_step()
        self.assertEqual(action["res_model"], "retail.sync.listing")

    def test_a_sku_is_compared_without_case_or_spaces(self):
        product = self.make_product("AB-1")

        self.assertEqual(self.receive(self.item(sku=" ab-1 ")).product_id, product)

    def test_products_shared_between_companies_match(self):
        product = self.make_product("A")
        self.assertFalse(product.company_id)

        self.assertEqual(self.receive(self.item(sku="A")).product_id, product)

    def test_another_companys_product_does_not_match(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        self.make_product("A", company_id=company.id)

        self.assertEqual(self.receive(self.item(sku="A")).state, "missing")

    def test_an_ambiguous_sku_is_never_the_first_of_several(self):
        self.make_product("A")
        self.make_product("A")

        listing = self.receive(self.item(sku="A"))

        self.assertRecordValues(listing, [{"product_id": False, "state": "ambiguous"}])
        self.assertIn("Several of our products have the SKU A", listing.match_reason)

    def test_a_product_chosen_by_hand_wakes_the_orders_that_waited(self):
        listing = self.receive(self.item(sku="GONE"))
        issue = self.env["retail.sync.issue"]._raise(
            self.channel, "unknown_sku", field="SKU", value="GONE"
        )

        listing.product_id = self.make_product("A")

        self.assertEqual((listing.state, listing.match_code), ("matched", "hand"))
        self.assertEqual(issue.state, "closed")

    def test_a_choice_by_hand_outlives_the_next_reading(self):
        product, other = self.make_product("MINE"), self.make_product("A")
        listing = self.receive(self.item(sku="A"))
        self.assertEqual(listing.product_id, other)
        listing.product_id = product

        self.receive(self.item(sku="A", barcode="7"))

        self.assertRecordValues(listing, [{"product_id": product.id, "barcode": "7"}])

    def test_what_is_left_out_stays_left_out(self):
        listing = self.receive(self.item(sku="A"))
        listing.action_ignore()
        self.make_product("A")

        self.receive(self.item(sku="A"))

        self.assertEqual(listing.state, "ignored")

    def test_matching_again_finds_a_product_made_since(self):
        listing = self.receive(self.item(sku="A"))
        product = self.make_product("A", 3)

        listing.action_match_again()

        self.assertEqual(listing.product_id, product)

    def test_a_matched_listing_gets_a_level_at_each_mapped_location(self):
        second = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        place = self._make_place("L2", second)
        self._make_place("L3", self.env["stock.warehouse"])
        self.make_product("A", 3)
        listing = self.receive(self.item(sku="A"))

        self.consume()

        self.assertEqual(listing.level_ids.location_id, self.place | place)

    def test_the_number_of_queries_does_not_grow_with_the_page(self):
        for number in range(40):
            self.make_product(f"S{number}")

        small = self.count_queries(range(1, 3))
        large = self.count_queries(range(3, 40))

        self.assertLess(large, small + 5)

    def count_queries(self, numbers):
        """Return how many queries a page of these items takes."""
        items = [self.item(f"i{n}", sku=f"S{n}") for n in numbers]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.receive(*items)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestCatalog(StockCase):
    """Catalog and locations are read a page a job."""

    def read(self, handler):  # pylint: disable=method-required-super
        """Run one job of ``handler`` to its end."""
        self.env["retail.sync.job"]._enqueue(
            self.channel, handler, order_key=handler, lane=2
        )
        self.push()

    def test_a_catalog_is_read_page_by_page(self):
        ShelfAdapter.pages["catalog", ""] = base.Page(
            documents=(doc.Item(external_id="1", sku="A"),), cursor="p2", more=True
        )
        ShelfAdapter.pages["catalog", "p2"] = base.Page(
            documents=(doc.Item(external_id="2", sku="B"),)
        )

        self.read("catalog.page")

        listings = self.env["retail.sync.listing"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(sorted(listings.mapped("external_id")), ["1", "2"])
        self.assertTrue(self.channel._workflow("catalog").last_success_at)

    def test_locations_are_mapped_where_the_name_is_one_of_ours(self):
        house = self.env["stock.warehouse"].create({"name": "Café Nord", "code": "CN"})
        ShelfAdapter.pages["places", ""] = base.Page(
            documents=(
                doc.Place(external_id="10", name="CAFE  nord"),
                doc.Place(external_id="11", name="Elsewhere"),
                doc.Place(external_id="L1", name="Renamed"),
            )
        )

        self.read("places.read")

        places = self.env["retail.sync.location"].search(
            [("channel_id", "=", self.channel.id)], order="external_id"
        )
        self.assertRecordValues(
            places,
            [
                {"name": "CAFE  nord", "state": "mapped", "warehouse_id": house.id},
                {"name": "Elsewhere", "state": "unmapped", "warehouse_id": False},
                {
                    "name": "Renamed",
                    "state": "mapped",
                    "warehouse_id": self.warehouse.id,
                },
            ],
        )
