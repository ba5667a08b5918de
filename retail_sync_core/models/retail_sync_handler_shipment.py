from dataclasses import replace

from odoo import models


class RetailSyncHandlerShipment(models.AbstractModel):
    """Tells the channel that a delivery has left."""

    _name = "retail.sync.handler.shipment.push"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Tell a Shipment"

    _flow = "shipment"

    def _document(self, effect):
        """Return what was intended, and what other deliveries have told since then.

        Without it a like delivery of the same minutes could be taken for this one. Our
        own shipment must not be among them, so the order is not asked.
        """
        document = super()._document(effect)
        others = effect.sudo().search(
            [
                ("channel_id", "=", effect.channel_id.id),
                ("order_key", "=", effect.order_key),
                ("kind", "=", effect.kind),
                ("id", "!=", effect.id),
                ("external_id", "!=", False),
            ]
        )
        told = {one for other in others for one in other._their_ids()}
        return replace(document, known=tuple(sorted(told.union(document.known))))

    def _refused(self, effect, answer):
        """A channel that canceled the order may hear of no shipment: that is known."""
        order = self.env["retail.sync.order"]._find_by_key(
            effect.channel_id, effect.order_key
        )
        if order.cancelled_at:
            self._settled(effect.sudo(False), answer)
            return self.env._("The channel canceled the order and was told in vain.")
        return super()._refused(effect, answer)

    def _settled(self, effect, outcome):
        """Put the answer on the order's timeline."""
        picking = effect._get_subject()
        order = self.env["retail.sync.order"]._find_by_key(
            effect.channel_id, effect.order_key
        )
        name = picking.display_name or effect.uuid
        refused = outcome.state == "refused"
        if order:
            order._note_about(
                picking,
                "refused" if refused else "told",
                name=name,
                message=outcome.message or outcome.code,
            )
        if refused:
            return None
        return self.env._("The channel has delivery %s.", name)
