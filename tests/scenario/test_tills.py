"""A store sells over the counter while the web shop sells: one stock, two places."""

import random

from matrix_check import changes, snapshot
from odoo.tests import tagged
from story import PLACE, ShopifyStory

STORE = "Store"
ON_SHELF = 5


@tagged("post_install", "-at_install")
class TestTills(ShopifyStory):
    """The sandbox's tills against the real adapter and importer."""

    def setUp(self):
        super().setUp()
        self.shop.seed(locations=[{"name": STORE}])
        self.store = self.env["stock.warehouse"].create(
            {"name": STORE, "code": "STO", "company_id": self.company.id}
        )
        self.shelf = self.store.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.shelf, ON_SHELF
        )
        self.channel._enqueue_check("places.read")
        self.work()
        place = self.channel.location_ids.filtered(lambda p: p.name == STORE)
        place.warehouse_id = self.store
        self.work()
        self.assertEqual(self.offered_at(STORE), ON_SHELF)
        self.shop.clear_calls()
        self.shop.advance(300)  # no sale is of the moment at which the level was set

    def offered_at(self, place):
        return self.shop.level("MUG", place)["available"]

    def on_shelf(self):
        self.env.invalidate_all()
        return self.mug.with_context(location=self.shelf.id).qty_available

    def sell(self, quantity=1, *lines, **given):
        """Let the store's till sell mugs."""
        return self.shop.place_order(
            lines=[{"sku": "MUG", "quantity": quantity}, *lines],
            source="pos",
            retail_location=STORE,
            **{"gateway": "cash", **given},
        )

    def writes(self):
        """Return the calls that changed a level or a shipment of the shop."""
        names = ("StockSet", "InventorySet", "FulfillmentCreate", "Activate")
        return [
            call["operation"]
            for call in self.shop.calls()
            if any(name in call["operation"] for name in names)
        ]

    def replay(self):
        """Hear all that was ever told, in other orders: nothing changes."""
        before = snapshot(self.env)
        for seed in range(3):
            told = list(self.shop.received)
            random.Random(seed).shuffle(told)
            self.hear(told)
        self.assertFalse(changes(before, snapshot(self.env)))
        self.assertFalse(self.writes())

    def test_a_sale_is_counted_once_on_both_sides(self):
        placed = self.sell(2)
        self.assertEqual(self.offered_at(STORE), ON_SHELF - 2)

        self.hear()

        order = self.ours(placed)
        self.assertEqual(order.order_id.picking_ids.state, "done")
        self.assertEqual(self.on_shelf(), ON_SHELF - 2)
        self.assertEqual(self.offered_at(STORE), ON_SHELF - 2)
        self.assertFalse(self.writes())
        self.assertFalse(self.issues().mapped("message"))
        self.hear(list(self.shop.received))
        self.assertEqual(self.on_shelf(), ON_SHELF - 2)
        self.assertFalse(self.writes())

    def test_the_level_is_right_before_the_sale_is_imported(self):
        self.sell(2)
        self.env["stock.quant"]._update_available_quantity(self.mug, self.shelf, 3)
        door, account = self.env["retail.sync.door"]._find(
            "shopify", self.channel.sudo().token
        )
        self.assertTrue(door and account)

        self.hear()

        self.assertEqual(self.on_shelf(), ON_SHELF + 1)
        self.assertEqual(self.offered_at(STORE), ON_SHELF + 1)
        self.assertFalse(self.env["retail.sync.drift"].search([]))

    def test_a_part_ships_from_the_web_warehouse(self):
        parcel = {
            "sku": "MUG",
            "quantity": 1,
            "delivery": "SHIPPING",
            "location": PLACE,
        }
        placed = self.sell(1, parcel, shipping_address={"city": "Bremen"})
        self.hear()
        order = self.ours(placed)
        till, delivery = order.order_id.picking_ids.sorted("id")
        self.assertEqual((till.state, delivery.state), ("done", "assigned"))

        self.ship(delivery, tracking="JD01")
        self.hear()

        theirs = self.shop.order(placed["name"])
        self.assertEqual(theirs["fulfillment"], "FULFILLED")
        self.assertEqual(len(theirs["fulfillments"]), 2)
        self.assertEqual(self.offered_at(STORE), ON_SHELF - 1)
        self.assertFalse(self.issues().mapped("message"))
        self.shop.clear_calls()
        self.replay()

    def test_a_return_raises_both_sides_once(self):
        placed = self.sell(2)
        self.hear()
        self.shop.advance(300)
        self.shop.refund(
            placed["name"], lines=[{"line": "MUG", "quantity": 1}], till=STORE
        )

        self.hear()

        self.assertEqual(self.on_shelf(), ON_SHELF - 1)
        self.assertEqual(self.offered_at(STORE), ON_SHELF - 1)
        self.assertFalse(self.writes())
        self.assertFalse(self.env["retail.sync.drift"].search([]))
        payment = self.ours(placed).payment_ids.filtered(lambda p: p.kind == "refund")
        self.assertEqual((payment.gateway, payment.amount), ("cash", 10.0))
        self.replay()

    def test_an_exchange_is_followed(self):
        placed = self.sell(2)
        self.hear()
        self.shop.exchange(
            placed["name"],
            lines=[{"line": 0, "quantity": 1}],
            add=[{"sku": "MUG", "quantity": 1, "price": "12.00"}],
            till=STORE,
        )

        self.hear()

        order = self.ours(placed)
        self.assertEqual(order.order_id.amount_total, 22.0)
        self.assertEqual(self.on_shelf(), ON_SHELF - 2)
        self.assertEqual(self.offered_at(STORE), ON_SHELF - 2)
        self.assertFalse(self.issues().mapped("message"))
        self.replay()

    def test_what_is_kept_by_lots_is_booked_once_on_its_way_out_and_back(self):
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.shelf, -ON_SHELF
        )
        self.mug.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": self.mug.id})
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.shelf, ON_SHELF, lot_id=lot
        )
        self.work()
        placed = self.sell(2)
        self.hear()
        self.shop.advance(300)
        back = [{"line": "MUG", "quantity": 1}]
        self.shop.refund(placed["name"], lines=back, till=STORE)
        self.hear()
        self.assertEqual(self.on_shelf(), ON_SHELF - 1)
        self.assertEqual(self.offered_at(STORE), ON_SHELF - 1)
        self.shop.clear_calls()
        self.replay()

    def test_a_sale_without_stock_here_is_booked_and_said(self):
        self.shop.set_level("MUG", STORE, available=9)
        placed = self.sell(7)

        self.hear()

        self.assertEqual(self.on_shelf(), ON_SHELF - 7)
        self.assertEqual(self.ours(placed).order_id.picking_ids.state, "done")
        self.assertEqual(len(self.issues("till_short")), 1)


