from odoo import fields, models


class RetailSyncReturnDecline(models.TransientModel):
    """Why returns are declined, in words that the buyer may read."""

    _name = "retail.sync.return.decline"
    _description = "Decline Returns"

    return_ids = fields.Many2many(
        "retail.sync.order.return", string="Returns", required=True, readonly=True
    )
    reason = fields.Selection(
        [
            ("final_sale", "It was a final sale"),
            ("period_over", "The time for returns is over"),
            ("other", "Another reason"),
        ],
        required=True,
        default="other",
    )
    note = fields.Char(string="To the buyer", size=500)

    def action_decline(self):
        """Have the channel decline them."""
        self.ensure_one()
        self.return_ids._decide("decline", self.reason, self.note)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
