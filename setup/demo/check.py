"""Both sides held against each other after the day, with the figures behind it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from devenv.stage import Stage
from sandbox.client import Sandbox

from .orders import UNKNOWN_SKU

PLANTED = Counter({"unknown_sku": 1, "total_mismatch": 1})
SHIPMENTS = 3


def figures(stage: Stage, sandbox: Sandbox, placed: list[dict]) -> dict[str, Any]:
    """Return the figures; ``ok`` is whether every one of them is as it must be."""
    books = stage.shell("from demo import books\nreturn books.read(env)")
    found = {
        **_orders(sandbox, placed, books),
        **_doors(sandbox, books),
        **_issues(books),
        **_levels(sandbox, books),
        **_shipments(sandbox, books),
        "api_calls": len(sandbox.calls()),
        "gave_up": books["dead"],
    }
    problems = _problems(found)
    return {"ok": not problems, **found, "problems": problems}


def _orders(sandbox: Sandbox, placed: list[dict], books: dict) -> dict[str, Any]:
    made = {order["ref"]: order for order in books["orders"] if order["sale_orders"]}
    unknown = {
        o["name"]
        for o in placed
        if any(li.get("sku") == UNKNOWN_SKU for li in o["lines"])
    }
    wrong = {order["name"] for order in placed if order.get("wrong_total")}
    totals = {o["name"]: Decimal(o["total"]) for o in sandbox.orders()}
    equal = [
        ref
        for ref, order in made.items()
        if Decimal(str(order["total"])).quantize(Decimal("0.01")) == totals.get(ref)
    ]
    cancelled = {order["name"] for order in placed if order.get("then") == "cancel"}
    return {
        "orders_placed": len(placed),
        "orders_expected": len(placed) - len(unknown),
        "orders_made": len(made),
        "orders_twice": sum(
            n - 1 for n in Counter(o["ref"] for o in books["orders"]).values()
        ),
        "totals_expected_equal": len(set(made) - wrong),
        "totals_equal": len(equal),
        "cancelled_expected": len(cancelled),
        "cancelled": sum(1 for o in made.values() if o["sale_state"] == "cancel"),
    }


def _doors(sandbox: Sandbox, books: dict) -> dict[str, Any]:
    deliveries = sandbox.webhooks()["deliveries"]
    ids = Counter(one["webhook_id"] for one in deliveries)
    return {
        "webhooks_sent": len(deliveries),
        "duplicates_sent": sum(n - 1 for n in ids.values()),
        "duplicates_dropped": len(deliveries) - books["events"],
    }


def _issues(books: dict) -> dict[str, Any]:
    raised = Counter(issue["kind"] for issue in books["issues"])
    others = [
        f"{issue['title']}: {issue['message']}"
        for issue in books["issues"]
        if issue["kind"] not in PLANTED
    ]
    return {
        "issues_planted": dict(PLANTED),
        "issues_raised": dict(raised),
        "issues_not_planted": others,
    }


def _levels(sandbox: Sandbox, books: dict) -> dict[str, Any]:
    there = {
        (one["sku"], one["location"]): one["available"] for one in sandbox.levels()
    }
    acked = {(one["sku"], one["place"]): one["expected"] for one in books["levels"]}
    wanted = {(one["sku"], one["place"]): one["units"] for one in books["wanted"]}
    differ = [
        f"{sku} at {place}: computed {units}, acknowledged {acked.get((sku, place))},"
        f" in the shop {there.get((sku, place))}"
        for (sku, place), units in sorted(wanted.items())
        if not units == there.get((sku, place)) == acked.get((sku, place))
    ]
    return {
        "levels_expected": len(wanted),
        "levels_equal": len(wanted) - len(differ),
        "levels_differ": differ[:8],
        "level_calls": len(sandbox.calls("InventorySetQuantities")),
    }


def _shipments(sandbox: Sandbox, books: dict) -> dict[str, Any]:
    ours = [one for one in sandbox.fulfillments() if one["tracking"]]
    told = [effect for effect in books["told"] if effect["state"] == "applied"]
    return {
        "shipments_done": SHIPMENTS,
        "shipments_told": len(told),
        "shipments_in_the_shop": len(ours),
    }


def _problems(found: dict[str, Any]) -> list[str]:
    pairs = (
        ("orders_made", "orders_expected"),
        ("totals_equal", "totals_expected_equal"),
        ("cancelled", "cancelled_expected"),
        ("issues_raised", "issues_planted"),
        ("levels_equal", "levels_expected"),
        ("shipments_told", "shipments_done"),
        ("shipments_in_the_shop", "shipments_done"),
    )
    problems = [
        f"{name}: {found[name]}, expected {found[expected]}"
        for name, expected in pairs
        if found[name] != found[expected]
    ]
    for name in ("orders_twice", "gave_up"):
        if found[name]:
            problems.append(f"{name}: {found[name]}, expected none")
    if (
        found["duplicates_dropped"] < found["duplicates_sent"]
        or not found["levels_equal"]
    ):
        problems.append("duplicates were stored, or no level is equal")
    return problems
