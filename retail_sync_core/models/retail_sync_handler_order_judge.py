from odoo import models

from .retail_sync_handler import Again

BATCH = 200
JUDGED = ("payment", "risk")


class RetailSyncHandlerOrderJudge(models.AbstractModel):
    """Judges anew what waits or could wait, after a policy has changed."""

    _name = "retail.sync.handler.order.judge"
    _inherit = "retail.sync.handler"
    _description = "Handler: Judge Holds Anew"

    _needs_channel = False

    def _apply(self, job, answer):
        Order = self.env["retail.sync.order"]
        last = (job.payload or {}).get("last", 0)
        orders = Order.search(
            [
                ("channel_id", "=", job.channel_id.id),
                ("id", ">", last),
                ("state", "in", ("imported", "hold")),
                "|",
                ("hold_code", "in", JUDGED),
                ("order_id.delivery_status", "in", ("pending", "started", "partial")),
            ],
            order="id",
            limit=BATCH,
        )
        for order in orders:
            order._judge_hold()
        if len(orders) == BATCH:
            job.sudo().payload = {**(job.payload or {}), "last": orders[-1].id}
            return Again()
        return self.env._("Holds were judged anew.")
