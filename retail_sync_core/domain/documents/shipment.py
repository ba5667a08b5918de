"""Goods: what places are asked to ship, what was shipped, what we tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .money import Back


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentOrderLine:
    """Units of one order line that one place is to ship."""

    external_id: str
    line_id: str
    quantity: Decimal
    remaining: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentOrder:
    """What one location is asked to ship (Shopify: fulfillment order).

    :param state: ``open``, ``in_progress``, ``on_hold``, ``scheduled``, ``closed``,
        ``cancelled``, ``incomplete`` or ``unknown``
    :param taken_along: handed over at a till: while it is open its goods are gone; once
        it is closed, what was handed over is told by ``Shipped``
    :param ship_by: when it must have left at the latest, where the channel says so
    :param held_by_us: all that holds it there are holds that we placed
    """

    external_id: str
    location_id: str = ""
    state: str = "unknown"
    can_ship: bool = False
    ship_by: datetime | None = None
    holds: tuple[str, ...] = ()
    held_by_us: bool = False
    taken_along: bool = False
    lines: tuple[ShipmentOrderLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """One parcel's number."""

    number: str = ""
    carrier: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A shipment the channel knows of. ``lines`` are (order line id, units).

    :param taken_along: no shipment: the customer took the goods along at a till
    :param delivered_at: when the customer had it, where the channel knows
    """

    external_id: str
    state: str = "success"
    location_id: str = ""
    created_at: datetime | None = None
    delivered_at: datetime | None = None
    taken_along: bool = False
    tracking: tuple[Tracking, ...] = ()
    lines: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Units of one order line that the channel took back after they had left.

    :param external_id: the channel's own id of it: booked once
    :param location_id: where they were put back, "" when nowhere
    :param restocked: they may be sold again, and the channel counts them already
    :param at_till: taken over the counter: the goods are there now
    :param return_id: the return (``ReturnRequest``) that it was refunded for
    """

    external_id: str
    line_id: str
    units: Decimal
    location_id: str = ""
    restocked: bool = False
    at_till: bool = False
    returned_at: datetime | None = None
    return_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """Units of one order line that nobody owes anything for anymore.

    :param external_id: the channel's own id of it
    :param amount: what they were worth, taxes included, in the order's currency; what
        was really paid back is told by its payments
    """

    external_id: str
    line_id: str
    units: Decimal
    amount: Decimal
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A delivery that left: units per order line, one parcel's tracking.

    :param reference: our document's name, for their notes and our read-back
    :param known: ids of shipments of this order that we already know
    """

    order_id: str
    reference: str
    location_id: str = ""
    lines: tuple[tuple[str, Decimal], ...] = ()
    tracking: tuple[Tracking, ...] = ()
    notify_customer: bool = True
    shipped_at: datetime | None = None
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingChange:
    """Other parcels of a delivery that was told before: they replace all it had.

    :param shipment_ids: the channel's ids of the delivery's shipments
    :param tracking: its parcels now; empty: it has none
    :param again: they are as they were: the buyer is to get the message once more
    """

    order_id: str
    reference: str
    shipment_ids: tuple[str, ...] = ()
    tracking: tuple[Tracking, ...] = ()
    notify_customer: bool = True
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """An order, or what is left of it, to be cancelled over there.

    :param reason: ``customer``, ``inventory``, ``fraud``, ``declined`` or ``other``
    :param restock: the channel may sell the units again
    :param refund: what was paid for it goes back by the ways it was paid
    :param lines: (order line id, units) that nobody wants anymore; empty: all of it
    :param back: what a person decided to give back, in ``currency``; empty: what the
        channel itself suggests for ``lines``
    """

    order_id: str
    reason: str = "other"
    restock: bool = True
    refund: bool = False
    notify_customer: bool = False
    note: str = ""
    lines: tuple[tuple[str, Decimal], ...] = ()
    back: tuple[Back, ...] = ()
    currency: str = ""
