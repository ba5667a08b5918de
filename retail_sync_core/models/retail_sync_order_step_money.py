from odoo import models


class RetailSyncOrderStep(models.Model):
    """What the timeline says about money."""

    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "awaits_money": (
                "decided",
                self.env._("A quotation until the money is there."),
            ),
            "money_booked": ("decided", self.env._("%(amount)s was booked.")),
            "invoiced": ("decided", self.env._("Invoice %(name)s was posted.")),
            "day_awaited": (
                "decided",
                self.env._("It goes on the invoice of all receipts of %(day)s."),
            ),
            "credited": ("decided", self.env._("Credit note %(name)s was posted.")),
            "given_free": (
                "decided",
                self.env._("Not paid in time: its goods are free for others."),
            ),
            "taken_back": (
                "decided",
                self.env._("The money came: its goods are reserved again."),
            ),
            "cancelled_unpaid": (
                "decided",
                self.env._("Canceled: nobody paid in time. The channel is asked, too."),
            ),
            "pay_asked": ("sent", self.env._("The channel is asked: %(what)s")),
            "pay_told": ("answered", self.env._("The channel did it: %(what)s")),
            "pay_refused": (
                "stopped",
                self.env._("The channel refused: %(what)s (%(message)s)"),
            ),
        }
