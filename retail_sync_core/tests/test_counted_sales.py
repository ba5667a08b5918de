from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..stock_terms_books import BOOKS, _parameters
from .counted_common import CountedCase, at


@tagged("post_install", "-at_install")
class TestCountedSales(CountedCase):
    """A sale of the channel is off its figure already: it is taken off once.

    The figure says what is free to sell. 12 lie there at first, 2 are sold at minute 5.
    """

    def setUp(self):
        super().setUp()
        self.say(self.mug, 12)

    def assert_held(self, units, free=None):
        """Check our stock, and what other channels may offer of it."""
        self.settle()
        self.assertEqual(self.held(self.mug), units)
        if free is not None:
            self.assertEqual(self.free(), free)

    def free(self):
        """Return on hand less what is promised, imported or not."""
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.mug.id), ("location_id", "=", self.stock.id)]
        )
        demand = self.env["retail.sync.demand"].search(
            [("listing_id.product_id", "=", self.mug.id)]
        )
        reserved = sum(quants.mapped("reserved_quantity"))
        return (
            sum(quants.mapped("quantity")) - reserved - sum(demand.mapped("quantity"))
        )

    # the order is read before or after the figure, delivered before or after it
    def test_the_figure_comes_before_the_order(self):
        self.say(self.mug, 10, minute=6)
        self.assertEqual(self.held(self.mug), 10)

        order = self.sell(self.mug, 2, minute=5)
        self.assert_held(12, free=10)
        self.ship(order)

        self.assert_held(10, free=10)

    def test_the_figure_comes_after_the_order(self):
        order = self.sell(self.mug, 2, minute=5)
        self.assert_held(12, free=10)

        self.say(self.mug, 10, minute=6)
        self.assert_held(12, free=10)
        self.ship(order)

        self.assert_held(10, free=10)

    def test_the_figure_comes_after_the_delivery(self):
        self.ship(self.sell(self.mug, 2, minute=5))
        self.assert_held(10)

        self.say(self.mug, 10, minute=6)

        self.assert_held(10)

    def test_the_figure_is_of_before_the_sale_and_comes_after_the_order(self):
        order = self.sell(self.mug, 2, minute=5)
        self.say(self.mug, 12, minute=4)
        self.assert_held(12, free=10)
        self.ship(order)

        self.assert_held(10)

    def test_the_figure_is_of_before_the_sale_and_comes_after_the_delivery(self):
        self.ship(self.sell(self.mug, 2, minute=5))

        self.say(self.mug, 12, minute=4)

        self.assert_held(10)

    def test_an_order_that_is_only_told_of_counts_once(self):
        self.note(self.mug, 2, minute=5)
        self.say(self.mug, 10, minute=6)
        self.assert_held(12, free=10)
        self.note(self.mug, 2, minute=5)
        self.assert_held(12, free=10)

        self.ship(self.sell(self.mug, 2, minute=5))

        self.assert_held(10, free=10)

    def test_an_order_told_of_that_the_figure_has_not_seen(self):
        self.note(self.mug, 2, minute=7)
        self.say(self.mug, 12, minute=6)
        self.assert_held(12, free=10)

        self.say(self.mug, 10, minute=8)

        self.assert_held(12, free=10)

    def test_an_order_told_of_without_a_time_is_not_thought_to_be_counted(self):
        self.say(self.mug, 10, minute=6)
        self.note(self.mug, 2)

        self.assert_held(10, free=8)

        self.sell(self.mug, 2, minute=5)
        self.assert_held(12, free=10)

    def test_a_quotation_counts_as_a_sale(self):
        self.channel.order_policy = "quotation"
        order = self.sell(self.mug, 2, minute=5)
        self.say(self.mug, 10, minute=6)
        self.assert_held(12, free=10)

        order.order_id.action_confirm()
        self.assert_held(12, free=10)

    def test_part_of_the_delivery_is_done(self):
        order = self.sell(self.mug, 4, minute=5)
        self.ship(order, units=1)
        self.assert_held(11)

        self.say(self.mug, 8, minute=6)
        self.assert_held(11, free=8)
        self.ship(order)

        self.assert_held(8, free=8)

    def test_a_delivery_in_two_steps_leaves_with_the_first(self):
        self.house.delivery_steps = "pick_ship"
        order = self.sell(self.mug, 2, minute=5)
        self.say(self.mug, 10, minute=6)
        self.assert_held(12)

        pick = self.ship(order)
        self.assertEqual(pick.location_id, self.stock)
        self.assert_held(10)
        self.say(self.mug, 10, minute=8)
        self.assert_held(10)
        self.ship(order)

        self.assert_held(10)

    def test_a_sale_while_the_shelf_was_restocked(self):
        self.sell(self.mug, 2, minute=5)

        self.say(self.mug, 30, minute=6)

        self.assert_held(32, free=30)

    def test_a_sale_a_moment_after_the_figure_last_changed_is_in_it(self):
        """A shop takes the units off while the order is being made."""
        order = self.sell(self.mug, 2, minute=5)
        changed = at(5) - timedelta(seconds=20)
        self.say(self.mug, 10, minute=30, changed_at=changed)
        self.assert_held(12, free=10)
        self.ship(order)

        self.assert_held(10)

    def test_a_figure_that_did_not_change_since_has_not_seen_the_sale(self):
        self.ship(self.sell(self.mug, 2, minute=20))

        self.say(self.mug, 12, minute=30, changed_at=at(0))

        self.assert_held(10)

    # cancellations and returns
    def test_a_canceled_order_that_the_figure_still_has_in(self):
        self.sell(self.mug, 2, minute=5)
        self.say(self.mug, 10, minute=6)
        self.sell(
            self.mug,
            2,
            minute=5,
            version=2,
            updated_at=at(8),
            cancelled_at=at(8),
        )
        self.assert_held(12)

        self.say(self.mug, 12, minute=9)

        self.assert_held(12, free=12)

    def test_a_return_that_is_received_here(self):
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order, minute=7)
        self.say(self.mug, 10, minute=8)
        customers = self.env.ref("stock.stock_location_customers")

        self.move(self.mug, 1, customers, self.stock, minute=9)
        self.assert_held(11)
        self.say(self.mug, 11, minute=10)

        self.assert_held(11)

    def test_a_return_that_was_counted_there_first(self):
        self.ship(self.sell(self.mug, 2, minute=5), minute=7)
        self.say(self.mug, 11, minute=8)
        customers = self.env.ref("stock.stock_location_customers")
        back = self.move(self.mug, 1, customers, self.stock, minute=9)
        self.assert_held(12)

        self.date(back, 7)
        self.reading(self.mug)._settle()

        self.assert_held(11)

    # what is no sale of the channel
    def test_goods_of_another_channel_left_after_the_figure(self):
        customers = self.env.ref("stock.stock_location_customers")
        self.move(self.mug, 3, self.stock, customers, minute=5)

        self.say(self.mug, 12, minute=4)
        self.assert_held(9)
        self.say(self.mug, 9, minute=6)

        self.assert_held(9)

    def test_a_receipt_that_is_not_counted_there_yet(self):
        supplier = self.env.ref("stock.stock_location_suppliers")
        self.move(self.mug, 20, supplier, self.stock, minute=5)

        self.say(self.mug, 12, minute=4)
        self.assert_held(32)
        self.say(self.mug, 31, minute=6)

        self.assert_held(31)

    def test_a_shipment_of_theirs_that_is_validated_here_later(self):
        """The warehouse shipped at minute 5, counted at 6; here it is done at 9."""
        order = self.sell(self.mug, 2, minute=20, external_id="theirs")
        picking = order.order_id.picking_ids
        order.unlink()  # an order of another channel
        picking.retail_sync_counted_at = at(5).replace(tzinfo=None)
        self.say(self.mug, 10, minute=6)
        self.assert_held(12)
        picking.button_validate()
        self.date(picking.move_ids, 9)

        self.assert_held(10)

    def test_sales_of_another_place_of_the_channel_are_not_ours(self):
        self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "SHOP",
                "name": "Shop",
                "warehouse_id": self.warehouse.id,
            }
        )
        self.note(self.mug, 2, minute=5, location_id="SHOP")
        self.note(self.mug, 3, minute=5, order="order-2", location_id="W")

        self.say(self.mug, 9, minute=6)

        self.assert_held(12)


