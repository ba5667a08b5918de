from odoo import fields, models
from odoo.tools import SQL


class RetailSyncOrder(models.Model):
    """An order whose newest version waits for a paused flow."""

    _inherit = "retail.sync.order"

    waits_flow = fields.Char(
        string="Workflow that is waited for",
        readonly=True,
        copy=False,
        help="The paused workflow for which its newest version waits.",
    )

    _waits_idx = models.Index("(channel_id, waits_flow) WHERE waits_flow IS NOT NULL")

    def _wait_for_flow(self, flow):
        """Note that the newest version waits for ``flow`` ("": for none)."""
        if (self.waits_flow or "") == flow:
            return
        if flow:
            # whoever resumes it waits for this, and finds the order
            self.env.execute_query(
                SQL(
                    """SELECT id FROM retail_sync_workflow
                        WHERE channel_id = %s AND flow = %s FOR SHARE""",
                    self.channel_id.id,
                    flow,
                )
            )
            self._note(f"waits_{flow}")
        self.waits_flow = flow or False

    def _fetch_again(self):
        """Have the versions that waited read; none of them waits any longer."""
        self.waits_flow = False
        self.env["retail.sync.job"].sudo()._enqueue_many(
            [
                {
                    "channel": order.channel_id,
                    "handler": "order.fetch",
                    "order_key": order._order_key(),
                    "identity": f"order.fetch:{order.external_id}",
                    "payload": {"external_id": order.external_id},
                }
                for order in self
            ]
        )


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "waits_hold": (
                "stopped",
                self.env._("A change there waits: holds are paused."),
            ),
            "waits_return": (
                "stopped",
                self.env._("A return there waits: returns are paused."),
            ),
            "waits_refund": (
                "stopped",
                self.env._("A refund there waits: refunds are paused."),
            ),
        }
