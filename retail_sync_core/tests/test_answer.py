from datetime import datetime, timezone
from decimal import Decimal

from freezegun import freeze_time
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .common_orders import OrdersCommon

PAID_AT = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)
NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 12:00:00")
class TestAnswer(OrdersCommon):
    """What can be read to a buyer is true, and says nothing of our own affairs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.timezone = "Europe/Paris"
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        warehouse.name = "Leeds"
        cls.lines = [make_line(sku="SHIRT", quantity=2, price="10.00")]

    def payment(self, external_id="p1", kind="sale", amount="20.00", at=PAID_AT):
        return doc.Payment(
            external_id=external_id,
            kind=kind,
            status="success",
            gateway="card",
            amount=Decimal(amount),
            currency=self.currency_name,
            processed_at=at,
        )

    def sold(self, **values):
        values.setdefault("payment_state", doc.PaymentState.PAID)
        values.setdefault("payments", (self.payment(),))
        return self.import_order(self.order(lines=self.lines, **values))

    def test_a_parcel_that_left_is_told_with_its_number(self):
        order = self.sold()
        order.order_id.picking_ids.carrier_tracking_ref = "ZX1001"
        self.ship(order.order_id.picking_ids)

        self.assertEqual(
            order.answer,
            "Paid on November 21. The delivery left Leeds on November 25."
            " The parcel number is ZX1001.",
        )

    def test_the_second_part_waits_for_its_stock(self):
        order = self.sold()
        first = order.order_id.picking_ids
        self.ship(first, SHIRT=1)
        rest = order.order_id.picking_ids - first
        rest.do_unreserve()
        rest.move_ids.date_deadline = "2026-12-09 10:00:00"

        self.assertEqual(
            order.answer,
            "Paid on November 21. Delivery 1 of 2 left Leeds on November 25."
            " Delivery 2 of 2 waits for stock at Leeds; it is due on December 9.",
        )

    def test_a_day_that_is_past_is_not_promised(self):
        order = self.sold()
        picking = order.order_id.picking_ids
        picking.do_unreserve()
        picking.move_ids.date_deadline = "2026-11-20 10:00:00"

        self.assertIn("The delivery waits for stock at Leeds.", order.answer)

    def test_why_an_order_is_held_is_not_read_out(self):
        order = self.sold(risk=doc.RiskLevel.CANCEL)

        self.assertEqual(order.hold_code, "risk")
        self.assertEqual(
            order.answer,
            "Paid on November 21. We are still checking the order.",
        )

    def test_what_has_left_of_a_held_order_is_told(self):
        order = self.sold()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        order.write({"state": "hold", "hold_code": "elsewhere"})

        self.assertEqual(
            order.answer,
            "Paid on November 21. Delivery 1 of 2 left Leeds on November 25."
            " We are still checking the order.",
        )

    def test_what_others_have_shipped_is_not_being_worked_on(self):
        order = self.sold()
        order.order_id.picking_ids.action_cancel()
        shipped = {"lines": [], "state": "success", "tracking": [["ZX9", "Post", ""]]}
        order.write({"fulfillment_state": "shipped", "shipments": [shipped]})

        self.assertEqual(
            order.answer,
            "Paid on November 21. Everything has left. The parcel number is ZX9.",
        )

    def test_a_part_that_others_shipped_is_told_beside_our_own_deliveries(self):
        order = self.sold()
        shipped = {
            "external_id": "f-1",
            "lines": [["line-1", 1.0]],
            "state": "success",
            "location_id": "",
            "created_at": "2026-11-24T10:00:00",
            "tracking": [["ZX9", "Post", ""]],
        }
        order.shipments = [shipped]
        self.assertEqual(
            order.answer,
            "Paid on November 21. A part left on November 24. The parcel number is ZX9."
            " The delivery is ready to leave Leeds.",
        )

        order.write({"state": "hold", "hold_code": "elsewhere"})

        self.assertIn("A part left on November 24.", order.answer)
        self.assertTrue(order._has_left())

    def test_our_own_shipment_is_told_once(self):
        order = self.sold()
        self.ship(order.order_id.picking_ids)
        self.effects(order).external_id = "f-1"
        ours = doc.Shipped(external_id="f-1", lines=(("line-1", Decimal(2)),))
        self.import_order(self.order(lines=self.lines, version=2, shipments=(ours,)))

        self.assertNotIn("A part", order.answer)

    def test_what_was_paid_back_is_told_with_its_day(self):
        order = self.sold(
            payment_state=doc.PaymentState.REFUNDED,
            payments=(
                self.payment(),
                self.payment("p2", "refund", at=NEW_YEAR),
            ),
            cancelled_at=datetime(2026, 11, 24, 12, tzinfo=timezone.utc),
        )

        amount = order.currency_id.format(20.0)
        self.assertEqual(
            order.answer,
            "The order was canceled on November 24. Paid on November 21."
            f" {amount} was paid back on January 1.",
        )

    def test_an_unpaid_order_waits_for_its_money_alone(self):
        order = self.sold(payment_state=doc.PaymentState.PENDING, payments=())

        self.assertEqual(
            order.answer,
            "We are waiting for the payment. It leaves as soon as it is paid.",
        )

    def test_it_speaks_the_buyers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        order = self.sold()
        order.order_id.partner_id.lang = "fr_FR"

        self.assertIn("21 novembre", order.answer)
