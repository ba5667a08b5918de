"""What may happen to an order after it was placed."""

from . import amounts, fulfilment, payments, placing
from .inventory import move
from .money import add, bag, minus, shop_amount, times
from .store import Refused, Store

CANCEL_REASONS = ("CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF")


def place(store: Store, given: dict) -> dict:
    """Place an order and tell about it, unless ``webhooks`` is false."""
    listeners, store.listeners = store.listeners, []
    try:
        order = placing.place(store, given)
    finally:
        store.listeners = listeners
    if given.get("webhooks", True):
        _announce(store, order)
    return order


def _announce(store: Store, order: dict) -> None:
    store.emit("orders/create", order)
    for transaction in order["transactions"]:
        if transaction["status"] == "SUCCESS":
            store.emit(
                "order_transactions/create", {**transaction, "_order": order["id"]}
            )
    if payments.financial_status(order) == "PAID":
        store.emit("orders/paid", order)
    for document in order["fulfillmentOrders"]:
        store.emit("fulfillment_orders/order_routing_complete", document)
        for part in document["lineItems"]:
            line = fulfilment.line_of(order, part["_line"])
            level = line["_item"] and fulfilment.level_at(
                store, line["_item"], document["_location"]
            )
            if level:
                store.emit("inventory_levels/update", level)


def find_order(store: Store, reference: str) -> dict:
    """Find an order by its gid, number or name."""
    reference = str(reference)
    for order in store.table("Order").values():
        names = (order["id"], order["legacyResourceId"], order["name"])
        if reference in names or f"#{reference}" == order["name"]:
            return order
    raise Refused(f"Order {reference} does not exist.", ["id"], "NOT_FOUND")


def touch(store: Store, order: dict, *topics: str) -> None:
    order["updatedAt"] = store.stamp()
    for topic in (*topics, "orders/updated"):
        store.emit(topic, order)


def pay(
    store: Store, order: dict, amount: str | None = None, gateway: str | None = None
) -> None:
    """Take a payment and tell when nothing is due any more."""
    payments.pay(store, order, amount, gateway)
    paid = payments.financial_status(order) == "PAID"
    touch(store, order, *(("orders/paid",) if paid else ()))


def close(store: Store, order: dict, closed: bool = True) -> None:
    order["closedAt"] = store.stamp() if closed else None
    touch(store, order)


def edit(store: Store, order: dict, given: dict) -> None:
    """Edit texts, tags, the address, line quantities, or add lines.

    ``lines`` is a list of ``{"line": index or sku, "quantity": n}``, ``add`` a list
    of lines as for a new order.
    """
    if order["cancelledAt"]:
        raise Refused("The order is cancelled.", ["id"])
    for key, field in (("note", "note"), ("email", "email"), ("po_number", "poNumber")):
        if key in given:
            order[field] = given[key]
    if "tags" in given:
        order["tags"] = list(given["tags"])
    if given.get("shipping_address"):
        order["shippingAddress"].update(given["shipping_address"])
    order["_last_edit"] = [
        *(_set_units(store, order, change) for change in given.get("lines", ())),
        *(_add_line(store, order, line) for line in given.get("add", ())),
    ]
    edited = bool(order["_last_edit"])
    order["_edited"] = order["_edited"] or edited
    touch(store, order, *(("orders/edited",) if edited else ()))


def judge(store: Store, order: dict, level: str) -> None:
    """Let a risk assessment arrive, as it does some time after the order."""
    if level not in ("LOW", "MEDIUM", "HIGH", "NONE", "PENDING"):
        raise Refused(f"Unknown risk level {level!r}.", ["level"])
    order["_risk"] = level
    touch(store, order, "orders/risk_assessment_changed")


def pick_line(order: dict, reference: int | str) -> dict:
    """Find a line by its position, SKU or gid."""
    lines = order["lineItems"]
    if isinstance(reference, int) and reference < len(lines):
        return lines[reference]
    for line in lines:
        if reference in (line["sku"], line["id"]):
            return line
    raise Refused(f"The order has no line {reference!r}.", ["lines"])


def _set_units(store: Store, order: dict, change: dict) -> tuple[str, int]:
    """Set the units still wanted; give the line's id and by how many it changed."""
    line = pick_line(order, change["line"])
    units = int(change["quantity"])
    delta = units - line["currentQuantity"]
    if delta > 0:
        line["quantity"] += delta
        line["currentQuantity"] = units
        amounts.apply_taxes(order, line)
        _demand(store, order, line, delta)
    elif delta < 0:
        take_off(store, order, line, -delta, restock=change.get("restock", True))
    return line["id"], delta


def _demand(store: Store, order: dict, line: dict, units: int) -> None:
    if line["_tip"] or line["isGiftCard"]:
        return
    place = line["_location"] or order["fulfillmentOrders"][0]["_location"]
    method = "SHIPPING" if line["requiresShipping"] else "NONE"
    fulfilment.make_fulfillment_order(store, order, place, method, [(line, units)])
    move(store, line["_item"], place, available=-units, committed=units)


