from odoo import api, models

from ..adapters import base
from .retail_sync_importer_order_waits import FOLLOWED


class RetailSyncWorkflow(models.Model):
    """Holds, returns and refunds have no work of their own: versions wait for them."""

    _inherit = "retail.sync.workflow"

    @api.depends("flow", "state", "channel_id.code")
    def _compute_can_pause(self):
        result = super()._compute_can_pause()
        for workflow in self.filtered(lambda w: w.flow in FOLLOWED):
            adapter = workflow.channel_id._adapter_class()
            orders = adapter.capability(base.Orders) if adapter else None
            workflow.can_pause = bool(orders and orders.by_id)
        return result

    def _compute_waiting_count(self):
        result = super()._compute_waiting_count()
        followed = self.filtered(lambda w: w.flow in FOLLOWED)
        rows = (
            self.env["retail.sync.order"]
            .sudo()
            ._read_group(
                [
                    ("channel_id", "in", followed.channel_id.ids),
                    ("waits_flow", "in", FOLLOWED),
                ],
                ["channel_id", "waits_flow"],
                ["__count"],
            )
        )
        counts = {(channel.id, flow): count for channel, flow, count in rows}
        for workflow in followed:
            key = (workflow.channel_id.id, workflow.flow)
            workflow.waiting_count += counts.get(key, 0)
        return result

    def _settle_held(self):
        result = super()._settle_held()
        for workflow in self.filtered(lambda w: w.state == "on" and w.flow in FOLLOWED):
            orders = self.env["retail.sync.order"].sudo()
            waiting = orders.search(
                [
                    ("channel_id", "=", workflow.channel_id.id),
                    ("waits_flow", "=", workflow.flow),
                ],
                order="id",
            )
            waiting._fetch_again()
        return result
