from dataclasses import replace

from odoo import models


class RetailSyncHandlerOrderAddress(models.AbstractModel):
    """Tells the channel where an order goes now; a refusal stops nothing else of it."""

    _name = "retail.sync.handler.order.address"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Tell an Address"

    _flow = "order"

    def _is_wanted(self, effect):
        """Return whether no newer address is to be told, here or there."""
        return self._order_of(effect).own_address_id == effect._get_subject()

    def _document(self, effect):
        """Return the address as the contact has it now; the effect keeps none."""
        contact = effect._get_subject().sudo()
        return replace(
            super()._document(effect), address=contact._retail_sync_address()
        )

    def _refused(self, effect, answer):
        self._settled(effect.sudo(False), answer)
        return self.env._("The channel refused: %s", answer.message or answer.code)

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline."""
        order = self._order_of(effect)
        if order:
            order._note_address_answer(effect._get_subject(), outcome)
            order._fetch_soon()
