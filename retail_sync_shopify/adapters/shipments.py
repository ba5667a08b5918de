"""Telling a shipment: ``fulfillmentCreate``, which no key protects from being repeated.

What a fulfillment order asks for is read each time: a move, a split or a hold makes new
ids. Parts of one delivery that Shopify asks of several locations need a call for each;
what earlier calls told is found again by :func:`told`, and never told twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.sentence import _

from . import building, mutations, orders
from .client import Answer, Client
from .shipment_plan import Call, Refused, plan
from .values import reference, text

MARGIN = timedelta(minutes=5)  # their clock and ours differ
DEAD = ("cancelled", "failure")


def tell(client: Client, effect: Effect) -> Outcome:
    """Tell a ``Shipment``; what Shopify knows of it already is left out.

    :raises MissingError: while the order is not routed to a location yet
    :raises InDoubtError: when some of several calls were done: read back, then go on
    :raises ConflictError: when the fulfillment orders changed meanwhile
    """
    shipment = _body(effect)
    asked, known = orders.to_ship(client, shipment.order_id)
    if not asked:
        raise errors.MissingError(
            _(
                "%(order)s has no fulfillment orders that this app may see",
                order=shipment.order_id,
            ),
            code="no_fulfillment_orders",
        )
    try:
        done, left, calls = _plan(effect, asked, known)
    except Refused as refusal:
        return Outcome(state="refused", code=refusal.code, message=refusal.message)
    outcome = Outcome(state="applied", code="already" if done else "")
    for call in calls:
        try:
            outcome = _call(client, shipment, call)
        except errors.SyncError as exc:
            if not done:
                raise
            raise _half_told(shipment) from exc
        if outcome.state != "applied":
            return _not_applied(client, shipment, left, calls, outcome, bool(done))
        done.append(outcome.external_id)
    return replace(outcome, external_id=",".join(done))


def _plan(
    effect: Effect,
    asked: tuple[doc.ShipmentOrder, ...],
    known: tuple[doc.Shipped, ...],
) -> tuple[list[str], dict[str, Decimal], list[Call]]:
    """Return what an earlier try told, what is left, and the calls for it.

    Without a tracking number a shipment of the same lines may be another delivery's, so
    it is taken as ours only where nothing else explains why too little is left.
    """
    shipment = _body(effect)
    done, left = told(effect, known if _is_marked(effect) else ())
    try:
        return done, left, plan(left, asked, shipment.location_id)
    except Refused:
        done, left = told(effect, known)
        if not done:
            raise
        return done, left, plan(left, asked, shipment.location_id)


def _is_marked(effect: Effect) -> bool:
    return bool(effect.handle or _numbers(_body(effect).tracking))


def _body(effect: Effect) -> doc.Shipment:
    if not isinstance(effect.body, doc.Shipment) or not effect.body.lines:
        raise errors.PermanentError("nothing was shipped", code="empty")
    return effect.body


def _wanted(shipment: doc.Shipment) -> dict[str, Decimal]:
    wanted: dict[str, Decimal] = {}
    for line_id, units in shipment.lines:
        wanted[line_id] = wanted.get(line_id, ZERO) + units
    return wanted


def told(
    effect: Effect, shipments: tuple[doc.Shipped, ...]
) -> tuple[list[str], dict[str, Decimal]]:
    """Return the ids of those shipments that are ours, and the units they leave over.

    Ours is one that we did not know, made since we sent, with our tracking number where
    there is one, of no other lines or more units than ours.
    """
    left = _wanted(_body(effect))
    found: list[str] = []
    for candidate in sorted(shipments, key=_age):
        if not _could_be_ours(candidate, effect):
            continue
        if all(left.get(line, ZERO) >= units for line, units in candidate.lines):
            found.append(candidate.external_id)
            for line, units in candidate.lines:
                left[line] -= units
    return found, {line: units for line, units in left.items() if units > 0}


def _age(candidate: doc.Shipped) -> tuple[bool, float, str]:
    created = candidate.created_at
    stamp = created.timestamp() if created else 0.0
    return (created is None, stamp, candidate.external_id)


def _could_be_ours(candidate: doc.Shipped, effect: Effect) -> bool:
    shipment = _body(effect)
    if candidate.external_id in effect.handle.split(","):
        return True  # an earlier reading found it
    if candidate.external_id in shipment.known or candidate.state in DEAD:
        return False
    numbers = _numbers(shipment.tracking)
    if not candidate.lines or (numbers and not numbers & _numbers(candidate.tracking)):
        return False
    if effect.sent_at is None or candidate.created_at is None:
        return bool(numbers)
    return candidate.created_at >= effect.sent_at - MARGIN


def _numbers(tracking: tuple[doc.Tracking, ...]) -> set[str]:
    return {parcel.number.strip() for parcel in tracking if parcel.number.strip()}


def _call(client: Client, shipment: doc.Shipment, call: Call) -> Outcome:
    answer: Answer = client.call(
        mutations.FULFILLMENT_CREATE,
        fulfillment=building.fulfillment(shipment, call.parts),
    )
    payload = answer.data.get("fulfillmentCreate") or {}
    problems = [text(p.get("message")) for p in payload.get("userErrors") or () if p]
    made = reference(payload.get("fulfillment"))
    if problems or not made:
        return Outcome(
            state="refused",
            code="refused",
            message=" ".join(problems) or _("Shopify made no fulfillment."),
            request_id=answer.request_id,
        )
    return Outcome(state="applied", external_id=made, request_id=answer.request_id)


def _not_applied(
    client: Client,
    shipment: doc.Shipment,
    left: dict[str, Decimal],
    calls: list[Call],
    outcome: Outcome,
    half: bool,
) -> Outcome:
    """Return the refusal, unless it only says that what we read is no longer true."""
    if half:
        raise _half_told(shipment)
    again, _known = orders.to_ship(client, shipment.order_id)
    try:
        moved = plan(left, again, shipment.location_id) != calls
    except Refused:
        moved = False
    if moved:
        raise errors.ConflictError(
            f"{shipment.order_id}: its fulfillment orders changed meanwhile",
            code="fulfillment_orders_changed",
            request_id=outcome.request_id,
        )
    return outcome


def _half_told(shipment: doc.Shipment) -> errors.InDoubtError:
    return errors.InDoubtError(
        f"{shipment.reference}: told for one location, not yet for the other",
        code="half_told",
    )


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether the whole shipment is known there; a part counts as not found."""
    _asked, known = orders.to_ship(client, _body(effect).order_id)
    found, left = told(effect, known)
    if left:
        return Outcome(state="not_found", handle=",".join(found))
    return Outcome(state="applied", external_id=",".join(found))
