from urllib.parse import urlsplit

from odoo import api, fields, models


class RetailSyncChannelConnect(models.TransientModel):
    """How the channel tells us: whether its messages reach this server's address."""

    _inherit = "retail.sync.channel.connect"

    webhook_reachable = fields.Boolean(
        "Messages reach this server",
        compute="_compute_webhook_reachable",
        inverse="_inverse_webhook_reachable",
        help="Without them the channel is asked in turns; that is slower.",
    )
    address_is_private = fields.Boolean(
        string="Address is private",
        compute="_compute_webhook_reachable",
        help="Nobody outside can reach the address, whatever is chosen here.",
    )

    sandbox_note = fields.Char(
        string="Messages of a sandbox", compute="_compute_sandbox_note"
    )

    @api.depends("webhook_note", "channel_id.environment")
    @api.depends_context("lang")
    def _compute_sandbox_note(self):
        """Tell what messages mean where no address with https is needed."""
        for wizard in self:
            channel = wizard.channel_id
            plain = channel.environment == "sandbox" and not wizard.webhook_note
            wizard.sandbox_note = plain and wizard._say_sandbox()

    def _say_sandbox(self):
        address = urlsplit(self.channel_id.sudo().public_url or "")
        if address.scheme == "https":
            return False
        return self.env._(
            "The sandbox tells us at once what happens there if it reaches %s; else it"
            " is asked in turns.",
            address.netloc,
        )

    @api.depends("channel_id.webhook_reachable", "channel_id.environment")
    def _compute_webhook_reachable(self):
        for wizard in self:
            channel = wizard.channel_id
            private = bool(channel and channel._address_problem())
            wizard.address_is_private = private
            wizard.webhook_reachable = channel.webhook_reachable and not private

    def _inverse_webhook_reachable(self):
        """Keep what a person chooses; it counts again once the address is public."""
        for wizard in self:
            channel = wizard.channel_id
            if not channel._address_problem():
                channel.webhook_reachable = wizard.webhook_reachable

    def _outlook_of_messages(self):
        """Return how soon we learn of what happens there; no promise on trust."""
        if self.webhook_note:
            return self.webhook_note
        told = self.env._("The channel tells us at once what happens there.")
        return self._say_sandbox() or told
