from odoo import models

from .retail_sync_channel_deaf import KIND


class RetailSyncIssue(models.Model):
    """Messages that stopped coming, in words."""

    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("Messages of %(value)s do not come"),
                self.env._("%(why)s It is asked every half minute meanwhile."),
                self.env._(
                    "See whether the channel reaches this server's address and signs"
                    " with the secret entered here, and whether the app may read what"
                    " it is to tell. Closed by itself when messages come again."
                ),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Open the channel")}
