from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..testing_orders import make_address
from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTillsLots(TillCommon):
    """Goods with lots that nobody scanned: gone all the same, until a person says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.track_shirts(cls.shelf)
        cls.env["stock.quant"]._update_available_quantity(
            cls.shirt, cls.warehouse.lot_stock_id, 20, lot_id=cls.lot
        )

    def sold(self, **values):
        """Return three shirts: two taken along, one to be shipped."""
        return self.till_order(
            self.pay(value="59.97", gateway="cash"),
            **{
                "lines": [self.shirts(3)],
                "shipment_orders": (
                    self.asked("line-1", 2),
                    self.asked("line-1", 1, "web", remaining=1),
                ),
                "shipments": (self.gone("line-1", 2),),
                "shipping_address": make_address(),
                **values,
            },
        )

    def cancel(self, order):
        action = order.order_id.retail_sync_action_cancel()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_cancel_order()

    def test_a_cancellation_leaves_what_is_gone(self):
        order = self.settle(self.sold())
        blocked = self.at_till(order)
        parcel = self.pickings(order) - blocked
        self.assertEqual(blocked.move_ids.product_uom_qty, 2)

        self.assertEqual(list(order._rest().values()), [1.0])
        self.cancel(order)

        self.assertNotEqual(blocked.state, "cancel")
        self.assertEqual(parcel.state, "cancel")
        self.assertTrue(order.is_rest_cancelled)
        self.assertEqual(order.order_id.state, "sale")
        self.assertAlmostEqual(order._worth_of_rest(), 19.99)

    def test_a_sale_canceled_by_odoo_leaves_what_is_gone(self):
        order = self.settle(self.sold())
        blocked = self.at_till(order)

        order.order_id._action_cancel()

        self.assertNotEqual(blocked.state, "cancel")

    def test_our_own_parcel_is_told_beside_what_waits(self):
        order = self.settle(self.sold())
        blocked = self.at_till(order)
        parcel = self.pickings(order) - blocked

        self.complete(parcel, 1)
        self.assertEqual(parcel.state, "done")
        self.assertEqual(self.told(self.effects(order)), {"line-1": 1})

        self.complete(blocked, 2)
        self.assertEqual(blocked.state, "done")
        self.assertEqual(self.told(self.effects(order)), {"line-1": 1})
        self.assertEqual(order.order_id.order_line.qty_delivered, 3)
        self.assertFalse(self.issues("till_not_booked"), "it is booked")

    def test_what_comes_back_is_told_to_nobody_while_it_waits(self):
        web = self.order(lines=[self.shirts()], taxes_included=True)
        order = self.settle(web)
        self.complete(self.pickings(order), 2)
        self.assertEqual(self.told(self.effects(order)), {"line-1": 2})

        order.till_booked = {"returned": {"line-1": 1.0}, "returns": {"b": []}}
        self.env["stock.picking"]._retail_sync_take_back(
            order.order_id.order_line, self.shelf, 1
        )

        sent = self.pickings(order).filtered(lambda one: one.state == "done")
        self.assertFalse(order._units_to_tell(sent), "one is on its way in")

    def test_a_part_that_a_person_books_leaves_the_rest_gone_as_well(self):
        order = self.settle(self.sold())
        blocked = self.at_till(order)
        blocked.picking_type_id.create_backorder = "always"

        self.complete(blocked, 1)

        rest = self.at_till(order) - blocked
        self.assertEqual((blocked.state, rest.move_ids.product_uom_qty), ("done", 1))
        self.assertTrue(rest.retail_sync_at_till)
        self.assertFalse(self.effects(order))

    def test_what_is_unfit_is_scrapped_once_a_person_has_booked_it(self):
        order = self.settle(self.till_order())
        self.complete(self.at_till(order), 2)
        refused = UserError("Name the lots.")
        with patch.object(
            type(self.env["stock.picking"]), "_retail_sync_finish", side_effect=refused
        ):
            self.settle(self.returned(self.back(location_id="", restocked=False)))
        receipt = self.pickings(order)[-1]
        self.assertNotEqual(receipt.state, "done")
        self.assertTrue(self.issues("till_not_booked"))

        self.complete(receipt, 1)

        self.assertEqual(receipt.state, "done")
        scrap = self.env["stock.scrap"].search([("product_id", "=", self.shirt.id)])
        self.assertRecordValues(
            scrap, [{"scrap_qty": 1, "state": "done", "lot_id": self.lot.id}]
        )
        self.assertIn("came_back_unfit", order.step_ids.mapped("code"))

    def test_what_came_back_is_received_once_its_sale_is_booked(self):
        order = self.settle(self.till_order())
        blocked = self.at_till(order)
        self.settle(self.returned())
        self.assertEqual(self.at_till(order), blocked)

        self.complete(blocked, 2)

        receipt = self.at_till(order) - blocked
        self.assertEqual(receipt.move_ids.product_uom_qty, 1)
        self.assertEqual(receipt.location_dest_id, self.shelf)

    def test_told_any_number_of_times_it_is_one_receipt(self):
        order = self.settle(self.till_order())
        self.complete(self.at_till(order), 2)
        self.settle(self.returned())
        known = self.pickings(order)
        self.assertEqual(len(known), 2)

        for version in (3, 4, 5):
            self.settle(self.returned(version=version, tags=(f"t{version}",)))

        self.assertEqual(self.pickings(order), known)
