from odoo import models


class RetailSyncHandlerCancellation(models.AbstractModel):
    """Cancels an order at the channel that a person canceled here."""

    _name = "retail.sync.handler.order.cancel"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Cancel an Order There"

    _flow = "cancellation"

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline."""
        order = self.env["retail.sync.order"]._find_by_key(
            effect.channel_id, effect.order_key
        )
        refused = outcome.state == "refused"
        if order:
            order._note_about(
                order.order_id,
                "cancel_refused" if refused else "cancel_told",
                message=outcome.message or outcome.code,
            )
        return None if refused else self.env._("The channel canceled the order.")
