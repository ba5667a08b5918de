from datetime import date, datetime, timezone

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure, UniqueViolation

from ..domain import documents as doc
from ..testing_orders import make_line, make_order
from .race_common import RaceCase

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
CONNECTIONS = 4


@tagged("post_install", "-at_install")
class TestDayRace(RaceCase):
    """Real transactions on real connections invoice a day, and each receipt, once.

    Whoever invoices a day claims the rows of its receipts: that alone makes the second
    one begin anew. The day's unique row says the same where nobody claims: it keeps the
    numbers apart, and has a test of its own.
    """

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            channel.write(
                {
                    "order_policy": "confirm",
                    "import_since": False,
                    "receipt_policy": "day",
                    "book_since": False,
                }
            )
            product = env["product.product"].create(
                {
                    "name": "Haircut",
                    "default_code": "HAIRCUT",
                    "type": "service",
                    "taxes_id": False,
                }
            )
            self.product_id = product.id
            self.currency = channel.company_id.currency_id
            self.currency_name = self.currency.name
            channel._charge_product("rounding")
            env["retail.sync.importer.order"]._walk_in(channel)
        self.addCleanup(self._clean_day)

    def _clean_day(self):
        with self.transaction() as env:
            mine = [("channel_id", "=", self.channel_id)]
            days = env["retail.sync.day"].search(mine)
            orders = env["retail.sync.order"].search(mine)
            sales, moves = orders.order_id, orders.order_id.invoice_ids
            customers = env["retail.sync.customer"].search(mine)
            partners = customers.partner_id | sales.partner_id
            days.unlink()
            moves.button_draft()
            moves.with_context(force_delete=True).unlink()
            orders.unlink()
            sales._action_cancel()
            sales.unlink()
            customers.unlink()
            partners.unlink()
            env["product.product"].browse(self.product_id).unlink()

    def sell(self, *numbers):
        """Sell at the till; all of it is committed, nothing is booked yet."""
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            for number in numbers:
                env["retail.sync.importer.order"]._import(
                    channel,
                    make_order(
                        f"sale-{number}",
                        lines=[make_line(sku="HAIRCUT", quantity=1, price="19.99")],
                        currency=self.currency_name,
                        till_id="store",
                        customer=doc.Customer(),
                        shipping_address=None,
                        billing_address=None,
                        payment_state=doc.PaymentState.PAID,
                        created_at=NOON,
                    ),
                )

    def settle(self, number):
        """Return the step that looks at the order's money as its job does."""

        def step(env):
            env["retail.sync.order"].search(
                [
                    ("channel_id", "=", self.channel_id),
                    ("external_id", "=", f"sale-{number}"),
                ]
            )._settle_money()

        return step

    def invoice(self, env):
        """Invoice the day as its job does, whoever else does."""
        channel = env["retail.sync.channel"].browse(self.channel_id)
        currency = env["res.currency"].browse(self.currency.id)
        env["retail.sync.handler.invoice.day"]._invoice(channel, DAY, currency)

    def check(self, numbers, receipts):
        """There are rows with these numbers, and each receipt is invoiced once."""
        with self.transaction() as env:
            mine = [("channel_id", "=", self.channel_id)]
            rows = env["retail.sync.day"].search(mine, order="number")
            self.assertEqual(rows.mapped("number"), numbers)
            sales = env["retail.sync.order"].search(mine).order_id
            self.assertEqual(len(sales), receipts)
            self.assertEqual(sales.order_line.mapped("qty_invoiced"), [1.0] * receipts)
            self.assertEqual(sales.invoice_ids, rows.move_id)
            self.assertEqual(sum(rows.mapped("receipt_count")), receipts)

    def test_workers_that_all_invoice_one_day_make_one_invoice(self):
        self.sell(1, 2, 3)
        for number in (1, 2, 3):
            self.repeat(self.settle(number))

        self.at_once(*[self.invoice] * CONNECTIONS)

        self.check([1], 3)

    def number(self, env):
        """Take the day's next number, whatever waits for an invoice."""
        channel = env["retail.sync.channel"].browse(self.channel_id)
        currency = env["res.currency"].browse(self.currency.id)
        return env["retail.sync.day"]._next(channel, DAY, currency).number

    def test_whoever_did_not_see_a_days_number_cannot_take_it_again(self):
        with self.registry.cursor() as late:
            late.execute("SELECT 1")  # what is committed from here on it does not see
            with self.transaction() as env:
                self.assertEqual(self.number(env), 1)
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
                self.number(api.Environment(late, SUPERUSER_ID, {}))
            late.rollback()

        with self.transaction() as env:
            self.assertEqual(self.number(env), 2)

    def test_a_receipt_that_is_claimed_is_claimed_by_one(self):
        self.sell(1)
        self.repeat(self.settle(1))
        with self.registry.cursor() as late:
            late.execute("SELECT 1")
            with self.transaction() as env:
                self.assertEqual(len(self.claim(env)), 1)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(SerializationFailure),
            ):
                self.claim(api.Environment(late, SUPERUSER_ID, {}))
            late.rollback()

    def claim(self, env):
        channel = env["retail.sync.channel"].browse(self.channel_id)
        currency = env["res.currency"].browse(self.currency.id)
        orders = env["retail.sync.order"]
        return orders._waiting_for_day(channel, DAY, currency)

    def test_a_receipt_that_comes_while_the_day_is_invoiced_is_never_lost(self):
        self.sell(1, 2, 3, 4)
        self.repeat(self.settle(1))

        self.at_once(self.invoice, *[self.settle(number) for number in (2, 3, 4)])
        with self.transaction() as env:
            keys = env["retail.sync.job"].search(
                [("channel_id", "=", self.channel_id), ("handler", "=", "invoice.day")]
            )
            self.assertEqual(len(keys), 4, "each has asked for it")
        self.repeat(self.invoice)

        with self.transaction() as env:
            rows = env["retail.sync.day"].search([("channel_id", "=", self.channel_id)])
            numbers = sorted(rows.mapped("number"))
        self.check(numbers, 4)
        self.assertLessEqual(len(numbers), 2)