@tagged("post_install", "-at_install")
class TestSweep(ShopifyStory):
    """What changed is found whatever its age, though each webhook was lost."""

    def setUp(self):
        super().setUp()
        self.channel.import_since = "2020-01-01 00:00:00"
        self.shop.advance(-86400)  # the shop's clock is a day behind ours
        self.channel._workflow("order").write({"since": False, "as_of": False})
        self.placed = self.buy(2, created_at="2025-11-01T10:00:00Z")
        self.hear()
        self.order = self.ours(self.placed)
        self.assertEqual(self.order.state, "imported")

    def turn(self):
        """Let the channel be asked what changed, a while later."""
        self.shop.advance(900)
        self.shop.deliver()  # and nobody hears it
        self.channel._workflow("order")._enqueue_poll()
        self.work()

    def test_a_lost_cancellation(self):
        self.shop.cancel(self.placed["name"])

        self.turn()

        self.assertEqual(self.order.state, "cancelled")
        self.assertEqual(self.order.order_id.state, "cancel")

    def test_a_lost_edit(self):
        self.shop.edit(self.placed["name"], lines=[{"line": 0, "quantity": 1}])

        self.turn()

        self.assertEqual(self.order.order_id.order_line.product_uom_qty, 1)

    def test_a_lost_refund(self):
        self.shop.refund(self.placed["name"], amount="5.00")

        self.turn()

        self.assertEqual(self.order.payment_state, "partially_refunded")
        refund = self.order.payment_ids.filtered(lambda row: row.kind == "refund")
        self.assertEqual(refund.amount, 5.0)

    def test_a_turn_that_finds_nothing_fetches_nothing(self):
        self.turn()
        self.shop.clear_calls()

        self.turn()

        self.assertFalse(self.shop.calls("OrderFull"))
