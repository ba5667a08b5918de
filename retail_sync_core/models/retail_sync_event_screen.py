from odoo import api, fields, models

from .retail_sync_workflow import OF_ORDERS


class RetailSyncEvent(models.Model):
    """What a message is called on the screen, and the order that it is about."""

    _inherit = "retail.sync.event"

    subject = fields.Char(string="Message", compute="_compute_subject")
    order_id = fields.Many2one(
        "retail.sync.order", string="Order there", compute="_compute_order_id"
    )

    @api.depends("topic", "source")
    @api.depends_context("lang")
    def _compute_subject(self):
        found = self.env._("Found in a turn")
        for event in self:
            event.subject = found if event.source == "poll" else event.topic

    @api.depends("subject", "external_ref")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            parts = filter(None, (event.external_ref, event.subject))
            event.display_name = ": ".join(parts)

    @api.depends("channel_id", "flow", "external_id", "external_ref")
    def _compute_order_id(self):
        orders = self.env["retail.sync.order"]
        for event in self:
            if event.flow not in OF_ORDERS or not event.external_id:
                event.order_id = False
                continue
            here = [("channel_id", "=", event.channel_id.id)]
            found = orders.search([*here, ("external_id", "=", event.external_id)])
            if not found and event.external_ref:
                # a part of an order has an id of its own
                number = [("external_ref", "=", event.external_ref)]
                found = orders.search(here + number, limit=1)
            event.order_id = found
