from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from ..domain import documents as doc
from .common import RetailSyncCommon
from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestDemandGone(RetailSyncCommon):
    """Units of an order that is not there are offered again."""

    def test_an_order_that_cannot_be_fetched_takes_nothing_off(self):
        demand = doc.Demand(
            order_id="gone-1", line_id="1", sku="A", quantity=Decimal(2)
        )
        self.deliver(self.make_notice("gone-1", demand=(demand,)))
        self.run_jobs()
        noted = self.env["retail.sync.demand"].search_count([])
        job = self.jobs("order.fetch")
        self.assertEqual((noted, job.state), (1, "pending"))

        now = fields.Datetime.now()
        job.write({"first_failed_at": now - timedelta(hours=1), "scheduled_at": now})
        self.env.flush_all()
        self.run_jobs(ahead_s=60)

        self.assertEqual(job.state, "parked")
        self.assertFalse(self.env["retail.sync.demand"].search_count([]))


@tagged("post_install", "-at_install")
class TestChannelGone(StockCase):
    """What a channel sold and held first is offered again when it is deleted."""

    def setUp(self):
        super().setUp()
        self.offer_twice()

    def delete(self):
        """Delete the channel; its level was made in this very transaction, which no
        cascade can undo."""
        self.level(self.product).unlink()
        self.channel.unlink()

    def others(self):
        """Return what the other channel would be told, and its generation."""
        self.consume()
        level = self.level(self.product, self.there)
        terms = self.env["retail.sync.level"]._terms(level)
        return terms[level.id].offered, level.wanted_generation

    def test_what_it_sold_is_offered_elsewhere_again(self):
        self.note(self.product, 2)
        before = self.others()

        self.delete()

        after = self.others()
        self.assertEqual((before[0], after[0]), (8, 10))
        self.assertGreater(after[1], before[1])

    def test_the_first_units_it_had_are_offered_elsewhere_again(self):
        self.channel.write({"rank": 1, "first_units": 3})
        before = self.others()

        self.delete()

        after = self.others()
        self.assertEqual((before[0], after[0]), (7, 10))
        self.assertGreater(after[1], before[1])
