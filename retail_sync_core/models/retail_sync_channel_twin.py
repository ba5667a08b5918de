from odoo import models
from odoo.exceptions import UserError


class RetailSyncChannel(models.Model):
    """One shop works under one channel: under two, its orders would come twice."""

    _inherit = "retail.sync.channel"

    def _twin(self):
        """Return (sudo) the other channel under which this shop works, or none."""
        channels_sudo = self.sudo().browse()
        if not self.account_id or self.environment != "production":
            return channels_sudo
        return channels_sudo.search(
            [
                ("id", "!=", self.id),
                ("code", "=", self.code),
                ("environment", "=", "production"),
                ("account_id", "=", self.account_id),
                ("state", "in", ("watch", "live", "paused")),
            ],
            limit=1,
        )

    def _is_seen(self):
        """Return whether the reader works in the channel's company."""
        return self.company_id in self.env.companies

    def _say_twin(self, twin):
        """Return that the shop works as ``twin``; not its name where it is not seen."""
        other = self.env._("a channel of another company")
        return self.env._(
            "%(shop)s is connected as %(channel)s already. Connected twice, its orders"
            " would be imported twice.",
            shop=self.account_name or self.name,
            channel=twin.name if twin._is_seen() else other,
        )

    def _check_only_one(self):
        """Refuse a shop that works here under another channel.

        :raises UserError: names the other channel
        """
        for channel in self:
            twin = channel._twin()
            if twin:
                raise UserError(channel._say_twin(twin))
