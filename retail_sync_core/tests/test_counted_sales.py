from datetime import timedelta

from odoo.tests import tagged

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
