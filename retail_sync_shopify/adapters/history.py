"""Past orders by the day they were placed, and how far back they can be read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from odoo.addons.retail_sync_core.adapters.base import Page, PastOrders
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.errors import PermanentError

from . import queries_history as queries
from .client import Client, is_too_dear
from .connection import ALL_ORDERS, scopes_of
from .reading import sized
from .values import moment, next_cursor, nodes, search_time, text, version, whole

VISIBLE = timedelta(days=60)
# each is then fetched, which costs a hundred times as much: no need for larger pages
PAGE = 50


def count_past(
    client: Client, since: datetime, until: datetime, now: datetime
) -> PastOrders:
    """Return how many orders were placed from ``since`` to before ``until``.

    Without the scope ``read_all_orders`` Shopify shows the last 60 days alone, and
    counts no others: it does not say that there are more.
    """
    answer = client.call(queries.ORDERS_COUNT, query=_between(since, until))
    count = answer.data.get("ordersCount") or {}
    sees_all = ALL_ORDERS in scopes_of(answer.data)
    return PastOrders(
        count=whole(count.get("count"), field="count"),
        is_exact=count.get("precision") != "AT_LEAST",
        visible_since=None if sees_all else now - VISIBLE,
        missing_scope="" if sees_all else ALL_ORDERS,
    )


def fetch_past(client: Client, cursor: str, since: datetime, until: datetime) -> Page:
    """Return the page at ``cursor`` of the orders placed in a time, oldest first.

    A cursor of Shopify's that has grown too old begins anew: who reads must take an
    order twice.
    """
    query = _between(since, until)
    try:
        return _page(client, query, json.loads(cursor) if cursor else None)
    except PermanentError as exc:
        if not cursor or is_too_dear(exc):
            raise
        return _page(client, query, None)


def _between(since: datetime, until: datetime) -> str:
    return f"created_at:>={search_time(since)} created_at:<{search_time(until)}"


def _page(client: Client, query: str, after: str | None) -> Page:
    answer = sized(client, queries.ORDERS_PLACED, PAGE, after=after, query=query)
    connection = answer.data.get("orders")
    found = tuple(
        doc.Notice(
            flow=doc.Flow.ORDER,
            topic="history",
            external_id=text(node["id"]),
            external_ref=text(node.get("name")),
            version=version(node.get("updatedAt")),
            occurred_at=moment(node.get("createdAt")),
        )
        for node in nodes(connection)
    )
    following = next_cursor(connection)
    return Page(
        documents=found,
        cursor=json.dumps(following) if following else "",
        more=bool(following),
        as_of=answer.at,
    )
