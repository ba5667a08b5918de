"""Another place ships: ``fulfillmentOrderMove``, which no key protects.

What is told is where units should be. What Shopify asks of whom is read before each
move, so that a repeat finds nothing left to do. Shopify Admin API, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.moving import Transfer, transfers
from odoo.addons.retail_sync_core.domain.sentence import _

from . import orders, queries_places
from .client import Client
from .values import next_cursor, nodes, text

PAGE = 50
MOST_MOVES = 50
MOVABLE = ("open", "in_progress")


def move(client: Client, effect: Effect) -> Outcome:
    """Move units until each place is asked for what it ships.

    :raises ConflictError: when Shopify moves and asks the same as before
    """
    done = Outcome(state="applied", code="already")
    for _round in range(MOST_MOVES):
        asked, needed = _needed(client, effect)
        if not needed:
            return done
        outcome = _move_one(client, asked, needed)
        if outcome.state != "applied":
            return outcome
        done = outcome
    raise errors.ConflictError(
        f"{_body(effect).order_id}: moved again and again", code="moves_in_circles"
    )


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether each place is asked for what it ships."""
    _asked, needed = _needed(client, effect)
    return Outcome(state="not_found" if needed else "applied")


def _body(effect: Effect) -> doc.PlaceMove:
    if not isinstance(effect.body, doc.PlaceMove):
        raise errors.PermanentError("no places were given", code="empty")
    return effect.body


def _needed(
    client: Client, effect: Effect
) -> tuple[Sequence[doc.ShipmentOrder], list[Transfer]]:
    """Return what Shopify asks of places, and what must move."""
    body = _body(effect)
    asked, _known = orders.to_ship(client, body.order_id)
    movable = [one for one in asked if one.state in MOVABLE and not one.taken_along]
    there: dict[tuple[str, str], Decimal] = {}
    for one in movable:
        for line in one.lines:
            key = (line.line_id, one.location_id)
            there[key] = there.get(key, ZERO) + line.remaining
    wanted = {(line_id, place): units for line_id, place, units in body.wanted}
    return movable, transfers(wanted, there)


def _move_one(
    client: Client, asked: Sequence[doc.ShipmentOrder], needed: list[Transfer]
) -> Outcome:
    """Move what one fulfillment order has of the first transfer, and all like it."""
    first = needed[0]
    source = next(
        one
        for one in asked
        if one.location_id == first.source
        and any(ln.line_id == first.line_id and ln.remaining > 0 for ln in one.lines)
    )
    refusal = _refusal(client, source.external_id, first.target)
    if refusal:
        return _refused(refusal)
    answer = client.call(
        queries_places.MOVE,
        id=source.external_id,
        newLocationId=first.target,
        lines=_lines(source, first, needed),
    )
    payload = answer.data.get("fulfillmentOrderMove") or {}
    problems = [
        text(p.get("message")) or text(p.get("code"))
        for p in payload.get("userErrors") or ()
        if p
    ]
    if problems or not payload.get("movedFulfillmentOrder"):
        told = " ".join(problems) or _("Shopify moved nothing.")
        return _refused(told, answer.request_id)
    moved = text(payload["movedFulfillmentOrder"].get("id"))
    return Outcome(state="applied", external_id=moved, request_id=answer.request_id)


def _lines(
    source: doc.ShipmentOrder, first: Transfer, needed: list[Transfer]
) -> list[dict[str, object]]:
    """Return the lines of ``source`` that go the same way, with their units."""
    left = {
        one.line_id: one.units
        for one in needed
        if (one.source, one.target) == (first.source, first.target)
    }
    lines = []
    for line in source.lines:
        units = min(left.get(line.line_id, ZERO), line.remaining)
        if units > 0:
            left[line.line_id] -= units
            lines.append({"id": line.external_id, "quantity": int(units)})
    return lines


def _refusal(client: Client, order_id: str, place_id: str) -> str:
    """Return why Shopify would not let ``place_id`` ship it, or nothing."""
    after: str | None = None
    while True:
        answer = client.call(
            queries_places.LOCATIONS_FOR_MOVE, id=order_id, first=PAGE, after=after
        )
        connection = (answer.data.get("fulfillmentOrder") or {}).get("locationsForMove")
        for node in nodes(connection):
            location = node.get("location") or {}
            if text(location.get("id")) == place_id:
                told = text(node.get("message"))
                return "" if node.get("movable") else told or _not_movable()
        after = next_cursor(connection)
        if not after:
            return _("Shopify does not offer this location for the order.")


def _not_movable() -> str:
    return _("Shopify does not let this location ship the order.")


def _refused(message: str, request_id: str = "") -> Outcome:
    return Outcome(
        state="refused", code="refused", message=message, request_id=request_id
    )
