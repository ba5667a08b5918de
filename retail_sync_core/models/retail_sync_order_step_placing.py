from odoo import models


class RetailSyncOrderStep(models.Model):
    """What is said of where an order ships from."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            **self._placing_sentences(),
        }

    def _placing_sentences(self):
        return {
            "placed": ("decided", "%(said)s"),
            "given_back": (
                "stopped",
                self.env._("%(user)s at %(place)s gave back %(what)s. %(why)s"),
            ),
            "handed_on": ("decided", self.env._("Shipped instead by: %(places)s.")),
            "move_asked": (
                "sent",
                self.env._("The channel is asked to have it shipped by %(places)s."),
            ),
            "move_told": (
                "answered",
                self.env._("The channel has it shipped by %(places)s."),
            ),
            "move_refused": (
                "stopped",
                self.env._(
                    "The channel does not have it shipped by %(places)s: %(message)s"
                ),
            ),
        }
