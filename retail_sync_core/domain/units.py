"""The unit ledger of an order: where each unit of each line is, on plain numbers.

The channel's document says of each of its own ids (a line, a shipment, a refund's row)
how many units it stands for. The ledger holds what it was told of each, change by
change, so that a document that is told again adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from .documents import ZERO, Order

KINDS = (
    "ordered",
    "canceled",
    "shipped",
    "delivered",
    "returned",
    "restocked",
    "refunded",
)
LEAST = 1e-6


class Entry(NamedTuple):
    """Of which line, what happened, and the channel's own id of it."""

    line_id: str
    kind: str
    key: str


class Told(NamedTuple):
    """How many units an entry stands for, and when that was, by the channel."""

    units: Decimal
    at: datetime | None = None
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Where the units of one line are.

    >>> line = Units(ordered=5.0, canceled=1.0, shipped=3.0, returned=2.0)
    >>> line.open
    1.0
    >>> line.broken_rules()
    []
    >>> Units(ordered=1.0, shipped=2.0).broken_rules()
    ['more_left']
    """

    ordered: float = 0.0
    canceled: float = 0.0
    shipped: float = 0.0
    delivered: float = 0.0
    returned: float = 0.0
    restocked: float = 0.0
    refunded: float = 0.0

    @classmethod
    def of(cls, sums: Mapping[str, float]) -> Units:
        """Return the units of a line from {kind: units}."""
        return cls(**{one.name: sums.get(one.name, 0.0) for one in fields(cls)})

    @property
    def open(self) -> float:
        """Return what is still to leave."""
        return self.ordered - self.canceled - self.shipped

    @property
    def with_customer(self) -> float:
        """Return what has left and did not come back."""
        return self.shipped - self.returned

    def broken_rules(self) -> list[str]:
        """Return what cannot be (design: P6, units are conserved)."""
        most = {
            "more_left": (self.canceled + self.shipped, self.ordered),
            "more_delivered": (self.delivered, self.shipped),
            "more_returned": (self.returned, self.shipped),
            "more_restocked": (self.restocked, self.returned),
            "more_refunded": (self.refunded, self.ordered),
        }
        return [name for name, (units, limit) in most.items() if units - limit > LEAST]


def told_by(document: Order) -> dict[Entry, Told]:
    """Return what ``document`` says of each id, of the lines that are goods or work.

    What nobody wants anymore was canceled, unless it had left: then it came back, or
    the customer keeps it and is only not charged for it.
    """
    found: dict[Entry, Told] = {}
    for line in document.lines:
        found[Entry(line.external_id, "ordered", line.external_id)] = Told(
            line.quantity, document.created_at
        )
    _add_shipped(found, document)
    _add_back(found, document)
    for line_id, units in _canceled(document).items():
        found[Entry(line_id, "canceled", line_id)] = Told(units, document.cancelled_at)
    return found


def units_by_line(document: Order) -> dict[str, Units]:
    """Return {line id: its units} as ``document`` says."""
    sums: dict[str, dict[str, float]] = {}
    for entry, told in told_by(document).items():
        line = sums.setdefault(entry.line_id, {})
        line[entry.kind] = line.get(entry.kind, 0.0) + float(told.units)
    return {line_id: Units.of(line) for line_id, line in sums.items()}


def _add_shipped(found: dict[Entry, Told], document: Order) -> None:
    for shipment in document.shipments:
        went = shipment.state == "success"
        for line_id, units in _by_line(shipment.lines).items():
            key = shipment.external_id
            found[Entry(line_id, "shipped", key)] = Told(
                units if went else ZERO, shipment.created_at
            )
            if shipment.delivered_at:
                found[Entry(line_id, "delivered", key)] = Told(
                    units if went else ZERO, shipment.delivered_at
                )


def _by_line(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line_id, units in pairs:
        found[line_id] = found.get(line_id, ZERO) + units
    return found


def _add_back(found: dict[Entry, Told], document: Order) -> None:
    for row in document.returns:
        key, at = row.external_id, row.returned_at
        if row.restocked or row.at_till:
            found[Entry(row.line_id, "returned", key)] = Told(row.units, at)
        if row.restocked:
            found[Entry(row.line_id, "restocked", key)] = Told(row.units, at)
    _add_disposed(found, document)
    for row in document.refunded:
        found[Entry(row.line_id, "refunded", row.external_id)] = Told(
            row.units, row.refunded_at, row.amount
        )


def _add_disposed(found: dict[Entry, Told], document: Order) -> None:
    """What the channel says of the goods of returns; missing ones did not come."""
    for request in document.return_requests:
        for line in request.lines:
            for one in line.disposed:
                told = Told(one.units, one.at)
                if one.kind != "missing":
                    found[Entry(line.line_id, "returned", one.external_id)] = told
                if one.kind == "restocked":
                    found[Entry(line.line_id, "restocked", one.external_id)] = told


def _canceled(document: Order) -> dict[str, Decimal]:
    """Return {line id: units} that nobody wants anymore and that never left."""
    back = _by_line((row.line_id, row.units) for row in document.returns)
    gone = _by_line(
        pair
        for shipment in document.shipments
        if shipment.state == "success"
        for pair in shipment.lines
    )
    found = {}
    for line in document.lines:
        units = line.quantity - gone.get(line.external_id, ZERO)
        if not document.cancelled_at:
            unwanted = line.quantity - line.current_quantity
            units = unwanted - back.get(line.external_id, ZERO)
        found[line.external_id] = max(units, ZERO)
    return found
