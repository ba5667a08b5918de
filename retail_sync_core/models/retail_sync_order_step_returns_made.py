from odoo import models


class RetailSyncOrderStep(models.Model):
    """What the timeline says about returns that were made here, and what stays away."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "return_to_make": (
                "sent",
                self.env._(
                    "%(name)s was made here: the channel is to make a return for it,"
                    " units: %(units)s."
                ),
            ),
            "return_known": (
                "decided",
                self.env._(
                    "%(name)s: no return is told for units that were refunded there or"
                    " are in a return there already: %(units)s."
                ),
            ),
            "return_made_there": (
                "answered",
                self.env._("The channel has a return for %(name)s."),
            ),
            "return_not_made": (
                "stopped",
                self.env._("The channel made no return for %(name)s: %(message)s"),
            ),
            "return_cancel": (
                "sent",
                self.env._("Return %(name)s is to be canceled at the channel."),
            ),
            "return_missing": (
                "sent",
                self.env._(
                    "Return %(name)s: the channel is to hear that units do not come:"
                    " %(units)s."
                ),
            ),
        }
