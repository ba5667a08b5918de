"""What comes in at the door: is it Shopify's, and what does it tell.

A body is only a hint that something changed: it may be late, repeated and in the REST
shape, so the record is fetched anew. Shopify, "Webhooks: HTTPS delivery", read 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import (
    Account,
    IncomingRequest,
    Reception,
)
from odoo.addons.retail_sync_core.domain.documents import Demand, Flow, Notice
from odoo.addons.retail_sync_core.domain.errors import SyncError
from odoo.addons.retail_sync_core.domain.mapping import first
from odoo.addons.retail_sync_core.domain.signature import verify_hmac_sha256

from . import topics
from .address import shop_domain
from .values import gid, moment, text, version

REFUSED = Reception(verdict="refused", status=401)
# The record a body's own id names, by the first half of the topic.
KINDS = {
    "orders": "Order",
    "draft_orders": "DraftOrder",
    "products": "Product",
    "locations": "Location",
    "inventory_items": "InventoryItem",
    "app": "Shop",
    "shop": "Shop",
}


def receive(account: Account, request: IncomingRequest) -> Reception:
    """Return the verdict on ``request``; never raises for what strangers send.

    The signature is over the raw bytes; a client secret that is being replaced signs
    for up to an hour more, so each that we have counts.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    signature = headers.get("x-shopify-hmac-sha256")
    if not verify_hmac_sha256(request.body, signature, _secrets(account)):
        return REFUSED
    topic = text(headers.get("x-shopify-topic")).lower()
    if not topic or not _is_ours(account, headers):
        return REFUSED
    try:
        return _read(topic, headers, request.body)
    except (TypeError, ValueError, AttributeError, RecursionError) as exc:
        return _unreadable(topic, headers, request.body, type(exc).__name__)


def _secrets(account: Account) -> tuple[str, ...]:
    return (
        *account.secrets.get("webhook_secret", ()),
        *account.secrets.get("client_secret", ()),
    )


def _is_ours(account: Account, headers: Mapping[str, str]) -> bool:
    try:
        ours = shop_domain(account)
    except SyncError:
        return False
    return text(headers.get("x-shopify-shop-domain")).lower() == ours


def _event_id(headers: Mapping[str, str]) -> str:
    return text(
        headers.get("x-shopify-webhook-id") or headers.get("x-shopify-event-id")
    )


def _unreadable(
    topic: str, headers: Mapping[str, str], body: bytes, why: str
) -> Reception:
    notice = Notice(
        flow=topics.FLOWS.get(topic, Flow.REPORT),
        topic=topic,
        external_id="",
        event_id=_event_id(headers),
        occurred_at=moment(headers.get("x-shopify-triggered-at")),
        body=body,
    )
    problem = f"{topic}: the body cannot be read ({why})"
    return Reception(verdict="accepted", notices=(notice,), problem=problem)


def _read(topic: str, headers: Mapping[str, str], body: bytes) -> Reception:
    flow = topics.FLOWS.get(topic)
    if flow is None:
        return Reception(verdict="accepted")  # none of our business; stop the retries
    payload = json.loads(body, parse_float=Decimal)
    if not isinstance(payload, dict):
        raise TypeError("no object")
    external_id = _external_id(topic, payload)
    part_id = "" if external_id else _part_id(payload)
    if not external_id and not part_id:
        return _unreadable(topic, headers, body, "no id")
    notice = Notice(
        flow=flow,
        topic=topic,
        external_id=external_id,
        external_ref=_name(topic, payload) or part_id or _place(topic, payload),
        event_id=_event_id(headers),
        version=_version(topic, payload),
        occurred_at=moment(headers.get("x-shopify-triggered-at")),
        body=body if topic in topics.PRIVACY else None,
        minor=topic == "orders/updated",
        demand=_demand(external_id, payload) if topic == "orders/create" else (),
    )
    return Reception(verdict="accepted", notices=(notice,))


