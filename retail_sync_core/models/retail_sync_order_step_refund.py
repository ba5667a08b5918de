from odoo import models


class RetailSyncOrderStep(models.Model):
    """What the timeline says about refunds that are asked for from here."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "brought_back": (
                "came",
                self.env._("Brought to %(place)s and received, units: %(units)s."),
            ),
            "refund_waits": (
                "stopped",
                self.env._("A refund waits for an approver. %(why)s"),
            ),
            "refund_asked": (
                "sent",
                self.env._("The channel is asked to refund %(what)s."),
            ),
            "refund_told": ("answered", self.env._("The channel refunded %(what)s.")),
            "refund_refused": (
                "stopped",
                self.env._("The channel refused to refund %(what)s: %(message)s"),
            ),
            "refund_approved": (
                "decided",
                self.env._("%(user)s approved the refund of %(what)s: %(why)s"),
            ),
            "refund_declined": (
                "decided",
                self.env._("%(user)s declined the refund of %(what)s: %(why)s"),
            ),
            "refund_withdrawn": (
                "decided",
                self.env._("%(user)s withdrew the refund of %(what)s."),
            ),
        }
