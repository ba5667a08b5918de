"""Other parcels of a told shipment: ``fulfillmentTrackingInfoUpdate``.

It replaces the whole list, so that a repeat changes nothing there. But each one may
write to the buyer: what is as wanted already is read first, and left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import building, mutations, parsing_goods, queries
from .client import Client
from .values import text


def correct(client: Client, effect: Effect) -> Outcome:
    """Tell each shipment of the delivery its parcels, where it has others."""
    change = _body(effect)
    if not change.shipment_ids:
        return Outcome(
            state="refused",
            code="no_shipment",
            message=_(
                "Nobody knows which shipment in Shopify %(delivery)s is.",
                delivery=change.reference,
            ),
        )
    done = Outcome(
        state="applied", code="already", external_id=",".join(change.shipment_ids)
    )
    found = _shipments(client, change)
    for external_id in change.shipment_ids:
        node = found.get(external_id)
        if node is None or node.get("status") == "CANCELLED":
            return _gone(change)
        if _has(node, change.tracking) and not change.again:
            continue
        outcome = _update(client, change, external_id)
        if outcome.state != "applied":
            return outcome
        done = replace(done, code="", request_id=outcome.request_id)
    return done


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether all shipments of the delivery have its parcels.

    Nothing tells whether a message was written once more: a person is asked.
    """
    change = _body(effect)
    if change.again:
        return Outcome(state="unknown")
    found = _shipments(client, change)
    told = all(
        _has(found.get(external_id) or {}, change.tracking)
        for external_id in change.shipment_ids
    )
    return Outcome(
        state="applied" if told else "not_found",
        external_id=",".join(change.shipment_ids) if told else "",
    )


def _body(effect: Effect) -> doc.TrackingChange:
    if not isinstance(effect.body, doc.TrackingChange):
        raise errors.PermanentError("no parcels were given", code="empty")
    return effect.body


def _shipments(client: Client, change: doc.TrackingChange) -> dict[str, Mapping]:
    answer = client.call(queries.FULFILLMENT_TRACKING, ids=list(change.shipment_ids))
    nodes = answer.data.get("nodes") or ()
    return {text(node["id"]): node for node in nodes if node and node.get("id")}


def _gone(change: doc.TrackingChange) -> Outcome:
    return Outcome(
        state="refused",
        code="shipment_gone",
        message=_(
            "The shipment of %(delivery)s was canceled in Shopify.",
            delivery=change.reference,
        ),
    )


def _has(node: Mapping, wanted: Sequence[doc.Tracking]) -> bool:
    """Return whether a shipment has these parcels.

    Shopify makes the link of a carrier it knows: one that we do not give may differ.
    """
    there = [parcel for parcel in parsing_goods.parcels(node) if parcel.number]
    wanted = [parcel for parcel in wanted if parcel.number]
    if not node or [one.number for one in there] != [one.number for one in wanted]:
        return False
    carrier = str(building.tracking_info(wanted).get("company") or "").casefold()
    return all(
        parcel.carrier.casefold() == (carrier or parcel.carrier.casefold())
        and parcel.url == (asked.url or parcel.url)
        for parcel, asked in zip(there, wanted, strict=True)
    )


def _update(client: Client, change: doc.TrackingChange, external_id: str) -> Outcome:
    answer = client.call(
        mutations.TRACKING_UPDATE,
        fulfillmentId=external_id,
        trackingInfoInput=building.tracking_info(change.tracking) or {"numbers": []},
        notifyCustomer=change.notify_customer and bool(change.tracking),
    )
    payload = answer.data.get("fulfillmentTrackingInfoUpdate") or {}
    problems = [text(p.get("message")) for p in payload.get("userErrors") or () if p]
    if problems or not payload.get("fulfillment"):
        return Outcome(
            state="refused",
            code="refused",
            message=" ".join(problems) or _("Shopify kept the shipment's parcels."),
            request_id=answer.request_id,
        )
    return Outcome(state="applied", request_id=answer.request_id)
