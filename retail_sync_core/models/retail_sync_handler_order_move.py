from odoo import models


class RetailSyncHandlerOrderMove(models.AbstractModel):
    """Has the channel ask another place to ship.

    What is sent is how it should be when it is sent. A refusal stops nothing: the
    delivery stays where it is, and is told from there.
    """

    _name = "retail.sync.handler.order.move"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Move an Order to Another Place There"

    _flow = "shipment"

    def _document(self, effect):
        return self._order_of(effect)._prepare_move()

    def _refused(self, effect, answer):
        self._settled(effect.sudo(False), answer)
        return self.env._("The channel refused: %s", answer.message or answer.code)

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline, and read what became of it."""
        order = self._order_of(effect)
        if order:
            order._note_move(effect._get_document(), outcome)
            order._fetch_soon()
