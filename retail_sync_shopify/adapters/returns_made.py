"""Returns that were made here: opened in Shopify for units that have left.

Shopify Admin API, ``returnCreate``, read 2026-11. It takes no key: each line of a
return of ours carries our mark in its reason's note, by which it is found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import parsing_returns, queries_returns
from .building import NOTE_LIMIT
from .client import Client
from .queries import Document
from .refunds import mark
from .returns import filled, refusal
from .values import next_cursor, nodes, reference, text

LINES = "returnableFulfillmentLineItems"
AT_ONCE = 5
NOTES_AT_ONCE = 50
REASONS_AT_ONCE = 100
ANY_REASON = ("other", "unknown")


def make(client: Client, effect: Effect) -> Outcome:
    """Open the return, once; refused when Shopify lets these units not be returned."""
    body = _body(effect)
    known = read_back(client, effect)
    if known.state != "not_found":
        return known
    rows, missing = _rows(client, body)
    if missing:
        return _not_returnable(missing)
    note = f"{body.reference[: NOTE_LIMIT // 2]} {mark(effect)}".strip()
    about = {"returnReasonNote": note, **_reason(client, body.reason)}
    answer = client.call(
        queries_returns.RETURN_CREATE,
        input={
            "orderId": body.order_id,
            "returnLineItems": [{**row, **about} for row in rows],
        },
    )
    payload = answer.data.get("returnCreate") or {}
    return refusal(answer, payload) or Outcome(
        state="applied",
        external_id=text((payload.get("return") or {}).get("id")),
        request_id=answer.request_id,
    )


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether a return of the order bears our mark, whatever became of it."""
    body = _body(effect)
    ours = mark(effect)
    for node in _pages(client, queries_returns.RETURN_NOTES, body.order_id):
        if f"[rs-{parsing_returns.made_by(node)}]" == ours:
            return Outcome(state="applied", external_id=text(node["id"]))
    return Outcome(state="not_found")


def _body(effect: Effect) -> doc.ReturnMade:
    if not isinstance(effect.body, doc.ReturnMade) or not effect.body.lines:
        raise errors.PermanentError("nothing comes back", code="empty")
    return effect.body


def _pages(client: Client, document: Document, order_id: str) -> Iterator[Mapping]:
    """Yield each return of an order.

    :raises MissingError: when the order is not there
    """
    after: str | None = None
    while True:
        answer = client.call(document, id=order_id, first=NOTES_AT_ONCE, after=after)
        order = answer.data.get("order")
        if not order:
            raise errors.MissingError(f"{order_id} is not there", code="not_found")
        yield from nodes(order["returns"])
        after = next_cursor(order["returns"])
        if not after:
            return


def _rows(client: Client, body: doc.ReturnMade) -> tuple[list[dict], Decimal]:
    """Return the lines to name, and how many units Shopify lets not be returned.

    What left with the delivery that is returned comes first.
    """
    shipped = sorted(
        _returnable(client, body.order_id),
        key=lambda one: reference(one.get("fulfillment")) not in body.shipments,
    )
    rooms = [
        [reference(line.get("fulfillmentLineItem")), _sold(line), _units(line)]
        for one in shipped
        for line in nodes(one[LINES])
    ]
    rows, missing = [], Decimal(0)
    for line_id, units in body.lines:
        left = units
        for room in rooms:
            part = min(room[2], left) if room[1] == line_id else Decimal(0)
            if part > 0:
                room[2] -= part
                left -= part
                rows.append({"fulfillmentLineItemId": room[0], "quantity": int(part)})
        missing += left
    return rows, missing


def _returnable(client: Client, order_id: str) -> list[Mapping]:
    found: list[Mapping] = []
    after: str | None = None
    while True:
        answer = client.call(
            queries_returns.RETURNABLE,
            id=order_id,
            first=AT_ONCE,
            after=after,
            lines=20,
        )
        page = answer.data.get("returnableFulfillments")
        found += [
            filled(client, one, queries_returns.RETURNABLE_LINES_PAGE, LINES)
            for one in nodes(page)
        ]
        after = next_cursor(page)
        if not after:
            return found


def _sold(line: Mapping) -> str:
    return reference((line.get("fulfillmentLineItem") or {}).get("lineItem"))


def _units(line: Mapping) -> Decimal:
    return Decimal(line.get("quantity") or 0)


def _reason(client: Client, reason: str) -> dict[str, object]:
    """Return Shopify's own reason of that name; else none: the note says it."""
    answer = client.call(queries_returns.RETURN_REASONS, first=REASONS_AT_ONCE)
    known = {
        text(one.get("handle")).replace("-", "_").lower(): text(one["id"])
        for one in nodes(answer.data.get("returnReasonDefinitions"))
        if not one.get("deleted")
    }
    for name in (reason, *ANY_REASON):
        if name in known:
            return {"returnReasonDefinitionId": known[name]}
    return {}


def _not_returnable(missing: Decimal) -> Outcome:
    return Outcome(
        state="refused",
        code="not_returnable",
        message=_(
            "Shopify lets %(missing)s units of it not be returned: they were not"
            " shipped there yet, were refunded, or are in another return.",
            missing=f"{missing.normalize():f}",
        ),
    )
