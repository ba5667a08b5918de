"""A shop that already sells: watched, taken live, paused, and put back as it was."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from story import ON_HAND, PLACE, ShopifyStory


@tagged("post_install", "-at_install")
class TestGoLive(ShopifyStory):
    catalogue = ("MUG", "NEWCOMER")
    there = 7

    def goods(self, sku):
        variant = {"sku": sku, "price": "10.00", "levels": {PLACE: self.there}}
        return {"title": sku.capitalize(), "variants": [variant]}

    def connect(self):
        """Connect, map, and only watch."""
        self.channel.action_test_connection()
        for handler in ("places.read", "catalog.page"):
            self.channel._enqueue_check(handler)
        self.work()
        self.channel.location_ids.warehouse_id = self.warehouse
        self.channel.import_since = fields.Datetime.now() - timedelta(days=1)
        self.channel.action_watch()
        self.env["retail.sync.channel"]._enqueue_checks()
        self.work()

    def changed(self):
        """Return the names of the mutations that the shop was asked for."""
        return [
            call["operation"]
            for call in self.shop.calls()
            if call["kind"] == "mutation"
        ]

    def levels(self):
        return {sku: quantities(self.shop.level(sku, PLACE)) for sku in self.catalogue}

    def go_live(self):
        self.channel.action_go_live()
        self.env["retail.sync.channel"]._enqueue_checks()
        self.work()

    def put_back(self):
        wizard = self.env["retail.sync.put.back"].create(
            {"channel_id": self.channel.id, "reason": "A trial"}
        )
        wizard.action_put_back()
        self.work()
        self.env["retail.sync.workflow"]._enqueue_due()
        self.work()

    def test_watched_the_shop_is_asked_for_no_change_at_all(self):
        placed = self.buy(2)
        self.hear()
        self.env["retail.sync.workflow"]._enqueue_due()
        self.work()

        self.assertTrue(self.shop.calls())
        self.assertEqual(self.changed(), [])
        self.assertEqual(self.ours(placed).state, "watched")
        self.assertFalse(self.ours(placed).order_id)
        rows = self.env["retail.sync.stock.before"].search(
            [("channel_id", "=", self.channel.id), ("difference", "!=", 0)]
        )
        self.assertIn(self.mug, rows.product_id)

    def test_live_and_put_back_the_levels_are_as_before_to_the_unit(self):
        before = self.levels()

        self.go_live()
        self.assertEqual(self.offered(), ON_HAND)
        self.put_back()

        self.assertEqual(self.levels(), before)
        self.assertEqual(self.channel._workflow("stock").state, "paused")

    def test_what_sold_meanwhile_stays_sold(self):
        self.go_live()
        placed = self.buy(3)
        self.hear()
        self.assertEqual(self.ours(placed).state, "imported")
        self.assertEqual(self.offered(), ON_HAND - 3)

        self.put_back()

        self.assertEqual(self.offered(), self.there - 3)

    def test_a_paused_flow_sends_nothing_and_then_what_is_latest(self):
        self.go_live()
        self.shop.clear_calls()
        stock = self.channel._workflow("stock")
        stock.action_pause("Stocktaking")
        for _change in range(3):
            self.env["stock.quant"]._update_available_quantity(
                self.mug, self.warehouse.lot_stock_id, 1
            )
            self.work()
        self.assertEqual(self.changed(), [])

        stock.action_resume()
        self.work()

        self.assertEqual(self.offered(), ON_HAND + 3)
        self.assertEqual(len(self.shop.calls("InventorySetQuantities")), 1)


def quantities(level):
    """Return what a level has, without when it was changed."""
    return {name: units for name, units in level.items() if isinstance(units, int)}
