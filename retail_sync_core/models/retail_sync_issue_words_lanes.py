from odoo import models

from .retail_sync_channel_lanes import KINDS


class RetailSyncIssue(models.Model):
    """A lane that is behind, in words."""

    _inherit = "retail.sync.issue"

    def _words(self):
        titles = {
            "urgent": self.env._("Near-real-time work of %(value)s is behind"),
            "frequent": self.env._("Frequent work of %(value)s is behind"),
            "batch": self.env._("Batch work of %(value)s is behind"),
        }
        message = self.env._(
            "Due and not begun: %(depth)s; the oldest for %(minutes)s min."
        )
        suggestion = self.env._(
            "See whether the channel answers, and whether enough workers run"
            " (Technical > Workers). Ahead of a sale, plan a peak. Closed by itself"
            " when it is well below the limits of the channel's policies."
        )
        return {
            **super()._words(),
            **{
                kind: (titles[lane], message, suggestion)
                for lane, kind in KINDS.items()
            },
        }

    def _mend_labels(self):
        label = self.env._("Open the channel")
        return {**super()._mend_labels(), **dict.fromkeys(KINDS.values(), label)}
