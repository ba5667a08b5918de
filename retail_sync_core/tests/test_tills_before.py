from datetime import timedelta

from odoo.tests import tagged

from ..testing_orders import make_address
from .till_common import BACK_AT, SOLD_AT, TillCommon


@tagged("post_install", "-at_install")
class TestTillsBefore(TillCommon):
    """What left a store before the channel went live is off its shelf already."""

    def live_from(self, moment):
        self.channel.live_at = moment.replace(tzinfo=None)

    def test_a_sale_from_before_takes_nothing_from_the_shelf(self):
        self.live_from(SOLD_AT + timedelta(hours=1))

        order = self.settle(self.till_order())

        self.assertEqual(self.on_shelf(), 10)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (2, 2))
        self.assertEqual(set(self.pickings(order).mapped("state")), {"done"})
        self.assertEqual(order.till_booked["taken"], {"line-1": {"store": 2.0}})
        self.assertFalse(self.issues("till_short"))
        self.assertIn("handed_over_before", order.step_ids.mapped("code"))

        self.settle(self.till_order(version=2, tags=("looked at",)))
        self.assertEqual((self.on_shelf(), len(self.pickings(order))), (10, 1))

    def test_a_sale_after_it_takes_from_the_shelf(self):
        self.live_from(SOLD_AT)

        self.settle(self.till_order())

        self.assertEqual(self.on_shelf(), 8)

    def test_what_was_taken_before_and_what_is_to_be_shipped_after(self):
        self.live_from(SOLD_AT + timedelta(hours=1))
        order = self.settle(
            self.till_order(
                self.pay(value="59.97", gateway="cash"),
                lines=[self.shirts(3)],
                shipment_orders=(
                    self.asked("line-1", 2),
                    self.asked("line-1", 1, "web", remaining=1),
                ),
                shipments=(self.gone("line-1", 2),),
                shipping_address=make_address(),
            )
        )

        parcel = self.pickings(order).filtered(lambda one: one.state == "assigned")
        self.assertEqual(parcel.move_ids.product_uom_qty, 1)
        self.ship(parcel)
        self.assertEqual(self.told(self.effects(order)), {"line-1": 1})
        self.assertEqual(self.on_shelf(), 10)
        self.assertEqual(self.on_shelf(shelf=self.warehouse.lot_stock_id), 99)

    def test_one_before_and_one_after_it(self):
        self.live_from(SOLD_AT + timedelta(hours=1))

        order = self.settle(
            self.till_order(
                shipments=(
                    self.gone("line-1", 1),
                    self.gone("line-1", 1, at=self.later(90), external_id="ship-2"),
                )
            )
        )

        self.assertEqual(self.on_shelf(), 9)
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)

    def test_what_came_back_before_is_on_the_shelf_already(self):
        self.live_from(BACK_AT + timedelta(hours=1))

        order = self.settle(self.returned())

        self.assertEqual(self.on_shelf(), 10)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.assertFalse(self.env["stock.scrap"].search([]))

    def test_what_was_sold_before_and_comes_back_after_it_is_received(self):
        self.live_from(SOLD_AT + timedelta(hours=1))
        order = self.settle(self.till_order())

        self.settle(self.returned())

        self.assertEqual(self.on_shelf(), 11)
        self.assertEqual(order.order_id.order_line.qty_delivered, 1)
