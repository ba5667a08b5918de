from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class RetailSyncPeakPlan(models.TransientModel):
    """Ahead of a sale: which channels, from when to when, and why."""

    _name = "retail.sync.peak.plan"
    _description = "Plan a Peak"

    channel_ids = fields.Many2many(
        "retail.sync.channel",
        string="Channels",
        domain=[("state", "in", ("live", "watch", "paused"))],
        help="Empty: all of them.",
    )
    starts_at = fields.Datetime(
        string="From", required=True, default=fields.Datetime.now
    )
    ends_at = fields.Datetime(
        string="Until",
        required=True,
        default=lambda self: fields.Datetime.now() + timedelta(hours=12),
    )
    reason = fields.Char(string="Why", required=True)

    @api.model
    def _open(self, channels):
        """Return the action that asks for a peak of ``channels``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a peak"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_channel_ids": channels.ids},
        }

    def action_plan(self):
        """Plan it; it begins and ends by itself."""
        self.ensure_one()
        channels = self.channel_ids or self.env["retail.sync.channel"].search(
            [("state", "in", ("live", "watch", "paused"))]
        )
        if not channels:
            raise UserError(self.env._("There is no channel yet: connect one first."))
        self.env["retail.sync.peak"]._plan(
            channels, self.starts_at, self.ends_at, self.reason
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
