"""Sales over the counter: goods taken along, cash that is rounded, exchanges."""

from decimal import Decimal

from . import amounts, fulfilment, orders, payments, placing
from .graph import Context, plays
from .money import add, bag, shop_amount
from .store import Refused, Store

SOURCE = "pos"


def prepare(store: Store, given: dict) -> dict:
    """Complete the description of a till's sale: its store, and no shipping."""
    if given.get("source") != SOURCE:
        return given
    place = placing.find_location(store, given.get("retail_location"))
    if not place:
        raise Refused("A till's sale names its store.", ["retail_location"])
    return {
        "delivery": "RETAIL",
        "shipping_address": None,
        **given,
        "retail_location": place,
    }


def hand_over(store: Store, order: dict) -> None:
    """Ship at once what the customers took along."""
    for document in list(order["fulfillmentOrders"]):
        method = document["deliveryMethod"]["methodType"]
        if method == "RETAIL" and document["status"] in fulfilment.OPEN_STATES:
            wanted = {"fulfillmentOrderId": document["id"]}
            given = {"lineItemsByFulfillmentOrder": [wanted]}
            fulfilment.fulfil(store, given)


def refund(store: Store, order: dict, given: dict) -> dict:
    """Refund; ``till`` names the store that did it, ``rounding`` its cash rounding."""
    place = placing.find_location(store, given.get("till"))
    lines = given.get("lines", ())
    if place:
        lines = [{"location": place, **line} for line in lines]
    document = orders.refund(store, order, {**given, "lines": lines})
    for transaction in document["transactions"]:
        transaction["_place"] = place
    if given.get("rounding") and document["transactions"]:
        document["transactions"][-1]["_rounding"] = bag(order, given["rounding"])
    return document


def exchange(store: Store, order: dict, given: dict) -> None:
    """Take ``lines`` back and hand ``add`` out; the difference is paid or given back.

    All of it in one version of the order, at the store that ``till`` names.
    """
    place = placing.find_location(store, given.get("till") or order["_retail"])
    for line in given.get("add", ()):
        made = placing.make_line(store, order, line, {})
        amounts.apply_taxes(order, made)
        order["lineItems"].append(made)
        pairs = [(made, made["quantity"])]
        fulfilment.make_fulfillment_order(store, order, place, "RETAIL", pairs)
        orders.move(store, made["_item"], place, available=-made["quantity"])
        orders.move(store, made["_item"], place, committed=made["quantity"])
    hand_over(store, order)
    back = [{"location": place, **line} for line in given.get("lines", ())]
    document = orders.refund(store, order, {"lines": back, "amount": "0"})
    gateway = given.get("gateway", "cash")
    due = payments.outstanding(order)
    if shop_amount(due):
        payments.add_transaction(store, order, "SALE", due, gateway)
    too_much = shop_amount(payments.net_payment(order)) - shop_amount(
        amounts.current_total(order)
    )
    if too_much > 0:
        payments.give_back(store, order, bag(order, str(too_much)), document)
    for transaction in document["transactions"]:
        transaction["_place"] = place
    order["_edited"] = True
    orders.touch(store, order)


def refund_rounding(order: dict) -> dict:
    """Add up by how much tills rounded what they gave back."""
    nothing = add(order, [])
    rows = [one for one in order["transactions"] if one["kind"] == "REFUND"]
    return add(order, [one.get("_rounding") or nothing for one in rows])


@plays("OrderTransaction", "amountRoundingSet")
def rounding(_context: Context, transaction: dict, _arguments: dict) -> dict | None:
    return transaction.get("_rounding")


@plays("OrderTransaction", "location")
def till_of(context: Context, transaction: dict, _arguments: dict) -> dict | None:
    place = transaction.get("_place")
    return context.store.find(place) if place else None


@plays("Fulfillment", "fulfillmentOrders")
def asked(context: Context, document: dict, _arguments: dict) -> list[dict]:
    return [context.store.find(one) for one in document["_fulfillment_orders"]]


def tender(store: Store, order: dict, transaction: dict, given: dict) -> None:
    """Note at which till a payment was made, and how its cash was rounded."""
    if order["sourceName"] == SOURCE:
        transaction["_place"] = order["_retail"]
    if Decimal(given.get("rounding") or 0):
        transaction["_rounding"] = bag(order, given["rounding"])
