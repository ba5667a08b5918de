"""The control API: what a merchant, a buyer and a tester do to the shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from . import (
    drafts,
    fulfilment,
    holds,
    moves,
    orders,
    returns_control,
    seed,
    tills,
)
from .amounts import current_total, total
from .fields_orders import fulfilment_status
from .money import money_text, shop_amount
from .payments import financial_status
from .store import Refused, Store

if TYPE_CHECKING:
    from .app import App


class Control:
    """Answers ``/sandbox/...``; ``README.md`` lists the addresses."""

    def __init__(self, app: App):
        self.app = app
        self.store = app.store

    def __call__(self, method: str, path: str, body: dict, query: dict) -> dict | list:
        """Answer one request.

        :raises Refused: when the address is unknown or the shop does not allow it
        """
        parts = [part for part in path.split("/") if part]
        name = f"{method.lower()}_{parts[0] if parts else ''}"
        function: Callable | None = getattr(self, name, None)
        if function is None:
            raise Refused(f"The sandbox knows no {method} /sandbox/{path}.")
        if name in ("get_calls", "get_faults", "post_faults", "delete_faults"):
            return function(parts[1:], body, query)
        with self.store.lock:
            if method != "GET":
                self.store.dirty = True
            return function(parts[1:], body, query)

    def get_state(self, _parts: list[str], _body: dict, _query: dict) -> dict:
        return {
            "sandbox": True,
            "shop": self.store.data["shop"]["myshopifyDomain"],
            "settings": self.store.settings,
            "throttle": self.app.endpoint.bucket.status(),
            "counts": {
                kind: len(self.store.table(kind))
                for kind in ("Location", "Product", "ProductVariant", "Order")
            },
        }

    def post_reset(self, _parts: list[str], _body: dict, _query: dict) -> dict:
        self.store.reset()
        self.app.faults.clear()
        self.app.endpoint.calls.clear()
        self.app.webhooks.sent.clear()
        self.app.webhooks.held = []
        self.app.endpoint.bucket.give_back(10**9)
        return {"ok": True}

    def post_seed(self, _parts: list[str], body: dict, _query: dict) -> dict:
        return seed.seed(self.store, body)

    def post_settings(self, _parts: list[str], body: dict, _query: dict) -> dict:
        unknown = set(body) - set(self.store.settings)
        if unknown:
            raise Refused(f"Unknown settings: {', '.join(sorted(unknown))}.")
        self.store.settings.update(body)
        if "plan" in body:
            self.app.endpoint.bucket.give_back(10**9)
        return self.store.settings

    def post_clock(self, _parts: list[str], body: dict, _query: dict) -> dict:
        self.store.offset += timedelta(seconds=float(body.get("advance", 0)))
        return {"now": self.store.stamp()}

    def post_throttle(self, _parts: list[str], body: dict, _query: dict) -> dict:
        bucket = self.app.endpoint.bucket
        bucket.empty()
        bucket.give_back(int(body.get("available", 0)))
        return bucket.status()

    def get_orders(self, parts: list[str], _body: dict, _query: dict) -> dict | list:
        if parts:
            return summary(self.store, orders.find_order(self.store, parts[0]))
        return [summary(self.store, one) for one in self.store.table("Order").values()]

    def post_orders(self, parts: list[str], body: dict, _query: dict) -> dict | list:
        if not parts:
            return summary(self.store, orders.place(self.store, body))
        order = orders.find_order(self.store, parts[0])
        action = ACTIONS.get(parts[1] if len(parts) > 1 else "")
        if action is None:
            raise Refused(f"Known actions: {', '.join(ACTIONS)}.")
        action(self.store, order, body)
        return summary(self.store, order)

    def get_drafts(self, _parts: list[str], _body: dict, _query: dict) -> list[dict]:
        return [drafts.summary(one) for one in self.store.table("DraftOrder").values()]

    def post_drafts(self, parts: list[str], body: dict, _query: dict) -> dict:
        if not parts:
            return drafts.summary(drafts.create(self.store, body))
        draft = drafts.find(self.store, parts[0])
        action = drafts.ACTIONS.get(parts[1] if len(parts) > 1 else "")
        if action is None:
            raise Refused(f"Known actions: {', '.join(drafts.ACTIONS)}.")
        action(self.store, draft, body)
        return drafts.summary(draft)

    def get_levels(self, _parts: list[str], _body: dict, _query: dict) -> list[dict]:
        return seed.levels(self.store)

    def post_levels(self, _parts: list[str], body: dict, _query: dict) -> dict:
        seed.set_level(self.store, body)
        return {"ok": True}

    def get_variants(self, _parts: list[str], _body: dict, _query: dict) -> list[dict]:
        keys = ("id", "sku", "barcode", "price", "displayName")
        return [
            {**{key: one[key] for key in keys}, "item_id": one["_item"]}
            for one in self.store.table("ProductVariant").values()
        ]

    def get_locations(self, _parts: list[str], _body: dict, _query: dict) -> list[dict]:
        return [
            {"id": one["id"], "name": one["name"], "active": one["isActive"]}
            for one in self.store.table("Location").values()
        ]

    def get_fulfillments(
        self, _parts: list[str], _body: dict, _query: dict
    ) -> list[dict]:
        return [
            shipment(order, document)
            for order in self.store.table("Order").values()
            for document in order["fulfillments"]
        ]

    def get_calls(self, _parts: list[str], _body: dict, query: dict) -> list[dict]:
        return self.app.endpoint.listing(
            query.get("operation"), int(query.get("since", 0))
        )

    def delete_calls(self, _parts: list[str], _body: dict, _query: dict) -> dict:
        self.app.endpoint.calls.clear()
        return {"ok": True}

    def get_faults(self, _parts: list[str], _body: dict, _query: dict) -> list[dict]:
        return self.app.faults.listing()

    def post_faults(self, _parts: list[str], body: dict, _query: dict) -> list[dict]:
        for one in body if isinstance(body, list) else [body]:
            self.app.faults.add(one)
        return self.app.faults.listing()

    def delete_faults(self, _parts: list[str], _body: dict, _query: dict) -> dict:
        self.app.faults.clear()
        return {"ok": True}

    def get_webhooks(self, _parts: list[str], _body: dict, _query: dict) -> dict:
        keys = ("id", "topic", "uri", "includeFields", "name", "_failures")
        return {
            "subscriptions": [
                {key.strip("_"): one[key] for key in keys}
                for one in self.store.table("WebhookSubscription").values()
            ],
            "deliveries": self.app.webhooks.listing(),
            "idle": self.app.webhooks.idle(),
        }

    def post_webhooks(self, parts: list[str], body: dict, _query: dict) -> dict:
        """``send`` tells a topic of an order again, ``flush`` ends a reordering."""
        if parts == ["flush"]:
            self.app.webhooks.flush()
        elif parts == ["send"]:
            order = orders.find_order(self.store, body["order"])
            topic, times = body.get("topic", "orders/updated"), body.get("times", 1)
            self.app.webhooks.announce(topic, order, int(times))
        else:
            raise Refused("Known: webhooks/send, webhooks/flush.")
        return {"ok": True}


def _cancel(store: Store, order: dict, body: dict) -> None:
    orders.cancel(
        store,
        order,
        body.get("reason", "CUSTOMER"),
        body.get("restock", True),
        body.get("refund", True),
    )


def _fulfill(store: Store, order: dict, body: dict) -> None:
    """Ship in the shop itself, past the connector: lines by position or SKU."""
    wanted = {
        orders.pick_line(order, one["line"])["id"]: int(one["quantity"])
        for one in body.get("lines", ())
    }
    given = []
    for document in order["fulfillmentOrders"]:
        parts = [
            {"id": part["id"], "quantity": wanted.get(part["_line"])}
            for part in document["lineItems"]
            if part["_line"] in wanted
        ]
        if document["status"] in fulfilment.OPEN_STATES and (parts or not wanted):
            given.append(
                {
                    "fulfillmentOrderId": document["id"],
                    "fulfillmentOrderLineItems": parts,
                }
            )
    for one in given:
        fulfilment.fulfil(
            store,
            {
                "lineItemsByFulfillmentOrder": [one],
                "trackingInfo": body.get("tracking"),
            },
        )
    if not given:
        raise Refused("Nothing is left to ship.")


def _arrive(store: Store, order: dict, _body: dict) -> None:
    """Have the carrier tell that all parcels have arrived."""
    for document in order["fulfillments"]:
        if document["status"] == "SUCCESS" and not document["deliveredAt"]:
            document["deliveredAt"] = store.stamp()
            store.emit("fulfillments/update", document)
    orders.touch(store, order)


def _hold(store: Store, order: dict, body: dict) -> None:
    reason = body.get("reason", "OTHER")
    notes = body.get("notes")
    given = {"reason": reason, "reasonNotes": notes, "_by_app": False}
    for document in list(order["fulfillmentOrders"]):
        if document["status"] == "OPEN":
            holds.hold(store, document["id"], given)


def _release(store: Store, order: dict, _body: dict) -> None:
    for document in list(order["fulfillmentOrders"]):
        if document["fulfillmentHolds"]:
            holds.release(store, document["id"], None)


def _move(store: Store, order: dict, body: dict) -> None:
    place = orders.placing.find_location(store, body["location"])
    for document in list(order["fulfillmentOrders"]):
        if document["status"] == "OPEN":
            moves.move(store, document["id"], place)


ACTIONS: dict[str, Callable] = {
    "pay": lambda store, order, body: orders.pay(
        store, order, body.get("amount"), body.get("gateway")
    ),
    "cancel": _cancel,
    "edit": orders.edit,
    "refund": tills.refund,
    "exchange": tills.exchange,
    "return": returns_control.ask,
    "returns": returns_control.act,
    "fulfill": _fulfill,
    "arrive": _arrive,
    "hold": _hold,
    "release": _release,
    "move": _move,
    "risk": lambda store, order, body: orders.judge(
        store, order, body.get("level", "HIGH")
    ),
    "close": lambda store, order, body: orders.close(store, order),
    "touch": lambda store, order, body: orders.touch(store, order),
}


def summary(store: Store, order: dict) -> dict:
    """Give an order in short."""
    return {
        "id": order["id"],
        "name": order["name"],
        "updated_at": order["updatedAt"],
        "financial": financial_status(order),
        "fulfillment": fulfilment_status(None, order),
        "cancelled": bool(order["cancelledAt"]),
        "goes_to": (order["shippingAddress"] or {}).get("address1"),
        "times_readdressed": order.get("_times_readdressed", 0),
        "currency": order["currencyCode"],
        "total": money_text(shop_amount(total(order)), order["currencyCode"]),
        "current_total": money_text(
            shop_amount(current_total(order)), order["currencyCode"]
        ),
        "lines": [
            {
                "id": line["id"],
                "sku": line["sku"],
                "title": line["title"],
                "quantity": line["quantity"],
                "current": line["currentQuantity"],
            }
            for line in order["lineItems"]
        ],
        "transactions": [
            {"id": row["id"], "kind": row["kind"], "status": row["status"]}
            for row in order["transactions"]
        ],
        "fulfillment_orders": [asked(store, one) for one in order["fulfillmentOrders"]],
        "fulfillments": [shipment(order, one) for one in order["fulfillments"]],
        "returns": returns_control.summary(store, order),
    }


def asked(store: Store, document: dict) -> dict:
    """Give in short what a place is asked to ship."""
    return {
        "id": document["id"],
        "status": document["status"],
        "location": store.find(document["_location"])["name"],
        "left": sum(part["remainingQuantity"] for part in document["lineItems"]),
        "holds": [one["handle"] for one in document["fulfillmentHolds"]],
    }


def shipment(order: dict, document: dict) -> dict:
    """Give a shipment in short."""
    skus = {line["id"]: line["sku"] for line in order["lineItems"]}
    return {
        "id": document["id"],
        "order": order["name"],
        "status": document["status"],
        "location_id": document["_location"],
        "notified": document["_notified"],
        "times_notified": document["_told"],
        "tracking": document["trackingInfo"],
        "lines": [
            {"sku": skus[part["_line"]], "quantity": part["quantity"]}
            for part in document["fulfillmentLineItems"]
        ],
    }
