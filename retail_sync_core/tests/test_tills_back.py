from dataclasses import replace
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from .till_common import BACK_AT, TillCommon

UTC_BACK_AT = BACK_AT.replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestTillsBack(TillCommon):
    """What comes back over the counter, exchanges, and cash given back."""

    def test_a_return_is_received_at_its_store_at_its_own_time(self):
        order = self.settle(self.till_order())

        self.settle(self.returned())

        receipt = self.pickings(order)[-1]
        self.assertRecordValues(
            receipt,
            [
                {
                    "state": "done",
                    "location_dest_id": self.shelf.id,
                    "date_done": UTC_BACK_AT,
                    "retail_sync_at_till": True,
                }
            ],
        )
        self.assertEqual(self.on_shelf(), 9)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.assertFalse(self.issues("order_changed"))
        self.assertFalse(self.effects(order))

    def test_the_cash_given_back_and_the_credit_note_agree(self):
        order = self.settle(self.till_order())

        self.settle(self.returned())

        moves = order.order_id.invoice_ids
        self.assertEqual(sorted(moves.mapped("amount_total_signed")), [-19.99, 39.98])
        self.assertEqual(set(moves.mapped("payment_state")), {"paid"})
        self.assertEqual(self.balance(self.accounts["cash"]), 19.99)

    def test_a_return_that_is_told_again_is_booked_once(self):
        order = self.settle(self.till_order())
        for version in (2, 3, 4):
            self.settle(self.returned(version=version))

        self.assertEqual(len(self.pickings(order)), 2)
        self.assertEqual(self.on_shelf(), 9)

    def test_two_returns_of_one_line_are_two(self):
        order = self.settle(self.till_order())
        self.settle(self.returned())

        self.settle(
            self.returned(
                self.back(units=1),
                self.back(units=1, external_id="back-again"),
                units=2,
                version=3,
            )
        )

        self.assertEqual(self.on_shelf(), 10)
        self.assertEqual(order.order_id.order_line.qty_delivered, 0)
        self.assertEqual(len(self.pickings(order)), 3)

    def test_a_sale_that_is_heard_of_after_its_return_is_both(self):
        order = self.settle(self.returned())

        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.assertEqual(self.pickings(order).mapped("state"), ["done"] * 2)
        self.assertEqual(self.on_shelf(), 9)
        self.assertEqual(self.balance(self.accounts["cash"]), 19.99)

    def test_what_may_not_be_sold_again_is_scrapped(self):
        order = self.settle(self.till_order())

        self.settle(self.returned(self.back(location_id="", restocked=False)))

        self.assertEqual(self.on_shelf(), 8)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        scrap = self.env["stock.scrap"].search([("product_id", "=", self.shirt.id)])
        self.assertRecordValues(scrap, [{"scrap_qty": 1, "state": "done"}])
        self.assertIn("came_back_unfit", order.step_ids.mapped("code"))

    def test_another_store_takes_it_back(self):
        order = self.settle(self.till_order())

        self.settle(self.returned(self.back(location_id="web")))

        self.assertEqual(self.on_shelf(), 8)
        self.assertEqual(self.on_shelf(shelf=self.warehouse.lot_stock_id), 101)
        self.assertEqual(order.order_id.order_line.qty_delivered, 1)

    def test_a_till_takes_back_what_the_web_shop_shipped(self):
        web = self.order(
            lines=[self.shirts()],
            taxes_included=True,
            payments=(self.pay(),),
        )
        order = self.settle(web)
        self.ship(order.order_id.picking_ids)

        self.settle(
            replace(
                web,
                version="2026-11-21T10:00:00+00:00",
                lines=(self.shirts(current_quantity=1),),
                current_total=Decimal("19.99"),
                returns=(self.back(),),
                payments=(
                    self.pay(),
                    self.pay("pay-2", "19.99", kind="refund", gateway="cash"),
                ),
                payment_state=doc.PaymentState.PARTIALLY_REFUNDED,
            )
        )

        self.assertEqual(self.on_shelf(), 11)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.assertEqual(self.balance(self.accounts["cash"]), -19.99)

    def test_a_refund_without_a_till_waits_for_its_goods(self):
        web = self.order(lines=[self.shirts()], taxes_included=True)
        order = self.settle(web)
        self.ship(order.order_id.picking_ids)

        self.settle(
            replace(
                web,
                version="2026-11-21T10:00:00+00:00",
                lines=(self.shirts(current_quantity=1),),
                current_total=Decimal("19.99"),
                returns=(self.back(at_till=False),),
            )
        )

        self.assertEqual(self.on_shelf(), 10)
        self.assertEqual(self.pickings(order).mapped("state"), ["done", "assigned"])
        self.assertFalse(self.issues("order_changed"))

    def test_the_rest_is_told_after_something_came_back(self):
        three = {
            "lines": [self.shirts(3)],
            "shipment_orders": (
                self.asked("line-1", 2),
                self.asked("line-1", 1, "web", remaining=1),
            ),
            "shipments": (self.gone("line-1", 2),),
        }
        paid = self.pay(value="59.97", gateway="cash")
        order = self.settle(self.till_order(paid, **three))

        self.settle(
            self.returned(
                **{**three, "lines": [self.shirts(3, current_quantity=2)]},
                payments=(
                    paid,
                    self.pay("pay-2", "19.99", kind="refund", gateway="cash"),
                ),
            )
        )
        parcel = self.pickings(order).filtered(lambda one: one.state == "assigned")
        self.assertEqual(parcel.move_ids.product_uom_qty, 1)
        order.action_release()
        self.ship(parcel)

        self.assertEqual(self.told(self.effects(order)), {"line-1": 1})

    # exchanges
    def exchanged(self, **values):
        """Return the sale after one shirt was exchanged for a mug of 25.00."""
        mug = self.shirts(1, external_id="line-2", sku="MUG")
        mug = replace(
            mug,
            unit_price=Decimal("25.00"),
            taxes=(
                doc.Tax(
                    title="VAT",
                    rate=Decimal("0.2"),
                    amount=Decimal("4.17"),
                    included=True,
                ),
            ),
        )
        return self.till_order(
            self.pay(gateway="cash"),
            self.pay("pay-2", "5.01", gateway="cash", processed_at=BACK_AT),
            lines=[self.shirts(current_quantity=1), mug],
            shipment_orders=(self.asked("line-1", 2), self.asked("line-2", 1)),
            shipments=(
                self.gone("line-1", 2),
                self.gone("line-2", 1, at=BACK_AT),
            ),
            returns=(self.back(),),
            version=2,
            **values,
        )

    def test_an_exchange_takes_one_back_and_hands_another_out(self):
        self.env["stock.quant"]._update_available_quantity(self.mug, self.shelf, 3)
        order = self.settle(self.till_order())

        self.settle(self.exchanged())

        self.assertEqual((self.on_shelf(), self.on_shelf(self.mug)), (9, 2))
        sale = order.order_id
        self.assertEqual(sale.amount_total, 44.99)
        self.assertEqual(sale.order_line.mapped("qty_delivered"), [1, 1])
        self.assertEqual(set(self.pickings(order).mapped("state")), {"done"})
        self.assertEqual(self.balance(self.accounts["cash"]), 44.99)
        total = sum(sale.invoice_ids.mapped("amount_total_signed"))
        self.assertEqual(round(total, 2), 44.99)
        self.assertFalse(self.issues("order_changed"))

    def test_an_exchange_that_is_told_again_changes_nothing(self):
        order = self.settle(self.till_order())
        self.settle(self.exchanged())
        known = self.pickings(order)

        self.settle(replace(self.exchanged(), version="2026-11-22T00:00:00+00:00"))

        self.assertEqual(self.pickings(order), known)

    # cash that is rounded
    def test_cash_that_is_rounded_both_ways_leaves_nothing_open(self):
        cash = self.pay("pay-1", "40.00", gateway="cash")
        rounded = {"cash_rounding": Decimal("0.02")}
        order = self.settle(self.till_order(cash, **rounded))
        back = self.pay(
            "pay-2",
            "20.00",
            kind="refund",
            gateway="cash",
            rounding=Decimal("0.01"),
            processed_at=BACK_AT,
        )

        self.settle(self.returned(payments=(cash, back), **rounded))

        sale = order.order_id
        self.assertFalse(order.hold_code)
        self.assertEqual(sale.amount_total, 20.0)
        self.assertEqual(self.balance(self.accounts["cash"]), 20.0)
        total = sum(sale.invoice_ids.mapped("amount_total_signed"))
        self.assertEqual(round(total, 2), 20.0)
        self.assertEqual(set(sale.invoice_ids.mapped("payment_state")), {"paid"})

    def test_all_of_it_back_leaves_nothing(self):
        order = self.settle(self.till_order())

        self.settle(self.returned(units=2))

        self.assertEqual(self.on_shelf(), 10)
        self.assertEqual(self.balance(self.accounts["cash"]), 0.0)
        self.assertEqual(order.order_id.amount_total, 0.0)
        self.assertEqual(
            set(order.order_id.invoice_ids.mapped("payment_state")), {"paid"}
        )

    def test_a_kit_comes_back_in_its_parts(self):
        if "mrp.bom" not in self.env:
            self.skipTest("no bills of materials")
        cup, lid = (self.make_product(name, 0, company_id=False) for name in "CL")
        kit = self.make_product("KIT", 0, company_id=False, invoice_policy="order")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": cup.id, "product_qty": 2}),
                    (0, 0, {"product_id": lid.id, "product_qty": 1}),
                ],
            }
        )
        for part, units in ((cup, 8), (lid, 4)):
            self.env["stock.quant"]._update_available_quantity(part, self.shelf, units)
        sold = {"lines": [self.shirts(sku="KIT")]}
        order = self.settle(self.till_order(**sold))
        self.assertEqual((self.on_shelf(cup), self.on_shelf(lid)), (4, 2))
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)

        self.settle(self.returned(lines=[self.shirts(sku="KIT", current_quantity=1)]))

        self.assertEqual((self.on_shelf(cup), self.on_shelf(lid)), (6, 3))
        self.assertEqual(order.order_id.order_line.qty_delivered, 1)