@tagged("post_install", "-at_install")
class TestCountedOnHand(CountedCase):
    """The figure says what lies there: a sale is in it until it is shipped there."""

    kind = "on_hand"

    def setUp(self):
        super().setUp()
        self.say(self.mug, 12)

    def assert_held(self, units):
        self.settle()
        self.assertEqual(self.held(self.mug), units)

    def test_a_sale_that_is_not_shipped_is_on_hand_still(self):
        order = self.sell(self.mug, 2, minute=5)
        self.say(self.mug, 12, minute=6)
        self.assert_held(12)

        self.ship(order, minute=7)

        self.assert_held(10)

    def test_what_left_here_is_counted_there_once_it_was_told(self):
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order, minute=7)
        self.say(self.mug, 12, minute=8)
        self.assert_held(10)  # told just now, and the figure is of long before

        order._effects().write({"settled_at": at(9).replace(tzinfo=None)})
        self.say(self.mug, 12, minute=8.5)
        self.assert_held(10)
        self.say(self.mug, 10, minute=10)

        self.assert_held(10)

    def test_the_channel_shipped_and_here_it_is_open(self):
        order = self.sell(self.mug, 2, minute=5)
        shipped = doc.Shipped(
            external_id="s-1",
            location_id="W",
            created_at=at(7),
            lines=(("line-1", Decimal(2)),),
        )
        self.sell(
            self.mug,
            2,
            minute=5,
            version=2,
            updated_at=at(7),
            shipments=(shipped,),
        )
        self.say(self.mug, 10, minute=8)
        self.assert_held(12)
        self.say(self.mug, 12, minute=6)
        self.assert_held(12)

        order.write({"hold_code": False})
        self.ship(order, minute=60)

        self.assert_held(10)

    def test_a_return_is_on_hand_from_its_receipt(self):
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order, minute=7)
        self.settle()
        order._effects().write({"settled_at": at(7).replace(tzinfo=None)})
        customers = self.env.ref("stock.stock_location_customers")
        self.move(self.mug, 1, customers, self.stock, minute=9)

        self.say(self.mug, 10, minute=8)
        self.assert_held(11)
        self.say(self.mug, 11, minute=10)

        self.assert_held(11)

    def test_what_is_picked_lies_there_until_it_is_shipped(self):
        self.house.delivery_steps = "pick_ship"
        order = self.sell(self.mug, 4, minute=5)
        self.ship(order, minute=7)
        self.say(self.mug, 12, minute=8)
        self.assert_held(8)

        self.ship(order, units=1, minute=9)
        self.settle()
        order._effects().write({"settled_at": at(9).replace(tzinfo=None)})
        self.say(self.mug, 11, minute=10)
        self.assert_held(8)
        self.ship(order, minute=11)
        self.settle()
        order._effects().write({"settled_at": at(11).replace(tzinfo=None)})
        self.say(self.mug, 8, minute=12)

        self.assert_held(8)

    def test_what_is_picked_and_shipped_is_off_once_it_was_told(self):
        self.house.delivery_steps = "pick_ship"
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order, minute=7)
        self.ship(order, minute=9)
        self.settle()
        order._effects().write({"settled_at": at(11).replace(tzinfo=None)})

        self.say(self.mug, 12, minute=10)
        self.assert_held(10)
        self.say(self.mug, 10, minute=12)

        self.assert_held(10)

    def test_what_is_picked_and_put_back_never_left(self):
        self.house.delivery_steps = "pick_ship"
        order = self.sell(self.mug, 2, minute=5)
        pick = self.ship(order, minute=7)
        returns = self.env["stock.return.picking"].create({"picking_id": pick.id})
        returns.product_return_moves.quantity = 2
        back = returns._create_return()
        back.button_validate()
        self.date(back.move_ids, 9)

        self.say(self.mug, 12, minute=8)
        self.assert_held(12)
        self.say(self.mug, 12, minute=10)

        self.assert_held(12)

    def test_what_somebody_else_sold_lies_there_until_it_is_shipped(self):
        self.house.delivery_steps = "pick_ship"
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "warehouse_id": self.house.id,
                "order_line": [
                    (0, 0, {"product_id": self.mug.id, "product_uom_qty": 3})
                ],
            }
        )
        sale.action_confirm()
        pick = sale.picking_ids.filtered(lambda p: p.location_id == self.stock)
        pick.button_validate()
        self.date(pick.move_ids, 7)

        self.say(self.mug, 12, minute=8)
        self.assert_held(9)
        ship = sale.picking_ids - pick
        ship.button_validate()
        self.date(ship.move_ids, 9)
        self.say(self.mug, 9, minute=10)

        self.assert_held(9)

    def test_figures_of_what_is_free_do_not_ask_what_was_shipped(self):
        """Shipments and deliveries told decide only where shelves are counted."""
        self.ship(self.sell(self.mug, 2, minute=5), minute=7)
        reading = self.reading(self.mug)
        touched = {}
        for kind in ("available", "on_hand"):
            reading.kind = kind
            rows = self.explain(reading)
            touched[kind] = {
                node.get("Relation Name") for node in rows if node["Actual Loops"]
            }

        self.assertIn("retail_sync_effect", touched["on_hand"])
        self.assertNotIn("retail_sync_effect", touched["available"])

    def explain(self, reading):
        """Return the nodes of the plan by which the books are read."""
        self.env.flush_all()
        figures = _parameters(self.env, self.place, reading._figures())
        self.env.cr.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {BOOKS}", figures)
        waiting, nodes = [self.env.cr.fetchone()[0][0]["Plan"]], []
        while waiting:
            node = waiting.pop()
            nodes.append(node)
            waiting += node.get("Plans", ())
        return nodes

    def test_an_order_known_only_by_name_is_on_hand(self):
        self.note(self.mug, 2, minute=5)

        self.say(self.mug, 12, minute=6)

        self.assert_held(12)

    def test_two_figures_of_two_products_do_not_mix(self):
        self.say(self.shirt, 5)
        order = self.sell(self.mug, 2, minute=5)

        self.take(self.count(self.mug, 11, 6), self.count(self.shirt, 4, 6))
        self.ship(order, minute=7)

        self.assert_held(9)
        self.assertEqual(self.held(self.shirt), 4)
