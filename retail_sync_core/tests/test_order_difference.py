from dataclasses import replace
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from ..testing_orders import make_charge, make_line
from .common_orders import OrdersCommon

TOTAL = Decimal("45.00")


@tagged("post_install", "-at_install")
class TestOrderDifference(OrdersCommon):
    def wrong(self, **values):
        return self.import_order(self.order(**{"total": TOTAL, **values}))

    def correct(self, order, **values):
        action = order.action_correct()
        wizard = self.env["retail.sync.order.correct"].with_context(**action["context"])
        return wizard.create(values)

    def test_it_says_what_no_line_explains(self):
        order = self.wrong(charges=[make_charge(price="4.90")])

        lines = order.explanation.splitlines()

        self.assertIn("In no line of the channel", lines[0])
        self.assertIn("0.12", lines[0])
        self.assertRegex(order.explanation, r"SHIRT: .*39.98 there and here")
        self.assertRegex(lines[-1], r"Total: .*45.00 there, .*44.88 here")

    def test_it_says_so_as_the_reader_writes_amounts(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        order = self.wrong()

        french = order.with_context(lang="fr_FR").explanation

        self.assertRegex(french, r"SHIRT.*39,98")
        self.assertNotRegex(french, r"\d\.\d")

    def test_from_the_sale_order_a_difference_is_looked_at_and_not_released(self):
        order = self.wrong()

        action = order.order_id.retail_sync_action_release()

        self.assertEqual(
            (action["res_model"], action["res_id"]), (order._name, order.id)
        )
        self.assertEqual((order.hold_code, order.order_id.state), ("total", "draft"))

    def test_an_accepted_difference_is_a_line_with_its_reason(self):
        order = self.wrong()
        issue = self.issues("total_mismatch")
        action = issue.action_mend()
        wizard = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"kind": "fee", "reason": "Eco fee, told by mail"})
        )

        wizard.action_accept()

        sale = order.order_id
        line = sale.order_line.filtered(
            lambda one: one.retail_sync_kind == "correction"
        )
        self.assertEqual(sale.amount_total, 45.0)
        self.assertEqual(sale.state, "sale")
        self.assertRecordValues(line, [{"price_unit": 5.02, "tax_ids": []}])
        self.assertIn("Eco fee, told by mail", line.name)
        self.assertEqual(line.product_id, self.channel.product_fee_id)
        self.assertFalse(order.hold_code)
        self.assertEqual(issue.state, "closed")
        invoice = sale._create_invoices()
        self.assertEqual(invoice.amount_total, 45.0)
        audit = self.env["retail.sync.audit"].search(
            [("action", "=", "difference.accepted")], limit=1, order="id desc"
        )
        self.assertEqual(audit.res_id, order.id)

    def test_a_reason_stands_ready_so_that_three_clicks_are_enough(self):
        order = self.wrong()

        wizard = self.correct(order, kind="rounding")

        self.assertEqual(wizard.reason, "Rounding")
        self.assertEqual(wizard.difference, 5.02)
        self.assertIn("SHIRT", wizard.explanation)

    def test_a_newer_version_keeps_what_was_accepted(self):
        order = self.wrong()
        self.correct(order).action_accept()

        self.import_order(self.order(total=TOTAL, version=2, note="x"))

        self.assertFalse(order.hold_code)
        self.assertEqual(order.order_id.amount_total, 45.0)

    def test_a_correction_goes_when_the_channel_mends_its_amounts(self):
        order = self.wrong()
        self.correct(order).action_accept()

        self.import_order(self.order(version=2))

        self.assertEqual(order.order_id.amount_total, 39.98)
        self.assertFalse(order.hold_code)
        self.assertIn("taken back", str(order.timeline))

    def test_nothing_is_accepted_twice(self):
        order = self.wrong()
        first, second = self.correct(order), self.correct(order)
        first.action_accept()

        with self.assertRaises(UserError):
            second.action_accept()

        self.assertEqual(order.order_id.amount_total, 45.0)

    def test_only_operators_may_accept(self):
        order = self.wrong()
        viewer = new_test_user(
            self.env, "viewer-d", groups="retail_sync_core.retail_sync_group_viewer"
        )

        with self.assertRaises(AccessError):
            order.with_user(viewer)._accept_difference("fee", "x")
        with self.assertRaises(AccessError):
            self.env["retail.sync.order.correct"].with_user(viewer).create(
                {"order_id": order.id, "reason": "x"}
            )

    def test_an_operator_needs_no_rights_to_sell(self):
        order = self.wrong()
        operator = new_test_user(
            self.env, "operator-d", groups="retail_sync_core.retail_sync_group_operator"
        )
        wizard = (
            self.env["retail.sync.order.correct"]
            .with_user(operator)
            .create({"order_id": order.id, "kind": "tip"})
        )

        wizard.action_accept()

        self.assertEqual(order.order_id.amount_total, 45.0)
        self.assertIn(operator.name, str(order.timeline))

    def test_reading_again_asks_the_channel(self):
        order = self.wrong()

        self.correct(order).action_read_again()

        self.assertTrue(self.jobs("order.fetch"))


