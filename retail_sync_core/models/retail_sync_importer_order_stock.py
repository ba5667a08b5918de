from odoo import models

from ..domain.amounts import wanted_units
from ..domain.stock import Movement

CLOSED = ("closed", "cancelled", "incomplete")


class RetailSyncImporterOrder(models.AbstractModel):
    """What an order means for stock: ours counts it now, theirs has fallen already."""

    _inherit = "retail.sync.importer.order"

    def _tell_stock(self, order, document):
        """Let the order itself count from now on, not what was known of it before.

        Also for an order that waits for a person: the channel sold it all the same.
        """
        taken = self._taken(order, document)
        listings = self._find_listings(order.channel_id, document.lines)
        listings = {line_id: row for line_id, row in listings.items() if row}
        places = {}
        for line_id, place in taken:
            places.setdefault(line_id, set()).add(place)
        sold = [
            (
                line.external_id,
                listings[line.external_id],
                float(wanted_units(line)),
                _only(places.get(line.external_id, ())),
            )
            for line in document.lines
            if line.external_id in listings
        ]
        self.env["retail.sync.demand"]._replace(order, sold)
        self._tell_levels(order, taken, listings)

    def _tell_levels(self, order, taken, listings):
        """Tell the levels what the channel took from its own stock, by line ids."""
        Demand = self.env["retail.sync.demand"]
        movements = [
            Movement(
                movement_id=Demand._movement_id(order.external_id, line_id),
                item_id=listings[line_id].external_id,
                location_id=place,
                quantity=-int(units),
                occurred_at=order.placed_at or None,
            )
            for (line_id, place), units in sorted(taken.items())
            if line_id in listings
        ]
        movements += self._given_up(order, taken, listings)
        if movements:
            self.env["retail.sync.level"]._channel_moved(order.channel_id, movements)

    def _given_up(self, order, taken, listings):
        """Return that nothing is off the levels anymore for lines that nobody ships.

        Only where the channel says who is asked to ship: else nothing is known.
        """
        told = {line_id for line_id, _place in taken}
        return [
            Movement(
                movement_id=self.env["retail.sync.demand"]._movement_id(
                    order.external_id, line_id
                ),
                item_id=listing.external_id,
                location_id="",
                quantity=0,
            )
            for line_id, listing in sorted(listings.items())
            if order.shipment_orders and line_id not in told
        ]

    def _taken(self, order, document):
        """Return {(order line id, place id): units}: still to ship there, or shipped.

        Without a word about places the channel's only mapped place counts.
        """
        taken = {}
        for request in document.shipment_orders:
            for line in request.lines if request.state not in CLOSED else ():
                key = (line.line_id, request.location_id)
                taken[key] = taken.get(key, 0) + line.remaining
        for shipment in document.shipments:
            for line_id, units in shipment.lines if shipment.state == "success" else ():
                key = (line_id, shipment.location_id)
                taken[key] = taken.get(key, 0) + units
        if taken or document.shipment_orders:
            return {key: units for key, units in taken.items() if key[1]}
        place = self.env["retail.sync.location"].search(
            [("channel_id", "=", order.channel_id.id), ("state", "=", "mapped")],
            limit=2,
        )
        if len(place) != 1:
            return {}
        return {
            (line.external_id, place.external_id): wanted_units(line)
            for line in document.lines
        }


def _only(places):
    """Return the place where there is one; units from several count at each."""
    return next(iter(places)) if len(places) == 1 else ""
