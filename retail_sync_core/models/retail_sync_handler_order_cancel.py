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
        is_rest = self._is_rest(effect)
        if order:
            told = "rest_told" if is_rest else "cancel_told"
            answer = outcome.message or outcome.code
            order._note_about(
                order.order_id,
                "cancel_refused" if refused else told,
                message=answer,
            )
            if is_rest and refused:
                order._ask_about_rest(answer)
            elif is_rest:
                order._close_rest_issue()
            order._fetch_soon()
            if refused or not effect.sudo()._gives_back():
                order._judge_refund()
        return None if refused else self.env._("The channel canceled the order.")

    def _is_rest(self, effect):
        """Return whether only what has not left is canceled."""
        return bool(effect.sudo()._get_document().lines)

    def _refused(self, effect, answer):
        """A refused rest stops no other work of the order: it is asked about alone."""
        if not self._is_rest(effect):
            return super()._refused(effect, answer)
        self._settled(effect.sudo(False), answer)
        reason = answer.message or answer.code
        return self.env._("The channel refused to cancel the rest: %s", reason)
