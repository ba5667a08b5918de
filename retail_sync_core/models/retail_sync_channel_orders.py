from odoo import fields, models

JUDGED_BY = {"release_on", "hold_risky"}


class RetailSyncChannel(models.Model):
    """Policies about orders, and what follows when a person changes them."""

    _inherit = "retail.sync.channel"

    cancel_there = fields.Boolean(
        string="Cancel there what is canceled here",
        help="A sales order canceled by a person is canceled at the channel, too.",
    )

    def write(self, vals):
        """Have the holds judged anew when what decides them changes."""
        result = super().write(vals)
        if JUDGED_BY & vals.keys():
            self._judge_holds()
        return result

    def _judge_holds(self):
        """Judge the channels' holds anew; a job does it, nobody's click waits."""
        for channel in self:
            self.env["retail.sync.job"].sudo()._enqueue(
                channel, "order.judge", order_key="judge", identity="order.judge"
            )