@tagged("post_install", "-at_install")
class TestKindsOfAmounts(OrdersCommon):
    def kinds(self, order):
        return {
            line.retail_sync_kind: round(line.price_total, 2)
            for line in order.order_id.order_line
        }

    def test_tips_duties_fees_and_shipping_stand_on_lines_of_their_own(self):
        tip = make_line("tip", kind=doc.LineKind.TIP, title="Tip", price="2.00")
        duty = make_charge("duty", price="7.50")
        fee = make_charge("fee", price="0.25", rates=("0.2",))
        shipping = make_charge(
            price="5.00",
            discounts=(doc.Discount(amount=Decimal("1.00"), code="FREE1"),),
        )
        self.make_tax(20, name="VAT")

        order = self.import_order(
            self.order(
                lines=[make_line(sku="SHIRT", price="10.00"), tip],
                charges=[duty, fee, shipping],
            )
        )

        self.assertEqual(
            self.kinds(order),
            {"product": 10.0, "tip": 2.0, "duty": 7.5, "fee": 0.3, "shipping": 4.0},
        )
        self.assertFalse(order.hold_code)

    def test_a_sold_gift_card_is_owed_and_no_turnover(self):
        card = make_line(
            "card", kind=doc.LineKind.GIFT_CARD, title="Gift card", price="50.00"
        )

        sale = self.import_order(self.order(lines=[card])).order_id
        invoice = sale._create_invoices()

        account = invoice.invoice_line_ids.account_id
        self.assertEqual(account.account_type, "liability_current")
        self.assertEqual(account, self.channel.gift_card_account_id)
        self.assertFalse(sale.order_line.tax_ids)

    def test_channels_of_a_company_share_the_gift_card_account(self):
        other = self.make_channel(name="Second")

        self.assertEqual(self.channel._gift_card_account(), other._gift_card_account())

    def test_a_spent_gift_card_takes_nothing_off_the_total(self):
        spent = doc.Payment(
            external_id="pay-1",
            kind="sale",
            status="success",
            gateway="gift_card",
            amount=Decimal("20.00"),
            currency=self.currency_name,
        )

        order = self.import_order(self.order(payments=(spent,)))

        self.assertEqual(order.order_id.amount_total, 39.98)

    def test_cash_rounding_is_a_line_and_the_total_is_what_was_paid(self):
        document = self.order(cash_rounding=Decimal("-0.03"))

        order = self.import_order(document)

        self.assertEqual(self.kinds(order), {"product": 39.98, "rounding": -0.03})
        self.assertEqual(order.order_id.amount_total, 39.95)
        self.assertEqual(order.cash_rounding, -0.03)
        self.assertFalse(order.hold_code)

    def test_the_rounding_limit_does_not_touch_the_cash_rounding(self):
        self.channel.rounding_limit = 0.0

        order = self.import_order(self.order(cash_rounding=Decimal("0.02")))

        self.assertFalse(order.hold_code)

    def test_discounts_stay_as_the_channel_allocated_them(self):
        parts = [("0.01", "A"), ("3.33", "B")]
        lines = [
            make_line(
                f"line-{number}",
                sku="SHIRT",
                price="9.99",
                discounts=(doc.Discount(amount=Decimal(off), code=code),),
            )
            for number, (off, code) in enumerate(parts)
        ]

        order = self.import_order(self.order(lines=lines))

        self.assertEqual(
            order.order_id.order_line.mapped("price_subtotal"), [9.98, 6.66]
        )
        self.assertEqual(
            order.order_id.order_line.mapped("retail_sync_promotion"), ["A", "B"]
        )

    def test_an_edited_order_keeps_its_cash_rounding(self):
        line = make_line(sku="SHIRT", quantity=2, current_quantity=1, price="9.99")
        document = replace(self.order(lines=[line]), cash_rounding=Decimal("0.01"))

        order = self.import_order(document)

        self.assertEqual(order.order_id.amount_total, 10.0)
