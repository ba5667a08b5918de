from odoo import models


class RetailSyncHandlerCancellation(models.AbstractModel):
    """Cancels an order at the channel that a person canceled here."""

    _name = "retail.sync.handler.order.cancel"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Cancel an Order There"

    _flow = "cancellation"

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline, and see what it made of the order."""
        order = self.env["retail.sync.order"]._find_by_key(
            effect.channel_id, effect.order_key
        )
        refused = outcome.state == "refused"
        is_rest = bool(effect.sudo()._get_document().lines)
        if order:
            told = "rest_told" if is_rest else "cancel_told"
            order._note_about(
                order.order_id,
                "cancel_refused" if refused else told,
                message=outcome.message or outcome.code,
            )
            order._fetch_soon()
            if refused or not effect.sudo()._gives_back():
                order._judge_refund()
        return None if refused else self.env._("The channel canceled the order.")
