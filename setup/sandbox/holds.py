"""Holds on fulfilment orders, repeatable by their handle."""

from .fulfilment import MAX_HOLDS, line_of, make_fulfillment_order
from .store import Refused, Store

REASON_WORDS = {
    "AWAITING_PAYMENT": "Awaiting payment",
    "HIGH_RISK_OF_FRAUD": "High risk of fraud",
    "INCORRECT_ADDRESS": "Incorrect address",
    "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
    "UNKNOWN_DELIVERY_DATE": "Unknown delivery date",
}


def hold(store: Store, fulfillment_order_id: str, given: dict) -> dict:
    """Put a fulfilment order, or some of its units, on hold.

    :return: the hold, the fulfilment order and what was split off from it
    """
    document = _open_document(store, fulfillment_order_id)
    handle = given.get("handle") or ""
    holds = document["fulfillmentHolds"]
    if any(other["handle"] == handle and other["_by_app"] for other in holds):
        text = "The handle provided for the fulfillment hold is already in use."
        path = ["fulfillmentHold", "handle"]
        raise Refused(text, path, "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    if len(holds) >= MAX_HOLDS:
        text = "The maximum number of fulfillment holds was reached."
        raise Refused(text, ["id"], "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
    rest = _split(store, document, given.get("fulfillmentOrderLineItems") or [])
    made = {
        "id": store.gid("FulfillmentHold"),
        "handle": handle,
        "reason": given["reason"],
        "reasonNotes": given.get("reasonNotes"),
        "displayReason": REASON_WORDS.get(given["reason"], "Other"),
        "heldByRequestingApp": given.get("_by_app", True),
        "_by_app": given.get("_by_app", True),
    }
    first = not holds
    holds.append(made)
    document["status"] = "ON_HOLD"
    _touch(store, document)
    if first:
        store.emit("fulfillment_orders/placed_on_hold", document)
    return {
        "fulfillmentHold": made,
        "fulfillmentOrder": document,
        "remainingFulfillmentOrder": rest,
    }


def _open_document(store: Store, gid: str) -> dict:
    document = store.find(gid)
    if not document:
        text = "Fulfillment order not found."
        raise Refused(text, ["id"], "FULFILLMENT_ORDER_NOT_FOUND")
    if document["status"] not in ("OPEN", "SCHEDULED", "ON_HOLD"):
        text = "The fulfillment order is not in a state that can be held."
        raise Refused(text, ["id"], "TAKEN")
    return document


def _split(store: Store, document: dict, held: list[dict]) -> dict | None:
    """Leave the held units on the document, the others on a new one."""
    if not held:
        return None
    asked = {part["id"]: part["quantity"] for part in held}
    order = store.order_of(document["id"])
    rest = []
    for part in document["lineItems"]:
        keep = asked.get(part["id"], 0)
        if not 0 <= keep <= part["remainingQuantity"]:
            text = "Invalid fulfillment order line item quantity."
            path = ["fulfillmentHold", "fulfillmentOrderLineItems"]
            raise Refused(text, path, "INVALID_LINE_ITEM_QUANTITY")
        if part["remainingQuantity"] > keep:
            line = line_of(order, part["_line"])
            rest.append((line, part["remainingQuantity"] - keep))
    for part in document["lineItems"]:
        part["remainingQuantity"] = asked.get(part["id"], 0)
        part["totalQuantity"] = part["remainingQuantity"]
    document["lineItems"] = [p for p in document["lineItems"] if p["totalQuantity"]]
    if not rest:
        return None
    method = document["deliveryMethod"]["methodType"]
    return make_fulfillment_order(store, order, document["_location"], method, rest)


def release(store: Store, fulfillment_order_id: str, hold_ids: list | None) -> dict:
    """Release the named holds, or all of them when none is named."""
    document = store.find(fulfillment_order_id)
    if not document:
        text = "Fulfillment order not found."
        raise Refused(text, ["id"], "FULFILLMENT_ORDER_NOT_FOUND")
    holds = document["fulfillmentHolds"]
    gone = [one for one in holds if hold_ids is None or one["id"] in hold_ids]
    document["fulfillmentHolds"] = [one for one in holds if one not in gone]
    if gone and not document["fulfillmentHolds"]:
        started = any(
            part["remainingQuantity"] < part["totalQuantity"]
            for part in document["lineItems"]
        )
        document["status"] = "IN_PROGRESS" if started else "OPEN"
        store.emit("fulfillment_orders/hold_released", document)
    _touch(store, document)
    return document


def _touch(store: Store, document: dict) -> None:
    order = store.order_of(document["id"])
    document["updatedAt"] = order["updatedAt"] = store.stamp()
    store.emit("orders/updated", order)
