from odoo import api, fields, models


class RetailSyncOrderRelease(models.TransientModel):
    """Why the goods of an order may leave in spite of what holds it."""

    _name = "retail.sync.order.release"
    _description = "Release an Order"

    order_id = fields.Many2one("retail.sync.order", required=True, readonly=True)
    hold_code = fields.Selection(related="order_id.hold_code")
    hold_reason = fields.Char(related="order_id.hold_reason")
    explanation = fields.Text(related="order_id.explanation")
    why = fields.Char(help="Kept with your name, on the order and the sale order.")

    @api.model
    def _open(self, order):
        """Return the action that asks why ``order`` may go."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release order %s", order.display_name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": order.id},
        }

    def action_release(self):
        """Let the goods go."""
        self.ensure_one()
        self.order_id.action_release(self.why)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
