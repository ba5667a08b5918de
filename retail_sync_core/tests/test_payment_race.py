from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from ..domain import documents as doc
from ..testing_orders import amount, make_line, make_order
from .money_common import PAID_AT
from .race_common import RaceCase

WORKERS = 6
ROUNDS = 3


@tagged("post_install", "-at_install")
class TestPaymentRace(RaceCase):
    """Several workers on one tender, each on a real connection: one payment."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            channel.write(
                {
                    "order_policy": "quotation",
                    "import_since": False,
                    "post_payments": True,
                    "invoice_policy": "manual",
                    "book_since": False,
                }
            )
            self.currency = channel.company_id.currency_id.name
            self.product_id = self._product(env).id
            self.journal_id = self._journal(env, channel).id
            channel._charge_product("rounding")
        self.addCleanup(self._clean_orders)

    def _product(self, env):
        values = {"name": "Raced", "default_code": "RACED-ONLY", "type": "service"}
        return env["product.product"].create(values)

    def _journal(self, env, channel):
        values = {"company_id": channel.company_id.id}
        journal = env["account.journal"].create(
            {"name": "Raced", "code": "RACED", "type": "bank", **values}
        )
        env["retail.sync.map.gateway"].create(
            {"channel_id": channel.id, "gateway": "raced", "journal_id": journal.id}
        )
        return journal

    def _clean_orders(self):
        with self.transaction() as env:
            own = [("channel_id", "=", self.channel_id)]
            orders = env["retail.sync.order"].search(own)
            sales, rows = orders.order_id, orders.payment_ids
            payments = env["account.payment"].search(
                [("journal_id", "=", self.journal_id)]
            )
            rows.payment_id = False
            payments.action_draft()
            payments.move_id.with_context(force_delete=True).unlink()
            payments.exists().unlink()
            customers = env["retail.sync.customer"].search(own)
            partners = sales.partner_id | sales.partner_shipping_id
            partners |= customers.partner_id
            orders.unlink()
            sales.unlink()
            customers.unlink()
            partners.unlink()
            env["retail.sync.map.gateway"].search(own).unlink()
            journal = env["account.journal"].browse(self.journal_id)
            accounts = journal.default_account_id
            journal.unlink()
            accounts.unlink()
            env["product.product"].browse(self.product_id).unlink()

    def order(self, version=1, payments=1):
        line = make_line(sku="RACED-ONLY", quantity=2, price="9.99")
        paid = tuple(
            doc.Payment(
                external_id=f"pay-{number}",
                kind="sale",
                status="success",
                gateway="raced",
                amount=amount("9.99"),
                currency=self.currency,
                processed_at=PAID_AT,
            )
            for number in range(payments)
        )
        return make_order(
            lines=[line], currency=self.currency, version=version, payments=paid
        )

    def bring(self, document):
        def step(env):
            channel = env["retail.sync.channel"].browse(self.channel_id)
            env["retail.sync.importer.order"]._import(channel, document)

        return step

    def settle(self, env):
        self.assertEqual(self.ours(env)._settle_money(), [])

    def ours(self, env):
        return env["retail.sync.order"].search([("channel_id", "=", self.channel_id)])

    def booked(self):
        """Return how many tenders the order has, and how many payments there are."""
        with self.transaction() as env:
            payments = env["account.payment"].search_count(
                [("journal_id", "=", self.journal_id)]
            )
            rows = self.ours(env).payment_ids
            self.assertEqual(len(rows.payment_id), payments, "each has its row")
            return len(rows), payments

    def test_many_workers_on_one_tender_book_one_payment(self):
        self.repeat(self.bring(self.order()))

        for _round in range(ROUNDS):
            self.at_once(*[self.settle] * WORKERS)

        self.assertEqual(self.booked(), (1, 1))

    def test_two_versions_with_the_same_tender_book_it_once(self):
        self.repeat(self.bring(self.order()))

        for number in range(1, ROUNDS + 1):
            versions = [self.order(2 * number, number), self.order(2 * number, number)]
            later = self.order(2 * number + 1, number)
            self.at_once(
                *(self.bring(one) for one in (*versions, later)),
                *[self.settle] * 3,
            )
            self.repeat(self.settle)
            self.assertEqual(self.booked(), (number, number))

    def test_who_looked_before_the_other_booked_looks_again(self):
        self.repeat(self.bring(self.order()))
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            self.assertEqual(len(self.ours(late)._to_book()), 1)
            with self.transaction() as early:
                self.settle(early)
            self.settle(late)

        self.assertEqual(self.booked(), (1, 1))
        with self.transaction() as again:
            self.assertFalse(self.ours(again)._to_book())
