from odoo.tests import tagged

from ..testing_orders import make_address, make_line
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestAddressChange(OrdersCommon):
    """The goods follow the buyer's newest address, or a person is asked."""

    def change(self, order):
        """Let the buyer's address change there."""
        lines = [make_line(sku="SHIRT", quantity=3)]
        document = self.order(
            lines=lines, version=2, shipping_address=make_address(street="New 2")
        )
        self.import_order(document)
        order.invalidate_recordset()

    def placed(self):
        """Import an order of three shirts."""
        return self.import_order(self.order(lines=[make_line(sku="SHIRT", quantity=3)]))

    def test_what_nobody_has_begun_goes_to_the_new_address(self):
        order = self.placed()

        self.change(order)

        self.assertEqual(order.order_id.picking_ids.partner_id.street, "New 2")
        self.assertFalse(self.issues("order_changed"))

    def test_the_rest_of_a_part_delivery_goes_to_the_new_address(self):
        order = self.placed()
        self.ship(order.order_id.picking_ids, SHIRT=1)

        self.change(order)

        done = order.order_id.picking_ids.filtered(lambda p: p.state == "done")
        rest = order.order_id.picking_ids - done
        self.assertEqual(rest.partner_id.street, "New 2")
        self.assertNotEqual(done.partner_id.street, "New 2")

    def test_a_person_is_asked_when_it_is_being_picked(self):
        order = self.placed()
        picking = order.order_id.picking_ids
        picking.printed = True

        self.change(order)

        self.assertNotEqual(picking.partner_id.street, "New 2")
        self.assertIn(picking.name, self.issues("order_changed").params["what"])
