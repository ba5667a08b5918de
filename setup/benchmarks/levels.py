"""Levels: 2,000 told; time to the answer behind 10,000 marks; 1,000,000 worked out.

The shop is the sandbox in this very process. Ours reads the marks of the changed stock,
computes each level, sends, and writes down what became of each.
``RETAIL_SYNC_BENCH_LISTINGS`` (100,000) sets how many listings at ten locations are
worked out; 0 leaves that out.
"""

import json
import math
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from devenv import database
from devenv.bench import Figure
from devenv.console import Problem

from . import _latency, _odoo, _scale

LEVELS = 2_000
BATCH = 250
PLACES = ("Main", *(f"House {n}" for n in range(2, 11)))
SHOP = "demo-shop.myshopify.com"
MUTATION = "inventorySetQuantities"


class InProcess:
    """A transport straight into the sandbox; keeps what it was asked, and its time."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.requests: list[Any] = []
        self.spent_s = 0.0

    def send(self, request: Any) -> Any:
        """Give the sandbox's answer."""
        from odoo.addons.retail_sync_core.adapters.transport import Response

        self.requests.append(request)
        answers: list[Any] = []
        self.spent_s += _odoo.seconds(lambda: answers.append(self._open(request)))
        (answer,) = answers
        headers = {name.lower(): value for name, value in answer.headers}
        return Response(
            status=answer.status_code, headers=headers, body=answer.get_data()
        )

    def _open(self, request: Any) -> Any:
        return self.shop.http.open(
            urlsplit(request.url).path,
            method=request.method,
            data=request.body,
            headers=dict(request.headers),
        )

    def mutations(self) -> list[Any]:
        """Return the requests that set stock."""
        return [r for r in self.requests if MUTATION.encode() in r.body]

    def forget(self) -> None:
        """Begin to count anew."""
        self.requests, self.spent_s = [], 0.0


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Change all levels and send them; send the same calls bare, in turn."""
    with _shop(env, LEVELS, "plus") as (name, loaded, transport):
        yield from measure_with(name, loaded, transport)
    with _shop(env, LEVELS, "plus", PLACES) as (name, loaded, transport):
        yield from measure_calls(name, loaded, transport)
    with _shop(env, _latency.LEVELS, "standard") as (name, loaded, transport):
        yield from _latency.measure(name, loaded, transport)
    yield from _scale.measure(env)


@contextmanager
def _shop(
    env: Mapping[str, str],
    levels: int,
    plan: str,
    places: Sequence[str] = PLACES[:1],
) -> Iterator[tuple[str, Any, InProcess]]:
    """Give a database with a connected channel whose ``levels`` are in step."""
    transport = InProcess(make_shop(levels, plan, places))
    with _odoo.fresh_database(env, "levels") as name:
        loaded = _odoo.registry(name)
        channels = loaded["retail.sync.channel"]
        made = channels._make_transport
        channels._make_transport = lambda _self: transport
        try:
            prepare(loaded, levels, places)
            yield name, loaded, transport
        finally:
            channels._make_transport = made


def measure_with(name: str, loaded: Any, transport: InProcess) -> Iterator[Figure]:
    """Measure on a connected channel."""
    counted: list[int] = []
    engine_s: list[float] = []

    def ours() -> float:
        change_stock(name)
        transport.forget()
        spent = push(loaded)
        counted.append(len(transport.mutations()))
        engine_s.append(spent - transport.spent_s)
        check(name)
        return spent

    pushed, bare = _odoo.in_turn(3, ours, lambda: bare_calls(transport))
    yield Figure("2,000 levels", pushed, "s", bare, higher_is_better=False)
    calls = math.ceil(LEVELS / BATCH)
    yield Figure("mutations", max(counted), "calls", calls, higher_is_better=False)
    own = sorted(engine_s)[len(engine_s) // 2]
    case = "2,000 levels, our own part of it"
    yield Figure(case, own, "s", bare, higher_is_better=False)


def measure_calls(name: str, loaded: Any, transport: InProcess) -> Iterator[Figure]:
    """Change every level at ten locations and count the calls.

    One writer tells a location, so a call is of one location: each has a last call that
    may not be full. ``of_one_location`` are the calls that as many levels take there.
    """
    with _odoo.environment(loaded) as env:
        env["retail.sync.workflow"].search([("flow", "=", "stock")]).gather_s = 0
    change_stock(name)
    transport.forget()
    push(loaded)
    check(name)
    at_least = len(PLACES) * math.ceil(LEVELS / len(PLACES) / BATCH)
    yield Figure(
        f"mutations, the same at {len(PLACES)} locations",
        len(transport.mutations()),
        "calls",
        at_least,
        higher_is_better=False,
        beside={"of_one_location": math.ceil(LEVELS / BATCH)},
    )


def make_shop(levels: int, plan: str, places: Sequence[str]) -> Any:
    """Return a sandbox with so many levels at some places, all of them at zero."""
    from sandbox.schema import SchemaError
    from sandbox.testkit import LocalSandbox

    try:
        shop = LocalSandbox()
    except SchemaError as error:
        raise Problem(f"there is no sandbox: {error}", "see setup/sandbox") from error
    none = dict.fromkeys(places, 0)
    products = [
        {
            "title": f"Measured {n}",
            "variants": [{"sku": f"BENCH-{n}", "price": "5.00", "levels": none}],
        }
        for n in range(levels // len(places))
    ]
    locations = [{"name": place} for place in places]
    shop.seed(settings={"plan": plan}, locations=locations, products=products)
    return shop


def prepare(loaded: Any, levels: int, places: Sequence[str]) -> None:
    """Make products with stock and a connected channel whose levels are in step."""
    with _odoo.environment(loaded) as env:
        env["retail.sync.fuse"]._confirm()
        warehouse = put_on_shelves(env, levels // len(places), places)
        channel = env["retail.sync.channel"].create(
            {
                "name": "Measured",
                "code": "shopify",
                "environment": "sandbox",
                "base_url": "http://sandbox",
                "state": "live",
                "warehouse_id": warehouse.id,
                "settings": {"shop": SHOP, "client_id": "sandbox-client"},
            }
        )
        secrets = env["retail.sync.secret"]
        secrets._store(channel, "client_secret", "sandbox-secret")
        secrets._store(channel, "access_token", "shpat_sandbox")
        env["retail.sync.workflow"].search([]).next_poll_at = "2099-01-01 00:00:00"
        for handler in ("places.read", "catalog.page"):
            env["retail.sync.job"]._enqueue(channel, handler)
    push(loaded)


def put_on_shelves(env: Any, count: int, places: Sequence[str]) -> Any:
    """Make products and a warehouse for each place, ten units of each in all of them.

    :return: the first warehouse
    """
    first, *others = places
    warehouse = env["stock.warehouse"].search([], limit=1)
    warehouse.name = first
    houses = warehouse | warehouse.create(
        [{"name": name, "code": f"H{n}"} for n, name in enumerate(others)]
    )
    products = env["product.product"].create(
        [
            {
                "name": f"Measured {n}",
                "default_code": f"BENCH-{n}",
                "type": "consu",
                "is_storable": True,
            }
            for n in range(count)
        ]
    )
    env["stock.quant"].create(
        [
            {"product_id": product.id, "location_id": shelf.id, "quantity": 10}
            for product in products
            for shelf in houses.lot_stock_id
        ]
    )
    return warehouse


def push(loaded: Any) -> float:
    """Work off marks and jobs until nothing is due; return the seconds."""
    with _odoo.environment(loaded) as env:
        work_off = env["retail.sync.job"]._work_off
        return _odoo.seconds(lambda: work_off(1000, ahead_s=60))


def change_stock(name: str) -> None:
    """Put one unit more on each shelf; the triggers leave their marks."""
    database.query(
        name,
        "UPDATE stock_quant SET quantity = quantity + 1 WHERE location_id IN"
        " (SELECT id FROM stock_location WHERE usage = 'internal')",
    )
    database.query(name, "ANALYZE")


def check(name: str) -> None:
    """Fail unless every level is acknowledged."""
    rows = database.query(
        name,
        "SELECT state, count(*) FROM retail_sync_level GROUP BY state ORDER BY state",
    )
    if rows != [("acknowledged", LEVELS)]:
        raise AssertionError(f"the levels are {rows}")


def bare_calls(transport: InProcess) -> float:
    """Send the last push's calls with one unit more, and take it back; return the
    seconds of the first."""
    calls = transport.mutations()
    spent = _odoo.seconds(lambda: [change(transport, call, 0, 1) for call in calls])
    for call in calls:
        change(transport, call, 1, 0)
    return spent


def change(transport: InProcess, call: Any, before: int, after: int) -> None:
    """Send ``call`` once more, the levels so much above what it set."""
    body = json.loads(call.body)
    body["variables"]["idempotencyKey"] = uuid.uuid4().hex
    for row in body["variables"]["input"]["quantities"]:
        quantity = row["quantity"]
        row.update(quantity=quantity + after, changeFromQuantity=quantity + before)
    answer = transport.send(replace(call, body=json.dumps(body).encode()))
    told = json.loads(answer.body)
    if told.get("errors") or told["data"][MUTATION]["userErrors"]:
        raise AssertionError(str(told)[:500])
