"""Returns: asked for, decided, received in parts, processed, closed.

Goods are disposed of line by line; ``currentQuantity`` falls with a refund alone.
"""

from . import fulfilment, orders
from .inventory import move
from .money import add
from .mutations import presentment_bag
from .store import Refused, Store

REASONS = (
    *("UNKNOWN", "SIZE_TOO_SMALL", "SIZE_TOO_LARGE", "UNWANTED", "DEFECTIVE"),
    "OTHER",
)
GONE = ("DECLINED", "CANCELED")


def of(order: dict) -> list[dict]:
    """Give an order's returns; what was saved before there were any has none."""
    return order.setdefault("_returns", [])


# What happens to a return


def make(store: Store, order: dict, given: dict, status: str) -> dict:
    """Ask for a return, or open one at once.

    :param given: ``ReturnInput`` or ``ReturnRequestInput``
    """
    number, stamp = store.number(), store.stamp()
    document = {
        "id": store.gid("Return", number),
        "name": f"{order['name']}-R{len(of(order)) + 1}",
        "status": "REQUESTED",
        "createdAt": stamp,
        "requestApprovedAt": None,
        "closedAt": None,
        "decline": None,
        "_order": order["id"],
        "returnLineItems": [
            _line(store, order, one) for one in given["returnLineItems"]
        ],
        "exchangeLineItems": [
            _exchange_line(store, order, one)
            for one in given.get("exchangeLineItems") or ()
        ],
        "reverseFulfillmentOrders": [],
    }
    of(order).append(store.own(order, document))
    if status == "OPEN":
        _open(store, order, document)
    else:
        _tell(store, order, document, "request")
    return document


def _line(store: Store, order: dict, given: dict) -> dict:
    shipped = store.find(given["fulfillmentLineItemId"])
    if not shipped or shipped["_order"] != order["id"]:
        raise Refused("Fulfillment line item not found.", None, "NOT_FOUND")
    if not 0 < given["quantity"] <= returnable(order, shipped):
        text = "Quantity exceeds the quantity that can be returned."
        raise Refused(text, ["returnLineItems"], "INVALID")
    line = {
        "__typename": "ReturnLineItem",
        "id": store.gid("ReturnLineItem"),
        "quantity": given["quantity"],
        "returnReasonNote": given.get("returnReasonNote") or "",
        "customerNote": given.get("customerNote"),
        "returnReasonDefinition": _reason(given),
        "refundedQuantity": 0,
        "_shipped": shipped["id"],
        "_order": order["id"],
    }
    return store.own(order, line)


def _reason(given: dict) -> dict | None:
    wanted = str(given.get("returnReasonDefinitionId") or "")
    return next((one for one in definitions() if one["id"] == wanted), None)


def definitions() -> list[dict]:
    return [
        {
            "id": f"gid://shopify/ReturnReasonDefinition/{number}",
            "handle": name.lower().replace("_", "-"),
            "name": name.capitalize().replace("_", " "),
            "deleted": False,
        }
        for number, name in enumerate(REASONS, 1)
    ]


def _exchange_line(store: Store, order: dict, given: dict) -> dict:
    variant = store.find(given["variantId"])
    if not variant:
        raise Refused("Variant not found.", ["exchangeLineItems"], "NOT_FOUND")
    line = {
        "id": store.gid("ExchangeLineItem"),
        "quantity": given["quantity"],
        "variantId": variant["id"],
        "variantSku": variant["sku"],
        "variantTitle": None,
        "title": variant["displayName"],
        "_processed": 0,
        "_order": order["id"],
    }
    return store.own(order, line)


def returnable(order: dict, shipped: dict) -> int:
    """Tell how many units of a shipped line nobody refunded or returns yet."""
    named = [
        line
        for one in of(order)
        if one["status"] not in GONE
        for line in one["returnLineItems"]
    ]
    here = sum(line["quantity"] for line in named if line["_shipped"] == shipped["id"])
    return max(min(shipped["quantity"] - here, _with_buyer(order, shipped, named)), 0)


def _with_buyer(order: dict, shipped: dict, named: list[dict]) -> int:
    """Tell how many units of a sold line were shipped, and are in no return."""
    sold = fulfilment.line_of(order, shipped["_line"])
    ids = {
        one["id"]
        for document in order["fulfillments"]
        for one in document["fulfillmentLineItems"]
        if one["_line"] == sold["id"]
    }
    in_returns = sum(
        line["quantity"] - line["refundedQuantity"]
        for line in named
        if line["_shipped"] in ids
    )
    return sold["currentQuantity"] - orders.waiting(order, sold) - in_returns


def _open(store: Store, order: dict, document: dict) -> None:
    document["status"] = "OPEN"
    document["requestApprovedAt"] = store.stamp()
    reverse = {
        "id": store.gid("ReverseFulfillmentOrder"),
        "status": "OPEN",
        "_order": order["id"],
        "reverseDeliveries": [],
        "lineItems": [
            store.own(
                order,
                {
                    "id": store.gid("ReverseFulfillmentOrderLineItem"),
                    "totalQuantity": line["quantity"],
                    "dispositions": [],
                    "_shipped": line["_shipped"],
                    "_return": document["id"],
                    "_order": order["id"],
                },
            )
            for line in document["returnLineItems"]
        ],
    }
    document["reverseFulfillmentOrders"] = [store.own(order, reverse)]
    _tell(store, order, document, "approve")


def _tell(store: Store, order: dict, document: dict, what: str) -> None:
    store.emit(f"returns/{what}", document)
    orders.touch(store, order)


def approve(store: Store, document: dict) -> None:
    _expect(document, "REQUESTED")
    _open(store, store.order_of(document["id"]), document)


