from odoo import models


class RetailSyncImporterOrder(models.AbstractModel):
    """What the channel put back, or not, when an order was canceled from here."""

    _inherit = "retail.sync.importer.order"

    def _prepare_facts(self, order, document, digest):
        return {
            **super()._prepare_facts(order, document, digest),
            "not_put_back": {
                line_id: float(units) for line_id, units in document.not_put_back
            },
        }

    def _note_facts(self, order, document, digest):
        """Say what the channel canceled and kept off its level: it is here still."""
        before = sum((order.not_put_back or {}).values())
        result = super()._note_facts(order, document, digest)
        units = sum((order.not_put_back or {}).values()) - before
        if units > 0 and order.order_id and not order._was_scrapped_here():
            order._note("not_put_back", units=f"{units:g}")
        return result

    def _taken(self, order, document):
        """What the channel did not put back is off its level as if it were sold."""
        taken = super()._taken(order, document)
        for line_id, units in document.not_put_back:
            place = self._place_it_left(order, document, line_id)
            if place:
                key = (line_id, place)
                taken[key] = taken.get(key, 0) + units
        return taken

    def _place_it_left(self, order, document, line_id):
        """Return the channel's id of the place whose level a canceled line lowered."""
        asked = [
            request.location_id
            for request in document.shipment_orders
            if any(line.line_id == line_id for line in request.lines)
        ]
        if asked:
            return asked[-1]
        Demand = self.env["retail.sync.demand"]
        known = self.env["retail.sync.movement"].search(
            [
                ("channel_id", "=", order.channel_id.id),
                ("external_id", "=", Demand._movement_id(order.external_id, line_id)),
            ],
            limit=1,
        )
        return known.location_external_id

    def _tell_levels(self, order, taken, listings):
        """Look at the levels again once the channel has put units back.

        It raises its own level; units that may not be sold again are not in ours, and
        were looked at before the channel's word came. Where it was told to put nothing
        back, its level has not moved.
        """
        if order.cancelled_at and order._was_not_restocked():
            return None
        result = super()._tell_levels(order, taken, listings)
        if order.is_rest_cancelled:
            products = self.env["product.product"].union(
                *(listing.product_id for listing in listings.values())
            )
            self.env["retail.sync.stock.mark"]._append(
                [(product.id, None, order.channel_id.id) for product in products]
            )
        return result
