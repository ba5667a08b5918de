from odoo import api, fields, models


class RetailSyncRestorationRelease(models.TransientModel):
    """Why a channel acts before it has caught up with what happened."""

    _name = "retail.sync.restoration.release"
    _description = "Release a Channel That Catches Up"

    line_id = fields.Many2one("retail.sync.restoration.line", required=True)
    channel_id = fields.Many2one(related="line_id.channel_id")
    step = fields.Char(related="line_id.step")
    reason = fields.Char(required=True)

    @api.model
    def _open(self, line):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release %s", line.channel_id.name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": line.id},
        }

    def action_release(self):
        """Let it act now."""
        self.ensure_one()
        self.line_id.action_release(self.reason or "")
        return {"type": "ir.actions.client", "tag": "soft_reload"}
