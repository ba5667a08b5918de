from odoo import api, fields, models
from odoo.exceptions import AccessError


class RetailSyncAudit(models.Model):
    """Who did what, append only: ids and digests, no personal data."""

    _name = "retail.sync.audit"
    _description = "Audit Entry"
    _order = "id desc"
    _rec_name = "action"

    at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, readonly=True
    )
    channel_id = fields.Many2one("retail.sync.channel", readonly=True, ondelete="set null")
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    action = fields.Char(readonly=True, required=True)
    detail = fields.Char(readonly=True)

    @api.model
    def _record(self, action, *, channel=None, record=None, detail=""):
        """Append one entry."""
        return self.sudo().create(
            {
                "user_id": self.env.uid,
                "action": action,
                "channel_id": channel.id if channel else False,
                "res_model": record._name if record else False,
                "res_id": record.id if record else False,
                "detail": detail,
            }
        )

    def write(self, vals):
        """Refuse: the trail is only added to."""
        raise AccessError(self.env._("The audit trail cannot be changed."))

    def unlink(self):
        """Refuse: the trail is only added to."""
        raise AccessError(self.env._("The audit trail cannot be deleted."))
