"""Answers to documents: goods asked for and shipped, the catalog, places, levels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import money

from . import words
from .values import moment, nodes, reference, text, whole

HANDLE_OF_OURS = "odoo-"


def fulfillment_order(node: Mapping) -> doc.ShipmentOrder:
    """Return what one location is asked to ship."""
    place = (node.get("assignedLocation") or {}).get("location")
    actions = {text(a.get("action")) for a in node.get("supportedActions") or () if a}
    state = words.fulfillment_order_state(text(node.get("status")))
    return doc.ShipmentOrder(
        external_id=text(node["id"]),
        location_id=reference(place),
        state=state,
        can_ship=state in ("open", "in_progress") and "CREATE_FULFILLMENT" in actions,
        taken_along=_is_taken_along(node),
        ship_by=moment(node.get("fulfillBy")),
        holds=tuple(_hold(hold) for hold in node.get("fulfillmentHolds") or () if hold),
        held_by_us=_is_held_by_us(node),
        lines=tuple(_fulfillment_order_line(line) for line in nodes(node["lineItems"])),
    )


def _is_taken_along(asked: Mapping) -> bool:
    """Return whether a fulfillment order is for goods that leave over the counter."""
    method = asked.get("deliveryMethod") or {}
    return words.is_taken_along(text(method.get("methodType")))


def _is_held_by_us(node: Mapping) -> bool:
    """Return whether Odoo alone asked a fulfillment order to wait."""
    held = [hold for hold in node.get("fulfillmentHolds") or () if hold]
    return bool(held) and all(
        hold.get("heldByRequestingApp")
        and text(hold.get("handle")).startswith(HANDLE_OF_OURS)
        for hold in held
    )


def _hold(hold: Mapping) -> str:
    """Return why goods are to wait: the shop's word for it, and what was noted."""
    reason = text(hold.get("displayReason")) or text(hold.get("reason")).lower()
    return ": ".join(filter(None, (reason, text(hold.get("reasonNotes")).strip())))


def _fulfillment_order_line(line: Mapping) -> doc.ShipmentOrderLine:
    return doc.ShipmentOrderLine(
        external_id=text(line["id"]),
        line_id=reference(line.get("lineItem")),
        quantity=money.parse(line.get("totalQuantity"), field="quantity"),
        remaining=money.parse(line.get("remainingQuantity"), field="quantity"),
    )


def fulfillment(node: Mapping) -> doc.Shipped:
    """Return a shipment the shop knows of."""
    return doc.Shipped(
        external_id=text(node["id"]),
        state=words.fulfillment_result(text(node.get("status"))),
        location_id=reference(node.get("location")),
        created_at=moment(node.get("createdAt")),
        delivered_at=moment(node.get("deliveredAt")),
        taken_along=any(
            _is_taken_along(asked) for asked in nodes(node.get("fulfillmentOrders"))
        ),
        tracking=parcels(node),
        lines=tuple(
            (
                reference(line.get("lineItem")),
                money.parse(line.get("quantity"), field="quantity"),
            )
            for line in nodes(node["fulfillmentLineItems"])
        ),
    )


def parcels(node: Mapping) -> tuple[doc.Tracking, ...]:
    """Return the parcels of a shipment the shop knows of."""
    return tuple(_tracking(row) for row in node.get("trackingInfo") or () if row)


def _tracking(row: Mapping) -> doc.Tracking:
    return doc.Tracking(
        number=text(row.get("number")),
        carrier=text(row.get("company")),
        url=text(row.get("url")),
    )


def item(node: Mapping, shop_currency: str) -> doc.Item:
    """Return what a variant offers. A bundle's stock belongs to its parts."""
    stock = node.get("inventoryItem") or {}
    price = node.get("price")
    return doc.Item(
        external_id=reference(stock),
        variant_id=text(node["id"]),
        product_id=reference(node.get("product")),
        sku=text(node.get("sku")),
        barcode=text(node.get("barcode")),
        title=text(node.get("displayName")).removesuffix(" - Default Title"),
        tracked=bool(stock.get("tracked")) and not node.get("requiresComponents"),
        price=None if price is None else money.parse(price, field="price"),
        currency=shop_currency,
    )


def place(node: Mapping) -> doc.Place:
    """Return a location."""
    found = node.get("address") or {}
    return doc.Place(
        external_id=text(node["id"]),
        name=text(node.get("name")),
        active=bool(node.get("isActive")),
        managed_by_others=bool(node.get("isFulfillmentService")),
        address=doc.Address(
            name=text(node.get("name")),
            street=text(found.get("address1")),
            street2=text(found.get("address2")),
            zip=text(found.get("zip")),
            city=text(found.get("city")),
            state_code=text(found.get("provinceCode")),
            state_name=text(found.get("province")),
            country_code=text(found.get("countryCode")),
            phone=text(found.get("phone")),
        ),
    )


def level(
    node: Mapping | None, ref: doc.LevelRef, at: datetime | None = None
) -> doc.LevelReading:
    """Return what a level says; null is "never stocked there".

    :param at: when the shop answered, by its clock
    """
    if not node:
        return doc.LevelReading(ref=ref, available=None, active=False, as_of=at)
    return doc.LevelReading(
        ref=ref,
        available=available(node),
        active=bool(node.get("isActive")),
        as_of=at,
    )


def available(node: Mapping) -> int | None:
    """Return the available quantity of an ``InventoryLevel`` node."""
    for row in node.get("quantities") or ():
        if row.get("name") == "available" and row.get("quantity") is not None:
            return whole(row["quantity"])
    return None
