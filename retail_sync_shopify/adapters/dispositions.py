"""What came back of a return, and where it lies: ``reverseFulfillmentOrderDispose``.

It has no key and no reference of ours: what is new on the return since we began is read
before it is told again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import parsing_returns, queries_returns
from .client import Client
from .returns import by_id, refusal
from .values import nodes, text

Key = tuple[str, str, str]  # shipped line, kind, place


def tell(client: Client, effect: Effect) -> Outcome:
    """Tell it once; refused when the return has no room for it anymore."""
    body = _body(effect)
    node = by_id(client, body.return_id)
    inputs = _inputs(body, node)
    if inputs is None:
        return Outcome(
            state="refused",
            code="no_room",
            message=_(
                "The return in Shopify does not wait for these units: it was changed,"
                " or somebody has dealt with them there."
            ),
        )
    answer = client.call(queries_returns.DISPOSE, dispositions=inputs)
    payload = answer.data.get("reverseFulfillmentOrderDispose") or {}
    refused = refusal(answer, payload)
    if refused:
        return refused
    before = _ids(parsing_returns.reverse_lines(node))
    made = _ids(payload.get("reverseFulfillmentOrderLineItems") or ()) - before
    return Outcome(
        state="applied",
        external_id=",".join(sorted(made)),
        request_id=answer.request_id,
    )


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether dispositions of just these units are there, unknown before."""
    body = _body(effect)
    node = by_id(client, body.return_id)
    wanted = _wanted(body, node)
    found = []
    for line in parsing_returns.reverse_lines(node):
        for one in parsing_returns.disposed(line):
            key = (parsing_returns.shipped_line(line), one.kind, one.location_id)
            if one.external_id not in body.known and wanted[key] >= one.units:
                wanted[key] -= one.units
                found.append(one.external_id)
    if not found or sum(wanted.values()):
        return Outcome(state="not_found")
    return Outcome(state="applied", external_id=",".join(found))


def _body(effect: Effect) -> doc.Disposition:
    if not isinstance(effect.body, doc.Disposition) or not effect.body.lines:
        raise errors.PermanentError("nothing came back", code="empty")
    return effect.body


def _shipped(body: doc.Disposition, node: Mapping) -> dict[str, str]:
    """Return {the return's line: the shipped line it names}."""
    return {
        text(line["id"]): parsing_returns.shipped_line(line)
        for line in nodes(node.get("returnLineItems"))
    }


def _wanted(body: doc.Disposition, node: Mapping) -> Counter[Key]:
    shipped = _shipped(body, node)
    wanted: Counter[Key] = Counter()
    for one in body.lines:
        key = (shipped.get(one.return_line_id, ""), one.kind, one.location_id)
        wanted[key] += one.units
    return wanted


def _inputs(body: doc.Disposition, node: Mapping) -> list[dict] | None:
    """Return what is to be sent, or nothing when the return has no room for it."""
    rooms = [
        [parsing_returns.shipped_line(line), text(line["id"]), _room(line)]
        for line in parsing_returns.reverse_lines(node)
    ]
    found = []
    for (shipped, kind, place), units in _wanted(body, node).items():
        for room in rooms:
            part = min(room[2], units) if room[0] == shipped else Decimal(0)
            if part > 0:
                room[2] -= part
                units -= part
                found.append(_input(room[1], kind, place, part))
        if units > 0:
            return None
    return found


def _room(line: Mapping) -> Decimal:
    known = sum(one.units for one in parsing_returns.disposed(line))
    return Decimal(line.get("totalQuantity") or 0) - known


def _input(line_id: str, kind: str, place: str, units: Decimal) -> dict:
    given = {
        "reverseFulfillmentOrderLineItemId": line_id,
        "dispositionType": parsing_returns.TYPES[kind],
        "quantity": int(units),
    }
    return {**given, "locationId": place} if place else given


def _ids(lines: object) -> set[str]:
    return {one.external_id for line in lines for one in parsing_returns.disposed(line)}
