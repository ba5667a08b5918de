"""Webhook topics: which workflow each concerns, and what of its body we want to see.

What is subscribed names only the fields of :data:`FIELDS`: personal data stays out.
Topics that need a scope the app does not have cannot be subscribed to, see ``SCOPES``.
"""

from __future__ import annotations

from odoo.addons.retail_sync_core.domain.documents import Flow

_ID = ("id", "admin_graphql_api_id", "updated_at")
_ORDER = (*_ID, "name")
_OF_ORDER = (*_ID, "order_id")
_OF_RETURN = ("id", "admin_graphql_api_id", "order")

# What we subscribe to, the fields asked for, and the scope it needs.
_SUBSCRIBED: tuple[tuple[str, Flow, tuple[str, ...], str], ...] = (
    (
        "orders/create",
        Flow.ORDER,
        (
            *(*_ORDER, "created_at", "test", "cancelled_at", "line_items"),
            *("source_name", "location_id"),
        ),
        "read_orders",
    ),
    ("orders/updated", Flow.ORDER, _ORDER, "read_orders"),
    ("orders/edited", Flow.ORDER, (), "read_orders"),
    ("orders/paid", Flow.PAYMENT, _ORDER, "read_orders"),
    ("orders/cancelled", Flow.CANCELLATION, _ORDER, "read_orders"),
    ("orders/risk_assessment_changed", Flow.HOLD, (), "read_orders"),
    ("order_transactions/create", Flow.PAYMENT, _OF_ORDER, "read_orders"),
    ("refunds/create", Flow.REFUND, _OF_ORDER, "read_orders"),
    ("fulfillments/create", Flow.SHIPMENT, _OF_ORDER, "read_fulfillments"),
    ("fulfillments/update", Flow.SHIPMENT, _OF_ORDER, "read_fulfillments"),
    (
        "fulfillment_orders/placed_on_hold",
        Flow.HOLD,
        (),
        "read_merchant_managed_fulfillment_orders",
    ),
    (
        "fulfillment_orders/hold_released",
        Flow.HOLD,
        (),
        "read_merchant_managed_fulfillment_orders",
    ),
    (
        "fulfillment_orders/moved",
        Flow.SHIPMENT,
        (),
        "read_merchant_managed_fulfillment_orders",
    ),
    # a return is a hint to fetch its order
    ("returns/approve", Flow.RETURN, _OF_RETURN, "read_returns"),
    ("returns/cancel", Flow.RETURN, _OF_RETURN, "read_returns"),
    ("returns/close", Flow.RETURN, _OF_RETURN, "read_returns"),
    ("returns/decline", Flow.RETURN, _OF_RETURN, "read_returns"),
    ("returns/process", Flow.RETURN, _OF_RETURN, "read_returns"),
    ("returns/reopen", Flow.RETURN, _OF_RETURN, "read_returns"),
    ("returns/request", Flow.RETURN, _OF_RETURN, "read_returns"),
    ("returns/update", Flow.RETURN, _OF_RETURN, "read_returns"),
    # only where the stock of a location is counted there
    (
        "inventory_levels/update",
        Flow.STOCK,
        ("inventory_item_id", "location_id", "updated_at"),
        "read_inventory",
    ),
    # only where drafts are quotations
    (
        "draft_orders/create",
        Flow.DRAFT,
        (*_ORDER,),
        "read_draft_orders",
    ),
    ("draft_orders/update", Flow.DRAFT, _ORDER, "read_draft_orders"),
    ("draft_orders/delete", Flow.DRAFT, ("id",), "read_draft_orders"),
    ("app/uninstalled", Flow.REPORT, ("id",), ""),
    ("app/scopes_update", Flow.REPORT, (), ""),
)

# Understood when they come all the same (the app's own settings may subscribe too).
_UNDERSTOOD: dict[str, Flow] = {
    "orders/delete": Flow.ORDER,
    "orders/fulfilled": Flow.SHIPMENT,
    "orders/partially_fulfilled": Flow.SHIPMENT,
    "orders/link_requested": Flow.ORDER,
    "orders/shopify_protect_eligibility_changed": Flow.ORDER,
    "fulfillment_orders/cancelled": Flow.SHIPMENT,
    "fulfillment_orders/merged": Flow.SHIPMENT,
    "fulfillment_orders/order_routing_complete": Flow.SHIPMENT,
    "fulfillment_orders/rescheduled": Flow.HOLD,
    "fulfillment_orders/split": Flow.SHIPMENT,
    "inventory_levels/connect": Flow.STOCK,
    "inventory_levels/disconnect": Flow.STOCK,
    "inventory_items/create": Flow.CATALOG,
    "inventory_items/update": Flow.CATALOG,
    "locations/activate": Flow.CATALOG,
    "locations/create": Flow.CATALOG,
    "locations/deactivate": Flow.CATALOG,
    "locations/delete": Flow.CATALOG,
    "locations/update": Flow.CATALOG,
    "products/create": Flow.CATALOG,
    "products/delete": Flow.CATALOG,
    "products/update": Flow.CATALOG,
    "shop/update": Flow.REPORT,
    "customers/data_request": Flow.REPORT,
    "customers/redact": Flow.REPORT,
    "shop/redact": Flow.REPORT,
}

# Nothing can be fetched for these later: their body is all there is.
PRIVACY = frozenset(("customers/data_request", "customers/redact", "shop/redact"))

SUBSCRIBED: dict[str, Flow] = {topic: flow for topic, flow, _f, _s in _SUBSCRIBED}
FIELDS: dict[str, tuple[str, ...]] = {topic: f for topic, _w, f, _s in _SUBSCRIBED if f}
SCOPES: dict[str, str] = {topic: scope for topic, _w, _f, scope in _SUBSCRIBED if scope}
FLOWS: dict[str, Flow] = {**_UNDERSTOOD, **SUBSCRIBED}


def enum_name(topic: str) -> str:
    """Return the topic as GraphQL writes it.

    >>> enum_name("fulfillment_orders/placed_on_hold")
    'FULFILLMENT_ORDERS_PLACED_ON_HOLD'
    """
    return topic.replace("/", "_").upper()


_BY_ENUM = {enum_name(topic): topic for topic in FLOWS}


def header_name(enum: str) -> str:
    """Return the topic as the header writes it; one we do not know stays as it is."""
    return _BY_ENUM.get(enum, enum)
