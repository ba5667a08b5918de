"""Which fulfillment order lines a delivery's units belong to. Pure: no call is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.sentence import _

Parts = dict[str, list[tuple[str, Decimal]]]


@dataclass(slots=True)
class Call:
    """One ``fulfillmentCreate``: all its fulfillment orders are of one location.

    :param parts: fulfillment order id -> (fulfillment order line id, units)
    """

    location_id: str
    parts: Parts = field(default_factory=dict)


class Refused(Exception):
    """The delivery cannot be told, for a reason a person understands."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def plan(
    wanted: Mapping[str, Decimal],
    asked: Sequence[doc.ShipmentOrder],
    location_id: str = "",
) -> list[Call]:
    """Return the calls that tell ``wanted`` (order line id -> units).

    What our own location was asked to ship comes first, then what others were: where
    the goods really left is ours to know, and the customer is told either way.

    :raises Refused: on hold, nothing left, less left than wanted, never asked for
    """
    open_orders = sorted(
        (order for order in asked if order.can_ship),
        key=lambda order: order.location_id != location_id,
    )
    calls: dict[str, Call] = {}
    for line_id, units in wanted.items():
        if units != int(units):
            raise Refused(
                "not_whole",
                _(
                    "%(units)s units: Shopify ships whole units only.",
                    units=units,
                ),
            )
        missing = _take(line_id, units, open_orders, calls)
        if missing:
            raise _refusal(line_id, units, units - missing, asked)
    return list(calls.values())


def _take(
    line_id: str,
    units: Decimal,
    open_orders: Iterable[doc.ShipmentOrder],
    calls: dict[str, Call],
) -> Decimal:
    """Add the units to the calls; return what found no place."""
    for order in open_orders:
        for line in order.lines:
            taken = min(units, line.remaining) if line.line_id == line_id else ZERO
            if taken > 0:
                call = calls.setdefault(order.location_id, Call(order.location_id))
                parts = call.parts.setdefault(order.external_id, [])
                parts.append((line.external_id, taken))
                units -= taken
    return units


def _refusal(
    line_id: str, units: Decimal, possible: Decimal, asked: Sequence[doc.ShipmentOrder]
) -> Refused:
    about = [o for o in asked if any(line.line_id == line_id for line in o.lines)]
    if not about:
        return Refused("not_asked", _("Shopify asks no location to ship this line."))
    held = [order for order in about if order.state == "on_hold"]
    if held:
        reasons = ", ".join(dict.fromkeys(r for o in held for r in o.holds))
        return Refused(
            "on_hold",
            _("Shopify holds this order: %(reasons)s.", reasons=reasons)
            if reasons
            else _("Shopify holds this order."),
        )
    if any(order.state == "scheduled" for order in about):
        return Refused("scheduled", _("Shopify keeps this pre-order for a later date."))
    remaining = sum(
        (ln.remaining for o in about for ln in o.lines if ln.line_id == line_id), ZERO
    )
    return _too_few(units, possible, remaining)


def _too_few(units: Decimal, possible: Decimal, remaining: Decimal) -> Refused:
    if not remaining:
        return Refused(
            "nothing_left",
            _(
                "Shopify has nothing left to ship of this line: it was "
                "shipped, cancelled or refunded there."
            ),
        )
    if remaining < units:
        return Refused(
            "too_few_left",
            _(
                "Shopify has %(left)s units of this line left, not %(units)s.",
                left=f"{remaining:f}",
                units=f"{units:f}",
            ),
        )
    return Refused(
        "cannot_ship",
        _(
            "Shopify lets this app ship %(possible)s of %(units)s units of this line.",
            possible=f"{possible:f}",
            units=f"{units:f}",
        ),
    )
