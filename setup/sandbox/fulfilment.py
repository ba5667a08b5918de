"""Fulfilment orders, shipments and holds."""

from .inventory import level_at, move, quantity
from .store import Refused, Store

OPEN_STATES = ("OPEN", "IN_PROGRESS")
MAX_HOLDS = 10


def route(store: Store, order: dict) -> None:
    """Make one fulfilment order for each location that ships a part."""
    by_place: dict[tuple, list] = {}
    for line in order["lineItems"]:
        if line["_tip"] or line["isGiftCard"]:
            continue
        method = _method(order, line)
        place = line["_location"] or _place(store, order, line, method)
        by_place.setdefault((place, method), []).append(line)
    for (place, method), lines in by_place.items():
        pairs = [(line, line["quantity"]) for line in lines]
        make_fulfillment_order(store, order, place, method, pairs)
        for line, units in pairs:
            move(store, line["_item"], place, available=-units, committed=units)


def _method(order: dict, line: dict) -> str:
    if not line["requiresShipping"]:
        return "NONE"
    return line["_delivery"] or order["_delivery"]


def _place(store: Store, order: dict, line: dict, method: str) -> str:
    """Give where a line leaves from: what is taken along leaves from its store."""
    return order["_retail"] if method == "RETAIL" else _choose(store, line)


def _choose(store: Store, line: dict) -> str:
    """Take the first location with enough, else one that stocks it, else any."""
    places = [
        place["id"]
        for place in store.table("Location").values()
        if place["isActive"] and place["fulfillsOnlineOrders"]
    ]
    if not places:
        raise Refused("The shop has no location that fulfils online orders.")
    levels = {place: _level(store, line, place) for place in places}
    for place, level in levels.items():
        if level and quantity(level, "available") >= line["quantity"]:
            return place
    return next((place for place, level in levels.items() if level), places[0])


def _level(store: Store, line: dict, place: str) -> dict | None:
    level = level_at(store, line["_item"], place) if line["_item"] else None
    return level if level and level["isActive"] else None


def make_fulfillment_order(
    store: Store, order: dict, place: str, method: str, pairs: list[tuple[dict, int]]
) -> dict:
    """Add a fulfilment order over (line, units) pairs."""
    stamp = store.stamp()
    document = {
        "id": store.gid("FulfillmentOrder"),
        "orderId": order["id"],
        "orderName": order["name"],
        "orderProcessedAt": order["processedAt"],
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
        "createdAt": stamp,
        "updatedAt": stamp,
        "fulfillAt": stamp,
        "fulfillBy": order.get("_ship_by"),
        "_location": place,
        "_order": order["id"],
        "deliveryMethod": {"id": store.gid("DeliveryMethod"), "methodType": method},
        "fulfillmentHolds": [],
        "lineItems": [],
    }
    for line, units in pairs:
        part = {
            "id": store.gid("FulfillmentOrderLineItem"),
            "_line": line["id"],
            "_order": order["id"],
            "totalQuantity": units,
            "remainingQuantity": units,
        }
        document["lineItems"].append(store.own(order, part))
    order["fulfillmentOrders"].append(store.own(order, document))
    store.emit("fulfillment_orders/order_routing_complete", document)
    return document


def line_of(order: dict, line_id: str) -> dict:
    return next(line for line in order["lineItems"] if line["id"] == line_id)


def supported_actions(document: dict) -> list[dict]:
    by_status = {
        "OPEN": ("CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", "SPLIT"),
        "IN_PROGRESS": ("CREATE_FULFILLMENT", "MOVE", "MARK_AS_OPEN"),
        "ON_HOLD": ("RELEASE_HOLD", "HOLD"),
        "SCHEDULED": ("MARK_AS_OPEN",),
    }
    actions = by_status.get(document["status"], ())
    return [{"action": action, "externalUrl": None} for action in actions]


def fulfil(store: Store, given: dict) -> dict:
    """Ship what ``FulfillmentInput`` names, or all that remains of it."""
    picks = _picks(store, given)
    order = store.order_of(picks[0][0]["id"])
    places = {document["_location"] for document, _parts in picks}
    if len(places) > 1 or any(d["_order"] != order["id"] for d, _p in picks):
        raise Refused(
            "All fulfillment orders must belong to the same order and location.",
            ["fulfillment"],
        )
    stamp = store.stamp()
    number = store.number()
    document = {
        "id": store.gid("Fulfillment", number),
        "legacyResourceId": str(number),
        "name": f"{order['name']}-F{len(order['fulfillments']) + 1}",
        "status": "SUCCESS",
        "createdAt": stamp,
        "updatedAt": stamp,
        "_location": next(iter(places)),
        "_order": order["id"],
        "deliveredAt": None,
        "_notified": bool(given.get("notifyCustomer")),
        "_told": int(bool(given.get("notifyCustomer"))),
        "_fulfillment_orders": [doc["id"] for doc, _parts in picks],
        "trackingInfo": tracking(given.get("trackingInfo")),
        "fulfillmentLineItems": [],
    }
    for fulfilment_order, parts in picks:
        _ship(store, order, document, fulfilment_order, parts)
    order["fulfillments"].append(store.own(order, document))
    order["updatedAt"] = stamp
    store.emit("fulfillments/create", document)
    store.emit("orders/updated", order)
    return document


