from odoo import models
from odoo.tools import SQL

from ..domain.documents import Flow
from .retail_sync_job import LANE_FREQUENT


class RetailSyncDoor(models.AbstractModel):
    """What a channel tells of stock matters where the number is the channel's."""

    _inherit = "retail.sync.door"

    def _judge(self, door, notice, source, problem, unverified):
        job, reason = super()._judge(door, notice, source, problem, unverified)
        if job or reason != "not_needed" or notice.flow is not Flow.STOCK:
            return job, reason
        if notice.body is not None:
            key = "stock.report"  # one after the other, as they came
            job = {"handler": key, "order_key": key, "lane": LANE_FREQUENT}
            return job, ""
        if not notice.external_id or not self._counts_stock(door):
            return None, "not_needed"
        key = "stock.read"
        job = {"handler": key, "order_key": key, "identity": key}
        return {**job, "lane": LANE_FREQUENT}, ""

    def _counts_stock(self, door):
        """Return whether the channel counts the stock of a location of its own."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM retail_sync_location
                        WHERE channel_id = %s AND stock_owner = 'channel'
                          AND state = 'mapped' LIMIT 1""",
                    door.channel_id,
                )
            )
        )
