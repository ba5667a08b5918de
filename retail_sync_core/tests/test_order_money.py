from datetime import datetime, timezone
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import InDoubtError
from .common import FakeShopAdapter
from .money_common import MoneyCommon

CANCELED_AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
AUTHORIZED = doc.PaymentState.AUTHORIZED
PENDING = doc.PaymentState.PENDING


@tagged("post_install", "-at_install")
class TestOrderMoney(MoneyCommon):
    """Capture, void, mark as paid and give back, from the order's page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write({"invoice_policy": "manual"})

    def held(self, **values):
        return self.pay("auth-1", kind="authorization", **values)

    def authorized(self, *more, **values):
        values.setdefault("payment_state", AUTHORIZED)
        return self.paid_order(self.held(), *more, **values)

    def captured(self, value="39.98", external_id="take-1", **values):
        return self.pay(
            external_id, value, kind="capture", parent_id="auth-1", **values
        )

    def bring(self, document):
        self.shop.put(document)
        return self.settle(document)

    def press(self, order, button, **values):
        action = getattr(order, f"action_{button}")()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create(values).action_do()

    def work(self, order, *versions):
        for version in versions:
            self.shop.put(version)
        self.run_jobs()
        order.invalidate_recordset()

    def asked(self):
        return [effect.body for effect in self.shop.sent if effect.kind == "payment"]

    def test_an_authorization_is_captured_and_booked_once(self):
        order = self.bring(self.authorized())
        self.assertRecordValues(
            order, [{"can_capture": True, "can_void": True, "can_mark_paid": False}]
        )

        self.press(order, "capture")

        self.assertEqual(self.effects(order, "payment").state, "intended")
        self.assertTrue(order.money_under_way)
        paid = self.authorized(
            self.captured(), version=2, payment_state=doc.PaymentState.PAID
        )
        for _again in range(3):
            self.work(order, paid)
            self.import_order(paid)
        (document,) = self.asked()
        self.assertEqual(
            (document.action, document.payment_id, document.amount),
            ("capture", "auth-1", Decimal("39.98")),
        )
        self.assertEqual(document.known, ("auth-1",))
        self.assertFalse(order.can_capture)
        self.assertEqual(self.balance(self.accounts["card"]), 39.98)
        titles = [entry["title"] for entry in order.timeline["entries"]]
        self.assertTrue(any("The channel did it" in title for title in titles))

    def test_a_part_is_captured_and_the_rest_stays_open(self):
        order = self.bring(self.authorized())

        self.press(order, "capture", amount=10.0)
        self.work(order, self.authorized(self.captured("10.00"), version=2))

        self.assertEqual(list(order._open_authorizations().values()), [29.98])
        with self.assertRaisesRegex(UserError, "29.98"):
            self.press(order, "capture", amount=30.0)

    def test_no_more_is_taken_before_the_channel_told_what_is_left(self):
        order = self.bring(self.authorized())
        first, second = (
            self.env["retail.sync.order.money"]
            .with_context(**order.action_capture()["context"])
            .create({"amount": 10.0})
            for _press in range(2)
        )
        first.action_do()
        self.work(order)
        self.assertEqual(self.effects(order, "payment").state, "applied")

        self.assertFalse(order.can_capture or order.can_void)
        with self.assertRaisesRegex(UserError, "not told yet"):
            second.action_do()

        taken = self.captured("9.99")  # to the cent is not what it is known by
        self.import_order(self.authorized(taken, version=2))
        order.invalidate_recordset()
        self.assertTrue(order.can_capture)
        self.press(order, "capture", amount=10.0)
        self.assertEqual(len(self.effects(order, "payment")), 2)

    def test_money_that_may_have_been_taken_is_not_taken_again(self):
        order = self.bring(
            self.authorized(self.captured("30.00", status="unknown"), version=1)
        )

        (held,) = order._open_authorizations().values()

        self.assertEqual(held, 9.98)

    def test_an_authorization_is_given_up(self):
        order = self.bring(self.authorized())

        self.press(order, "void")
        gone = self.pay("void-1", kind="void", parent_id="auth-1")
        voided = doc.PaymentState.VOIDED
        self.work(order, self.authorized(gone, version=2, payment_state=voided))

        self.assertEqual([one.action for one in self.asked()], ["void"])
        self.assertFalse(order.can_void)

    def test_money_that_came_by_another_way_is_told(self):
        promise = self.pay(status="pending")
        order = self.bring(self.paid_order(promise, payment_state=PENDING))
        self.assertTrue(order.can_mark_paid)

        self.press(order, "mark_paid")
        self.work(order, self.paid_order(self.pay("money"), version=2))

        self.assertEqual([one.action for one in self.asked()], ["mark_paid"])
        self.assertFalse(order.can_mark_paid)

    def test_the_money_of_a_canceled_order_goes_back_from_its_issue(self):
        order = self.bring(self.paid_order())
        gone = {"cancelled_at": CANCELED_AT}
        self.bring(self.paid_order(version=2, **gone))

        action = self.issues("refund_open").action_mend()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_do()

        self.assertFalse(self.issues("refund_open"), "it is under way")
        back = self.pay("back", kind="refund")
        self.work(order, self.paid_order(self.pay(), back, version=3, **gone))
        (document,) = self.asked()
        self.assertEqual(
            (document.action, document.amount), ("refund", Decimal("39.98"))
        )
        self.assertFalse(self.issues("refund_open"))
        self.assertEqual(self.balance(self.accounts["card"]), 0.0)

    def test_more_than_was_paid_does_not_go_back(self):
        order = self.bring(self.paid_order())
        self.bring(self.paid_order(version=2, cancelled_at=CANCELED_AT))

        with self.assertRaisesRegex(UserError, "at most"):
            self.press(order, "give_back", amount=39.99)

    def test_in_doubt_it_is_read_back_and_never_done_twice(self):
        order = self.bring(self.authorized())
        self.press(order, "capture")
        self.shop.problems.append(InDoubtError("no answer"))
        self.shop.read_backs.append(base.Outcome(state="applied", external_id="x"))

        self.run_jobs()
        self.run_jobs(ahead_s=60)

        self.assertFalse(self.asked(), "the first call was lost on the way back")
        self.assertEqual(self.effects(order, "payment").state, "applied")

    def test_pressing_twice_asks_once(self):
        order = self.bring(self.authorized())
        self.press(order, "capture")

        with self.assertRaisesRegex(UserError, "already"):
            self.press(order, "capture")

        self.assertEqual(len(self.effects(order, "payment")), 1)

    def test_a_refusal_is_told_in_words_and_stops_no_delivery(self):
        order = self.bring(self.authorized())
        self.press(order, "capture")
        self.shop.outcomes.append(
            base.Outcome(state="refused", code="expired", message="it has expired")
        )

        self.run_jobs()
        self.ship(order.order_id.picking_ids)
        self.run_jobs()

        issue = self.issues("money_refused")
        self.assertIn("it has expired", issue.message)
        self.assertEqual(self.effects(order).state, "applied")
        self.shop.outcomes.clear()
        self.press(order, "capture")
        self.run_jobs()
        self.assertFalse(self.issues("money_refused"), "it went well at last")

    def test_only_operators_move_money(self):
        order = self.bring(self.authorized())
        viewer = new_test_user(
            self.env, "money_viewer", groups="retail_sync_core.retail_sync_group_viewer"
        )

        with self.assertRaises(AccessError):
            order.with_user(viewer).action_capture()
        self.assertTrue(order.with_user(viewer).can_capture)


class NoMoney(FakeShopAdapter):
    """A channel that moves no money for us."""

    capabilities = (base.Orders(by_id=True), base.Shipments(settle_s=0.0))


@tagged("post_install", "-at_install")
class TestNoMoney(MoneyCommon):
    adapter = NoMoney

    def test_a_channel_that_cannot_offers_nothing(self):
        order = self.settle(
            self.paid_order(self.pay(kind="authorization"), payment_state=AUTHORIZED)
        )

        self.assertFalse(order.can_capture or order.can_void)
        with self.assertRaisesRegex(UserError, "do it there"):
            order.action_capture()


@tagged("post_install", "-at_install")
class TestRiskyBackorders(MoneyCommon):
    """A risk holds every delivery that has not left, also those made later."""

    def risky(self, level=doc.RiskLevel.CANCEL, **values):
        return self.paid_order(risk=level, **values)

    def open_delivery(self, order):
        return order._open_deliveries()

    def test_a_risk_that_shows_after_a_part_has_left_holds_the_backorder(self):
        order = self.settle(self.paid_order())
        self.ship(order.order_id.picking_ids, SHIRT=1)

        self.settle(self.risky(version=2))

        with self.assertRaisesRegex(UserError, "risk of fraud"):
            self.ship(self.open_delivery(order))

    def test_what_a_person_released_is_released_for_each_backorder(self):
        order = self.settle(self.risky())
        order.action_release()
        self.ship(order.order_id.picking_ids, SHIRT=1)

        self.ship(self.open_delivery(order))

        self.assertFalse(self.open_delivery(order))

    def test_it_is_released_where_the_delivery_or_the_sale_order_is_open(self):
        for number, name in enumerate(("delivery", "sale order")):
            with self.subTest(name):
                order = self.settle(self.risky(external_id=f"order-{number}"))
                record = order.order_id if number else order.order_id.picking_ids
                viewer = new_test_user(
                    self.env,
                    f"looks-{number}",
                    groups="retail_sync_core.retail_sync_group_viewer,"
                    "stock.group_stock_user,sales_team.group_sale_salesman_all_leads",
                )
                with self.assertRaisesRegex(AccessError, "Only operators"):
                    record.with_user(viewer).retail_sync_action_release()
                self.assertEqual(order.hold_code, "risk")

                action = record.retail_sync_action_release()
                self.assertEqual(order.hold_code, "risk", "asked first")
                dialog = self.env[action["res_model"]].browse(action["res_id"])
                dialog.action_release()

                self.assertFalse(order.hold_code)
                self.ship(order.order_id.picking_ids)

    def test_a_graver_risk_holds_again(self):
        order = self.settle(self.risky(doc.RiskLevel.INVESTIGATE))
        order.action_release()
        self.ship(order.order_id.picking_ids, SHIRT=1)

        self.settle(self.risky(version=2))

        self.assertEqual(order.hold_code, "risk")

    def test_a_delivery_made_after_all_had_left_is_held_too(self):
        order = self.settle(self.paid_order())
        self.ship(order.order_id.picking_ids)
        self.settle(self.risky(version=2))
        self.assertFalse(order.hold_code, "nothing is left to hold")

        order.order_id.order_line.product_uom_qty = 3

        self.assertEqual(order.hold_code, "risk")
        with self.assertRaisesRegex(UserError, "risk of fraud"):
            self.ship(self.open_delivery(order))
