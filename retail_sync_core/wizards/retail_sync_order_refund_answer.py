from odoo import fields, models
from odoo.exceptions import UserError


class RetailSyncOrderRefundAnswer(models.TransientModel):
    """Approve or decline a refund, and say why."""

    _name = "retail.sync.order.refund.answer"
    _description = "Approve a Refund"

    refund_id = fields.Many2one("retail.sync.order.refund", required=True)
    reason = fields.Selection(related="refund_id.reason", related_sudo=False)
    note = fields.Char(related="refund_id.note", related_sudo=False)
    user_id = fields.Many2one(related="refund_id.user_id", related_sudo=False)
    goods = fields.Char(related="refund_id.goods", related_sudo=False)
    back = fields.Char(related="refund_id.back", related_sudo=False)
    ways = fields.Char(related="refund_id.ways", related_sudo=False)
    why_it_waits = fields.Char(
        related="refund_id.why", related_sudo=False, string="Why it waits"
    )
    why = fields.Char(string="Your reason", help="Kept with your name.")

    def action_approve(self):
        """Have it sent; what came up since it was asked for is shown first."""
        self._check_reason()
        if self.refund_id._approve(self.why.strip()):
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Look again: something came up since"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_decline(self):
        """Have it not sent."""
        self._check_reason()
        self.refund_id._decline(self.why.strip())
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_reason(self):
        self.ensure_one()
        if not (self.why or "").strip():
            raise UserError(self.env._("Say in a few words why."))
