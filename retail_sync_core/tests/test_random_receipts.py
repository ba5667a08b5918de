import os
import sys
import unittest
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from .day_common import DayCommon
from .own_arithmetic import taxes_wanted, total_wanted
from .random_orders import random_story

try:
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st
except ImportError:  # only what tests need has it
    given = None

RECEIPTS = int(os.environ.get("RETAIL_SYNC_RANDOM_ORDERS", "75"))
SEED = int(os.environ.get("RETAIL_SYNC_RANDOM_SEED", "20261125"))
ON_ONE_DAY = 5
WALK_IN = {
    "till_id": "store",
    "source": "pos",
    "customer": doc.Customer(),
    "shipping_address": None,
    "billing_address": None,
    "payment_state": doc.PaymentState.PAID,
}


class Undo(Exception):
    """Takes a day back after it was looked at."""


@tagged("post_install", "-at_install")
@unittest.skipIf(given is None, "hypothesis is not installed")
class TestRandomReceipts(DayCommon):
    """RETAIL_SYNC_RANDOM_ORDERS random receipts, some of each currency on one day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.post_payments = False
        cls.env["retail.sync.map.tax"].search(
            [("channel_id", "=", cls.channel.id)]
        ).unlink()
        cls.sell_anywhere()
        (cls.shirt | cls.mug).type = "service"

    def test_random_receipts_of_a_day_are_each_on_its_invoice_to_the_cent(self):
        """What is on hold waits and harms no other."""
        self.count, self.tally = 0, defaultdict(int)

        @seed(SEED)
        @settings(
            max_examples=max(RECEIPTS // ON_ONE_DAY, 1),
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.randoms(use_true_random=False))
        def one(rng):
            stories = [random_story(rng, self.count + n) for n in range(ON_ONE_DAY)]
            self.count += ON_ONE_DAY
            try:
                with self.env.cr.savepoint():
                    self.look_at([story.order for story in stories])
                    raise Undo
            except Undo:
                self.env.invalidate_all(flush=False)

        one()

        sys.stderr.write(f"seed {SEED}: {self.count} receipts, {dict(self.tally)}\n")
        self.assertGreaterEqual(self.tally["exact"], self.count * 0.999)

    def look_at(self, documents):
        told = {}
        for document in documents:
            document = replace(document, **WALK_IN)
            order = self.import_order(document)
            self.assertTrue(order.order_id, document)
            if order.order_id.state != "sale" and not order.hold_code:
                order.order_id.action_confirm()
            told[order] = document
        orders = self.env["retail.sync.order"].union(*told)
        for order in orders:
            self.assertEqual(order._settle_money(), [], told[order])
        for currency in orders.currency_id:
            self.invoice(currency)
        for order in orders:
            self.check(order, told[order])

    def invoice(self, currency):
        """Invoice the receipts of one currency as the day's job does."""
        waiting = self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("receipt_day", "!=", False),
                ("currency_id", "=", currency.id),
            ]
        )
        for day in set(waiting.mapped("receipt_day")):
            self.env["retail.sync.handler.invoice.day"]._invoice(
                self.channel, day, currency
            )
            self.tally["invoices"] += 1

    def check(self, order, document):
        """The receipt's part of the invoice, its taxes and its open item are exact."""
        if order.hold_code:
            self.tally["hold"] += 1
            self.assertFalse(order._invoices())
            return
        self.tally["exact"] += 1
        step = Decimal(str(order.currency_id.rounding))
        wanted = total_wanted(document)
        total, taxes = order._invoiced_parts()
        self.assertEqual(self.amount(total, step), wanted, document)
        self.assertEqual(
            self.amount(sum(taxes.values()), step),
            sum(taxes_wanted(document, step).values(), Decimal(0)),
            document,
        )
        items = order._invoices().line_ids.filtered(
            lambda line: (
                line.display_type == "payment_term"
                and line.retail_sync_receipt_id == order
            )
        )
        owed = sum(items.mapped("amount_currency"))
        self.assertEqual(self.amount(owed, step), wanted, document)

    def amount(self, value, step):
        return Decimal(str(value)).quantize(step)
