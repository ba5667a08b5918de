"""Refunds: what Shopify suggests, and what it does when told."""

from decimal import Decimal

from . import amounts, orders, payments
from .graph import Context, plays
from .money import add, by_side, shop_amount, side_amount, times
from .mutations import mutation, presentment_bag
from .store import Refused, Store

TAKEN_OFF = ("RETURN", "CANCEL")


@mutation("refundCreate")
def refund_create(store: Store, arguments: dict) -> dict:
    """Refund as told: the money is what the transactions say."""
    given = arguments["input"]
    order = orders.find_order(store, given["orderId"])
    lines = [
        {
            "line": one["lineItemId"],
            "quantity": one["quantity"],
            "restock": one.get("restockType") in TAKEN_OFF,
            "location": one.get("locationId"),
        }
        for one in given.get("refundLineItems") or ()
    ]
    _check_places(given)
    back = [
        (
            one.get("parentId"),
            presentment_bag(order, one["amount"], given.get("currency")),
        )
        for one in given.get("transactions") or ()
    ]
    total = add(order, [value for _parent, value in back])
    asked = {"lines": lines, "note": given.get("note")}
    asked["amount"] = str(shop_amount(total))
    if all(parent for parent, _value in back):
        asked["payments"] = back
    shipping = given.get("shipping") or {}
    if Decimal(shipping.get("amount") or 0):
        asked["shipping"] = shipping["amount"]
    return {"refund": orders.refund(store, order, asked), "order": order}


def _check_places(given: dict) -> None:
    for one in given.get("refundLineItems") or ():
        if one.get("restockType") in TAKEN_OFF and not one.get("locationId"):
            text = "Location must be given to restock."
            raise Refused(text, ["refundLineItems", "locationId"])


@plays("Order", "suggestedRefund")
def suggested_refund(_context: Context, order: dict, arguments: dict) -> dict:
    """Tell what the units are worth, and which payments that would go back to."""
    parts = []
    for one in arguments.get("refundLineItems") or ():
        line = orders.pick_line(order, one["lineItemId"])
        share = Decimal(one["quantity"]) / line["quantity"]
        parts.append(times(order, amounts.line_net(order, line), share))
        if not order["taxesIncluded"]:
            parts.append(times(order, amounts.taxes(order, [line]), share))
    worth = _at_most(order, add(order, parts), payments.net_payment(order))
    return {
        "amountSet": worth,
        "suggestedTransactions": [
            {
                "kind": "SUGGESTED_REFUND",
                "gateway": one["payment"]["gateway"],
                "parentTransaction": one["payment"],
                "amountSet": one["amount"],
            }
            for one in payments.spread_back(order, worth)
        ],
    }


def _at_most(order: dict, value: dict, limit: dict) -> dict:
    return by_side(
        order, lambda side: min(side_amount(value, side), side_amount(limit, side))
    )
