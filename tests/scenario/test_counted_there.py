"""The shop (or a warehouse behind it) counts the stock; another channel sells it."""

from odoo.tests import tagged
from story import ON_HAND, PLACE, ShopifyStory


@tagged("post_install", "-at_install")
class TestCountedThere(ShopifyStory):
    """The location's number is the shop's: nothing is told, its figures are booked."""

    def setUp(self):
        super().setUp()
        self.place = self.channel.location_ids
        self.place.stock_owner = "channel"
        self.work()
        self.place.drop_units = 1000.0
        self.at_the_warehouse(ON_HAND)
        self.hear()
        self.second = self.open_second_shop()
        self.shop.clear_calls()

    def open_second_shop(self):
        """Sell the same stock on a channel that is told its levels."""
        channel = self.env["retail.sync.channel"].create(
            {"name": "Second", "code": "manual", "state": "live"}
        )
        self.env["retail.sync.location"].create(
            {
                "channel_id": channel.id,
                "external_id": "2",
                "name": "2",
                "warehouse_id": self.warehouse.id,
            }
        )
        self.env["retail.sync.listing"].create(
            {
                "channel_id": channel.id,
                "external_id": "mug",
                "title": "Mug",
                "product_id": self.mug.id,
            }
        )
        self.work()
        return channel

    def at_the_warehouse(self, available):
        """Let the warehouse behind the shop count what is free to sell."""
        self.shop.set_level("MUG", PLACE, available=available)

    def held(self):
        self.env.invalidate_all()
        stock = self.mug.with_context(warehouse_id=self.warehouse.id)
        return stock.qty_available

    def offered_second(self):
        """Return what the second channel may offer now."""
        level = self.env["retail.sync.level"].search(
            [("channel_id", "=", self.second.id)]
        )
        return level._terms(level)[level.id].offered

    def adjustments(self):
        return self.env["retail.sync.stock.adjustment"].search(
            [("product_id", "=", self.mug.id)], order="id"
        )

    def test_their_count_reaches_our_books_and_the_other_channel(self):
        self.at_the_warehouse(25)
        self.hear()

        self.assertEqual((self.held(), self.offered_second()), (25, 25))
        self.assertEqual(self.shop.calls("InventorySetQuantities"), [])
        self.assertIn("25 free to sell there", self.adjustments()[-1].explanation)

    def test_a_sale_there_is_taken_off_once(self):
        before = len(self.adjustments())
        placed = self.buy(3)
        self.hear()
        sale = self.ours(placed).order_id
        self.assertEqual((self.held(), self.offered_second()), (ON_HAND, ON_HAND - 3))

        self.ship(sale.picking_ids)
        self.hear()
        self.place.action_take()
        self.work()

        self.assertEqual((self.held(), self.offered_second()), (7, 7))
        self.assertEqual(self.offered(), 7)
        self.assertEqual(len(self.adjustments()), before)

    def test_a_level_that_comes_before_its_order_does_not_count_twice(self):
        placed = self.buy(3)
        deliveries = self.shop.deliver()
        topics = [one.headers["X-Shopify-Topic"] for one in deliveries]
        self.assertIn("inventory_levels/update", topics)
        levels = [d for d, t in zip(deliveries, topics, strict=True) if "inv" in t]
        others = [d for d in deliveries if d not in levels]

        self.hear(levels)
        self.assertEqual(self.offered_second(), ON_HAND - 3)
        self.hear([*others, *levels, *others])

        self.assertEqual((self.held(), self.offered_second()), (ON_HAND, ON_HAND - 3))
        self.ship(self.ours(placed).order_id.picking_ids)
        self.assertEqual((self.held(), self.offered_second()), (7, 7))

    def test_lost_webhooks_are_found_by_the_turn(self):
        self.at_the_warehouse(4)
        self.shop.deliver()
        self.assertEqual(self.held(), ON_HAND)

        self.place.next_take_at = False
        self.env["retail.sync.workflow"]._enqueue_due()
        self.work()

        self.assertEqual((self.held(), self.offered_second()), (4, 4))

    def test_a_canceled_order_gives_back_once(self):
        placed = self.buy(3)
        self.hear()
        self.shop.cancel(placed["name"])
        self.hear()

        self.assertEqual((self.held(), self.offered_second()), (ON_HAND, ON_HAND))
        self.assertEqual(self.offered(), ON_HAND)

    def test_what_is_sold_elsewhere_is_off_until_the_warehouse_counts_it(self):
        customers = self.env.ref("stock.stock_location_customers")
        move = self.env["stock.move"].create(
            {
                "product_id": self.mug.id,
                "product_uom_qty": 2,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        self.work()
        self.assertEqual(self.held(), ON_HAND - 2)

        self.shop.advance(3600)
        self.at_the_warehouse(ON_HAND - 2)
        self.hear()

        self.assertEqual(self.held(), ON_HAND - 2)

    def test_the_topic_is_only_subscribed_where_it_is_needed(self):
        topic = "INVENTORY_LEVELS_UPDATE"
        standing = [one["topic"] for one in self.shop.webhooks()["subscriptions"]]
        self.assertIn(topic, [name.replace("/", "_").upper() for name in standing])

        self.place.stock_owner = "odoo"
        self.work()

        standing = [one["topic"] for one in self.shop.webhooks()["subscriptions"]]
        self.assertNotIn(topic, [name.replace("/", "_").upper() for name in standing])

    def test_a_shop_that_is_emptied_by_mistake_waits_for_a_person(self):
        self.place.write({"drop_units": 5.0, "drop_share": 30.0})
        self.at_the_warehouse(0)
        self.hear()
        self.assertEqual((self.held(), self.offered_second()), (ON_HAND, ON_HAND))
        self.assertTrue(self.issues("count_drop"))

        self.at_the_warehouse(ON_HAND - 1)
        self.hear()

        self.assertEqual(self.held(), ON_HAND - 1)
        self.assertFalse(self.issues("count_drop"))
