"""Refunds to documents: what was refunded, came back, was canceled and not put back.

Shopify Admin API, ``RefundLineItem.restockType``, read 2026-11: ``CANCEL`` takes
units off what is still to be shipped and puts them back on the level, ``RETURN`` takes
shipped units back, ``NO_RESTOCK`` is either, and leaves the level as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import money

from .parsing_goods import fulfillment, fulfillment_order
from .parsing_returns import return_requests
from .values import amount, moment, nodes, reference, text

ZERO = Decimal(0)
ENDED = ("closed", "cancelled", "incomplete")


def taken_off(
    node: Mapping, *, sold_at_till: bool
) -> tuple[tuple[doc.Returned, ...], tuple[tuple[str, Decimal], ...]]:
    """Return what came back of an ``Order``, and (line id, units) not put back.

    Units that nobody wants anymore have come back as far as more of the line has left,
    or is still to leave, than is wanted; the rest was canceled before it left.
    """
    rows = [
        row
        for refund in node.get("refunds") or ()
        for row in returns(refund, sold_at_till=sold_at_till)
    ]
    rows = [_without_goods(row) if _is_disposed(node, row) else row for row in rows]
    room = _left_and_unwanted(node) if rows else {}
    for row in rows:
        if row.restocked:
            room[row.line_id] = room.get(row.line_id, ZERO) - row.units
    came_back, kept_off = [], {}
    for row in rows:
        left = min(row.units, max(room.get(row.line_id, ZERO), ZERO))
        if row.restocked:
            came_back.append(row)
            continue
        if left:
            came_back.append(replace(row, units=left))
            room[row.line_id] -= left
        if row.units > left:
            known = kept_off.get(row.line_id, ZERO)
            kept_off[row.line_id] = known + row.units - left
    return tuple(came_back), tuple(sorted(kept_off.items()))


def _is_disposed(node: Mapping, row: doc.Returned) -> bool:
    """Return whether a return says itself where these units are."""
    return bool(row.return_id) and any(
        line.line_id == row.line_id and line.disposed
        for request in return_requests(node)
        if request.external_id == row.return_id
        for line in request.lines
    )


def _without_goods(row: doc.Returned) -> doc.Returned:
    return replace(row, restocked=False, location_id="")


def _left_and_unwanted(node: Mapping) -> dict[str, Decimal]:
    """Return {line id: units that left, or will, beyond those that are wanted}."""
    found: dict[str, Decimal] = {}
    for line in nodes(node["lineItems"]):
        wanted = money.parse(line.get("currentQuantity"), field="quantity")
        found[text(line["id"])] = -wanted
    for shipment in map(fulfillment, node.get("fulfillments") or ()):
        for line_id, units in shipment.lines if shipment.state == "success" else ():
            found[line_id] = found.get(line_id, ZERO) + units
    for asked in map(fulfillment_order, nodes(node.get("fulfillmentOrders"))):
        for line in asked.lines if asked.state not in ENDED else ():
            known = found.get(line.line_id, ZERO)
            found[line.line_id] = known + line.remaining
    return found


def refunded(node: Mapping, side: str, *, included: bool) -> tuple[doc.Refunded, ...]:
    """Return what was refunded of each line of an ``Order``, refund by refund."""
    return tuple(
        doc.Refunded(
            external_id=_row_id(refund, line),
            line_id=reference(line.get("lineItem")),
            units=money.parse(line.get("quantity"), field="quantity"),
            amount=amount(line.get("subtotalSet"), side)
            + (ZERO if included else amount(line.get("totalTaxSet"), side)),
            refunded_at=_moment(refund),
        )
        for refund in node.get("refunds") or ()
        for line in nodes(refund.get("refundLineItems"))
    )


def _row_id(refund: Mapping, line: Mapping) -> str:
    """Return the id of a ``RefundLineItem``; before it has one, one of its own."""
    own = f"{text(refund['id'])}/{reference(line.get('lineItem'))}"
    return text(line.get("id")) or own


def _moment(refund: Mapping) -> datetime | None:
    return moment(refund.get("processedAt")) or moment(refund.get("createdAt"))


def returns(refund: Mapping, *, sold_at_till: bool) -> tuple[doc.Returned, ...]:
    """Return what came back with a ``Refund``, after it had left.

    Units that were canceled before they left are no return. A payment with a place
    was made at a till: whoever is refunded there has brought the goods.
    """
    tills = [one.get("location") for one in nodes(refund.get("transactions"))]
    at_till = sold_at_till or any(map(reference, tills))
    return tuple(
        doc.Returned(
            external_id=_row_id(refund, line),
            line_id=reference(line.get("lineItem")),
            units=money.parse(line.get("quantity"), field="quantity"),
            location_id=reference(line.get("location")),
            restocked=bool(line.get("restocked")),
            at_till=at_till,
            returned_at=_moment(refund),
            return_id=reference(refund.get("return")),
        )
        for line in nodes(refund.get("refundLineItems"))
        if text(line.get("restockType")) != "CANCEL"
    )
