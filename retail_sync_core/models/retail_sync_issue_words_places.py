from odoo import models


class RetailSyncIssue(models.Model):
    """Issues about the places that ship."""

    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            "move_refused": (
                self.env._("The channel does not let %(places)s ship %(value)s"),
                self.env._(
                    "The delivery is there, the channel still asks another location:"
                    " %(answer)s"
                ),
                self.env._(
                    "Let it leave from there all the same: it is told as shipped. Or"
                    " assign it over there; the delivery follows. Then close this."
                ),
            ),
        }