def _picks(store: Store, given: dict) -> list[tuple[dict, list]]:
    picks = []
    for index, wanted in enumerate(given["lineItemsByFulfillmentOrder"]):
        path = ["fulfillment", "lineItemsByFulfillmentOrder", str(index)]
        document = store.find(wanted["fulfillmentOrderId"])
        if not document:
            raise Refused("Fulfillment order does not exist.", path)
        if document["status"] not in OPEN_STATES:
            status = document["status"].lower()
            raise Refused(
                f"Fulfillment order {document['id']} has an unfulfillable "
                f"status= {status}.",
                path,
            )
        picks.append((document, parts_of(document, wanted, path)))
    if not picks:
        raise Refused("No fulfillment orders were given.", ["fulfillment"])
    return picks


def parts_of(document: dict, wanted: dict, path: list) -> list[tuple[dict, int]]:
    """Give (line, units) of what ``wanted`` names, or of all that is left."""
    lines = {line["id"]: line for line in document["lineItems"]}
    asked = wanted.get("fulfillmentOrderLineItems") or [
        {"id": line["id"], "quantity": line["remainingQuantity"]}
        for line in lines.values()
        if line["remainingQuantity"]
    ]
    for part in asked:
        line = lines.get(part["id"])
        if not line:
            raise Refused("Fulfillment order line item does not exist.", path)
        if not 0 < part["quantity"] <= line["remainingQuantity"]:
            raise Refused(
                "Invalid fulfillment order line item quantity requested.", path
            )
    return [(lines[part["id"]], part["quantity"]) for part in asked]


def _ship(store: Store, order: dict, document: dict, source: dict, parts: list) -> None:
    for part, units in parts:
        line = line_of(order, part["_line"])
        part["remainingQuantity"] -= units
        shipped = {
            "id": store.gid("FulfillmentLineItem"),
            "quantity": units,
            "_line": line["id"],
            "_order": order["id"],
        }
        document["fulfillmentLineItems"].append(store.own(order, shipped))
        move(store, line["_item"], source["_location"], committed=-units)
    settle(store, source)


def settle(store: Store, document: dict) -> None:
    """Close a fulfilment order that has nothing left, mark it started otherwise."""
    left = any(line["remainingQuantity"] for line in document["lineItems"])
    document["status"] = "IN_PROGRESS" if left else "CLOSED"
    document["updatedAt"] = store.stamp()


def tracking(given: dict | None) -> list[dict]:
    """Give the tracking entries of a ``FulfillmentTrackingInput``."""
    given = given or {}
    numbers = given.get("numbers") or [given.get("number")]
    urls = given.get("urls") or [given.get("url")]
    urls += [None] * (len(numbers) - len(urls))
    return [
        {"company": given.get("company"), "number": number, "url": url}
        for number, url in zip(numbers, urls, strict=False)
        if number or url
    ]


def update_tracking(
    store: Store, fulfillment_id: str, given: dict, *, notify: bool
) -> dict:
    """Replace a shipment's parcels, and count each time that its buyer is told."""
    document = store.find(fulfillment_id)
    if not document:
        raise Refused("Fulfillment does not exist.", ["fulfillmentId"])
    if document["status"] == "CANCELLED":
        raise Refused("Fulfillment is cancelled.", ["fulfillmentId"])
    document["trackingInfo"] = tracking(given)
    document["_told"] += int(notify)
    document["updatedAt"] = store.stamp()
    order = store.order_of(document["id"])
    order["updatedAt"] = document["updatedAt"]
    store.emit("fulfillments/update", document)
    store.emit("orders/updated", order)
    return document


def cancel_fulfilment(store: Store, fulfillment_id: str) -> dict:
    """Take a shipment back: its units wait on a new fulfilment order."""
    document = store.find(fulfillment_id)
    if not document or document["status"] == "CANCELLED":
        raise Refused("Fulfillment cannot be cancelled.", ["id"])
    order = store.order_of(document["id"])
    document["status"] = "CANCELLED"
    document["updatedAt"] = order["updatedAt"] = store.stamp()
    pairs = [
        (line_of(order, part["_line"]), part["quantity"])
        for part in document["fulfillmentLineItems"]
    ]
    source = store.find(document["_fulfillment_orders"][0])
    method = source["deliveryMethod"]["methodType"]
    make_fulfillment_order(store, order, document["_location"], method, pairs)
    for line, units in pairs:
        move(store, line["_item"], document["_location"], committed=units)
    store.emit("fulfillments/update", document)
    store.emit("orders/updated", order)
    return document
