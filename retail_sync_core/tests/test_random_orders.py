import os
import random
import sys
import unittest
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from odoo.tests import tagged

from ..models.retail_sync_handler import Apart
from .common_orders import OrdersCommon
from .own_arithmetic import taxes_wanted, total_wanted
from .random_orders import random_story

try:
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st
except ImportError:  # only what tests need has it
    given = None

ORDERS = int(os.environ.get("RETAIL_SYNC_RANDOM_ORDERS", "75"))
# imported in one transaction, as a backlog is; every fourth lot one by one
TOGETHER = 25
ALONE_EACH = 4
# of so many orders one is invoiced, too
INVOICE_EACH = int(os.environ.get("RETAIL_SYNC_RANDOM_INVOICE_EACH", "1"))
POST_EACH = 4
SEED = int(os.environ.get("RETAIL_SYNC_RANDOM_SEED", "20261125"))


class Undo(Exception):
    """Takes an order back after it was looked at."""


@tagged("post_install", "-at_install")
@unittest.skipIf(given is None, "hypothesis is not installed")
class TestRandomOrders(OrdersCommon):
    """As many orders as RETAIL_SYNC_RANDOM_ORDERS says, each imported for real."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.order_policy = "quotation"
        cls.sell_anywhere()
        (cls.shirt | cls.mug).write({"type": "service", "invoice_policy": "delivery"})

    def test_random_orders_and_their_invoices_come_to_the_cent(self):
        """One in a thousand may wait on hold, and must say why; none is dropped."""
        self.count, self.lots, self.tally = 0, 0, defaultdict(int)

        @seed(SEED)
        @settings(
            max_examples=-(-ORDERS // TOGETHER),
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.integers(0, 2**64 - 1))
        def lot(number):
            rng = random.Random(number)
            stories = [random_story(rng, n) for n in range(TOGETHER)]
            self.lots += 1
            try:
                with self.env.cr.savepoint():
                    self.look_at_all(stories, rng)
                    raise Undo
            except Undo:
                self.env.invalidate_all(flush=False)

        lot()

        sys.stderr.write(f"seed {SEED}: {self.count} orders, {dict(self.tally)}\n")
        self.assertGreaterEqual(self.tally["exact"], self.count * 0.999)

    def look_at_all(self, stories, rng):
        documents = [story.order for story in stories]
        if self.lots % ALONE_EACH:
            orders = self.import_together(documents)
        else:
            orders = [self.import_order(document) for document in documents]
        for story, order in zip(stories, orders, strict=True):
            self.count += 1
            self.look_at(story, order, rng.random() < 0.3)

    def import_together(self, documents):
        """Import as a backlog is: together, but for those that must go alone."""
        importer = self.env["retail.sync.importer.order"].with_user(
            self.channel.user_id
        )
        channel = self.channel.with_user(self.channel.user_id)
        apart = set()
        while True:
            many = [one for one in documents if one.external_id not in apart]
            try:
                with self.env.cr.savepoint():
                    done = importer._import_many(channel, many).sudo()
                break
            except Apart as exc:
                apart |= exc.ids
        self.tally["together"] += len(many)
        found = dict(zip([one.external_id for one in many], done, strict=True))
        return [
            found.get(one.external_id) or self.import_order(one) for one in documents
        ]

    def look_at(self, story, order, parts):
        document = story.order
        self.assertTrue(order.order_id, document)
        if order.hold_code:
            self.tally["hold"] += 1
            self.check_explanation(order, document)
            return
        self.tally["exact"] += 1
        self.tally["converted"] += story.converted
        self.check_amounts(order, document)
        self.check_rounding(order, document)
        if not self.count % INVOICE_EACH:
            self.tally["invoiced"] += 1
            self.check_invoices(order, document, parts)

    def amount(self, order, value):
        """Return a float of ours on the currency's grid."""
        step = Decimal(str(order.currency_id.rounding))
        return Decimal(str(value)).quantize(step)

    def step(self, order):
        return Decimal(str(order.currency_id.rounding))

    def check_amounts(self, order, document):
        sale, step = order.order_id, self.step(order)
        self.assertEqual(
            self.amount(order, sale.amount_total), total_wanted(document), document
        )
        tax = sum(taxes_wanted(document, step).values(), Decimal(0))
        self.assertEqual(self.amount(order, sale.amount_tax), tax, document)

    def check_rounding(self, order, document):
        lines = order.order_id.order_line
        line = lines.filtered(lambda one: one.retail_sync_external_id == "rounding")
        if line:
            self.tally["rounding"] += 1
            most = self.step(order) * (len(lines) - 1)
            self.assertLessEqual(abs(self.amount(order, line.price_unit)), most)

    def check_explanation(self, order, document):
        """What is missing is the sum of the rows above the total."""
        rows = order.explanation_rows
        missing = total_wanted(document) - self.amount(
            order, order.order_id.amount_total
        )
        self.assertEqual(self.amount(order, rows[-1][3]), missing)
        above = sum((self.amount(order, row[3]) for row in rows[:-1]), Decimal(0))
        self.assertEqual(above, missing)

    def check_invoices(self, order, document, parts):
        """One invoice or three parts: their total and each tax are the channel's.

        So is each tax of what is invoiced so far, line by line.
        """
        sale = order.order_id
        sale.state = "sale"
        goods = sale.order_line.filtered(lambda line: line.product_id.default_code)
        goods = goods.filtered(lambda line: line.qty_delivered_method == "manual")
        steps = (Fraction(1, 5), Fraction(2, 3), 1) if parts else (1,)
        self.tally["parts"] += parts
        for number, share in enumerate(steps):
            for line in goods:
                line.qty_delivered = int(line.product_uom_qty * share)
            if "to invoice" in sale.order_line.mapped("invoice_status"):
                sale._create_invoices(final=True)  # as Odoo's dialog does
            told = f"part {number}: {document}"
            so_far = {
                line.retail_sync_external_id: self.invoiced_share(line)
                for line in sale.order_line
            }
            wanted = taxes_wanted(document, self.step(order), so_far)
            self.assertEqual(self.taxes_of(order, sale.invoice_ids), wanted, told)
        moves = sale.invoice_ids
        total = sum(
            move.amount_total * (-1 if move.move_type == "out_refund" else 1)
            for move in moves
        )
        self.assertEqual(self.amount(order, total), total_wanted(document), document)
        if moves and not self.count % POST_EACH:
            self.tally["posted"] += 1
            moves.with_context(retail_sync_settling=True).action_post()
            self.assertEqual(order._difference_sentences(), [], document)

    def invoiced_share(self, line):
        if not line.product_uom_qty:
            return Fraction(0)
        return Fraction(str(line.qty_invoiced)) / Fraction(str(line.product_uom_qty))

    def taxes_of(self, order, moves):
        found = defaultdict(Decimal)
        for line in moves.line_ids.filtered("tax_line_id"):
            rate = Decimal(str(line.tax_line_id.amount)).normalize()
            found[rate] -= self.amount(order, line.amount_currency)
        return {rate: amount for rate, amount in found.items() if amount}
