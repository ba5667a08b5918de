from datetime import date, datetime, timezone

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from ..domain import documents as doc
from ..testing_orders import make_line
from .money_common import MoneyCommon

CANCELED_AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestPayments(MoneyCommon):
    """One payment for each movement of money, at its own day, matched at last."""

    def test_a_payment_is_booked_at_the_channels_day_in_the_companys_zone(self):
        order = self.settle(self.paid_order())
        payment = order.payment_ids.payment_id
        self.assertEqual(payment.date, date(2026, 11, 21))
        self.assertEqual(payment.journal_id, self.journals["card"])
        self.assertEqual(self.balance(self.accounts["card"]), 39.98)

    def test_a_payment_pays_the_invoice(self):
        order = self.settle(self.paid_order())
        invoice = order.order_id.invoice_ids
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_total, 39.98)

    def test_a_split_payment_is_booked_per_gateway_and_date(self):
        later = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
        order = self.settle(
            self.paid_order(
                self.pay("a", "30.00", gateway="gift_card"),
                self.pay("b", "9.98", processed_at=later),
            )
        )
        self.assertEqual(self.balance(self.accounts["gift_card"]), 30.0)
        self.assertEqual(self.balance(self.accounts["card"]), 9.98)
        self.assertEqual(
            order.payment_ids.payment_id.mapped("date"),
            [date(2026, 11, 21), date(2026, 11, 22)],
        )
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")

    def test_the_same_event_many_times_books_nothing_more(self):
        order = self.settle(self.paid_order())
        before = order.payment_ids.payment_id, order.order_id.invoice_ids
        for version in (2, 3):
            self.settle(self.paid_order(version=version, note=f"again {version}"))
            order._settle_soon()
            self.run_jobs()
        self.assertEqual(
            (order.payment_ids.payment_id, order.order_id.invoice_ids), before
        )

    def test_an_overpayment_stays_open_as_credit(self):
        order = self.settle(self.paid_order(self.pay(value="50.00")))
        invoice = order.order_id.invoice_ids
        self.assertEqual(invoice.payment_state, "paid")
        lines = order.payment_ids.payment_id.move_id.line_ids
        open_credit = lines.filtered(lambda line: line.amount_residual < 0)
        self.assertAlmostEqual(sum(open_credit.mapped("amount_residual")), -10.02)

    def test_only_money_that_moved_is_booked(self):
        order = self.settle(
            self.paid_order(
                self.pay("a", kind="authorization"),
                self.pay("b", status="failure"),
                self.pay("c", status="pending"),
                payment_state=doc.PaymentState.AUTHORIZED,
            )
        )
        self.assertEqual(len(order.payment_ids), 3)
        self.assertFalse(order.payment_ids.payment_id)

    def test_a_pending_payment_that_arrives_is_booked_once(self):
        self.settle(
            self.paid_order(
                self.pay(status="pending"), payment_state=doc.PaymentState.PENDING
            )
        )
        order = self.settle(self.paid_order(self.pay(), version=2))
        self.assertEqual(len(order.payment_ids), 1)
        self.assertEqual(self.balance(self.accounts["card"]), 39.98)

    def test_a_promise_that_was_replaced_is_not_awaited_anymore(self):
        self.settle(
            self.paid_order(
                self.pay("promise", status="pending"),
                payment_state=doc.PaymentState.PENDING,
            )
        )
        order = self.settle(self.paid_order(self.pay("money"), version=2))
        states = {row.external_id: row.status for row in order.payment_ids}
        self.assertEqual(states, {"promise": "gone", "money": "success"})

    def test_a_refund_is_booked_and_waits_for_its_credit_note(self):
        self.settle(self.paid_order())
        order = self.settle(
            self.paid_order(
                self.pay(),
                self.pay("back", kind="refund"),
                payment_state=doc.PaymentState.REFUNDED,
                version=2,
            )
        )
        self.assertEqual(self.balance(self.accounts["card"]), 0.0)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")
        notes = order._credit_all("Canceled", CANCELED_AT)
        self.assertEqual(notes.amount_total, 39.98)
        self.assertEqual(notes.payment_state, "paid")
        self.assertFalse(order._credit_all("Canceled", CANCELED_AT))

    def test_change_given_back_leaves_what_was_paid(self):
        self.make_gateway("cash")
        order = self.settle(
            self.paid_order(
                self.pay("a", "50.00", gateway="cash"),
                self.pay("b", "10.02", gateway="cash", kind="change"),
            )
        )
        self.assertEqual(self.balance(self.accounts["cash"]), 39.98)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")

    def test_an_unknown_gateway_waits_and_goes_on_when_mapped(self):
        order = self.settle(self.paid_order(self.pay(gateway="paypal")))
        self.assertEqual(self.issues("unknown_gateway").value, "paypal")
        self.assertTrue(order.order_id.invoice_ids, "the invoice does not wait")
        self.make_gateway("paypal")
        self.run_jobs()
        self.assertFalse(self.issues("unknown_gateway"))
        self.assertEqual(self.balance(self.accounts["paypal"]), 39.98)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")

    def test_a_row_for_the_currency_comes_before_the_row_for_all(self):
        row = self.make_gateway("bank")
        own = self.make_gateway("bank", currency_id=self.company.currency_id.id)
        table = self.env["retail.sync.map.gateway"]
        found = table._row_for(self.channel, "BANK ", self.company.currency_id)
        self.assertEqual(found, own)
        other = self.env.ref("base.CHF")
        self.assertEqual(table._row_for(self.channel, "bank", other), row)

    def test_with_the_policy_off_nothing_is_booked(self):
        self.channel.write({"post_payments": False, "invoice_policy": "manual"})
        order = self.settle(self.paid_order())
        self.assertTrue(order.payment_ids)
        self.assertFalse(order.payment_ids.payment_id)
        self.assertFalse(order.order_id.invoice_ids)
        self.assertFalse(self.jobs("order.settle"))

    def test_what_was_paid_before_the_policy_began_is_left_alone(self):
        self.channel.write({"post_payments": False, "invoice_policy": "manual"})
        self.channel.post_payments = True
        self.assertTrue(self.channel.book_since)
        order = self.settle(self.paid_order())
        self.assertFalse(order.payment_ids.payment_id)

    def test_a_payment_before_a_manual_invoice_is_matched_when_it_is_posted(self):
        self.channel.invoice_policy = "manual"
        order = self.settle(self.paid_order())
        invoice = order.order_id._create_invoices()
        invoice.invoice_date = date(2026, 11, 25)
        invoice.action_post()
        self.run_jobs()
        self.assertEqual(invoice.payment_state, "paid")

    def test_money_in_the_customers_currency_is_booked_in_it(self):
        money = self.env.ref("base.CHF")
        money.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": money.id, "name": "2026-01-01", "rate": 2.0}
        )
        order = self.settle(
            self.paid_order(self.pay(currency=money.name), currency=money.name)
        )
        payment = order.payment_ids.payment_id
        self.assertEqual((payment.currency_id, payment.amount), (money, 39.98))
        self.assertEqual(order.order_id.invoice_ids.currency_id, money)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")
        self.assertEqual(self.balance(self.accounts["card"]), 19.99)

    def test_a_test_payment_is_never_booked_in_a_live_shop(self):
        order = self.settle(self.paid_order(self.pay(test=True)))
        self.assertFalse(order.payment_ids.payment_id)

    def test_a_payment_in_a_closed_period_waits_for_a_decision(self):
        order = self.settle_closed(self.paid_order())
        self.assertFalse(order.payment_ids.payment_id)
        issue = self.issues("closed_period")
        self.assertEqual(len(issue), 1)
        self.book_on_open_day(issue)
        self.run_jobs()
        self.assertEqual(order.payment_ids.payment_id.date, date(2026, 11, 22))
        self.assertEqual(order.order_id.invoice_ids.date, date(2026, 11, 22))
        self.assertFalse(self.issues("closed_period"))
        self.assertTrue(
            self.env["retail.sync.audit"].search(
                [("action", "=", "period.first_open_day")]
            )
        )

    def test_a_viewer_chooses_no_booking_day(self):
        self.settle_closed(self.paid_order())
        user = new_test_user(
            self.env, "rs-viewer", "retail_sync_core.retail_sync_group_viewer"
        )
        issue = self.issues("closed_period")
        for step in (
            issue.with_user(user).action_mend,
            self.ask_for_open_day(issue).with_user(user).action_book,
        ):
            with self.assertRaises(AccessError):
                step()

    def test_only_the_order_that_waits_is_booked_on_the_chosen_day(self):
        self.settle_closed(self.paid_order())
        self.book_on_open_day(self.issues("closed_period"))
        self.run_jobs()
        self.company.fiscalyear_lock_date = False
        other = self.settle_closed(self.paid_order(external_id="order-2"))
        self.assertFalse(other.payment_ids.payment_id)
        self.assertTrue(self.issues("closed_period"))

    def test_two_lines_and_three_part_payments_make_one_paid_invoice(self):
        lines = [
            make_line(
                f"l{n}", sku=sku, quantity=n, price="7.77", rates=[0.2], included=True
            )
            for n, sku in ((1, "SHIRT"), (3, "MUG"))
        ]
        order = self.settle(
            self.paid_order(
                *(self.pay(f"p{n}", v) for n, v in enumerate(("10", "10", "11.08"))),
                lines=lines,
            )
        )
        self.assertEqual(len(order.payment_ids.payment_id), 3)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")
