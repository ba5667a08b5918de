from odoo import models


class RetailSyncOrderStep(models.Model):
    """What is said of what customer service asks for."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            **self._address_sentences(),
            **self._mail_sentences(),
        }

    def _address_sentences(self):
        return {
            "address_changed_here": (
                "decided",
                self.env._("%(user)s has it sent to another address."),
            ),
            "address_asked": (
                "sent",
                self.env._("The channel is to have the new address."),
            ),
            "address_told": (
                "answered",
                self.env._("The channel has the new address."),
            ),
            "address_refused": (
                "stopped",
                self.env._("The channel refused the new address: %(message)s"),
            ),
            "address_by_hand": (
                "stopped",
                self.env._("This channel takes no address from here: enter it there."),
            ),
        }

    def _mail_sentences(self):
        return {
            "mail": ("sent", self.env._("Odoo writes to the buyer: %(what)s.")),
            "mail_again": (
                "sent",
                self.env._("%(user)s had Odoo write to the buyer: %(what)s."),
            ),
            "mail_none": (
                "stopped",
                self.env._(
                    "The buyer has no e-mail address: nothing said of: %(what)s."
                ),
            ),
            "message_again": (
                "sent",
                self.env._(
                    "%(user)s has the channel write to the buyer again: %(name)s."
                ),
            ),
        }
