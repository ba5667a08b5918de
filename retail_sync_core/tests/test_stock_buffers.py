from odoo import fields
from odoo.tests import tagged

from ..models.retail_sync_stock_rule import DAYS
from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestStockBuffers(StockCase):
    """What is kept back: the most specific figure counts, in the product's unit."""

    def setUp(self):
        super().setUp()
        self.category = self.env["product.category"].create({"name": "Wine"})
        self.product = self.make_product("A", 20, categ_id=self.category.id)
        self.listing = self.make_listing(self.product)
        self.consume()

    def offered(self):
        """Return what is offered now."""
        level = self.level(self.product)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def rule(self, kind, quantity, **scope):
        """Make a rule of the company."""
        return self.env["retail.sync.stock.rule"].create(
            {"kind": kind, "quantity": quantity, **scope}
        )

    def test_a_rule_for_all_yields_to_what_a_place_or_a_channel_says(self):
        found = []
        self.rule("buffer", 9)
        found.append(self.offered())
        self.channel.buffer_qty = 8
        found.append(self.offered())
        self.rule("buffer", 7, channel_id=self.channel.id)
        found.append(self.offered())
        self.place.buffer_qty = 6
        found.append(self.offered())
        self.rule("buffer", 5, categ_id=self.category.id)
        found.append(self.offered())

        self.assertEqual(found, [11, 12, 13, 14, 15])

    def test_a_rule_for_some_days_goes_before_what_a_place_says(self):
        self.place.buffer_qty = 2
        today = self.channel._own_day(fields.Datetime.now())
        others = [day for n, day in enumerate(DAYS, 1) if n != today.isoweekday()]
        self.rule("buffer", 6, **dict.fromkeys(others, False))
        self.assertEqual(self.offered(), 14)

    def test_what_a_place_keeps_back_is_in_the_units_of_the_product(self):
        self.listing.uom_id = self.env.ref("uom.product_uom_dozen")
        self.put(self.product, 11)
        self.place.buffer_qty = 7
        kept = self.offered()
        self.rule("buffer", 8, product_id=self.product.id)
        by_rule = self.offered()
        self.listing.buffer_qty = 1

        self.assertEqual((kept, by_rule, self.offered()), (2, 1, 1))
