from odoo import models


class RetailSyncOrderStep(models.Model):
    """What is said of holds of ours."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            **self._own_hold_sentences(),
            **self._told_hold_sentences(),
        }

    def _own_hold_sentences(self):
        return {
            "held_by_us": ("stopped", self.env._("On hold, too: %(reason)s")),
            "own_released": (
                "decided",
                self.env._("%(user)s ended our hold. %(reason)s %(why)s"),
            ),
            "own_hold_over": (
                "decided",
                self.env._("The time of our hold is over. %(reason)s"),
            ),
        }

    def _told_hold_sentences(self):
        return {
            "hold_asked": ("sent", self.env._("The channel is asked to hold it, too.")),
            "hold_told": ("answered", self.env._("The channel holds it, too.")),
            "hold_refused": (
                "stopped",
                self.env._("The channel refused to hold it: %(message)s"),
            ),
            "hold_by_hand": (
                "stopped",
                self.env._("This channel cannot be told to hold it: hold it there."),
            ),
            "release_asked": (
                "sent",
                self.env._("The channel is asked to release our hold."),
            ),
            "release_told": ("answered", self.env._("The channel released our hold.")),
            "release_refused": (
                "stopped",
                self.env._("The channel refused to release our hold: %(message)s"),
            ),
        }
