from odoo import api, fields, models
from odoo.exceptions import UserError


class RetailSyncOrderRelease(models.TransientModel):
    """Why the goods of an order may leave in spite of what holds it."""

    _name = "retail.sync.order.release"
    _description = "Release an Order"

    order_id = fields.Many2one("retail.sync.order", required=True, readonly=True)
    hold_code = fields.Selection(related="order_id.hold_code", related_sudo=False)
    hold_reason = fields.Char(related="order_id.hold_reason", related_sudo=False)
    explanation = fields.Text(related="order_id.explanation", related_sudo=False)
    shown_code = fields.Char(string="Hold that was shown", readonly=True)
    shown_fact = fields.Json(string="What was known of it", readonly=True)
    why = fields.Char(help="Kept with your name, on the order and the sales order.")

    @api.model
    def _open(self, order):
        """Return the action that asks why ``order`` may go."""
        code = order.hold_code
        shown = self.create(
            {
                "order_id": order.id,
                "shown_code": code,
                "shown_fact": code and order.sudo()._fact(code),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release order %s", order.display_name),
            "res_model": self._name,
            "res_id": shown.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_release(self):
        """Let the goods go, in spite of the hold that was shown and of no other."""
        self.ensure_one()
        order = self.order_id
        order._check_operator()
        order._claim()
        code = order.hold_code
        if code and (code, order.sudo()._fact(code)) != (
            self.shown_code,
            self.shown_fact,
        ):
            raise UserError(
                self.env._(
                    "Something else holds order %s by now: close this, and look again.",
                    order.display_name,
                )
            )
        order.action_release(self.why)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
