"""Returns by hand: what a buyer asks for, and what somebody does in the shop itself."""

from . import orders, placing, returns
from .store import Refused, Store


def ask(store: Store, order: dict, body: dict) -> None:
    """Ask for a return as a buyer does, or open one with ``approved``.

    :param body: ``lines`` of ``{"line", "quantity", "note", "reason"}``, ``exchange``
        of ``{"sku", "quantity"}``
    """
    given = {
        "returnLineItems": [
            row for one in body.get("lines", ()) for row in _rows(store, order, one)
        ],
        "exchangeLineItems": [
            {
                "variantId": placing.find_variant(store, one)["id"],
                "quantity": one.get("quantity", 1),
            }
            for one in body.get("exchange", ())
        ],
    }
    returns.make(store, order, given, "OPEN" if body.get("approved") else "REQUESTED")


def _rows(store: Store, order: dict, one: dict) -> list[dict]:
    """Spread a line's units over the shipments that no return names yet."""
    line = orders.pick_line(order, one["line"])
    left, rows = int(one.get("quantity", 1)), []
    for document in order["fulfillments"]:
        for shipped in document["fulfillmentLineItems"]:
            if shipped["_line"] != line["id"] or document["status"] != "SUCCESS":
                continue
            units = min(left, returns.returnable(order, shipped))
            if units > 0:
                left -= units
                rows.append(_row(shipped, units, one))
    if left:
        raise Refused("Fewer units were shipped than are to come back.")
    return rows


def _row(shipped: dict, units: int, one: dict) -> dict:
    numbers = {
        definition["name"]: definition["id"] for definition in returns.definitions()
    }
    return {
        "fulfillmentLineItemId": shipped["id"],
        "quantity": units,
        "customerNote": one.get("note"),
        "returnReasonDefinitionId": numbers.get(one.get("reason", "Unwanted")),
    }


def act(store: Store, order: dict, body: dict) -> None:
    """Do something to a return in the shop itself: ``{"return": name, "do": ...}``."""
    document = _find(order, body.get("return"))
    action = ACTIONS.get(body.get("do", ""))
    if not action:
        raise Refused(f"Known actions on a return: {', '.join(ACTIONS)}.")
    action(store, document, body)


def _find(order: dict, name: str | None) -> dict:
    for document in reversed(returns.of(order)):
        if name in (None, document["id"], document["name"]):
            return document
    raise Refused(f"The order has no return {name or ''}.")


def _decline(store: Store, document: dict, body: dict) -> None:
    reason = body.get("reason", "OTHER")
    returns.decline(store, document, reason, body.get("note"))


def _rows_of(store: Store, document: dict, body: dict) -> list[dict]:
    """Dispose of ``lines`` of ``{"line", "quantity", "type", "location"}``."""
    order, rows = store.order_of(document["id"]), []
    for one in body.get("lines", ()):
        line_id = orders.pick_line(order, one["line"])["id"]
        left = int(one.get("quantity", 1))
        for line in returns.reverse_lines(document):
            known = sum(row["quantity"] for row in line["dispositions"])
            units = min(left, line["totalQuantity"] - known)
            if store.find(line["_shipped"])["_line"] != line_id or units <= 0:
                continue
            left -= units
            rows.append(
                {
                    "reverseFulfillmentOrderLineItemId": line["id"],
                    "quantity": units,
                    "dispositionType": one.get("type", "RESTOCKED"),
                    "locationId": placing.find_location(store, one.get("location")),
                }
            )
    return rows


def _dispose(store: Store, document: dict, body: dict) -> None:
    returns.dispose(store, _rows_of(store, document, body))


def _process(store: Store, document: dict, _body: dict) -> None:
    """Send what the buyer gets instead."""
    lines = [
        {"id": one["id"], "quantity": one["quantity"] - one["_processed"]}
        for one in document["exchangeLineItems"]
        if one["quantity"] > one["_processed"]
    ]
    returns.process(store, document, {"exchangeLineItems": lines})


def _refund(store: Store, document: dict, body: dict) -> None:
    """Refund ``lines`` of ``{"line", "quantity"}``, else all that is not refunded."""
    order = store.order_of(document["id"])
    wanted = {
        orders.pick_line(order, one["line"])["id"]: int(one["quantity"])
        for one in body.get("lines", ())
    }
    asked = []
    for line in document["returnLineItems"]:
        line_id = store.find(line["_shipped"])["_line"]
        left = line["quantity"] - line["refundedQuantity"]
        units = min(left, wanted.get(line_id, 0)) if wanted else left
        if units:
            asked.append({"id": line["id"], "quantity": units})
            wanted = {**wanted, line_id: wanted.get(line_id, 0) - units}
    returns.refund(store, document, asked, None)


def _less(store: Store, document: dict, body: dict) -> None:
    """Change how many units of a line are to come back; 0 takes it off."""
    order = store.order_of(document["id"])
    line_id = orders.pick_line(order, body["line"])["id"]
    units = int(body["quantity"])
    for name, key in (("returnLineItems", "quantity"), ("reverse", "totalQuantity")):
        owner = document if name != "reverse" else None
        rows = owner[name] if owner else returns.reverse_lines(document)
        for line in rows:
            if store.find(line["_shipped"])["_line"] == line_id:
                line[key] = units
    document["returnLineItems"] = [
        line for line in document["returnLineItems"] if line["quantity"]
    ]
    store.emit("returns/update", document)
    orders.touch(store, order)


ACTIONS = {
    "approve": lambda store, document, _body: returns.approve(store, document),
    "decline": _decline,
    "cancel": lambda store, document, _body: returns.cancel(store, document),
    "close": lambda store, document, _body: returns.close(store, document),
    "reopen": lambda store, document, _body: returns.reopen(store, document),
    "dispose": _dispose,
    "process": _process,
    "refund": _refund,
    "units": _less,
}


def summary(store: Store, order: dict) -> list[dict]:
    """Give an order's returns in short."""
    lines = {line["id"]: line["sku"] for line in order["lineItems"]}

    def sku(part: dict) -> str:
        return lines[store.find(part["_shipped"])["_line"]]

    return [
        {
            "id": document["id"],
            "name": document["name"],
            "status": document["status"],
            "decline": document["decline"],
            "lines": [
                {
                    "sku": sku(line),
                    "quantity": line["quantity"],
                    "refunded": line["refundedQuantity"],
                }
                for line in document["returnLineItems"]
            ],
            "dispositions": [
                {
                    "sku": sku(line),
                    "type": row["type"],
                    "quantity": row["quantity"],
                    "location_id": row["_location"],
                }
                for line in returns.reverse_lines(document)
                for row in line["dispositions"]
            ],
        }
        for document in returns.of(order)
    ]
