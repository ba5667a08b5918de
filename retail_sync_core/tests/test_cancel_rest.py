from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..domain import documents as doc
from .undo_common import CANCELED_AT, UndoCommon


@tagged("post_install", "-at_install")
class TestCancelRest(UndoCommon):
    """What has not left is what has not left, whatever came back or was asked."""

    def shipped_one(self):
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        self.run_jobs()
        return order

    def take_back(self, order):
        picking = order.order_id.picking_ids.filtered(lambda p: p.state == "done")
        form = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_model="stock.picking"
            )
        )
        wizard = form.save()
        wizard.product_return_moves.quantity = 1.0
        back = wizard._create_return()
        back.move_ids.write({"quantity": 1.0, "picked": True})
        back.button_validate()
        return back

    def test_a_unit_that_came_back_has_left(self):
        order = self.shipped_one()
        self.take_back(order)
        self.assertEqual(order.order_id.order_line.qty_delivered, 0.0)

        self.assertEqual(list(order._rest().values()), [2.0])

        self.cancel(order)
        (effect,) = self.effects(order, "cancellation")
        self.assertEqual(effect._get_document().lines, (("line-1", Decimal("2.0")),))

    def test_what_the_channel_was_asked_to_cancel_is_not_canceled_again(self):
        order = self.shipped_one()
        first, second = self.dialog(order), self.dialog(order)
        first.action_cancel_order()

        with self.assertRaisesRegex(UserError, "canceled already"):
            second.action_cancel_order()
        self.run_jobs()
        self.assertEqual(self.effects(order, "cancellation").state, "applied")
        self.assertEqual(order.line_ids.current_quantity, 3, "not told yet")
        with self.assertRaisesRegex(UserError, "canceled already"):
            second.action_cancel_order()

        self.work(order, self.three(1, version=2))
        self.import_order(self.three(1, version=2))
        self.assertFalse(order._rest())
        self.assertEqual(self.dialog(order).stage, "all")
        self.assertIn("canceled already", self.dialog(order).story)
        self.assertEqual(len(self.effects(order, "cancellation")), 1)

    def test_the_money_of_a_rest_that_the_channel_refused_is_open(self):
        order = self.shipped_one()
        self.cancel(order)
        effect = self.effects(order, "cancellation")
        effect.sudo().write({"state": "unknown"})

        effect.action_settle("abandoned", "they refuse")

        self.assertEqual(order._owed_back(), 20.0)
        self.assertTrue(self.issues("refund_open"))
        self.assertEqual(list(order._rest().values()), [2.0], "it may be asked again")

    def parcel(self, external_id, units):
        lines = (("line-1", Decimal(units)),)
        return doc.Shipped(external_id=external_id, lines=lines)

    def test_what_left_here_and_what_left_elsewhere_adds_up(self):
        order = self.shipped_one()
        (effect,) = self.effects(order)
        ours = self.parcel(effect.external_id, 1)

        self.import_order(self.three(3, version=2, shipments=(ours,)))
        self.assertEqual(list(order._rest().values()), [2.0], "our own counts once")

        both = (ours, self.parcel("theirs", 1))
        self.import_order(self.three(3, version=3, shipments=both))
        self.assertEqual(list(order._rest().values()), [1.0])

    def test_what_left_elsewhere_too_is_not_delivered_again(self):
        order = self.shipped_one()
        self.cancel(order)
        effect = self.effects(order, "cancellation")
        effect.sudo().state = "unknown"
        effect.action_settle("abandoned", "they refuse")
        (told,) = self.effects(order)
        both = (self.parcel(told.external_id, 1), self.parcel("theirs", 1))
        self.import_order(self.three(3, version=2, shipments=both))

        order.action_deliver_rest()

        moves = order._open_deliveries().move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 1.0)

    def test_a_parcel_whose_answer_was_lost_counts_once(self):
        order = self.shipped_one()
        self.effects(order).sudo().write({"state": "unknown", "external_id": False})

        self.import_order(
            self.three(3, version=2, shipments=(self.parcel("ours-maybe", 1),))
        )

        self.assertEqual(list(order._rest().values()), [2.0])

    def test_their_parcel_that_a_person_books_here_counts_once(self):
        order = self.bring()
        theirs = self.parcel("theirs", 3)
        self.import_order(self.three(3, version=2, shipments=(theirs,)))
        order.action_release()
        self.ship(order.order_id.picking_ids, SHIRT=2)

        (line,) = order.line_ids
        self.assertFalse(self.effects(order), "told already")
        self.assertEqual(order._units_gone(line), 3.0)


@tagged("post_install", "-at_install")
class TestCanceledThere(UndoCommon):
    """The channel canceled, its policy is to ask, and the dialog decides."""

    def canceled_there(self, ship=0):
        self.channel.cancel_policy = "ask"
        order = self.bring()
        if ship:
            self.ship(order.order_id.picking_ids, SHIRT=ship)
            self.run_jobs()
        self.work(order, self.three(3, version=2, cancelled_at=CANCELED_AT))
        self.import_order(self.three(3, version=2, cancelled_at=CANCELED_AT))
        self.assertEqual(order.order_id.state, "sale")
        return order

    def refunds(self, order):
        return [
            (one._get_document().action, one._get_document().amount)
            for one in self.effects(order, "payment")
        ]

    def test_its_money_goes_back_as_decided(self):
        order = self.canceled_there()
        wizard = self.dialog(order)
        self.assertRecordValues(
            wizard, [{"can_tell": False, "tell": False, "money": "refund"}]
        )

        wizard.action_cancel_order()

        self.assertEqual(order.order_id.state, "cancel")
        self.assertFalse(self.effects(order, "cancellation"), "it is canceled there")
        self.assertEqual(self.refunds(order), [("refund", Decimal("30.0"))])
        self.assertFalse(self.issues("refund_open"), "it is under way")

    def test_the_money_of_what_has_not_left_goes_back(self):
        order = self.canceled_there(ship=1)

        self.cancel(order)

        self.assertFalse(self.effects(order, "cancellation"))
        self.assertEqual(self.refunds(order), [("refund", Decimal("20.0"))])

    def test_money_that_is_kept_stays_open(self):
        order = self.canceled_there()

        self.cancel(order, money="keep")

        self.assertFalse(self.refunds(order))
        self.assertTrue(self.issues("refund_open"))

    def test_what_the_channel_gave_back_does_not_go_back_again(self):
        order = self.canceled_there()
        self.import_order(
            self.three(
                0,
                self.pay(value="30.00"),
                self.back("30.00"),
                version=3,
                cancelled_at=CANCELED_AT,
                payment_state=doc.PaymentState.REFUNDED,
            )
        )

        self.cancel(order)

        self.assertFalse(self.refunds(order))
        self.assertFalse(self.issues("refund_open"))
