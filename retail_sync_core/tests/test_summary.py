from datetime import datetime, timezone
from decimal import Decimal

from freezegun import freeze_time
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .common_orders import OrdersCommon

PLACED = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 12:00:00")
class TestSummary(OrdersCommon):
    """Payment, goods and returns in a line each; late orders before all others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.timezone = "America/New_York"

    def sold(self, number=1, **values):
        payment = doc.Payment(
            external_id=f"p{number}",
            kind="sale",
            status="success",
            gateway="card",
            amount=Decimal("20.00"),
            currency=self.currency_name,
            processed_at=PLACED,
        )
        return self.import_order(
            self.order(
                f"order-{number}",
                lines=[make_line(sku="SHIRT", quantity=2, price="10.00")],
                payments=(payment,),
                payment_state=doc.PaymentState.PAID,
                **values,
            )
        )

    def due(self, order, moment):
        order.order_id.picking_ids.move_ids.date_deadline = moment
        return order

    def take_back(self, picking, units, done=True):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = units
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        if done:
            self.ship(back)
        return back

    def test_money_goods_and_returns_are_said_in_a_line_each(self):
        order = self.sold()
        amount = order.currency_id.format(20.0)

        self.assertRecordValues(
            order,
            [
                {
                    "money_line": f"Paid · {amount} of {amount} · {order.paid_by}",
                    "goods_line": "2 ordered · 0 shipped · 2 to ship",
                    "returns_line": "None",
                    "can_return_goods": False,
                }
            ],
        )

    def test_what_we_shipped_and_took_back_counts_before_the_channel_tells(self):
        order = self.sold()
        picking = order.order_id.picking_ids
        self.ship(picking)
        self.assertTrue(order.can_return_goods)
        self.take_back(picking, 1)
        self.take_back(picking, 1, done=False)

        self.env.invalidate_all()
        self.assertEqual(order.goods_line, "2 ordered · 2 shipped")
        self.assertEqual(order.returns_line, "1 came back · 1 awaited")

    def test_what_others_shipped_counts_as_shipped(self):
        shipped = doc.Shipped(external_id="f-1", lines=(("line-1", Decimal(1)),))

        order = self.sold(shipments=(shipped,))

        self.assertEqual(order.goods_line, "2 ordered · 1 shipped · 1 to ship")

    def test_goods_come_back_by_odoos_own_dialog(self):
        order = self.sold()
        picking = order.order_id.picking_ids
        self.ship(picking)

        action = order.action_return_goods()

        self.assertEqual(action["res_model"], "stock.return.picking")
        self.assertEqual(action["context"]["active_id"], picking.id)

    def listed(self, domain=()):
        self.env.flush_all()
        orders = self.env["retail.sync.order"].with_context(retail_sync_late_first=True)
        own = [("channel_id", "=", self.channel.id), *domain]
        rows = orders.web_search_read(own, {"external_ref": {}}, limit=10)
        return [row["external_ref"] for row in rows["records"]]

    def test_the_latest_orders_are_on_top_before_anything_is_searched(self):
        self.due(self.sold(1), "2026-11-24 10:00:00")
        self.due(self.sold(2), "2026-11-30 10:00:00")
        self.due(self.sold(3), "2026-11-22 10:00:00")
        gone = self.due(self.sold(4), "2026-11-21 10:00:00")
        self.ship(gone.order_id.picking_ids)

        self.assertEqual(
            self.listed(), ["#order-3", "#order-1", "#order-4", "#order-2"]
        )
        self.assertEqual(
            self.listed([("late_since", "!=", False)]), ["#order-3", "#order-1"]
        )
        self.assertEqual(
            self.listed([("late_since", "=", False)]), ["#order-4", "#order-2"]
        )

    def test_a_day_that_odoo_reckoned_is_over_with_the_channels_day(self):
        early = self.due(self.sold(1), "2026-11-25 04:59:00")  # 23:59 in New York
        today = self.due(self.sold(2), "2026-11-25 05:01:00")

        self.assertTrue(early.late_since)
        self.assertFalse(today.late_since)

    def test_an_hour_that_was_promised_counts(self):
        order = self.sold()
        order.order_id.commitment_date = "2026-11-25 11:00:00"
        self.env.flush_all()

        self.assertEqual(str(order.late_since), "2026-11-25 11:00:00")
