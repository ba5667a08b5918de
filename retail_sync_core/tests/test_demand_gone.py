from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from ..domain import documents as doc
from .common import RetailSyncCommon


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
