from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_charge, make_line
from .common_orders import OrdersCommon

PENDING = doc.PaymentState.PENDING
AUTHORIZED = doc.PaymentState.AUTHORIZED
PAID = doc.PaymentState.PAID


@tagged("post_install", "-at_install")
class TestStatusFromTheChannel(OrdersCommon):
    def cancelled(self, **values):
        document = self.order()
        return self.order(version=5, cancelled_at=document.updated_at, **values)

    # payment

    def test_an_unpaid_order_is_reserved_but_its_delivery_waits(self):
        order = self.import_order(self.order(payment_state=PENDING))
        picking = order.order_id.picking_ids

        self.assertRecordValues(order, [{"state": "hold", "hold_code": "payment"}])
        self.assertEqual(picking.state, "assigned")
        self.assertIn("not paid yet", picking.retail_sync_hold_reason)
        with self.assertRaisesRegex(UserError, "not paid yet"):
            picking.button_validate()
        with self.assertRaisesRegex(UserError, "not paid yet"):
            picking._action_done()

    def test_the_delivery_goes_once_the_money_is_there(self):
        order = self.import_order(self.order(payment_state=PENDING))

        self.import_order(self.order(payment_state=PAID, version=2))

        self.assertRecordValues(order, [{"state": "imported", "hold_code": False}])
        self.ship(order.order_id.picking_ids)

    def test_authorized_money_is_enough_where_the_policy_says_so(self):
        held = self.import_order(self.order(payment_state=AUTHORIZED))
        self.channel.release_on = "authorized"

        free = self.import_order(self.order("order-2", payment_state=AUTHORIZED))

        self.assertEqual(held.hold_code, "payment")
        self.assertFalse(free.hold_code)

    def test_a_gateway_may_let_goods_go_at_once(self):
        self.env["retail.sync.map.gateway"].create(
            {"channel_id": self.channel.id, "gateway": "COD", "release": "always"}
        )
        payment = doc.Payment(
            external_id="1",
            kind="sale",
            status="pending",
            gateway="cod",
            amount=Decimal("39.98"),
            currency="USD",
        )

        order = self.import_order(
            self.order(payment_state=PENDING, payments=(payment,))
        )

        self.assertFalse(order.hold_code)

    def test_a_refund_before_shipping_holds_the_delivery(self):
        order = self.import_order(self.order())

        self.import_order(
            self.order(payment_state=doc.PaymentState.REFUNDED, version=2)
        )

        self.assertEqual(order.hold_code, "payment")

    def test_a_risky_order_waits_and_an_operator_may_let_it_go(self):
        order = self.import_order(self.order(risk=doc.RiskLevel.CANCEL))
        self.assertEqual(order.hold_code, "risk")

        order.action_release()

        self.assertFalse(order.hold_code)
        self.ship(order.order_id.picking_ids)

    def test_a_release_counts_for_one_cause_only(self):
        order = self.import_order(
            self.order(payment_state=PENDING, total=Decimal("45.00"))
        )
        self.assertEqual(order.hold_code, "total")

        order.action_release("Agreed")
        self.assertEqual(order.hold_code, "payment")
        self.assertEqual(order.order_id.state, "sale")
        order.action_release()

        self.assertFalse(order.hold_code)

    def test_an_order_whose_amounts_were_mended_goes_on_by_itself(self):
        order = self.import_order(self.order(total=Decimal("45.00")))
        self.assertEqual(len(self.issues("total_mismatch")), 1)

        self.import_order(self.order(version=2))

        self.assertRecordValues(order, [{"state": "imported", "hold_code": False}])
        self.assertEqual(order.order_id.state, "sale")
        self.assertFalse(self.issues("total_mismatch"))

    def test_a_total_that_no_longer_adds_up_holds_the_delivery(self):
        order = self.import_order(self.order())

        self.import_order(self.order(version=2, total=Decimal("30.00")))

        self.assertEqual(order.hold_code, "total")

    def test_a_release_counts_only_as_long_as_the_facts_are_the_same(self):
        order = self.import_order(self.order(payment_state=PENDING))
        order.action_release()
        self.assertFalse(order.hold_code)

        self.import_order(self.order(payment_state=doc.PaymentState.VOIDED, version=2))

        self.assertEqual(order.hold_code, "payment")

    def test_an_order_that_costs_nothing_needs_no_payment(self):
        free = make_line(sku="SHIRT", price="5.00", discount="5.00")

        order = self.import_order(self.order(lines=[free], payment_state=PENDING))

        self.assertFalse(order.hold_code)

    def test_what_the_channel_holds_is_held_here(self):
        request = doc.ShipmentOrder(external_id="fo-1", state="on_hold")

        order = self.import_order(self.order(shipment_orders=(request,)))

        self.assertEqual(order.hold_code, "channel")

    def test_what_others_have_shipped_is_not_shipped_again(self):
        shipped = doc.Shipped(external_id="f-1", lines=(("line-1", Decimal(2)),))

        order = self.import_order(self.order(shipments=(shipped,)))

        self.assertEqual(order.hold_code, "elsewhere")
        with self.assertRaises(UserError):
            order.order_id.picking_ids.button_validate()

    # cancellation

    def test_a_cancellation_gives_the_stock_back(self):
        before = self.shirt.free_qty
        order = self.import_order(self.order())
        self.assertEqual(self.shirt.free_qty, before - 2)

        self.import_order(self.cancelled())

        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(order.order_id.picking_ids.state, "cancel")
        self.assertRecordValues(order, [{"state": "cancelled", "hold_code": False}])
        self.shirt.invalidate_recordset()
        self.assertEqual(self.shirt.free_qty, before)

    def test_a_locked_order_is_canceled_too(self):
        order = self.import_order(self.order())
        order.order_id.action_lock()

        self.import_order(self.cancelled())

        self.assertEqual(order.order_id.state, "cancel")

    def test_an_order_that_is_being_picked_stops_with_a_clear_sign(self):
        order = self.import_order(self.order())
        picking = order.order_id.picking_ids
        picking.move_ids.picked = True

        self.import_order(self.cancelled())

        self.assertEqual(order.order_id.state, "sale")
        self.assertIn("do not ship", picking.retail_sync_hold_reason)
        with self.assertRaisesRegex(UserError, "do not ship"):
            picking.button_validate()
        self.assertEqual(len(self.issues("cancel_while_picking")), 1)

    def test_a_printed_delivery_counts_as_being_picked(self):
        order = self.import_order(self.order())
        order.order_id.picking_ids.printed = True

        self.import_order(self.cancelled())

        self.assertEqual(order.hold_code, "cancel")

    def test_a_person_cancels_here_when_the_goods_are_back(self):
        order = self.import_order(self.order())
        order.order_id.picking_ids.move_ids.picked = True
        self.import_order(self.cancelled())

        order.action_cancel_here()

        self.assertEqual(order.order_id.state, "cancel")
        self.assertFalse(self.issues("cancel_while_picking"))

    def test_goods_that_left_are_not_canceled_away(self):
        order = self.import_order(self.order())
        self.ship(order.order_id.picking_ids, SHIRT=1)

        self.import_order(self.cancelled())

        self.assertEqual(order.order_id.state, "sale")
        pickings = order.order_id.picking_ids
        self.assertEqual(set(pickings.mapped("state")), {"done", "cancel"})
        self.assertEqual(len(self.issues("shipped_cancelled")), 1)
        self.assertFalse(order.hold_code)

    def test_the_policy_may_ask_a_person(self):
        self.channel.cancel_policy = "ask"
        order = self.import_order(self.order())

        self.import_order(self.cancelled())

        self.assertEqual(order.order_id.state, "sale")
        self.assertEqual(order.hold_code, "cancel")

    # edits

    def test_fewer_units_before_shipping_are_followed(self):
        lines = [make_line(sku="SHIRT", quantity=3, price="9.99", rates=("0.2",))]
        self.make_tax(20)
        order = self.import_order(self.order(lines=lines))

        fewer = make_line(
            sku="SHIRT", quantity=3, current_quantity=2, price="9.99", rates=("0.2",)
        )
        document = self.order(lines=[fewer], version=2)
        self.import_order(document)

        sale = order.order_id
        self.assertEqual(sale.order_line.product_uom_qty, 2)
        self.assertEqual(f"{sale.amount_total:.2f}", f"{document.current_total:.2f}")
        moves = sale.picking_ids.move_ids.filtered(lambda m: m.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 2)
        self.assertFalse(order.hold_code)

    def test_a_line_taken_off_is_not_shipped(self):
        lines = [make_line(sku="SHIRT"), make_line("line-2", sku="MUG", price="5.00")]
        order = self.import_order(self.order(lines=lines))

        gone = make_line("line-2", sku="MUG", price="5.00", current_quantity=0)
        self.import_order(self.order(lines=[lines[0], gone], version=2))

        self.assertEqual(order.order_id.amount_total, 10.0)
        open_moves = order.order_id.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("cancel", "done")
        )
        self.assertEqual(open_moves.product_id, self.shirt)

    def test_a_removed_charge_is_followed(self):
        order = self.import_order(self.order(charges=[make_charge()]))

        self.import_order(self.order(charges=[make_charge(removed=True)], version=2))

        self.assertEqual(order.order_id.amount_total, 39.98)

    def test_a_new_line_beside_a_draft_invoice_is_told_to_a_person_once(
        self,
    ):
        order = self.import_order(self.order())
        order.order_id._create_invoices()
        lines = [
            make_line(sku="SHIRT", quantity=2, price="19.99"),
            make_line("line-2", sku="MUG", title="Mug"),
        ]

        self.import_order(self.order(lines=lines, version=2))
        issue = self.issues("order_changed")
        issue._close("seen")
        self.import_order(self.order(lines=lines, version=3, note="later"))

        self.assertEqual(len(issue), 1)
        self.assertFalse(self.issues("order_changed"))
        self.assertEqual(len(order.order_id.order_line), 1)

    def test_fewer_units_after_shipping_change_nothing_silently(self):
        order = self.import_order(self.order())
        self.ship(order.order_id.picking_ids)

        fewer = make_line(sku="SHIRT", quantity=2, current_quantity=1, price="19.99")
        self.import_order(self.order(lines=[fewer], version=2))

        self.assertEqual(order.order_id.order_line.product_uom_qty, 2)
        self.assertEqual(len(self.issues("order_changed")), 1)

    # who may see it

    def test_a_salesperson_without_our_groups_reads_the_order_and_its_delivery(self):
        order = self.import_order(self.order(payment_state=PENDING))
        user = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "orders_seller",
                "group_ids": [
                    (4, self.env.ref("sales_team.group_sale_salesman_all_leads").id),
                    (4, self.env.ref("stock.group_stock_user").id),
                ],
            }
        )

        sale = order.order_id.with_user(user)
        picking = sale.picking_ids

        self.assertEqual(sale.retail_sync_state, "hold")
        self.assertTrue(sale.retail_sync_hold)
        self.assertTrue(picking.retail_sync_hold_reason)
        with self.assertRaisesRegex(UserError, "on hold"):
            picking.button_validate()
