"""Returns as the API shows them, and the mutations that it takes."""

from collections.abc import Callable

from . import orders
from .graph import Context, plays
from .mutations import mutation
from .returns import (
    approve,
    cancel,
    close,
    decline,
    definitions,
    dispose,
    make,
    of,
    process,
    reopen,
    returnable,
    reverse_lines,
)
from .store import Refused, Store

# Mutations


def _find(store: Store, gid: str) -> dict:
    document = store.find(gid)
    if not document or "returnLineItems" not in document:
        raise Refused("Return not found.", ["id"], "NOT_FOUND")
    return document


@mutation("returnRequest")
def return_request(store: Store, arguments: dict) -> dict:
    given = arguments["input"]
    order = orders.find_order(store, given["orderId"])
    return {"return": make(store, order, given, "REQUESTED")}


@mutation("returnCreate")
def return_create(store: Store, arguments: dict) -> dict:
    given = arguments["returnInput"]
    order = orders.find_order(store, given["orderId"])
    return {"return": make(store, order, given, "OPEN")}


@mutation("returnApproveRequest")
def return_approve(store: Store, arguments: dict) -> dict:
    document = _find(store, arguments["input"]["id"])
    approve(store, document)
    return {"return": document}


@mutation("returnDeclineRequest")
def return_decline(store: Store, arguments: dict) -> dict:
    given = arguments["input"]
    document = _find(store, given["id"])
    decline(store, document, given["declineReason"], given.get("declineNote"))
    return {"return": document}


@mutation("returnProcess")
def return_process(store: Store, arguments: dict) -> dict:
    given = arguments["input"]
    document = _find(store, given["returnId"])
    process(store, document, given)
    return {"return": document}


@mutation("reverseFulfillmentOrderDispose")
def reverse_dispose(store: Store, arguments: dict) -> dict:
    lines = dispose(store, arguments["dispositionInputs"])
    return {"reverseFulfillmentOrderLineItems": lines}


def _by_id(name: str, function: Callable) -> None:
    @mutation(name)
    def run(store: Store, arguments: dict) -> dict:
        document = _find(store, arguments["id"])
        function(store, document)
        return {"return": document}


for _name, _function in (
    ("returnCancel", cancel),
    ("returnClose", close),
    ("returnReopen", reopen),
):
    _by_id(_name, _function)


# Fields


@plays("Order", "returns")
def returns_of(_context: Context, order: dict, _arguments: dict) -> list[dict]:
    return list(of(order))


@plays("Order", "returnStatus")
def status_of(_context: Context, order: dict, _arguments: dict) -> str:
    """Tell the state of all of them; what was refused or canceled counts for none."""
    states = {one["status"] for one in of(order)}
    if "REQUESTED" in states:
        return "RETURN_REQUESTED"
    if "OPEN" in states:
        done = all(_is_inspected(one) for one in of(order) if one["status"] == "OPEN")
        return "INSPECTION_COMPLETE" if done else "IN_PROGRESS"
    return "RETURNED" if "CLOSED" in states else "NO_RETURN"


def _is_inspected(document: dict) -> bool:
    return all(
        sum(row["quantity"] for row in line["dispositions"]) == line["totalQuantity"]
        for line in reverse_lines(document)
    )


@plays("QueryRoot", "return")
def return_of(context: Context, _source: dict | None, arguments: dict) -> dict | None:
    return context.store.find(arguments["id"])


@plays("QueryRoot", "reverseFulfillmentOrder")
def reverse_of(context: Context, _source: dict | None, arguments: dict) -> dict | None:
    return context.store.find(arguments["id"])


@plays("QueryRoot", "returnReasonDefinitions")
def reasons(_context: Context, _source: dict | None, _arguments: dict) -> list[dict]:
    return definitions()


@plays("QueryRoot", "returnableFulfillments")
def returnable_of(
    context: Context, _source: dict | None, arguments: dict
) -> list[dict]:
    order = orders.find_order(context.store, arguments["orderId"])
    found = [
        _returnable(order, one)
        for one in order["fulfillments"]
        if one["status"] == "SUCCESS"
    ]
    return [one for one in found if one["returnableFulfillmentLineItems"]]


@plays("QueryRoot", "returnableFulfillment")
def returnable_by_id(
    context: Context, _source: dict | None, arguments: dict
) -> dict | None:
    gid = arguments["id"].replace("/ReturnableFulfillment/", "/Fulfillment/")
    document = context.store.find(gid)
    return document and _returnable(context.store.order_of(gid), document)


def _returnable(order: dict, document: dict) -> dict:
    return {
        "id": document["id"].replace("/Fulfillment/", "/ReturnableFulfillment/"),
        "fulfillment": document,
        "returnableFulfillmentLineItems": [
            {"fulfillmentLineItem": line, "quantity": returnable(order, line)}
            for line in document["fulfillmentLineItems"]
            if returnable(order, line)
        ],
    }


@plays("Return", "order")
def order_of(context: Context, document: dict, _arguments: dict) -> dict:
    return context.store.find(document["_order"])


@plays("Return", "totalQuantity")
def total(_context: Context, document: dict, _arguments: dict) -> int:
    return sum(line["quantity"] for line in document["returnLineItems"])


@plays("ReturnLineItem", "fulfillmentLineItem")
@plays("ReverseFulfillmentOrderLineItem", "fulfillmentLineItem")
def shipped_line(context: Context, line: dict, _arguments: dict) -> dict:
    return context.store.find(line["_shipped"])


@plays("ReverseFulfillmentOrderDisposition", "location")
def place_of(context: Context, row: dict, _arguments: dict) -> dict | None:
    return context.store.find(row["_location"]) if row["_location"] else None


@plays("Refund", "return")
def return_of_refund(context: Context, document: dict, _a: dict) -> dict | None:
    gid = document.get("_return")
    return context.store.find(gid) if gid else None
