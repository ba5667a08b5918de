from odoo import fields, models

from .retail_sync_workflow import FLOWS


class RetailSyncEvent(models.Model):
    """Something was received; stored before it is understood."""

    _name = "retail.sync.event"
    _description = "Received Event"
    _order = "id desc"
    _rec_name = "topic"

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True, readonly=True
    )
    flow = fields.Selection(FLOWS, readonly=True)
    topic = fields.Char(readonly=True)
    external_id = fields.Char(readonly=True)
    external_ref = fields.Char(readonly=True)
    event_id = fields.Char(readonly=True)
    version = fields.Char(readonly=True)
    digest = fields.Char(readonly=True)
    occurred_at = fields.Datetime(readonly=True)
    received_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("parked", "Needs a person"),
        ],
        default="received",
        readonly=True,
    )
    problem = fields.Char(readonly=True)
    source = fields.Selection(
        [("webhook", "Webhook"), ("poll", "Asked for"), ("file", "File")], readonly=True
    )
