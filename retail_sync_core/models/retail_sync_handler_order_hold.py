from odoo import models


class RetailSyncHandlerOrderHold(models.AbstractModel):
    """Has the channel hold an order that we hold, or release it.

    A refusal stops nothing else of the order: it is an issue of its own.
    """

    _name = "retail.sync.handler.order.hold"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Hold an Order There"

    _flow = "hold"

    def _is_wanted(self, effect):
        """Return whether nobody released it before the channel was told."""
        document = effect._get_document()
        return document.released or (
            self._order_of(effect).own_hold_ref == document.handle
        )

    def _refused(self, effect, answer):
        self._settled(effect.sudo(False), answer)
        return self.env._("The channel refused: %s", answer.message or answer.code)

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline, and read what became of it."""
        order = self._order_of(effect)
        if order:
            order._note_hold_answer(effect._get_document(), outcome)
            order._fetch_soon()


class RetailSyncHandlerOrderHoldEnd(models.AbstractModel):
    """Ends a hold of ours when its time is over."""

    _name = "retail.sync.handler.order.hold.end"
    _inherit = "retail.sync.handler"
    _description = "Handler: End a Hold"

    _needs_channel = False

    def _apply(self, job, answer):
        payload = job.payload or {}
        order = self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", job.channel_id.id),
                ("external_id", "=", payload.get("external_id")),
            ]
        )
        return order._end_own_hold(payload.get("ref")) if order else None
