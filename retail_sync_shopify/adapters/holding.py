"""Holding what is to be shipped, and letting it go: only holds of our own.

Shopify Admin API, ``fulfillmentOrderHold`` and ``fulfillmentOrderReleaseHold``, read
2026-11. An order may have several fulfillment orders; which are there is read each
time, for a move or a split makes new ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import documents_service as documents
from .client import Client
from .values import next_cursor, nodes, text

PAGE = 50
NOTES_LIMIT = 255
THERE_ALREADY = "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
REASONS = {
    "address": "INCORRECT_ADDRESS",
    "date": "UNKNOWN_DELIVERY_DATE",
    "fraud": "HIGH_RISK_OF_FRAUD",
    "stock": "INVENTORY_OUT_OF_STOCK",
}


def act(client: Client, effect: Effect) -> Outcome:
    """Hold each fulfillment order that is not held by us yet, or release ours."""
    body = _body(effect)
    asked = list(_asked(client, body.order_id))
    if body.released:
        return _release(client, body, asked)
    return _hold(client, body, asked)


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether all that can be held is held by us, or nothing is anymore."""
    body = _body(effect)
    asked = list(_asked(client, body.order_id))
    ours = [one for one in asked if _hold_ids(one, body.handle)]
    if body.released:
        return Outcome(state="not_found" if ours else "applied")
    rest = [one for one in asked if one not in ours and _can_be_held(one)]
    if ours and not rest:
        return _applied(ours, code="already")
    return Outcome(state="not_found")


def _body(effect: Effect) -> doc.Hold:
    if not isinstance(effect.body, doc.Hold):
        raise errors.PermanentError("no hold was given", code="empty")
    return effect.body


def _asked(client: Client, order_id: str) -> Iterator[Mapping]:
    """Yield what places are asked to ship of an order."""
    after: str | None = None
    while True:
        answer = client.call(
            documents.ORDER_HOLDS, id=order_id, first=PAGE, after=after
        )
        connection = (answer.data.get("order") or {}).get("fulfillmentOrders")
        yield from nodes(connection)
        after = next_cursor(connection)
        if not after:
            return


def _can_be_held(node: Mapping) -> bool:
    return any(
        text(one.get("action")) == "HOLD" for one in node.get("supportedActions") or ()
    )


def _hold_ids(node: Mapping, handle: str) -> list[str]:
    """Return the ids of the holds that we placed under ``handle``."""
    return [
        text(hold["id"])
        for hold in node.get("fulfillmentHolds") or ()
        if hold and hold.get("heldByRequestingApp") and hold.get("handle") == handle
    ]


def _applied(held: list[Mapping], **given: str) -> Outcome:
    ids = ",".join(text(one["id"]) for one in held)
    return Outcome(state="applied", external_id=ids, **given)


def _hold(client: Client, body: doc.Hold, asked: list[Mapping]) -> Outcome:
    held = [one for one in asked if _hold_ids(one, body.handle)]
    request_id, refusals = "", []
    for one in asked:
        if one in held or not _can_be_held(one):
            continue
        answer = client.call(
            documents.FULFILLMENT_ORDER_HOLD,
            id=text(one["id"]),
            fulfillmentHold=_hold_input(body),
        )
        request_id = answer.request_id
        problem = _problem(answer.data.get("fulfillmentOrderHold"))
        if problem:
            refusals.append(problem)
        else:
            held.append(one)
    if refusals:
        return _refused(" ".join(dict.fromkeys(refusals)), request_id)
    if not held:
        return _refused(
            _("Nothing of this order can be held in Shopify now."), request_id
        )
    return _applied(held, request_id=request_id)


def _hold_input(body: doc.Hold) -> dict[str, object]:
    return {
        "reason": REASONS.get(body.reason, "OTHER"),
        "reasonNotes": body.note[:NOTES_LIMIT] or None,
        "handle": body.handle,
        "notifyMerchant": False,
    }


def _release(client: Client, body: doc.Hold, asked: list[Mapping]) -> Outcome:
    request_id, refusals = "", []
    for one in asked:
        hold_ids = _hold_ids(one, body.handle)
        if not hold_ids:
            continue
        answer = client.call(
            documents.FULFILLMENT_ORDER_RELEASE, id=text(one["id"]), holdIds=hold_ids
        )
        request_id = answer.request_id
        problem = _problem(answer.data.get("fulfillmentOrderReleaseHold"))
        if problem:
            refusals.append(problem)
    if refusals:
        return _refused(" ".join(dict.fromkeys(refusals)), request_id)
    return Outcome(
        state="applied", code="" if request_id else "already", request_id=request_id
    )


def _problem(payload: Mapping | None) -> str:
    """Return why Shopify refused, or nothing; a hold that is there is none."""
    problems = [p for p in (payload or {}).get("userErrors") or () if p]
    return " ".join(
        text(problem.get("message")) or text(problem.get("code"))
        for problem in problems
        if text(problem.get("code")) != THERE_ALREADY
    )


def _refused(message: str, request_id: str) -> Outcome:
    return Outcome(
        state="refused", code="refused", message=message, request_id=request_id
    )
