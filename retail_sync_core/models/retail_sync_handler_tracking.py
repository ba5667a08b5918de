from dataclasses import replace

from odoo import models


class RetailSyncHandlerTracking(models.AbstractModel):
    """Tells the channel other parcels of a delivery that it knows.

    It waits behind the delivery's own shipment. A refusal stops nothing else of the
    order: it is an issue of its own.
    """

    _name = "retail.sync.handler.tracking.push"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Tell Other Parcels"

    _flow = "shipment"

    def _is_wanted(self, effect):
        """Return whether its delivery was told, and no newer parcels are to be."""
        tellings = self._tellings(effect)
        newer = tellings.filtered(lambda one: one.id > effect.id)
        told = tellings.filtered(lambda one: one.kind == "shipment")
        return "applied" in told.mapped("state") and not newer

    def _document(self, effect):
        """Return what was intended, with the shipments as the channel calls them."""
        told = self._tellings(effect).filtered(lambda one: one.kind == "shipment")
        ids = [one for each in told if each.external_id for one in each._their_ids()]
        return replace(super()._document(effect), shipment_ids=tuple(ids))

    def _tellings(self, effect):
        return self._order_of(effect)._tellings_of(effect._get_subject())

    def _refused(self, effect, answer):
        """Ask a person, unless the channel canceled the whole order."""
        message = answer.message or answer.code
        picking = effect._get_subject()
        self._order_of(effect)._note_refused_tracking(picking, message)
        return self.env._("The channel refused the parcels: %s", message)

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline."""
        if outcome.state == "refused":
            return self._refused(effect, outcome)
        tracking = effect._get_document().tracking
        self._order_of(effect)._note_told_tracking(effect._get_subject(), tracking)
        return self.env._("The channel has the parcels of %s.", self._name_of(effect))
