"""Fulfilment orders that another location ships: all of them, a part, or split off.

Shopify Admin API, ``fulfillmentOrderMove``, read 2026-11: only what is not shipped
moves, not to a location that never stocked it, and no order with reported progress.
"""

from . import fulfilment
from .fulfilment import OPEN_STATES, line_of, make_fulfillment_order, settle
from .graph import Context, Rows, plays
from .inventory import level_at
from .inventory import move as move_stock
from .mutations import mutation
from .store import Refused, Store

STARTED = "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS"


@plays("FulfillmentOrder", "locationsForMove")
def locations_for_move(context: Context, document: dict, _arguments: dict) -> Rows:
    """Give the other locations, and why one cannot take it."""
    store = context.store
    rows = []
    for place in store.table("Location").values():
        if place["id"] == document["_location"]:
            continue
        why = _why_not(store, document, place["id"])
        rows.append({"location": place, "movable": not why, "message": why or None})
    return Rows(rows)


def _why_not(store: Store, document: dict, place_id: str) -> str:
    """Return why ``place_id`` cannot ship ``document``, or nothing."""
    place = store.find(place_id)
    if document["status"] not in OPEN_STATES:
        return "The fulfillment order cannot be moved."
    if not place["isActive"]:
        return "The location is not active."
    if not place["fulfillsOnlineOrders"]:
        return "The location does not fulfill online orders."
    order = store.order_of(document["id"])
    for part in document["lineItems"]:
        line = line_of(order, part["_line"])
        if part["remainingQuantity"] and not _is_stocked(store, line, place_id):
            return "The location does not stock all of the items."
    return ""


def _is_stocked(store: Store, line: dict, place_id: str) -> bool:
    item = store.find(line["_item"]) if line["_item"] else None
    return not (item and item["tracked"]) or bool(
        level_at(store, line["_item"], place_id)
    )


@mutation("fulfillmentOrderMove")
def fulfillment_order_move(store: Store, arguments: dict) -> dict:
    place_id = arguments["newLocationId"]
    if not store.find(place_id):
        raise Refused("Location not found.", ["newLocationId"])
    source = store.find(arguments["id"])
    if source and source.get("_reported"):
        raise Refused("Progress was reported.", ["id"], STARTED)
    why = _why_not(store, source, place_id) if source else ""
    if why:
        raise Refused(why, ["newLocationId"])
    wanted = arguments.get("fulfillmentOrderLineItems")
    moved = move(store, arguments["id"], place_id, wanted)
    left = any(part["remainingQuantity"] for part in source["lineItems"])
    return {
        "movedFulfillmentOrder": moved,
        "originalFulfillmentOrder": source,
        "remainingFulfillmentOrder": source if left else None,
    }


def move(
    store: Store, source_id: str, place_id: str, wanted: list[dict] | None = None
) -> dict:
    """Let another location ship ``wanted``, or all that is left; give its new order."""
    source = store.find(source_id)
    if not source or source["status"] not in OPEN_STATES:
        raise Refused("Fulfillment order cannot be moved.", ["id"])
    if source["_location"] == place_id:
        raise Refused("It is assigned to that location.", ["newLocationId"])
    order = store.order_of(source["id"])
    asked = {"fulfillmentOrderLineItems": wanted} if wanted else {}
    pairs = []
    for part, units in fulfilment.parts_of(source, asked, ["id"]):
        line = line_of(order, part["_line"])
        part["remainingQuantity"] -= units
        if wanted:
            part["totalQuantity"] -= units
        pairs.append((line, units))
        move_stock(
            store, line["_item"], source["_location"], available=units, committed=-units
        )
        move_stock(store, line["_item"], place_id, available=-units, committed=units)
    _end(store, source)
    method = source["deliveryMethod"]["methodType"]
    moved = make_fulfillment_order(store, order, place_id, method, pairs)
    moved["_moved_from"] = source["id"]
    order["updatedAt"] = store.stamp()
    store.emit("fulfillment_orders/moved", moved)
    store.emit("orders/updated", order)
    return moved


def _end(store: Store, source: dict) -> None:
    """Close what has nothing left; what is left goes on as it was."""
    if not any(part["remainingQuantity"] for part in source["lineItems"]):
        settle(store, source)
    source["updatedAt"] = store.stamp()


@mutation("fulfillmentOrderSplit")
def fulfillment_order_split(store: Store, arguments: dict) -> dict:
    """Split units off: they are a fulfilment order of their own, in the same place."""
    results = []
    for index, given in enumerate(arguments["fulfillmentOrderSplits"]):
        path = ["fulfillmentOrderSplits", str(index)]
        results.append(_split(store, given, path))
    return {"fulfillmentOrderSplits": results}


def _split(store: Store, given: dict, path: list) -> dict:
    source = store.find(given["fulfillmentOrderId"])
    if not source or source["status"] not in OPEN_STATES:
        text = "Fulfillment order does not exist."
        raise Refused(text, path, "FULFILLMENT_ORDER_NOT_FOUND")
    if not given["fulfillmentOrderLineItems"]:
        text = "There must be at least one item to split."
        raise Refused(text, path, "NO_LINE_ITEMS_PROVIDED_TO_SPLIT")
    order = store.order_of(source["id"])
    picked = fulfilment.parts_of(source, given, path)
    left = sum(part["remainingQuantity"] for part in source["lineItems"])
    if sum(units for _part, units in picked) == left:
        text = "The split must leave something behind."
        raise Refused(text, path, "INVALID_LINE_ITEM_QUANTITY")
    for part, units in picked:
        part["remainingQuantity"] -= units
        part["totalQuantity"] -= units
    pairs = [(line_of(order, part["_line"]), units) for part, units in picked]
    method = source["deliveryMethod"]["methodType"]
    rest = make_fulfillment_order(store, order, source["_location"], method, pairs)
    order["updatedAt"] = source["updatedAt"] = store.stamp()
    return {"fulfillmentOrder": source, "remainingFulfillmentOrder": rest}
