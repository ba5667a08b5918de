"""From the order in the shop to the shipment told."""

from decimal import Decimal

from odoo.tests import tagged
from story import ON_HAND, ShopifyStory


@tagged("post_install", "-at_install")
class TestOrderToCash(ShopifyStory):
    """What a retailer lives through with an order."""

    def test_a_paid_order_is_imported_delivered_and_told_once(self):
        self.assertEqual(self.channel.state, "live")
        self.assertEqual(self.offered(), ON_HAND)
        placed = self.buy(2)

        self.hear()
        sale = self.ours(placed).order_id
        self.assertEqual(sale.state, "sale")
        self.assertEqual(
            Decimal(str(sale.amount_total)).quantize(Decimal("0.01")),
            Decimal(placed["total"]),
        )
        self.ship(sale.picking_ids, tracking="TRACK-1")
        self.hear()

        (told,) = self.shop.fulfillments()
        self.assertEqual(told["lines"], [{"sku": "MUG", "quantity": 2}])
        self.assertEqual(told["tracking"][0]["number"], "TRACK-1")
        self.assertEqual(len(self.shop.calls("FulfillmentCreate")), 1)
        self.assertEqual(self.shop.order(placed["name"])["fulfillment"], "FULFILLED")
        self.assertEqual(sale.picking_ids.retail_sync_state, "told")
        self.assertEqual(self.offered(), ON_HAND - 2)

    def test_a_part_and_its_backorder_are_told_as_two_shipments(self):
        placed = self.buy(3)
        self.hear()
        sale = self.ours(placed).order_id

        self.ship(sale.picking_ids, units=1)
        self.hear()
        half_way = self.shop.order(placed["name"])["fulfillment"]
        self.ship(sale.picking_ids.filtered(lambda p: p.state != "done"))

        self.assertEqual(half_way, "PARTIALLY_FULFILLED")
        units = [one["lines"][0]["quantity"] for one in self.shop.fulfillments()]
        self.assertEqual(units, [1, 2])
        self.assertEqual(self.shop.order(placed["name"])["fulfillment"], "FULFILLED")

    def test_a_pending_payment_holds_the_delivery_until_it_is_paid(self):
        placed = self.buy(financial="pending")
        self.hear()
        picking = self.ours(placed).order_id.picking_ids
        self.assertTrue(picking.retail_sync_hold_reason)

        self.shop.pay(placed["name"])
        self.hear()

        self.assertFalse(picking.retail_sync_hold_reason)
        self.ship(picking)
        self.assertEqual(self.shop.order(placed["name"])["fulfillment"], "FULFILLED")

    def test_an_order_canceled_before_shipping_gives_its_stock_back(self):
        placed = self.buy(4)
        self.hear()
        self.assertEqual(self.free(), ON_HAND - 4)

        self.shop.cancel(placed["name"])
        self.hear()

        order = self.ours(placed)
        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(set(order.order_id.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(self.free(), ON_HAND)
        self.assertEqual(self.offered(), ON_HAND)

    def test_an_unknown_product_parks_the_order_until_it_is_made(self):
        placed = self.buy(sku="NEWCOMER")
        self.hear()
        self.assertFalse(self.ours(placed).order_id)
        issue = self.issues("unknown_sku")
        self.assertEqual(len(issue), 1)

        self.make_product("NEWCOMER", 5, company_id=False)
        listings = self.channel.listing_ids.filtered(lambda x: x.sku == "NEWCOMER")
        listings.action_match_again()
        self.work()

        self.assertEqual(self.ours(placed).order_id.state, "sale")
        self.assertEqual(issue.state, "closed")

    def test_a_sale_between_two_pushes_is_no_conflict_and_sells_nothing_twice(self):
        self.shop.advance(60)  # past the second in which we last told our stock
        placed = self.buy(3, webhooks=False)  # nobody tells us
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.mug, self.warehouse.lot_stock_id, -2)

        self.work()

        self.assertEqual(self.ours(placed).order_id.state, "sale")
        self.assertFalse(self.issues("stock_drift"))
        self.assertEqual(self.free(), ON_HAND - 2 - 3)
        self.assertEqual(self.offered(), ON_HAND - 2 - 3)

    def test_a_lost_answer_is_read_back_and_the_shipment_told_once(self):
        placed = self.buy(2)
        self.hear()
        self.shop.fault("drop_after", "FulfillmentCreate")

        picking = self.ours(placed).order_id.picking_ids
        self.ship(picking)

        self.assertFalse(self.shop.faults())
        self.assertEqual(len(self.shop.calls("FulfillmentCreate")), 1)
        self.assertEqual(len(self.shop.fulfillments()), 1)
        self.assertEqual(picking.retail_sync_state, "told")

    def test_webhooks_repeated_late_and_out_of_order_change_nothing(self):
        placed = self.buy(2)
        early = self.shop.deliver()
        self.shop.touch(placed["name"])
        late = self.shop.deliver()
        self.hear([*reversed(late), *reversed(early)])
        order = self.ours(placed)
        before = (order.order_id.id, order.order_id.amount_total, order.version)

        self.hear([*early, *late, *early])

        self.assertTrue(early)
        self.assertEqual(len(self.ours(placed)), 1)
        after = (order.order_id.id, order.order_id.amount_total, order.version)
        self.assertEqual(after, before)
        self.assertEqual(len(order.order_id.picking_ids), 1)
        self.assertEqual(self.free(), ON_HAND - 2)
