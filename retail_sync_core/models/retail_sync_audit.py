import json

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..domain.redact import redact


class RetailSyncAudit(models.Model):
    """Who did what, append only: ids and digests, no personal data."""

    _name = "retail.sync.audit"
    _description = "Audit Entry"
    _order = "id desc"
    _rec_name = "action"

    at = fields.Datetime(default=fields.Datetime.now, readonly=True, required=True)
    user_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, readonly=True
    )
    channel_id = fields.Many2one(
        "retail.sync.channel",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    action = fields.Char(readonly=True, required=True)
    detail = fields.Json(readonly=True)
    sealed = fields.Boolean(readonly=True)

    _subject_idx = models.Index("(res_model, res_id)")

    @api.model
    def _record(self, channel, record, action, detail=None):
        """Append one entry.

        :param record: what it is about, or nothing
        :param action: ``noun.verb`` in the past tense
        :param detail: ids, counts and digests
        """
        text = redact(json.dumps(detail or {}, default=str, sort_keys=True))
        return self.sudo().create(
            {
                "user_id": self.env.uid,
                "action": action,
                "channel_id": channel.id if channel else False,
                "company_id": channel.sudo().company_id.id if channel else False,
                "res_model": record._name if record else False,
                "res_id": record.id if record else False,
                "detail": json.loads(text),
            }
        )

    # pylint: disable=method-required-super,no-raise-unlink
    def write(self, vals):
        """Refuse: the trail is only added to."""
        raise AccessError(self.env._("The audit trail cannot be changed."))

    def unlink(self):
        """Refuse: the trail is only added to."""
        raise AccessError(self.env._("The audit trail cannot be deleted."))