def _add_line(store: Store, order: dict, given: dict) -> tuple[str, int]:
    line = placing.make_line(store, order, given, {})
    amounts.apply_taxes(order, line)
    order["lineItems"].append(line)
    _demand(store, order, line, line["quantity"])
    return line["id"], line["quantity"]


def take_off(store: Store, order: dict, line: dict, units: int, restock: bool) -> str:
    """Take units that were not shipped off a line.

    :return: the location they were waiting at
    """
    place, left = None, units
    for document in order["fulfillmentOrders"]:
        for part in document["lineItems"]:
            if part["_line"] != line["id"] or not part["remainingQuantity"]:
                continue
            taken = min(left, part["remainingQuantity"])
            part["remainingQuantity"] -= taken
            part["totalQuantity"] -= taken
            left -= taken
            place = document["_location"]
            back = taken if restock else 0
            move(store, line["_item"], place, committed=-taken, available=back)
        _close_if_empty(store, document)
    if left and place is None and not (line["_tip"] or line["isGiftCard"]):
        raise Refused("The units were shipped already.", ["lines"])
    line["currentQuantity"] -= units
    return place


def _close_if_empty(store: Store, document: dict) -> None:
    if document["status"] == "CLOSED":
        return
    if not any(part["remainingQuantity"] for part in document["lineItems"]):
        document["status"] = "CLOSED"
        document["updatedAt"] = store.stamp()


def cancel(
    store: Store, order: dict, reason: str, restock: bool = True, money: bool = True
) -> None:
    """Cancel an order of which nothing was shipped.

    :param money: give back what was paid; what was authorized is voided anyway
    """
    if order["cancelledAt"]:
        raise Refused("The order has already been canceled.", ["orderId"], "INVALID")
    if reason not in CANCEL_REASONS:
        raise Refused("The reason is invalid.", ["reason"], "INVALID")
    if any(one["status"] == "SUCCESS" for one in order["fulfillments"]):
        text = "Cannot cancel an order that has fulfillments."
        raise Refused(text, ["orderId"], "INVALID")
    open_lines = [line for line in order["lineItems"] if line["currentQuantity"]]
    parts = [
        _refund_line(store, order, line, line["currentQuantity"], "CANCEL", restock)
        for line in open_lines
    ]
    order["cancelledAt"] = store.stamp()
    order["cancelReason"] = reason
    refund = _new_refund(store, order, parts)
    if money and shop_amount(payments.net_payment(order)):
        payments.give_back(store, order, payments.net_payment(order), refund)
    payments.void_all(store, order)
    order["_shipping_cancelled"] = True
    for document in order["fulfillmentOrders"]:
        document["status"] = "CLOSED"
        document["fulfillmentHolds"] = []
    store.emit("refunds/create", refund)
    touch(store, order, "orders/cancelled")


def refund(store: Store, order: dict, given: dict) -> dict:
    """Refund lines, shipping or just money.

    :param given: ``lines`` of ``{"line", "quantity", "restock", "location", "left"}``,
        ``shipping`` (an amount as Shopify writes it, or "full"), ``duties`` (of
        ``{"id", "type"}``), ``amount`` (the money, computed when left out),
        ``payments`` ((id, bag) pairs: where it goes), ``beyond`` (more than was paid
        may go back), ``note``, ``return`` (its id)
    """
    asked = bag(order, given.get("amount", "0"))
    beyond = bool(given.get("beyond"))
    too_much = shop_amount(asked) > shop_amount(payments.net_payment(order))
    if too_much and not beyond:
        raise Refused("Refund amount exceeds what was paid.", ["transactions"])
    parts = [_returned(store, order, one) for one in given.get("lines", ())]
    document = _new_refund(store, order, parts, given.get("note"))
    document["_return"] = given.get("return")
    if given.get("shipping"):
        document["refundShippingLines"] = [
            _refunded_shipping(store, order, given["shipping"])
        ]
    document["duties"] = [
        _refunded_duty(order, one, document) for one in given.get("duties", ())
    ]
    money = asked if "amount" in given else _value_of(order, document)
    if shop_amount(money):
        where = given.get("payments")
        payments.give_back(store, order, money, document, where, beyond=beyond)
    _adjust(store, order, document, money)
    store.emit("refunds/create", document)
    touch(store, order)
    return document


