"""The same catalog in the shop, as its owner has typed it in, and the orders."""

from __future__ import annotations

from typing import Any

from sandbox.client import Sandbox

from .catalog import PLACES, products
from .orders import UNKNOWN_SKU, orders

DUPLICATED = 5  # each fifth order is told three times


def seed(shop: Sandbox) -> None:
    """Fill the sandbox with places and goods; every level starts at zero."""
    nothing = dict.fromkeys(PLACES, 0)
    goods = [
        {
            "title": product.title,
            "variants": [_variant(v, nothing) for v in product.variants],
        }
        for product in products()
    ]
    gone = {"sku": UNKNOWN_SKU, "barcode": "", "price": "21.00", "levels": nothing}
    goods.append({"title": "Discontinued Lantern", "variants": [gone]})
    shop.reset()
    shop.seed(
        settings={"plan": "plus", "webhook_delay": 0.05},
        locations=[{"name": place} for place in PLACES],
        products=goods,
    )


def _variant(variant, levels: dict[str, int]) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "barcode": variant.barcode,
        "price": variant.price,
        "options": {"Size": variant.size} if variant.size else {},
        "levels": levels,
    }


def place_all(shop: Sandbox) -> list[dict]:
    """Let the forty orders arrive: some told twice, some late, some out of order.

    Return what was asked for, each with the ``name`` the shop gave it.
    """
    placed = []
    for number, given in enumerate(orders()):
        ask = {key: value for key, value in given.items() if key != "then"}
        if number % 9 == 4:
            shop.fault("webhook_late", "orders/create", seconds=2)
        if number % 9 == 7:
            shop.fault("webhook_reordered", "orders/create")
        order = shop.place_order(**ask)
        placed.append({**given, "name": order["name"], "id": order["id"]})
        if number % DUPLICATED == 0:
            shop.send_webhook(order["name"], "orders/create", times=2)
    return placed


def go_on(shop: Sandbox, placed: list[dict]) -> None:
    """Let happen what the orders' customers do later: pay, cancel."""
    for order in placed:
        if order.get("then") == "cancel":
            shop.cancel(order["name"])
        elif order.get("then") == "pay":
            shop.pay(order["name"])
