from odoo import models


class RetailSyncOrderStep(models.Model):
    """What the timeline says about money."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        translate = self.env._
        return {
            **super()._sentences(),
            "awaits_money": (
                "decided",
                translate("A quotation until the money is there."),
            ),
            "money_booked": ("decided", translate("%(amount)s was booked.")),
            "invoiced": ("decided", translate("Invoice %(name)s was posted.")),
            "credited": ("decided", translate("Credit note %(name)s was posted.")),
            "given_free": (
                "decided",
                translate("Not paid in time: its goods are free for others."),
            ),
            "taken_back": (
                "decided",
                translate("The money came: its goods are reserved again."),
            ),
            "cancelled_unpaid": (
                "decided",
                translate("Canceled: nobody paid in time. The channel is asked, too."),
            ),
            "pay_asked": ("sent", translate("The channel is asked: %(what)s")),
            "pay_told": ("answered", translate("The channel did it: %(what)s")),
            "pay_refused": (
                "stopped",
                translate("The channel refused: %(what)s (%(message)s)"),
            ),
        }
