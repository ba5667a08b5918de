"""Refunds: what Shopify suggests, and what it does when told."""

from decimal import Decimal

from . import amounts, orders, payments
from .graph import Context, plays
from .money import add, bag, by_side, shop_amount, side_amount, times
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
            "left": one.get("restockType") == "RETURN",
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
    asked["beyond"] = bool(given.get("allowOverRefunding"))
    asked["shipping"] = _shipping(order, given)
    asked["duties"] = [
        {"id": one["dutyId"], "type": one.get("refundType")}
        for one in given.get("refundDuties") or ()
    ]
    return {"refund": orders.refund(store, order, asked), "order": order}


def _check_places(given: dict) -> None:
    for one in given.get("refundLineItems") or ():
        if one.get("restockType") in TAKEN_OFF and not one.get("locationId"):
            text = "Location must be given to restock."
            raise Refused(text, ["refundLineItems", "locationId"])


def _shipping(order: dict, given: dict) -> str | None:
    """Give the shipping to refund in shop money, "full" or nothing."""
    shipping = given.get("shipping") or {}
    if shipping.get("fullRefund"):
        return "full"
    if not Decimal(shipping.get("amount") or 0):
        return None
    value = presentment_bag(order, shipping["amount"], given.get("currency"))
    return str(shop_amount(value))


@plays("Order", "suggestedRefund")
def suggested_refund(_context: Context, order: dict, arguments: dict) -> dict:
    """Tell what the units are worth, and which payments that would go back to."""
    units, parts = {}, []
    for one in arguments.get("refundLineItems") or ():
        line = orders.pick_line(order, one["lineItemId"])
        units[line["id"]] = units.get(line["id"], 0) + one["quantity"]
        share = Decimal(one["quantity"]) / line["quantity"]
        parts.append(times(order, amounts.line_net(order, line), share))
        if not order["taxesIncluded"]:
            parts.append(times(order, amounts.taxes(order, [line]), share))
    duties = add(order, _duties(order, arguments.get("refundDuties") or (), units))
    shipping = _suggested_shipping(order, arguments)
    taxed = amounts.shipping_tax_of(order, shipping)
    parts += [duties, shipping]
    if not order["taxesIncluded"]:
        parts.append(taxed)
    most = payments.net_payment(order)
    worth = _at_most(order, add(order, parts), most)
    return {
        "amountSet": worth,
        "totalDutiesSet": duties,
        "maximumRefundableSet": most,
        "shipping": {
            "amountSet": shipping,
            "taxSet": taxed,
            "maximumRefundableSet": amounts.current_shipping(order),
        },
        "suggestedTransactions": [
            {
                "kind": "SUGGESTED_REFUND",
                "gateway": one["payment"]["gateway"],
                "parentTransaction": one["payment"],
                "amountSet": one["amount"],
                "maximumRefundableSet": payments.refundable_bag(order, one["payment"]),
            }
            for one in payments.spread_back(order, worth)
        ],
    }


def _suggested_shipping(order: dict, arguments: dict) -> dict:
    if arguments.get("refundShipping"):
        return amounts.current_shipping(order)
    return bag(order, arguments.get("shippingAmount") or "0")


def _duties(order: dict, asked: list, units: dict) -> list[dict]:
    """Tell what each of the duties named would come to."""
    kinds = {one["dutyId"]: one.get("refundType") for one in asked}
    found = []
    for line in order["lineItems"]:
        for duty in line["duties"]:
            if kinds.get(duty["id"]) == "PROPORTIONAL":
                share = Decimal(units.get(line["id"], 0)) / line["quantity"]
                found.append(times(order, duty["price"], share))
            elif duty["id"] in kinds:
                found.append(amounts.duty_left(order, duty))
    return found


def _at_most(order: dict, value: dict, limit: dict) -> dict:
    return by_side(
        order, lambda side: min(side_amount(value, side), side_amount(limit, side))
    )
