"""What Odoo says after the day, read for the check; the levels are computed here anew,
from Odoo's own free quantity, without Retail Sync's statement."""

from __future__ import annotations

from collections import defaultdict

from .catalog import PLACES
from .company import CODES


def read(env) -> dict:
    """Return orders, issues, levels and deliveries as plain data."""
    return {
        "orders": _orders(env),
        "issues": _issues(env),
        "levels": _levels(env),
        "wanted": _wanted(env),
        "told": _told(env),
        "events": env["retail.sync.event"].search_count([("source", "=", "webhook")]),
        "dead": env["retail.sync.job"].search_count([("state", "=", "dead")]),
    }


def _orders(env) -> list[dict]:
    return [
        {
            "ref": order.external_ref,
            "id": order.external_id,
            "state": order.state,
            "sale_orders": len(order.order_id),
            "sale_state": order.order_id.state,
            "total": order.order_id.amount_total,
            "tax": order.order_id.amount_tax,
        }
        for order in env["retail.sync.order"].search([])
    ]


def _issues(env) -> list[dict]:
    issues = env["retail.sync.issue"].search([("state", "=", "open")])
    return [{"kind": i.kind, "title": i.title, "message": i.message} for i in issues]


def _levels(env) -> list[dict]:
    return [
        {
            "sku": level.listing_id.sku,
            "place": level.location_id.name,
            "expected": level.expected_qty,
        }
        for level in env["retail.sync.level"].search([])
    ]


def _wanted(env) -> list[dict]:
    """Return what each place may offer of each product, computed the slow way."""
    waiting = _known_but_not_imported(env)
    found = []
    for place in PLACES:
        warehouse = env["stock.warehouse"].search([("code", "=", CODES[place])])
        products = env["product.product"].search([("default_code", "=like", "AP-%")])
        stock = products.with_context(location=warehouse.lot_stock_id.ids)
        figures = stock._compute_quantities_dict(None, None, None)
        for product in products:
            free = figures[product.id]["free_qty"]
            free -= _unreserved(env, product, warehouse)
            free -= waiting.get(product.default_code, 0) if place == PLACES[0] else 0
            found.append(
                {
                    "sku": product.default_code,
                    "place": place,
                    "units": max(0, int(free)),
                }
            )
    return found


def _unreserved(env, product, warehouse) -> float:
    """Return confirmed demand that no reservation covers yet."""
    moves = env["stock.move"].search(
        [
            ("product_id", "=", product.id),
            ("state", "in", ("waiting", "confirmed", "partially_available")),
            ("location_id", "child_of", warehouse.lot_stock_id.id),
        ]
    )
    return sum(move.product_qty - move.quantity for move in moves)


def _known_but_not_imported(env) -> dict[str, float]:
    """Return units of orders that wait: sold there, not reserved here."""
    units: dict[str, float] = defaultdict(float)
    for row in env["retail.sync.demand"].search([]):
        if row.listing_id.sku:
            units[row.listing_id.sku] += row.quantity
    return units


def _told(env) -> list[dict]:
    effects = env["retail.sync.effect"].search([("kind", "=", "shipment")])
    return [{"state": e.state, "external_id": e.external_id} for e in effects]
