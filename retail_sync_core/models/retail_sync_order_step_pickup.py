from odoo import models


class RetailSyncOrderStep(models.Model):
    """What is said of goods that the buyer fetches."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "ready": (
                "decided",
                self.env._("%(user)s: %(name)s is ready to be fetched."),
            ),
            "ready_told": (
                "answered",
                self.env._("The channel knows that %(name)s is ready, and writes."),
            ),
            "ready_refused": (
                "stopped",
                self.env._(
                    "The channel did not take that %(name)s is ready: %(message)s"
                ),
            ),
        }
