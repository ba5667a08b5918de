"""Selling plans of an order's lines: a subscription, or only paid or sent later.

A line carries no more than its plan's name and id (Shopify Admin API, read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import queries
from .client import Client
from .values import nodes, text

KINDS = "_plans"  # {plan's id: whether it is a subscription} beside an order's fields
CATEGORIES = {
    "SUBSCRIPTION": True,
    "PRE_ORDER": False,
    "TRY_BEFORE_YOU_BUY": False,
}
RECURRING = "SellingPlanRecurringBillingPolicy"


def made_by_subscription(order: Mapping) -> bool:
    """Return whether a subscription that goes on made the order."""
    return text(order.get("sourceName")).startswith("subscription_contract")


def read(client: Client, order: Mapping) -> dict[str, bool]:
    """Return {plan's id: whether it is a subscription}; asked only where it matters."""
    ids = sorted(filter(None, map(_plan_id, nodes(order["lineItems"]))))
    if not ids or made_by_subscription(order) or order.get("paymentTerms"):
        return {}
    answer = client.call(queries.SELLING_PLANS, ids=list(dict.fromkeys(ids)))
    found = [one for one in answer.data.get("nodes") or () if one]
    return {text(one.get("id")): _recurs(one) for one in found if one.get("id")}


def begins_subscription(order: Mapping) -> bool:
    """Return whether a line begins a subscription.

    Plans are also sold for what is paid later, on terms, and for what is sent later: a
    pre-order is none, paid in full or not. A plan that is gone counts as one.
    """
    kinds = order.get(KINDS) or {}
    planned = [one for one in nodes(order["lineItems"]) if one.get("sellingPlan")]
    return not order.get("paymentTerms") and any(
        kinds.get(_plan_id(line), True) for line in planned
    )


def _plan_id(line: Mapping) -> str:
    return text((line.get("sellingPlan") or {}).get("sellingPlanId"))


def _recurs(plan: Mapping[str, Any]) -> bool:
    billing = text((plan.get("billingPolicy") or {}).get("__typename"))
    return CATEGORIES.get(text(plan.get("category")), billing == RECURRING)
