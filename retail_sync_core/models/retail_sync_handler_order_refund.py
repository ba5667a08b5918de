from odoo import models


class RetailSyncHandlerOrderRefund(models.AbstractModel):
    """Refunds at the channel what a person decided, once.

    A refusal stops no other work of the order: it is an issue of its own.
    """

    _name = "retail.sync.handler.order.refund"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Refund an Order There"

    _flow = "refund"
    _holds_key = False

    def _settled(self, effect, outcome):
        """Note the answer, and have the order read that tells of it."""
        refund = effect._get_subject().sudo()
        if not refund:
            return self.env._("The order is gone.")
        refund._settle(outcome)
        if outcome.state == "refused":
            return self.env._("The channel refused: %s", refund.message)
        return self.env._("The channel refunded it.")