def _external_id(topic: str, payload: Mapping) -> str:
    """Return the id of what is to be fetched anew: an order, wherever one is named."""
    family = topic.partition("/")[0]
    if family == "orders":
        return _order_id(payload)
    if family == "fulfillment_orders":
        return ""  # names a fulfillment order, not its order
    if topic in topics.PRIVACY:
        return _privacy_id(payload)
    if family == "inventory_levels":
        return gid("InventoryItem", payload.get("inventory_item_id"))
    if family in KINDS:
        own = gid(KINDS[family], payload.get("id"))
        return text(payload.get("admin_graphql_api_id")) or own or family
    return _order_id_of_part(payload)


def _order_id(payload: Mapping) -> str:
    """Return an order's id. Numbers in samples are rounded: the text id comes first."""
    edit = payload.get("order_edit")
    if isinstance(edit, dict):  # orders/edited
        return gid("Order", edit.get("order_id"))
    given = text(payload.get("admin_graphql_api_id"))
    if "/Order/" in given:
        return given
    named = payload.get("order_id") or payload.get("id")
    if isinstance(payload.get("order"), dict):
        named = payload["order"].get("admin_graphql_api_id") or named
    return gid("Order", payload.get("admin_graphql_api_order_id") or named)


def _order_id_of_part(payload: Mapping) -> str:
    """Return the order of a refund, shipment, transaction or return."""
    order = payload.get("order")
    if isinstance(order, dict):
        given = order.get("admin_graphql_api_id") or order.get("id")
        return gid("Order", given)
    given = payload.get("admin_graphql_api_order_id") or payload.get("order_id")
    return gid("Order", given)


def _part_id(value: object) -> str:
    """Return the first fulfillment order or return that a body names.

    Such a body does not name its order: the notice then has no ``external_id``, which
    means "ask what has changed".
    """
    if isinstance(value, dict):
        given = text(value.get("id") or value.get("admin_graphql_api_id"))
        if "/FulfillmentOrder/" in given or "/Return/" in given:
            return given
        return first(_part_id(part) for part in value.values())
    if isinstance(value, list):
        return first(_part_id(part) for part in value)
    return ""


def _name(topic: str, payload: Mapping) -> str:
    named = topic.startswith(("orders/", "draft_orders/"))
    return text(payload.get("name")) if named else ""


def _place(topic: str, payload: Mapping) -> str:
    """Return the location of a level that changed."""
    if not topic.startswith("inventory_levels/"):
        return ""
    return gid("Location", payload.get("location_id"))


def _privacy_id(payload: Mapping) -> str:
    customer = payload.get("customer")
    if isinstance(customer, dict) and customer.get("id"):
        return gid("Customer", customer["id"])
    return gid("Shop", payload.get("shop_id")) or text(payload.get("shop_domain"))


def _version(topic: str, payload: Mapping) -> str:
    """Return the order's version, where the body is the order."""
    if not topic.startswith("orders/"):
        return ""
    return version(payload.get("updated_at"))


def _demand(order_id: str, payload: Mapping) -> tuple[Demand, ...]:
    """Return what a new order takes; test and cancelled ones take nothing."""
    lines = payload.get("line_items")
    if (
        payload.get("test")
        or payload.get("cancelled_at")
        or not isinstance(lines, list)
    ):
        return ()
    found = []
    place = _till(payload)
    for line in lines:
        units = _units(line) if isinstance(line, dict) else Decimal(0)
        if units <= 0:
            continue
        variant, sku = (
            gid("ProductVariant", line.get("variant_id")),
            text(line.get("sku")),
        )
        line_id = text(line.get("admin_graphql_api_id")) or gid(
            "LineItem", line.get("id")
        )
        if line_id and (variant or sku):
            found.append(
                Demand(
                    order_id=order_id,
                    line_id=line_id,
                    item_id=variant,
                    sku=sku,
                    location_id=place,
                    quantity=units,
                    placed_at=moment(payload.get("created_at")),
                )
            )
    return tuple(found)


def _till(payload: Mapping) -> str:
    """Return the store whose till sold it: it gave the goods from its own shelf."""
    if text(payload.get("source_name")) != "pos":
        return ""
    return gid("Location", payload.get("location_id"))


def _units(line: Mapping) -> Decimal:
    given = line.get("current_quantity")
    units = line.get("quantity") if given is None else given
    if isinstance(units, bool) or not isinstance(units, (int, Decimal)):
        return Decimal(0)
    return Decimal(units) if Decimal(units).is_finite() else Decimal(0)
