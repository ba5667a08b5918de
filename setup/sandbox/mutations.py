"""The mutations a connector uses, on the shop's documents."""

from collections.abc import Callable
from decimal import Decimal

from . import addresses, fulfilment, holds, inventory, orders, payments
from .graph import Context, plays
from .money import make_bag, rounded
from .store import Refused, Store


def mutation(name: str, errors: str = "userErrors") -> Callable:
    """Register a mutation; what it refuses becomes a user error."""

    def register(function: Callable) -> Callable:
        def run(context: Context, _source: dict | None, arguments: dict) -> dict:
            context.store.dirty = True
            try:
                return {errors: [], **function(context.store, arguments)}
            except Refused as refusal:
                return {errors: [refusal.as_user_error()]}

        plays("Mutation", name)(run)
        return function

    return register


@mutation("inventorySetQuantities")
def inventory_set_quantities(store: Store, arguments: dict) -> dict:
    return inventory.set_quantities(store, arguments["input"])


@mutation("inventoryActivate")
def inventory_activate(store: Store, arguments: dict) -> dict:
    for key, word in (("inventoryItemId", "item"), ("locationId", "location")):
        if not store.find(arguments[key]):
            raise Refused(f"The specified {word} could not be found.", [key])
    level = inventory.activate(
        store,
        arguments["inventoryItemId"],
        arguments["locationId"],
        arguments.get("available"),
    )
    return {"inventoryLevel": level}


@mutation("inventoryDeactivate")
def inventory_deactivate(store: Store, arguments: dict) -> dict:
    level = store.find(arguments["inventoryLevelId"])
    if not level:
        raise Refused("The level could not be found.", ["inventoryLevelId"])
    if inventory.quantity(level, "committed"):
        raise Refused("The level has committed units.", ["inventoryLevelId"])
    level["isActive"] = False
    store.emit("inventory_levels/disconnect", level)
    return {}


@mutation("fulfillmentCreate")
def fulfillment_create(store: Store, arguments: dict) -> dict:
    return {"fulfillment": fulfilment.fulfil(store, arguments["fulfillment"])}


@mutation("fulfillmentTrackingInfoUpdate")
def fulfillment_tracking_info_update(store: Store, arguments: dict) -> dict:
    document = fulfilment.update_tracking(
        store,
        arguments["fulfillmentId"],
        arguments["trackingInfoInput"],
        notify=bool(arguments.get("notifyCustomer")),
    )
    return {"fulfillment": document}


@mutation("fulfillmentCancel")
def fulfillment_cancel(store: Store, arguments: dict) -> dict:
    return {"fulfillment": fulfilment.cancel_fulfilment(store, arguments["id"])}


@mutation("fulfillmentOrderHold")
def fulfillment_order_hold(store: Store, arguments: dict) -> dict:
    return holds.hold(store, arguments["id"], arguments["fulfillmentHold"])


@mutation("fulfillmentOrderReleaseHold")
def fulfillment_order_release_hold(store: Store, arguments: dict) -> dict:
    document = holds.release(store, arguments["id"], arguments.get("holdIds"))
    return {"fulfillmentOrder": document}


@mutation("orderCancel", errors="orderCancelUserErrors")
def order_cancel(store: Store, arguments: dict) -> dict:
    """Cancel at once, but answer like the real job: not done yet."""
    order = orders.find_order(store, arguments["orderId"])
    method = arguments.get("refundMethod") or {}
    money = bool(method.get("originalPaymentMethodsRefund") or arguments.get("refund"))
    orders.cancel(store, order, arguments["reason"], arguments["restock"], money)
    order["_note"] = arguments.get("staffNote")
    job = {"id": store.gid("Job"), "done": True}
    store.table("Job")[job["id"]] = job
    result = {
        "id": store.gid("OrderCancelJobResult"),
        "done": False,
        "status": "STARTED",
        "errors": [],
        "order": order,
    }
    return {"job": {**job, "done": False}, "jobResult": result}


@mutation("orderMarkAsPaid")
def order_mark_as_paid(store: Store, arguments: dict) -> dict:
    order = orders.find_order(store, arguments["input"]["id"])
    orders.pay(store, order)
    return {"order": order}


@mutation("orderCapture")
def order_capture(store: Store, arguments: dict) -> dict:
    given = arguments["input"]
    order = orders.find_order(store, given["id"])
    amount = presentment_bag(order, given["amount"], given.get("currency"))
    transaction = payments.capture(
        store,
        order,
        given["parentTransactionId"],
        amount,
        bool(given.get("finalCapture")),
    )
    paid = payments.financial_status(order) == "PAID"
    orders.touch(store, order, *(("orders/paid",) if paid else ()))
    return {"transaction": transaction}


@mutation("transactionVoid")
def transaction_void(store: Store, arguments: dict) -> dict:
    parent = arguments["parentTransactionId"]
    if not store.find(parent):
        text = "Transaction not found."
        raise Refused(text, ["parentTransactionId"], "TRANSACTION_NOT_FOUND")
    order = store.order_of(parent)
    transaction = payments.void(store, order, parent)
    orders.touch(store, order)
    return {"transaction": transaction}


def presentment_bag(order: dict, amount: str, currency: str | None) -> dict:
    """Make a bag of money that came in the buyer's currency.

    :raises Refused: when the currency is another, or missing where it must be given
    """
    shop, buyer = order["currencyCode"], order["presentmentCurrencyCode"]
    if (currency or shop) != buyer:
        raise Refused("Currency must be the presentment currency.", ["currency"])
    value = Decimal(amount)
    return make_bag(order, rounded(value / Decimal(order["_rate"]), shop), value)


@mutation("orderUpdate")
def order_update(store: Store, arguments: dict) -> dict:
    given = arguments["input"]
    order = orders.find_order(store, given["id"])
    for key in ("note", "email", "phone", "poNumber", "tags", "customAttributes"):
        if key in given:
            order[key] = given[key]
    if given.get("shippingAddress"):
        addresses.change(order, given["shippingAddress"])
    orders.touch(store, order)
    return {"order": order}


@mutation("orderClose")
def order_close(store: Store, arguments: dict) -> dict:
    order = orders.find_order(store, arguments["input"]["id"])
    orders.close(store, order)
    return {"order": order}


@mutation("orderOpen")
def order_open(store: Store, arguments: dict) -> dict:
    order = orders.find_order(store, arguments["input"]["id"])
    orders.close(store, order, closed=False)
    return {"order": order}


@mutation("tagsAdd")
def tags_add(store: Store, arguments: dict) -> dict:
    return _tag(
        store, arguments, lambda old, new: [*old, *(t for t in new if t not in old)]
    )


@mutation("tagsRemove")
def tags_remove(store: Store, arguments: dict) -> dict:
    return _tag(store, arguments, lambda old, gone: [t for t in old if t not in gone])


def _tag(store: Store, arguments: dict, change: Callable) -> dict:
    document = store.find(arguments["id"])
    if not document or "tags" not in document:
        raise Refused("The resource could not be found.", ["id"])
    document["tags"] = change(document["tags"], arguments["tags"])
    if document["id"] in store.table("Order"):
        orders.touch(store, document)
    return {"node": document}
