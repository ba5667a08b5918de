from odoo import models

from ..domain.errors import DataError
from ..domain.stock import Movement
from ..domain.tills import taken_along, time_of
from .retail_sync_movement import naive_utc

WALK_IN = "walk-in"


class RetailSyncImporterOrder(models.AbstractModel):
    """Sales of a channel's tills: gone, paid, and of customers nobody knows."""

    _inherit = "retail.sync.importer.order"

    def _prepare_facts(self, order, document, digest):
        return {
            **super()._prepare_facts(order, document, digest),
            "till_id": document.till_id or False,
            "returns": [_plain_return(row) for row in document.returns],
        }

    def _plan_lines(self, order, document):
        """Ask for the mapping of a store before its sales are booked anywhere."""
        self._check_tills(order)
        return super()._plan_lines(order, document)

    def _check_tills(self, order):
        """Refuse goods that left a store of which nobody said where its stock is.

        :raises DataError: the store is to be mapped, or left out
        """
        taken = taken_along(order.shipment_orders, order.shipments)
        wanted = {place_id for _line, place_id in taken if place_id}
        known = self.env["retail.sync.location"].search(
            [
                ("channel_id", "=", order.channel_id.id),
                ("external_id", "in", list(wanted)),
                ("state", "!=", "unmapped"),
            ]
        )
        for place_id in sorted(wanted - set(known.mapped("external_id"))):
            raise DataError(
                f"location {place_id} is not mapped",
                kind="unknown_location",
                field=self.env._("Location"),
                value=place_id,
            )

    def _find_places(self, channel, document):
        """Return {order line id: warehouse}; what was taken along left its store.

        A line of which a part is shipped belongs to where that part ships from.
        """
        asked = super()._find_places(channel, document)
        requests = [
            {
                "taken_along": one.taken_along,
                "state": one.state,
                "location_id": one.location_id,
                "lines": [[x.line_id, float(x.quantity), 0.0] for x in one.lines],
            }
            for one in document.shipment_orders
        ]
        shipments = [
            {
                "taken_along": one.taken_along,
                "state": one.state,
                "location_id": one.location_id,
                "lines": [[line_id, float(units)] for line_id, units in one.lines],
            }
            for one in document.shipments
        ]
        taken = {
            line_id: place_id
            for line_id, place_id in taken_along(requests, shipments)
            if line_id not in asked
        }
        if document.till_id and not (requests or shipments):
            taken = {line.external_id: document.till_id for line in document.lines}
        warehouses = self._find_warehouses(channel, set(taken.values()))
        return {
            **asked,
            **{
                line_id: warehouses[place_id]
                for line_id, place_id in taken.items()
                if place_id in warehouses
            },
        }

    def _is_to_confirm(self, order, document):
        """A till's sale happened: no policy leaves it a quotation."""
        if order.till_id and order._taken_along():
            return order.hold_code not in ("total", "cancel")
        return super()._is_to_confirm(order, document)

    def _follow(self, order, document, before):
        """Book what changed hands at tills before anything is compared or canceled."""
        ordered = {line.external_id: float(line.quantity) for line in document.lines}
        for line in order.line_ids:
            if line.quantity != ordered.get(line.external_id, line.quantity):
                line.quantity = ordered[line.external_id]
        if order.order_id.state == "sale":
            order._renew_till_deliveries()
        elif order.order_id.state == "cancel":
            order._book_in_spite_of_cancellation()
        return super()._follow(order, document, before)

    def _find_customer(self, channel, document):
        """Return one contact for all who bought at a till without a name."""
        if not document.till_id or document.company or self._is_somebody(document):
            return super()._find_customer(channel, document)
        return self._walk_in(channel)

    def _walk_in(self, channel):
        """Return the contact of all who buy at the channel's tills without a name."""
        known = self.env["retail.sync.customer"]._of(channel, WALK_IN)
        if not known.partner_id.active:
            known.sudo().partner_id = self.env["res.partner"].create(
                {
                    "name": self.env._("Till customers of %s", channel.name),
                    "customer_rank": 1,
                }
            )
        return known.partner_id

    def _is_somebody(self, document):
        return bool(
            document.customer.external_id
            or self._customer_name(document)
            or self._customer_email(document)
        )

    def _tell_levels(self, order, taken, listings):
        """Tell the levels, too, what the channel put back on them."""
        result = super()._tell_levels(order, taken, listings)
        movements = [
            Movement(
                movement_id=f"returned:{order.external_id}:{row['external_id']}",
                item_id=listings[row["line_id"]].external_id,
                location_id=row["location_id"],
                quantity=int(row["units"]),
                occurred_at=time_of(row["returned_at"]) or order.changed_at or None,
            )
            for row in order.returns or []
            if row["restocked"] and row["location_id"] and row["line_id"] in listings
        ]
        if movements:
            self._put_back_on(order.channel_id, movements)
        return result

    def _put_back_on(self, channel, movements):
        """Look at the levels that the channel raised: the goods may not be here yet."""
        moved = self.env["retail.sync.level"]._channel_moved(channel, movements)
        self.env["retail.sync.stock.mark"]._append(
            [(product.id, None, channel.id) for product in moved.listing_id.product_id]
        )


def _plain_return(row):
    """Return what came back as plain data."""
    at = naive_utc(row.returned_at)
    return {
        "external_id": row.external_id,
        "line_id": row.line_id,
        "units": float(row.units),
        "location_id": row.location_id,
        "restocked": row.restocked,
        "at_till": row.at_till,
        "returned_at": at and at.isoformat(),
        "return_id": row.return_id,
    }
