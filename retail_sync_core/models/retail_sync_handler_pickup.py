from odoo import models


class RetailSyncHandlerPickup(models.AbstractModel):
    """Tells the channel what waits at a counter, so that it writes to the buyer.

    A refusal stops nothing: the goods wait all the same.
    """

    _name = "retail.sync.handler.order.pickup"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Tell What Waits at a Counter"

    _flow = "shipment"
    _holds_key = False

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline; a refusal asks a person."""
        order = effect._get_subject()
        if not order:
            return self.env._("The order is gone.")
        order.sudo()._note_ready_there(effect._get_document(), outcome)
        if outcome.state == "refused":
            message = outcome.message or outcome.code
            return self.env._("The channel refused: %s", message)
        return self.env._("The channel knows that it waits for the buyer.")
