from odoo import fields, models

JUDGED_BY = {"release_on", "hold_risky"}


class RetailSyncChannel(models.Model):
    """Policies about orders, and what follows when a person changes them."""

    _inherit = "retail.sync.channel"

    cancel_there = fields.Boolean(
        string="Cancel there what is canceled here",
        help="A sales order canceled by a person is canceled at the channel, too.",
    )

    return_policy = fields.Selection(
        [
            ("receive", "Wait for the warehouse to receive them"),
            ("book", "Book them at once, as the channel put them back"),
        ],
        string="Goods refunded there",
        default="receive",
        required=True,
        help="Units that were shipped, refunded over the web and put back on the"
        " channel's stock. Until the warehouse has received them they are not offered.",
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
