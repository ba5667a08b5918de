from odoo.tests import tagged

from .refund_common import RefundCommon


@tagged("post_install", "-at_install")
class TestRefundParts(RefundCommon):
    """Kits and lots that had left and are refunded over the web."""

    def make_kit(self):
        """Sell kits of two cups and a lid in place of shirts."""
        if "mrp.bom" not in self.env:
            self.skipTest("no bills of materials")
        self.cup, self.lid = (
            self.make_product(name, 20, company_id=False) for name in ("CU", "LI")
        )
        kit = self.make_product("KIT", 0, company_id=False, invoice_policy="order")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.cup.id, "product_qty": 2}),
                    (0, 0, {"product_id": self.lid.id, "product_qty": 1}),
                ],
            }
        )
        self.sku = "KIT"

    def shirts(self, quantity=3, **values):
        return super().shirts(quantity, sku=getattr(self, "sku", "SHIRT"), **values)

    def sell_kits(self):
        self.make_kit()
        order = self.come(lines=[self.shirts(self.sold)])
        self.ship(self.pickings(order))
        self.run_jobs()
        self.assertEqual(order.order_id.order_line.qty_delivered, 3)
        return order

    def test_a_kit_comes_back_in_its_parts(self):
        order = self.sell_kits()

        self.refund(self.row())
        self.refund(self.row(2))
        receipts = self.coming_back(order)
        self.assertEqual(
            [one.move_ids.mapped("product_uom_qty") for one in receipts],
            [[2, 1], [2, 1]],
        )
        for receipt in receipts:
            self.ship(receipt)

        self.assertEqual(self.on_web_shelf(self.cup), 18)
        self.assertEqual(self.on_web_shelf(self.lid), 19)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.assertEqual(len(self.pickings(order)), 3)

    def test_a_kit_that_stays_with_the_customer_moves_no_parts(self):
        order = self.sell_kits()

        self.refund(self.row(restocked=False, location_id=""))

        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (2, 3))
        self.assertEqual(len(self.pickings(order)), 1)
        self.assertFalse(self.issues("order_changed"))

    def test_of_two_lots_the_warehouse_says_which_came_back(self):
        self.channel.return_policy = "book"
        order = self.sell_lots(2, 1)

        self.refund(self.row())

        self.assertEqual(self.coming_back(order).state, "assigned")

    def test_the_only_lot_comes_back_by_itself(self):
        self.channel.return_policy = "book"
        order = self.sell_lots(3)

        self.refund(self.row())

        receipt = self.coming_back(order)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(receipt.move_line_ids.lot_id.name, "LOT0")

    def sell_lots(self, *counts):
        """Ship so many shirts of a lot each."""
        self.track_shirts(self.shelf)
        quants, shelf = self.env["stock.quant"], self.warehouse.lot_stock_id
        for number, count in enumerate(counts):
            lot = self.env["stock.lot"].create(
                {"name": f"LOT{number}", "product_id": self.shirt.id}
            )
            quants._update_available_quantity(self.shirt, shelf, count, lot_id=lot)
        return self.came_and_left()
