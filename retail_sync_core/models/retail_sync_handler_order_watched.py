from odoo import models

from .retail_sync_handler import Again

BATCH = 200


class RetailSyncHandlerOrderWatched(models.AbstractModel):
    """Takes up what was only looked at or what waited, once its channel is at work."""

    _name = "retail.sync.handler.order.watched"
    _inherit = "retail.sync.handler"
    _description = "Handler: Take Up Watched Orders"

    _needs_channel = False

    def _apply(self, job, answer):
        payload = job.payload or {}
        last = payload.get("last", 0)
        if not last:
            self._take_up_drafts(job.channel_id)
        orders = self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", job.channel_id.id),
                ("id", ">", last),
                ("state", "in", payload.get("states") or ("watched", "ignored")),
            ],
            order="id",
            limit=BATCH,
        )
        self.env["retail.sync.job"].sudo()._enqueue_many(
            [
                {
                    "channel": job.channel_id,
                    "handler": "order.fetch",
                    "order_key": order._order_key(),
                    "identity": f"order.fetch:{order.external_id}",
                    "payload": {"external_id": order.external_id},
                }
                for order in orders
            ]
        )
        if len(orders) == BATCH:
            job.sudo().payload = {**payload, "last": orders[-1].id}
            return Again()
        return self.env._("The orders that were watched are fetched.")

    def _take_up_drafts(self, channel):
        """Have the drafts that were only looked at made quotations."""
        drafts = self.env["retail.sync.draft"].search(
            [("channel_id", "=", channel.id), ("state", "=", "watched")]
        )
        drafts.version = False
        self.env["retail.sync.door"]._enqueue_draft(*drafts)
