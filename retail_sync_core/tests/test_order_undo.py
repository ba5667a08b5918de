from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import InDoubtError
from .common import FakeShopAdapter
from .undo_common import CANCELED_AT, UndoCommon


@tagged("post_install", "-at_install")
class TestCancelHere(UndoCommon):
    """A person cancels, and decides about goods and money at once."""

    def test_nothing_has_left_and_the_money_goes_back(self):
        order = self.bring()
        wizard = self.dialog(order, note="Called us", reason="customer")
        self.assertRecordValues(
            wizard,
            [{"stage": "nothing", "money": "refund", "tell": True, "amount_paid": 30}],
        )

        wizard.action_cancel_order()

        self.assertEqual(order.order_id.state, "cancel")
        effect = self.effects(order, "cancellation")
        self.assertEqual(effect.state, "intended", "written before the call")
        self.assertFalse(self.issues("refund_open"), "it is under way")
        gone = self.three(
            0,
            self.pay(value="30.00"),
            self.back("30.00"),
            version=2,
            cancelled_at=CANCELED_AT,
            payment_state=doc.PaymentState.REFUNDED,
        )
        self.work(order, gone)
        self.assertEqual(
            self.documents("cancellation"),
            [
                doc.Cancellation(
                    order_id="order-1", reason="customer", refund=True, note="Called us"
                )
            ],
        )
        self.assertFalse(self.issues("refund_open"))
        self.assertEqual(self.balance(self.accounts["card"]), 0.0)

    def test_what_has_left_stays_sold_and_the_rest_is_canceled_everywhere(self):
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        wizard = self.dialog(order)
        self.assertEqual(wizard.stage, "part")

        wizard.action_cancel_order()

        states = order.order_id.picking_ids.mapped("state")
        self.assertEqual(sorted(states), ["cancel", "done"])
        rest = self.three(
            1,
            self.pay(value="30.00"),
            self.back("20.00"),
            version=2,
            payment_state=doc.PaymentState.PARTIALLY_REFUNDED,
        )
        self.work(order, rest)
        (document,) = self.documents("cancellation")
        self.assertEqual(document.lines, (("line-1", Decimal("2.0")),))
        self.assertTrue(document.refund)
        self.assertEqual(order.order_id.state, "sale")
        self.assertEqual(order.order_id.order_line.product_uom_qty, 1)
        self.assertEqual(order.order_id.amount_total, 10.0)
        self.assertFalse(self.issues("refund_open"))
        self.assertEqual(self.balance(self.accounts["card"]), 10.0)

    def test_the_rest_of_an_invoiced_order_is_credited_by_policy(self):
        self.channel.invoice_policy = "import"
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        self.assertEqual(order.order_id.invoice_ids.amount_total, 30.0)

        self.cancel(order)
        rest = self.three(1, self.pay(value="30.00"), self.back("20.00"), version=2)
        for _again in range(3):
            self.work(order, rest)
            self.import_order(rest)

        note = order.order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund"
        )
        self.assertRecordValues(note, [{"amount_total": 20.0, "state": "posted"}])
        self.assertEqual(note.payment_state, "paid")
        self.assertFalse(self.issues("edited_invoiced"))
        self.assertEqual(len(order.payment_ids.payment_id), 2)

    def test_what_may_not_be_sold_again_is_scrapped(self):
        before = self.shirt.qty_available
        order = self.bring()

        self.cancel(order, goods="lost")
        self.work(order)

        self.assertEqual(self.shirt.qty_available, before - 3)
        self.assertFalse(self.documents("cancellation")[0].restock)
        scrap = self.env["stock.scrap"].search([("origin", "=", order.order_id.name)])
        self.assertRecordValues(scrap, [{"scrap_qty": 3.0, "state": "done"}])

    def test_goods_back_on_the_shelf_are_free(self):
        before = self.shirt.free_qty
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)

        self.cancel(order)

        self.shirt.invalidate_recordset()
        self.assertEqual(self.shirt.free_qty, before - 1)

    def test_money_that_is_kept_stays_open_until_it_is_given_back(self):
        order = self.bring()
        gone = {"version": 2, "cancelled_at": CANCELED_AT}

        self.cancel(order, money="keep")
        self.work(order, self.three(0, **gone))

        self.assertFalse(self.documents("cancellation")[0].refund)
        issue = self.issues("refund_open")
        self.assertEqual(issue.value, order.display_name)
        gone["version"] = 3
        self.work(order, self.three(0, self.pay(value="30.00"), **gone))
        self.assertTrue(self.issues("refund_open"))
        refunded = self.three(0, self.pay(value="30.00"), self.back("30.00"), **gone)
        self.import_order(refunded)
        self.assertFalse(self.issues("refund_open"))

    def test_a_part_of_the_money_back_leaves_the_rest_open(self):
        order = self.bring()
        gone = {"version": 2, "cancelled_at": CANCELED_AT}
        self.cancel(order, money="keep")

        self.work(order, self.three(0, self.pay(value="30.00"), self.back("5"), **gone))

        self.assertEqual(order._owed_back(), 25.0)

    def test_a_cancellation_in_doubt_is_sent_once(self):
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        self.run_jobs()
        self.cancel(order)
        self.shop.problems.append(InDoubtError("no answer"))
        self.shop.read_backs.append(base.Outcome(state="applied"))

        self.run_jobs()
        self.run_jobs(ahead_s=60)

        self.assertEqual(len(self.shop.calls("read_back")), 1)
        self.assertFalse(self.documents("cancellation"), "the first call was lost")
        self.assertEqual(self.effects(order, "cancellation").state, "applied")

    def test_a_refusal_is_put_before_a_person_and_the_money_stays_open(self):
        order = self.bring()
        self.shop.outcomes.append(
            base.Outcome(state="refused", code="SHIPPED", message="already shipped")
        )

        self.cancel(order)
        self.work(order)

        self.assertIn(
            "already shipped", self.issues("effect_refused").params["message"]
        )
        self.assertTrue(self.issues("refund_open"))

    def test_pressing_twice_cancels_once(self):
        order = self.bring()
        first, second = self.dialog(order), self.dialog(order)

        first.action_cancel_order()
        with self.assertRaisesRegex(UserError, "canceled already"):
            second.action_cancel_order()

        self.assertEqual(len(self.effects(order, "cancellation")), 1)

    def test_an_order_that_has_left_is_not_canceled(self):
        order = self.bring()
        self.ship(order.order_id.picking_ids)
        wizard = self.dialog(order)

        self.assertEqual(wizard.stage, "all")
        with self.assertRaisesRegex(UserError, "make a return"):
            wizard.action_cancel_order()

    def test_a_salesperson_cancels_and_gives_no_money_back(self):
        order = self.bring()
        seller = new_test_user(
            self.env, "undo_seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        values = {"sale_id": order.order_id.id}
        wizards = self.env["retail.sync.order.cancel"].with_user(seller)
        self.assertEqual(wizards.create(values).money, "keep")

        with self.assertRaises(AccessError):
            wizards.create({**values, "money": "refund"}).action_cancel_order()
        wizards.create(values).action_cancel_order()

        self.assertEqual(order.order_id.state, "cancel")
        self.assertTrue(self.issues("refund_open"))

    def test_the_channel_need_not_be_told(self):
        order = self.bring()

        self.cancel(order, tell=False)

        self.assertEqual(order.order_id.state, "cancel")
        self.assertFalse(self.effects(order, "cancellation"))

    def test_a_sale_order_canceled_by_code_asks_for_the_rest_only(self):
        self.channel.cancel_there = True
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)

        order.order_id._action_cancel()
        self.work(order)

        (document,) = self.documents("cancellation")
        self.assertEqual(document.lines, (("line-1", Decimal("2.0")),))


class WholeOnly(FakeShopAdapter):
    """A channel that cancels whole orders, and gives no money back."""

    capabilities = (base.Orders(by_id=True), base.Cancellations(settle_s=0.0))


@tagged("post_install", "-at_install")
class TestCancelWhatTheChannelCannot(UndoCommon):
    adapter = WholeOnly

    def test_the_rest_is_canceled_here_and_a_person_tells_the_channel(self):
        order = self.bring()
        self.ship(order.order_id.picking_ids, SHIRT=1)
        wizard = self.dialog(order)
        self.assertFalse(wizard.can_tell)

        wizard.action_cancel_order()

        self.assertFalse(self.effects(order, "cancellation"))
        self.assertFalse(order._open_deliveries())

    def test_a_whole_order_is_canceled_without_its_money(self):
        order = self.bring()
        wizard = self.dialog(order)
        self.assertRecordValues(
            wizard, [{"can_tell": True, "can_refund": False, "money": "keep"}]
        )

        wizard.action_cancel_order()
        self.work(order)

        self.assertFalse(self.documents("cancellation")[0].refund)
