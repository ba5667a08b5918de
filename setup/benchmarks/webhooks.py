"""Signed webhooks a second over 8 connections; floor: a route that inserts one row.

A real Odoo server on the loopback address, with two worker processes and with threads.
Each delivery is another order's; no cron thread works it off meanwhile.
"""

import hashlib
import json
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from devenv import database, ports
from devenv.bench import Figure
from devenv.service import Service

from . import _odoo

CONNECTIONS = 8
REQUESTS = 250  # a block; blocks of ours and of the floor take turns
ROUNDS = 3
SINGLE = 80
SECRET = "measured-secret"
SHOP = "demo-shop.myshopify.com"
TOPIC = "orders/updated"
SERVERS = {
    "2 worker processes": ["--workers=2"],
    "threads": [],
}


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Post blocks of webhooks and of plain requests, in turn."""
    numbers = count(1)
    with _odoo.fresh_database(env, "webhooks", test_addon=True) as name:
        path = make_channel(name)
        for case, options in SERVERS.items():
            port = ports.free()
            server = make_server(name, port, options, env)
            try:
                server.start()
                yield measure_rate(case, name, port, path, numbers)
                yield measure_answer(case, port, path, numbers)
            finally:
                server.stop()


def measure_rate(
    case: str, name: str, port: int, path: str, numbers: Iterator[int]
) -> Figure:
    """Measure how many a second one server takes in."""

    def ours() -> float:
        before = events(name)
        spent = post_all(port, [webhook(port, path, next(numbers)) for _ in blocks()])
        if events(name) != before + REQUESTS:
            raise AssertionError("not every webhook was stored")
        return REQUESTS / spent

    def floor() -> float:
        plain = [plain_request(port, next(numbers)) for _ in blocks()]
        return REQUESTS / post_all(port, plain)

    rates = _odoo.in_turn(ROUNDS, ours, floor)
    return Figure(case, rates[0], "requests/s", rates[1])


def measure_answer(case: str, port: int, path: str, numbers: Iterator[int]) -> Figure:
    """Measure how long one request waits for its answer, one at a time.

    Odoo's HTTP server waits 10 ms after each answer, for ours and for the floor alike;
    that is in the rates of worker processes, and not in these.
    """
    times = _odoo.in_turn(
        SINGLE,
        lambda: post(port, webhook(port, path, next(numbers))) * 1000,
        lambda: post(port, plain_request(port, next(numbers))) * 1000,
    )
    name = f"{case}, one connection, until the answer"
    return Figure(name, times[0], "ms", times[1], higher_is_better=False)


def blocks() -> range:
    """Return one pass over a block of requests."""
    return range(REQUESTS)


def events(name: str) -> int:
    """Return how many webhooks are stored."""
    return database.query(name, "SELECT count(*) FROM retail_sync_event")[0][0]


def make_channel(name: str) -> str:
    """Make a live Shopify channel; return the path of its door."""
    with _odoo.environment(_odoo.registry(name)) as env:
        channel = env["retail.sync.channel"].create(
            {
                "name": "Measured",
                "code": "shopify",
                "state": "live",
                "settings": {"shop": SHOP},
            }
        )
        env["retail.sync.secret"]._store(channel, "client_secret", SECRET)
        return f"/retail_sync/shopify/{channel.token}"


def make_server(
    name: str, port: int, options: Sequence[str], env: Mapping[str, str]
) -> Service:
    """Return an Odoo server without cron threads."""
    command = [
        *_odoo.odoo(name),
        *(f"--http-port={port}", f"--gevent-port={ports.free()}"),
        *(f"--db-filter=^{name}$", "--max-cron-threads=0", "--log-level=warn"),
        *options,
    ]
    page = f"http://{ports.LOOPBACK}:{port}/web/login"
    return Service("bench-webhooks", command, env, page)


def body_of(number: int) -> bytes:
    """Return an order as the shop tells it, about 4 kB."""
    line = {
        "sku": "MUG-BLUE",
        "title": "Mug, blue, large",
        "quantity": 2,
        "price": "19.99",
        "tax_lines": [{"title": "VAT", "rate": 0.2, "price": "6.66"}],
        "properties": [{"name": "note", "value": "x" * 500}],
    }
    order = {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "updated_at": "2026-11-20T12:00:00Z",
        "currency": "EUR",
        "financial_status": "paid",
        "total_price": "119.94",
        "line_items": [{**line, "id": number * 10 + n} for n in range(5)],
    }
    return json.dumps(order).encode()


def webhook(port: int, path: str, number: int) -> bytes:
    """Return a signed webhook, as bytes on the wire."""
    from odoo.addons.retail_sync_core.domain.signature import sign_hmac_sha256

    body = body_of(number)
    headers = {
        "X-Shopify-Topic": TOPIC,
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Webhook-Id": hashlib.sha256(body).hexdigest(),
        "X-Shopify-Hmac-Sha256": sign_hmac_sha256(body, SECRET),
        "X-Shopify-Triggered-At": "2026-11-20T12:00:00Z",
    }
    return wire(port, path, headers, body)


def plain_request(port: int, number: int) -> bytes:
    """Return a request to the plain route with the same body."""
    return wire(port, "/retail_sync_test/row", {}, body_of(number))


def wire(port: int, path: str, headers: Mapping[str, Any], body: bytes) -> bytes:
    """Return a POST as bytes."""
    lines = {
        "Host": f"{ports.LOOPBACK}:{port}",
        "Content-Type": "application/json",
        "Content-Length": len(body),
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def post_all(port: int, requests: Sequence[bytes]) -> float:
    """Send ``requests`` over eight connections at a time; return the seconds."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return _odoo.seconds(lambda: list(pool.map(lambda r: post(port, r), requests)))


def post(port: int, request: bytes) -> float:
    """Send one request and read its answer, which must be 200; return the seconds
    until it began."""
    started = time.perf_counter()
    with socket.create_connection((ports.LOOPBACK, port), timeout=30) as connection:
        connection.sendall(request)
        answer = connection.recv(65536)
        waited = time.perf_counter() - started
        while part := connection.recv(65536):
            answer += part
    if b" 200 " not in answer[:20]:
        raise AssertionError(answer[:300].decode(errors="replace"))
    return waited
