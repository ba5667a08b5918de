"""Goods wait at a counter: ``fulfillmentOrderLineItemsPreparedForPickup``.

Shopify shows nowhere that a fulfillment order was prepared, but refuses to prepare it
again: a repeat writes to nobody twice. Shopify Admin API, read 2026-11.
"""

from __future__ import annotations

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import orders, queries_places
from .client import Client
from .values import text

OPEN = ("open", "in_progress")
PREPARED_ALREADY = "UNABLE_TO_PREPARE_QUANTITY"


def prepare(client: Client, effect: Effect) -> Outcome:
    """Tell what the place has ready, each fulfillment order once."""
    body = _body(effect)
    asked, _known = orders.to_ship(client, body.order_id)
    ready = [
        one.external_id
        for one in asked
        if one.location_id == body.place_id
        and one.state in OPEN
        and any(line.remaining > 0 for line in one.lines)
    ]
    if not ready:
        return _refused(_("Shopify asks nothing of this place for the order."))
    outcome = Outcome(state="applied", code="already")
    for external_id in ready:
        outcome = _prepare(client, external_id)
        if outcome.state != "applied":
            return outcome
    return outcome


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return that it must be asked again: a refusal tells that it was done."""
    _body(effect)
    return Outcome(state="not_found")


def _body(effect: Effect) -> doc.PickupReady:
    if not isinstance(effect.body, doc.PickupReady):
        raise errors.PermanentError("no pickup was given", code="empty")
    return effect.body


def _prepare(client: Client, external_id: str) -> Outcome:
    answer = client.call(
        queries_places.PREPARED_FOR_PICKUP,
        input={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": external_id}]},
    )
    payload = answer.data.get("fulfillmentOrderLineItemsPreparedForPickup") or {}
    problems = [one for one in payload.get("userErrors") or () if one]
    if any(text(one.get("code")) == PREPARED_ALREADY for one in problems):
        return Outcome(state="applied", code="already", request_id=answer.request_id)
    if problems:
        told = " ".join(text(one.get("message")) for one in problems)
        return _refused(told, answer.request_id)
    return Outcome(
        state="applied", external_id=external_id, request_id=answer.request_id
    )


def _refused(message: str, request_id: str = "") -> Outcome:
    return Outcome(
        state="refused", code="refused", message=message, request_id=request_id
    )