def decline(store: Store, document: dict, reason: str, note: str | None) -> None:
    _expect(document, "REQUESTED")
    document["status"] = "DECLINED"
    document["decline"] = {"reason": reason, "note": note}
    _tell(store, store.order_of(document["id"]), document, "decline")


def cancel(store: Store, document: dict) -> None:
    """Cancel it, as long as no work has been done on it."""
    _expect(document, "OPEN", "REQUESTED")
    worked = any(line["dispositions"] for line in reverse_lines(document))
    if worked or any(line["refundedQuantity"] for line in document["returnLineItems"]):
        raise Refused("Return cannot be canceled.", ["id"], "INVALID_STATE")
    document["status"] = "CANCELED"
    for one in document["reverseFulfillmentOrders"]:
        one["status"] = "CANCELED"
    _tell(store, store.order_of(document["id"]), document, "cancel")


def close(store: Store, document: dict) -> None:
    _expect(document, "OPEN")
    document["status"] = "CLOSED"
    document["closedAt"] = store.stamp()
    _tell(store, store.order_of(document["id"]), document, "close")


def reopen(store: Store, document: dict) -> None:
    _expect(document, "CLOSED")
    document["status"] = "OPEN"
    document["closedAt"] = None
    _tell(store, store.order_of(document["id"]), document, "reopen")


def _expect(document: dict, *states: str) -> None:
    if document["status"] not in states:
        text = f"Return is {document['status'].lower()}: this is not possible."
        raise Refused(text, ["id"], "INVALID_STATE")


def reverse_lines(document: dict) -> list[dict]:
    return [
        line
        for one in document["reverseFulfillmentOrders"]
        for line in one["lineItems"]
    ]


def dispose(store: Store, asked: list[dict]) -> list[dict]:
    """Say what became of units; all of what is asked, or nothing of it."""
    lines = [_disposable(store, one, asked) for one in asked]
    for line, one in zip(lines, asked, strict=True):
        _dispose(store, line, one)
    for gid in dict.fromkeys(line["_return"] for line in lines):
        document = store.find(gid)
        _tell(store, store.order_of(gid), document, "update")
    return list({line["id"]: line for line in lines}.values())


def _disposable(store: Store, one: dict, asked: list[dict]) -> dict:
    line = store.find(one["reverseFulfillmentOrderLineItemId"])
    path = ["dispositionInputs"]
    if not line:
        text = "Reverse fulfillment order line item not found."
        raise Refused(text, path, "NOT_FOUND")
    _expect(store.find(line["_return"]), "OPEN")
    known = sum(row["quantity"] for row in line["dispositions"])
    wanted = sum(
        row["quantity"]
        for row in asked
        if row["reverseFulfillmentOrderLineItemId"] == line["id"]
    )
    if one["quantity"] <= 0 or known + wanted > line["totalQuantity"]:
        text = "Quantity exceeds the quantity that can be disposed."
        raise Refused(text, path, "INVALID")
    if one["dispositionType"] == "RESTOCKED" and not one.get("locationId"):
        raise Refused("Location must be given to restock.", path, "BLANK")
    return line


def _dispose(store: Store, line: dict, one: dict) -> None:
    order = store.order_of(line["id"])
    place = one.get("locationId")
    line["dispositions"].append(
        store.own(
            order,
            {
                "id": store.gid("ReverseFulfillmentOrderDisposition"),
                "createdAt": store.stamp(),
                "type": one["dispositionType"],
                "quantity": one["quantity"],
                "_location": place,
            },
        )
    )
    if one["dispositionType"] == "RESTOCKED":
        sold = fulfilment.line_of(order, store.find(line["_shipped"])["_line"])
        move(store, sold["_item"], place, available=one["quantity"])


def process(store: Store, document: dict, given: dict) -> None:
    """Confirm what came back and what is sent instead; refund where it is asked."""
    _expect(document, "OPEN")
    order = store.order_of(document["id"])
    asked = given.get("returnLineItems") or []
    rows = [row for one in asked for row in one.get("dispositions") or ()]
    if rows:
        dispose(store, rows)
    for one in given.get("exchangeLineItems") or ():
        _send_instead(store, order, store.find(one["id"]), one["quantity"])
    transfer = given.get("financialTransfer") or {}
    if transfer.get("issueRefund"):
        refund(store, document, asked, transfer["issueRefund"]["orderTransactions"])
    _tell(store, order, document, "process")


def _send_instead(store: Store, order: dict, line: dict, units: int) -> None:
    if line["_processed"] + units > line["quantity"]:
        raise Refused("Quantity exceeds what can be processed.", None, "INVALID")
    line["_processed"] += units
    change = {"sku": line["variantSku"], "quantity": units}
    orders.edit(store, order, {"add": [change]})


def refund(store: Store, document: dict, asked: list[dict], paid: list | None) -> dict:
    """Refund units of a return; its goods are disposed of apart.

    :param asked: ``{"id": the return's line, "quantity"}``
    :param paid: transactions of the input; without, what the units are worth
    """
    order = store.order_of(document["id"])
    lines = [(store.find(one["id"]), one["quantity"]) for one in asked]
    parts = [
        {
            "line": store.find(line["_shipped"])["_line"],
            "quantity": units,
            "restock": False,
            "left": True,
        }
        for line, units in lines
    ]
    given = {"lines": parts, "return": document["id"]}
    if paid is not None:
        back = [
            (
                one.get("parentId"),
                presentment_bag(order, one["transactionAmount"]["amount"], None),
            )
            for one in paid
        ]
        total = add(order, [value for _parent, value in back])
        given |= {"amount": total["shopMoney"]["amount"], "payments": back}
    for line, units in lines:
        line["refundedQuantity"] += units
    return orders.refund(store, order, given)
