from odoo import models

from .retail_sync_channel_silence import KIND


class RetailSyncIssue(models.Model):
    """An unusual silence in words."""

    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("%(value)s is unusually silent"),
                self.env._(
                    "No order was placed within the last %(hours)s h. In the weeks"
                    " before, about %(usual)s came in these hours."
                ),
                self.env._(
                    "See whether the shop is open and can be paid in, and whether its"
                    " messages come (Technical > Inbox). Closed by itself after the"
                    " next order."
                ),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("Open the channel")}
