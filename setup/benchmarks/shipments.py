"""Deliveries told: from done here to known there, and the calls that each one takes.

The shop is the sandbox in this very process; its own time for the same calls is the
floor. ``RETAIL_SYNC_BENCH_DELIVERIES`` (300) sets how many leave at once.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from devenv import database
from devenv.bench import Figure

from . import _odoo, levels

DELIVERIES = 300
ROUNDS = 3
VARIANTS = 50
# what a place is asked to ship must be read before it can be shipped
CALLS_AT_LEAST = 2
TO_TELL = """
SELECT count(*) FILTER (WHERE state = 'applied'), count(*)
  FROM retail_sync_effect WHERE kind = 'shipment'
"""


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Have orders imported, deliver them all, and work off what is to be told."""
    deliveries = int(os.environ.get("RETAIL_SYNC_BENCH_DELIVERIES") or DELIVERIES)
    with levels._shop(env, VARIANTS, "plus") as (name, loaded, transport):
        _settle(loaded)
        rates, floors, calls = [], [], []
        for turn in range(1, ROUNDS + 1):
            _sell(loaded, transport, deliveries)
            _deliver(loaded, deliveries)
            transport.forget()
            spent = levels.push(loaded)
            _check(name, deliveries * turn)
            rates.append(deliveries / spent)
            floors.append(deliveries / transport.spent_s)
            calls.append(len(_about_shipments(transport)) / deliveries)
        best = rates.index(max(rates))
        beside = {"deliveries": deliveries, "slowest": round(min(rates), 1)}
        yield Figure("told", rates[best], "deliveries/s", floors[best], beside=beside)
        yield Figure(
            "calls per delivery",
            max(calls),
            "calls",
            CALLS_AT_LEAST,
            higher_is_better=False,
        )


def _settle(loaded: Any) -> None:
    """Let orders be imported without taxes, and confirmed; give us stock to ship."""
    with _odoo.environment(loaded) as env:
        channel = env["retail.sync.channel"].search([("name", "=", "Measured")])
        channel.write({"order_policy": "confirm", "release_on": "always"})
        env["stock.quant"].search([("location_id.usage", "=", "internal")]).write(
            {"quantity": 1_000_000}
        )
    levels.push(loaded)


def _sell(loaded: Any, transport: Any, count: int) -> None:
    """Have so many orders placed in the shop and imported here."""
    with _odoo.environment(loaded) as env:
        currency = env.company.currency_id.name
    placed = [
        transport.shop.place_order(
            lines=[{"sku": f"BENCH-{number % VARIANTS}"}],
            currency=currency,
            taxes=[],
            shipping=[],
        )
        for number in range(count)
    ]
    with _odoo.environment(loaded) as env:
        channel = env["retail.sync.channel"].search([("name", "=", "Measured")])
        for one in placed:
            env["retail.sync.job"]._enqueue(
                channel, "order.fetch", order_key=f"order:{one['id']}"
            )
    levels.push(loaded)


def _deliver(loaded: Any, count: int) -> None:
    """Validate all deliveries that are ready, in one transaction."""
    with _odoo.environment(loaded) as env:
        ready = env["stock.picking"].search(
            [("state", "=", "assigned"), ("picking_type_code", "=", "outgoing")]
        )
        if len(ready) != count:
            raise AssertionError(f"{len(ready)} of {count} deliveries are ready")
        for picking in ready:
            picking.carrier_tracking_ref = f"PARCEL-{picking.id}"
        ready.with_context(skip_backorder=True).button_validate()


def _about_shipments(transport: Any) -> list[Any]:
    """Return the calls that tell deliveries, and those that look before."""
    words = (b"fulfillmentCreate", b"OrderToShip")
    return [
        request
        for request in transport.requests
        if any(word in request.body for word in words)
    ]


def _check(name: str, count: int) -> None:
    """Fail unless each delivery is known there."""
    told = database.query(name, TO_TELL)
    if told != [(count, count)]:
        raise AssertionError(f"of {count} deliveries (told, to tell) are {told}")