def _returned(store: Store, order: dict, given: dict) -> dict:
    line = pick_line(order, given["line"])
    units = int(given.get("quantity", line["currentQuantity"]))
    if not 0 < units <= line["currentQuantity"]:
        raise Refused("Quantity cannot refund more items than were purchased.")
    restock = given.get("restock", True)
    open_units = 0 if given.get("left") else waiting(order, line)
    if open_units >= units:
        return _refund_line(store, order, line, units, "CANCEL", restock)
    place = placing.find_location(store, given.get("location"))
    place = place or order["fulfillmentOrders"][0]["_location"]
    if restock:
        move(store, line["_item"], place, available=units)
    line["currentQuantity"] -= units
    kind = "RETURN" if restock else "NO_RESTOCK"
    return _refund_document(store, order, line, units, kind, restock and place)


def waiting(order: dict, line: dict) -> int:
    """Tell how many units of a line are still to be shipped."""
    return sum(
        part["remainingQuantity"]
        for document in order["fulfillmentOrders"]
        for part in document["lineItems"]
        if part["_line"] == line["id"]
    )


def _refund_line(
    store: Store, order: dict, line: dict, units: int, kind: str, restock: bool
) -> dict:
    place = take_off(store, order, line, units, restock)
    kind = kind if restock else "NO_RESTOCK"
    return _refund_document(store, order, line, units, kind, restock and place)


def _refund_document(
    store: Store, order: dict, line: dict, units: int, kind: str, place: str | None
) -> dict:
    """Tell in money what the units are worth: net of discounts, tax apart."""
    share = amounts.Decimal(units) / line["quantity"]
    net = times(order, amounts.line_net(order, line), share)
    document = {
        "id": store.gid("RefundLineItem"),
        "_order": order["id"],
        "_line": line["id"],
        "_location": place or None,
        "quantity": units,
        "restockType": kind,
        "restocked": bool(place),
        "priceSet": line["originalUnitPriceSet"],
        "subtotalSet": net,
        "totalTaxSet": times(order, amounts.taxes(order, [line]), share),
    }
    return store.own(order, document)


def _new_refund(
    store: Store, order: dict, parts: list, note: str | None = None
) -> dict:
    stamp, number = store.stamp(), store.number()
    document = {
        "id": store.gid("Refund", number),
        "legacyResourceId": str(number),
        "createdAt": stamp,
        "processedAt": stamp,
        "updatedAt": stamp,
        "note": note,
        "_order": order["id"],
        "refundLineItems": parts,
        "refundShippingLines": [],
        "duties": [],
        "orderAdjustments": [],
        "transactions": [],
    }
    order["refunds"].append(store.own(order, document))
    return document


def _refunded_shipping(store: Store, order: dict, amount: str) -> dict:
    if not order["shippingLines"]:
        raise Refused("The order has no shipping.", ["shipping"])
    left = amounts.current_shipping(order)
    value = left if amount == "full" else bag(order, amount)
    if shop_amount(value) > shop_amount(left):
        raise Refused("Shipping refund amount exceeds what is left.", ["shipping"])
    return {
        "id": store.gid("RefundShippingLine"),
        "_order": order["id"],
        "_shipping": order["shippingLines"][0]["id"],
        "subtotalAmountSet": value,
        "taxAmountSet": amounts.shipping_tax_of(order, value),
    }


def _refunded_duty(order: dict, given: dict, document: dict) -> dict:
    """Give a duty back: all that is left of it, or the share of refunded units."""
    for line in order["lineItems"]:
        duty = next((one for one in line["duties"] if one["id"] == given["id"]), None)
        if not duty:
            continue
        value = amounts.duty_left(order, duty)
        if given.get("type") == "PROPORTIONAL":
            units = sum(
                part["quantity"]
                for part in document["refundLineItems"]
                if part["_line"] == line["id"]
            )
            share = amounts.Decimal(units) / line["quantity"]
            value = times(order, duty["price"], share)
        return {"originalDuty": duty, "amountSet": value}
    raise Refused("The duty does not exist.", ["refundDuties"])


def _adjust(store: Store, order: dict, document: dict, money: dict) -> None:
    """Note what was paid back less (above zero), or more, than reckoned."""
    gap = minus(order, _value_of(order, document), money)
    if not shop_amount(gap):
        return
    pending = not shop_amount(money)
    adjustment = {
        "id": store.gid("OrderAdjustment"),
        "_order": order["id"],
        "reason": ("PENDING_" if pending else "") + "REFUND_DISCREPANCY",
        "amountSet": gap,
        "taxAmountSet": add(order, []),
    }
    document["orderAdjustments"].append(store.own(order, adjustment))


def _value_of(order: dict, document: dict) -> dict:
    parts = [part["subtotalSet"] for part in document["refundLineItems"]]
    parts += [one["subtotalAmountSet"] for one in document["refundShippingLines"]]
    parts += [one["amountSet"] for one in document["duties"]]
    if not order["taxesIncluded"]:
        parts += [part["totalTaxSet"] for part in document["refundLineItems"]]
        parts += [one["taxAmountSet"] for one in document["refundShippingLines"]]
    return add(order, parts)
