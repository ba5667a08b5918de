from datetime import date

from odoo.tests import tagged

from ..domain.errors import DataError
from .refund_common import RefundCommon
from .till_common import BACK_AT

UTC_BACK_AT = BACK_AT.replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestRefundBack(RefundCommon):
    """Units that had left are refunded over the web, and the goods come back."""

    def test_the_warehouse_is_to_receive_what_was_put_back(self):
        order = self.came_and_left()
        before = self.on_web_shelf()

        self.refund(self.row())

        receipt = self.coming_back(order)
        self.assertRecordValues(
            receipt,
            [
                {
                    "state": "assigned",
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "location_dest_id": self.warehouse.lot_stock_id.id,
                    "return_id": self.pickings(order)[0].id,
                }
            ],
        )
        self.assertEqual(receipt.move_ids.product_uom_qty, 1)
        self.assertEqual(self.on_web_shelf(), before)
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (2, 3))
        self.assertFalse(self.issues("order_changed"))
        self.assertIn("goods_expected", order.step_ids.mapped("code"))

    def test_what_the_warehouse_receives_is_on_hand_again(self):
        order = self.came_and_left()
        before = self.on_web_shelf()
        self.refund(self.row())

        self.ship(self.coming_back(order))

        self.assertEqual(self.on_web_shelf(), before + 1)
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        self.assertIn("came_back", order.step_ids.mapped("code"))
        self.assertEqual(len(self.effects(order)), 1)

    def test_the_credit_note_and_the_money_are_exact_and_matched(self):
        order = self.came_and_left()

        self.refund(self.row())

        invoice, note = order.order_id.invoice_ids.sorted("id")
        self.assertEqual((invoice.amount_total, note.amount_total), (59.97, 19.99))
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(note.invoice_date, date(2026, 11, 21))
        self.assertEqual(note.amount_tax, 3.33)
        self.assertEqual({invoice.payment_state, note.payment_state}, {"paid"})
        self.assertEqual(self.balance(self.accounts["card"]), 39.98)

    def test_a_refund_that_is_told_again_is_followed_once(self):
        order = self.came_and_left()
        self.refund(self.row())
        for _time in range(3):
            self.refund()

        self.assertEqual(len(self.coming_back(order)), 1)
        self.assertEqual(len(order.order_id.invoice_ids), 2)

    def test_two_refunds_of_one_line_are_two(self):
        order = self.came_and_left()
        self.refund(self.row())

        self.refund(self.row(2))

        self.assertEqual(self.coming_back(order).move_ids.mapped("product_qty"), [1, 1])
        totals = order.order_id.invoice_ids.mapped("amount_total_signed")
        self.assertEqual(round(sum(totals), 2), 19.99)
        self.assertEqual(
            set(order.order_id.invoice_ids.mapped("payment_state")), {"paid"}
        )

    def test_two_refunds_of_what_left_are_two_while_a_rest_waits(self):
        order = self.came_and_left(2)
        self.refund(self.row(), remaining=1)

        self.refund(self.row(2), remaining=1)

        back = self.coming_back(order).move_ids
        self.assertEqual(back.mapped("product_uom_qty"), [1, 1])
        self.assertEqual(back.mapped("state"), ["assigned"] * 2)
        rest = order._open_deliveries().move_ids
        self.assertEqual(rest.product_uom_qty, 1)

    def test_all_of_it_back_leaves_nothing(self):
        order = self.came_and_left()
        before = self.on_web_shelf()

        self.refund(self.row(units=3))
        self.ship(self.coming_back(order))

        self.assertEqual(self.on_web_shelf(), before + 3)
        self.assertEqual(order.order_id.order_line.qty_delivered, 0)
        self.assertEqual(order.order_id.amount_total, 0)
        self.assertEqual(self.balance(self.accounts["card"]), 0)

    def test_it_comes_back_to_the_store_that_the_channel_named(self):
        order = self.came_and_left()

        self.refund(self.row(location_id="store"))

        receipt = self.coming_back(order)
        self.assertEqual(receipt.picking_type_id, self.store.in_type_id)
        self.ship(receipt)
        self.assertEqual(self.on_shelf(), 11)

    def test_a_place_that_is_not_mapped_is_asked_for_first(self):
        order = self.came_and_left()
        self.place.state = "unmapped"

        with self.assertRaises(DataError) as caught:
            self.refund(self.row(location_id="store"))

        self.assertEqual(caught.exception.kind, "unknown_location")
        self.assertFalse(self.coming_back(order))

    def test_a_place_that_is_left_out_books_no_goods(self):
        order = self.came_and_left()
        self.place.action_ignore()

        self.refund(self.row(location_id="store"))

        self.assertFalse(self.coming_back(order))
        self.assertEqual(order.order_id.order_line.product_uom_qty, 2)
        self.assertIn("goods_elsewhere", order.step_ids.mapped("code"))

    def test_where_the_channel_is_believed_it_is_booked_at_its_own_time(self):
        self.channel.return_policy = "book"
        order = self.came_and_left()
        before = self.on_web_shelf()

        self.refund(self.row())

        self.assertRecordValues(
            self.coming_back(order), [{"state": "done", "date_done": UTC_BACK_AT}]
        )
        self.assertEqual(self.on_web_shelf(), before + 1)
        self.assertFalse(self.effects(order)[1:])

    def test_units_of_several_deliveries_come_back_from_each(self):
        order = self.came_and_left(1)
        self.ship(self.pickings(order)[-1])
        self.run_jobs()

        self.refund(self.row(units=3))

        receipts = self.coming_back(order)
        self.assertEqual(sorted(receipts.move_ids.mapped("product_uom_qty")), [1, 2])
        self.assertEqual(receipts.return_id, self.pickings(order)[:2])

    def test_a_second_refund_does_not_fetch_the_same_units(self):
        order = self.came_and_left(1)
        self.ship(self.pickings(order)[-1])
        self.run_jobs()
        self.refund(self.row(units=2))

        self.refund(self.row(2))

        first, second = self.coming_back(order)
        self.assertNotEqual(first.return_id, second.return_id)

    # what was not put back
    def test_units_that_stay_with_the_customer_move_no_goods(self):
        order = self.came_and_left()
        before = self.on_web_shelf()

        self.refund(self.row(restocked=False, location_id=""))

        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (2, 3))
        self.assertEqual(len(self.pickings(order)), 1)
        self.assertEqual(self.on_web_shelf(), before)
        self.assertEqual(self.balance(self.accounts["card"]), 39.98)
        self.assertIn("goods_kept", order.step_ids.mapped("code"))
        self.assertFalse(self.issues("order_changed"))
        self.assertEqual(order.order_id.invoice_status, "invoiced")

    def test_they_are_put_back_later(self):
        order = self.came_and_left()
        self.refund(self.row(restocked=False, location_id=""))
        self.document = type(self.document)(
            **{
                **{n: getattr(self.document, n) for n in self.document.__slots__},
                "returns": (),
            }
        )

        self.refund(self.row())

        self.assertEqual(self.coming_back(order).move_ids.product_uom_qty, 1)
        self.refund()
        self.assertEqual(len(self.coming_back(order)), 1)

    def test_the_rest_is_still_shipped_and_told(self):
        order = self.came_and_left(2)

        self.refund(self.row(units=2, restocked=False, location_id=""), remaining=1)

        rest = self.pickings(order)[-1]
        self.assertEqual((rest.state, rest.move_ids.product_uom_qty), ("assigned", 1))
        self.assertEqual(order.order_id.order_line.product_uom_qty, 1)
        self.ship(rest)
        self.assertEqual(self.told(self.effects(order)[-1]), {"line-1": 1})
        self.assertEqual(len(self.pickings(order)), 2)

    def test_the_rest_is_told_while_others_come_back(self):
        order = self.came_and_left(2)
        self.refund(self.row(), remaining=1)
        rest = self.pickings(order).filtered(
            lambda one: one.picking_type_code == "outgoing" and one.state != "done"
        )
        self.assertEqual(rest.move_ids.product_uom_qty, 1)

        self.ship(self.coming_back(order))
        self.ship(rest)

        self.assertEqual(self.told(self.effects(order)[-1]), {"line-1": 1})
        line = order.order_id.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (2, 2))

    def test_what_others_have_shipped_does_not_come_back_from_us(self):
        order = self.come()

        self.refund(self.row(), remaining=0)
        self.ship(self.pickings(order))
        self.refund(remaining=0)

        self.assertEqual(len(self.pickings(order)), 1)
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)

    # what a person does
    def test_a_return_that_was_received_before_is_the_one_refunded(self):
        order = self.came_and_left()
        self.return_by_hand(self.pickings(order), 2)
        before = self.on_web_shelf()

        self.refund(self.row())
        self.refund(self.row(2, units=2))

        receipt = self.coming_back(order)[1:]
        self.assertEqual(receipt.move_ids.product_uom_qty, 1)
        self.assertEqual(self.on_web_shelf(), before)
        self.assertIn("goods_back_before", order.step_ids.mapped("code"))

    def test_a_receipt_that_the_warehouse_cancels_is_not_made_anew(self):
        order = self.came_and_left()
        self.refund(self.row())

        self.coming_back(order).action_cancel()
        self.refund()

        self.assertEqual(self.coming_back(order).mapped("state"), ["cancel"])
        self.assertEqual(len(self.pickings(order)), 2)
        self.assertIn("return_canceled", order.step_ids.mapped("code"))

    def test_what_came_back_and_nobody_refunded_is_not_sent_again(self):
        order = self.came_and_left(2)
        self.return_by_hand(self.pickings(order)[0], 1)

        order._launch_again(order.order_id.order_line)

        waiting = self.pickings(order).filtered(lambda one: one.state == "assigned")
        self.assertEqual(waiting.move_ids.product_uom_qty, 1)

    def test_fewer_than_have_left_without_a_refund_is_a_persons_to_decide(self):
        order = self.came_and_left()

        self.refund(wanted=2)

        self.assertTrue(self.issues("order_changed"))
        self.assertEqual(order.order_id.order_line.product_uom_qty, 3)
        self.assertFalse(self.coming_back(order))

    # invoices by hand
    def test_by_hand_one_press_credits_what_was_refunded(self):
        self.channel.invoice_policy = "manual"
        self.shirt.invoice_policy = "delivery"
        order = self.came_and_left()
        order.order_id._create_invoices().action_post()

        self.refund(self.row())
        self.issues("edited_invoiced").action_mend()
        self.run_jobs()

        note = order.order_id.invoice_ids.sorted("id")[-1]
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 19.99))
        self.assertEqual(note.payment_state, "paid")
        self.ship(self.coming_back(order))
        self.assertFalse(order.order_id.order_line.qty_to_invoice)

    def test_units_that_are_credited_before_others_are_shipped_leave_no_cent(self):
        self.channel.invoice_policy = "manual"
        self.shirt.invoice_policy = "delivery"
        order = self.came_and_left(2)
        sale = order.order_id
        sale._create_invoices().action_post()
        self.refund(self.row(units=2, restocked=False, location_id=""), remaining=1)
        self.issues("edited_invoiced").action_mend()

        self.ship(self.pickings(order)[-1])
        sale._create_invoices().action_post()

        moves = sale.invoice_ids
        self.assertEqual(round(sum(moves.mapped("amount_total_signed")), 2), 19.99)
        self.assertEqual(round(sum(moves.mapped("amount_tax_signed")), 2), 3.33)

    def test_a_unit_that_is_still_to_leave_makes_up_for_no_refunded_one(self):
        self.channel.invoice_policy = "shipped"
        order = self.came_and_left(2)

        self.refund(self.row(), remaining=1)

        invoice, note = order.order_id.invoice_ids.sorted("id")
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual({invoice.payment_state, note.payment_state}, {"paid"})
        self.ship(order._open_deliveries())
        self.run_jobs()
        moves = order.order_id.invoice_ids
        self.assertEqual(round(sum(moves.mapped("amount_total_signed")), 2), 39.98)
        self.assertEqual(round(sum(moves.mapped("amount_tax_signed")), 2), 6.67)
        self.assertEqual(set(moves.mapped("payment_state")), {"paid"})

    def test_before_the_invoice_it_is_of_what_is_left(self):
        self.channel.invoice_policy = "manual"
        self.shirt.invoice_policy = "delivery"
        order = self.came_and_left()
        self.refund(self.row(restocked=False, location_id=""))

        invoice = order.order_id._create_invoices()
        invoice.action_post()

        self.assertEqual(invoice.amount_total, 39.98)
        self.assertFalse(order.order_id.order_line.qty_to_invoice)
        self.assertEqual(order.order_id.invoice_status, "invoiced")
