from odoo import models


class RetailSyncOrderStep(models.Model):
    """What the timeline says about returns that buyers ask for."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            **self._sentences_of_requests(),
            **self._sentences_of_receipts_asked(),
            **self._sentences_of_dispositions(),
            **self._sentences_of_decisions(),
        }

    def _sentences_of_requests(self):
        return {
            "return_requested": (
                "came",
                self.env._("The buyer asks to return goods: %(name)s."),
            ),
            "return_open": ("came", self.env._("Return %(name)s is approved.")),
            "return_declined": ("came", self.env._("Return %(name)s is declined.")),
            "return_canceled_there": (
                "came",
                self.env._("Return %(name)s was canceled at the channel."),
            ),
            "return_closed": ("came", self.env._("Return %(name)s is closed.")),
        }

    def _sentences_of_receipts_asked(self):
        return {
            "return_expected": (
                "decided",
                self.env._(
                    "Return %(ref)s: the warehouse is to receive %(name)s, units:"
                    " %(units)s."
                ),
            ),
            "return_adopted": (
                "decided",
                self.env._(
                    "Return %(ref)s: %(name)s was made before and is taken for it,"
                    " units: %(units)s."
                ),
            ),
            "return_less": (
                "decided",
                self.env._(
                    "Return %(ref)s: %(name)s is not expected as it was, units less:"
                    " %(units)s."
                ),
            ),
            "return_put_back_there": (
                "came",
                self.env._(
                    "Return %(name)s: somebody put units back at %(place)s, at the"
                    " channel: %(units)s."
                ),
            ),
        }

    def _sentences_of_dispositions(self):
        return {
            "return_to_tell": (
                "sent",
                self.env._(
                    "Return %(ref)s: the channel is to hear of %(name)s, units:"
                    " %(units)s."
                ),
            ),
            "return_told": (
                "answered",
                self.env._("Return %(ref)s: the channel knows what %(name)s brought."),
            ),
            "return_not_told": (
                "stopped",
                self.env._(
                    "Return %(ref)s: the channel refused what %(name)s brought:"
                    " %(message)s"
                ),
            ),
        }

    def _sentences_of_decisions(self):
        return {
            "return_approve": (
                "sent",
                self.env._("Return %(name)s is to be approved at the channel."),
            ),
            "return_decline": (
                "sent",
                self.env._("Return %(name)s is to be declined at the channel."),
            ),
            "return_decided": (
                "answered",
                self.env._("Return %(name)s: the channel did as was decided."),
            ),
            "return_refused": (
                "stopped",
                self.env._("Return %(name)s: the channel refused: %(message)s"),
            ),
        }
