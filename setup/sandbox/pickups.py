"""Goods that wait at a counter: the customer is told once.

Shopify Admin API, ``fulfillmentOrderLineItemsPreparedForPickup``, read 2026-11.
"""

from .fulfilment import OPEN_STATES
from .mutations import mutation
from .store import Refused, Store


@mutation("fulfillmentOrderLineItemsPreparedForPickup")
def prepared_for_pickup(store: Store, arguments: dict) -> dict:
    """Note that all that is left of each fulfilment order waits at the counter."""
    wanted = arguments["input"]["lineItemsByFulfillmentOrder"]
    documents = [_ready(store, one["fulfillmentOrderId"]) for one in wanted]
    for document in documents:
        order = store.order_of(document["id"])
        document["_prepared"] = True
        document["updatedAt"] = order["updatedAt"] = store.stamp()
        order["_told_ready"] = order.get("_told_ready", 0) + 1
        store.emit("fulfillment_orders/line_items_prepared_for_pickup", document)
        store.emit("orders/updated", order)
    return {}


def _ready(store: Store, fulfillment_order_id: str) -> dict:
    document = store.find(fulfillment_order_id)
    path = ["input", "lineItemsByFulfillmentOrder"]
    method = document and document["deliveryMethod"]["methodType"]
    if method != "PICK_UP" or document["status"] not in OPEN_STATES:
        text = "The fulfillment order cannot be prepared for pickup."
        raise Refused(text, path, "FULFILLMENT_ORDER_INVALID")
    if not any(part["remainingQuantity"] for part in document["lineItems"]):
        text = "There is nothing left to prepare."
        raise Refused(text, path, "NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER")
    if document.get("_prepared"):
        text = "Unable to prepare quantity."
        raise Refused(text, path, "UNABLE_TO_PREPARE_QUANTITY")
    return document
