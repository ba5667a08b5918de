from odoo import models


class RetailSyncIssue(models.Model):
    """Issues about the places that ship."""

    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            "no_other_place": (
                self.env._("Nobody else can ship %(value)s"),
                self.env._(
                    "%(place)s gave %(delivery)s back, but no other location that may"
                    " ship it has all of it. The delivery stays there."
                ),
                self.env._(
                    "Find the goods, or tell the buyer: cancel what is missing on the"
                    " sales order. Then close this."
                ),
            ),
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
