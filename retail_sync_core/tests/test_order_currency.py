from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..domain.errors import DataError
from ..models.retail_sync_handler_order import Wanted
from ..testing_orders import make_line
from .money_common import MoneyCommon

LATER = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


class TwoCurrencies:
    """An adapter that tells an order in the shop's or the customer's currency."""

    def __init__(self, order):
        self.order, self.asked = order, []

    def fetch(self, flow, external_id):
        self.asked.append(flow)
        return self.order

    def fetch_in(self, external_id, currency):
        self.asked.append(currency)
        return replace(self.order, currency=currency, other_currency="USD")


@tagged("post_install", "-at_install")
class TestOrderCurrency(MoneyCommon):
    """Orders in the customer's currency: exact in it, and at each day's own rate."""

    def setUp(self):
        super().setUp()
        self.money = self.env.ref("base.CHF")
        self.money.active = True

    def rate(self, day, rate, **values):
        return self.env["res.currency.rate"].create(
            {"currency_id": self.money.id, "name": day, "rate": rate, **values}
        )

    def abroad(self, *payments, **values):
        """Return an order of two shirts that is paid in francs."""
        values.setdefault("currency", self.money.name)
        payments = payments or (self.pay(),)
        told = [replace(one, currency=values["currency"]) for one in payments]
        return self.paid_order(*told, **values)

    def open_items(self, order):
        moves = order.order_id.invoice_ids | order.payment_ids.payment_id.move_id
        return moves.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )

    def test_bought_paid_and_given_back_at_three_rates(self):
        self.rate("2026-11-01", 2.0)
        self.rate("2026-11-21", 1.6)
        self.rate("2026-11-24", 1.25)
        order = self.settle(self.abroad())
        one = make_line(
            sku="SHIRT",
            quantity=2,
            current_quantity=1,
            price="19.99",
            rates=[0.2],
            included=True,
        )
        back = self.pay("back", "19.99", kind="refund", processed_at=LATER)

        order = self.settle(
            self.abroad(
                self.pay(),
                back,
                lines=[one],
                current_total=Decimal("19.99"),
                updated_at=LATER,
                version=2,
                payment_state=doc.PaymentState.PARTIALLY_REFUNDED,
            )
        )

        sale = order.order_id
        self.assertEqual((sale.currency_id, sale.amount_total), (self.money, 19.99))
        invoice, note = sale.invoice_ids.sorted("move_type")
        self.assertEqual((invoice | note).currency_id, self.money)
        self.assertEqual((invoice.amount_total, note.amount_total), (39.98, 19.99))
        # what the books say in their own currency is that of each document's day
        self.assertEqual(invoice.amount_total_signed, 19.99)
        self.assertEqual(note.amount_total_signed, -15.99)
        self.assertEqual(self.balance(self.accounts["card"]), 9.0)  # 24.99 - 15.99
        self.assertFalse(self.open_items(order))

    def test_a_pricelist_in_another_currency_leaves_the_customers(self):
        self.rate("2026-11-01", 2.0)
        self.channel.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Ours", "currency_id": self.company.currency_id.id}
        )

        self.channel.order_policy = "quotation"

        sale = self.settle(self.abroad()).order_id

        self.assertFalse(sale.pricelist_id)
        self.assertEqual(sale.currency_id, self.money)
        sale.pricelist_id = self.channel.pricelist_id
        sale.action_confirm()
        self.run_jobs()

        self.assertEqual((sale.currency_id, sale.amount_total), (self.money, 39.98))
        self.assertEqual(sale.invoice_ids.currency_id, self.money)
        self.assertEqual(sale.invoice_ids.payment_state, "paid")

    def test_without_a_rate_nothing_is_booked_and_goods_leave(self):
        order = self.settle(self.abroad())

        self.assertEqual(order.order_id.state, "sale")
        self.assertFalse(
            order.order_id.invoice_ids | order.payment_ids.payment_id.move_id
        )
        issue = self.issues("no_rate")
        self.assertIn("CHF has no rate", issue.title)
        self.assertEqual(issue.mend_label, "Enter the rate")
        self.money.active = False
        self.assertEqual(issue.action_mend()["res_id"], self.money.id)
        self.money.active = True

        self.rate("2026-11-01", 2.0)
        self.run_jobs()

        self.assertFalse(self.issues("no_rate"))
        self.assertEqual(order.order_id.currency_rate, 2.0)
        self.assertEqual(order.order_id.invoice_ids.amount_total_signed, 19.99)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")

    def test_a_currency_that_is_gone_leads_to_the_channel(self):
        issue = self.env["retail.sync.issue"]._raise(
            self.channel, "no_rate", value="XQX", params={"ours": "CHF"}
        )

        self.assertEqual(issue.action_mend()["res_id"], self.channel.id)

    def test_the_first_rate_counts_for_what_waits_for_no_rate(self):
        self.channel.write({"post_payments": False, "invoice_policy": "manual"})
        sale = self.settle(self.abroad()).order_id
        self.assertEqual(sale.currency_rate, 1.0)

        self.rate("2026-11-01", 2.0)
        self.assertEqual(sale.currency_rate, 2.0)

        self.rate("2026-11-15", 1.6)
        self.assertEqual(sale.currency_rate, 2.0)

    def test_a_rate_of_another_company_changes_nothing(self):
        sale = self.settle(self.abroad()).order_id
        other = self.env["res.company"].create({"name": "Other"})

        self.rate("2026-11-01", 2.0, company_id=other.id)

        self.assertTrue(self.issues("no_rate"))
        self.assertEqual(sale.currency_rate, 1.0)

        self.rate("2026-11-01", 1.6)

        self.assertFalse(self.issues("no_rate"))
        self.assertEqual(sale.currency_rate, 1.6)

    def test_an_order_stays_in_its_currency_whatever_is_told_now(self):
        self.rate("2026-11-01", 2.0)
        order = self.settle(self.abroad())
        wanted = self.env["retail.sync.handler.order.fetch"]._plan(
            self.env["retail.sync.job"]._enqueue(
                self.channel,
                "order.fetch",
                order_key=order._order_key(),
                payload={"external_id": order.external_id},
            )
        )
        told = self.abroad(currency="USD", other_currency="CHF", version=2)
        shop = TwoCurrencies(told)

        found = self.env["retail.sync.handler.order.fetch"]._call(shop, wanted)

        self.assertEqual((found.currency, shop.asked), ("CHF", ["order", "CHF"]))
        shop = TwoCurrencies(told)
        new = self.env["retail.sync.handler.order.fetch"]._call(shop, Wanted("new"))
        self.assertEqual((new.currency, shop.asked), ("USD", ["order"]))

    def test_what_no_channel_can_tell_otherwise_changes_nothing(self):
        self.rate("2026-11-01", 2.0)
        order = self.settle(self.abroad())

        with self.assertRaises(DataError) as caught, self.env.cr.savepoint():
            self.import_order(self.abroad(currency="USD", version=2))

        self.assertEqual(caught.exception.kind, "other_currency")
        self.assertEqual(order.order_id.currency_id, self.money)
        issue = self.env["retail.sync.issue"]._raise(
            self.channel, "other_currency", value="USD", params={"ours": "CHF"}
        )
        self.assertIn("imported in CHF", issue.message)
