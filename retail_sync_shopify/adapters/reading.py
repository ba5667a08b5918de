"""Pages of what changed, and stock levels."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from odoo.addons.retail_sync_core.adapters.base import Page
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.errors import DataError, PermanentError
from odoo.addons.retail_sync_core.domain.stock import batches, coalesce

from . import parsing_goods, queries, queries_drafts, queries_orders
from .client import Answer, Client, is_too_dear
from .values import moment, next_cursor, nodes, search_time, text, version

T = TypeVar("T")
LARGEST_PAGE = 250
VARIANTS_AT_ONCE = 100
LEVELS_AT_ONCE = 100
ITEMS_AT_ONCE = 250


def fetch_page(client: Client, flow: str, cursor: str, since: datetime | None) -> Page:
    """Return one page of ``order``, ``draft``, ``catalog``, ``places`` or ``levels``.

    The cursor carries the filter it belongs to and the time the reading began: one of
    Shopify's is valid for one query text, and what changes meanwhile is asked for anew.
    """
    readers: dict[str, Callable[[Client, dict], Page]] = {
        "order": _orders,
        "draft": _drafts,
        "catalog": _variants,
        "places": _places,
        "levels": _levels,
    }
    reader = readers.get(flow)
    if reader is None:
        raise PermanentError(f"Shopify has no pages of {flow}", code="no_such_flow")
    state = _state(flow, cursor, since)
    try:
        return reader(client, state)
    except PermanentError as exc:
        if not state.get("after") or is_too_dear(exc):
            raise
        # A cursor can grow too old to be understood: the reading begins anew.
        return reader(client, {**state, "after": None})


def _state(flow: str, cursor: str, since: datetime | None) -> dict:
    if not cursor:
        return {"query": f"updated_at:>={search_time(since)}" if since else None}
    if cursor.startswith("gid://"):  # the levels of this location alone
        return {"query": None, "places": [cursor]}
    try:
        state = json.loads(cursor)
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise DataError(
            f"{flow}: the cursor cannot be read", field="cursor", value=cursor
        )
    return state


def sized(
    client: Client, document: queries.Document, first: int, **variables: object
) -> Answer:
    """Return a page of at most ``first``; halved as long as that costs too much."""
    while True:
        try:
            return client.call(document, first=first, **variables)
        except PermanentError as exc:
            if first == 1 or not is_too_dear(exc):
                raise
            first //= 2


def _page(
    documents: Sequence[object], connection: Mapping | None, state: dict, answer: Answer
) -> Page:
    """Return a page whose cursor goes on in ``state``."""
    after = next_cursor(connection)
    began = state.get("as_of") or (answer.at.isoformat() if answer.at else None)
    following = {**state, "after": after, "as_of": began} if after else None
    return Page(
        documents=tuple(documents),
        cursor=json.dumps(following) if following else "",
        more=bool(after),
        as_of=moment(began) if began else None,
    )


def _orders(client: Client, state: dict) -> Page:
    document = queries_orders.ORDERS_CHANGED
    return _changed(client, state, document, "orders", doc.Flow.ORDER)


def _drafts(client: Client, state: dict) -> Page:
    document = queries_drafts.DRAFTS_CHANGED
    return _changed(client, state, document, "draftOrders", doc.Flow.DRAFT)


def _changed(
    client: Client, state: dict, document: queries.Document, root: str, flow: doc.Flow
) -> Page:
    answer = sized(
        client,
        document,
        LARGEST_PAGE,
        after=state.get("after"),
        query=state["query"],
    )
    connection = answer.data.get(root)
    found = [
        doc.Notice(
            flow=flow,
            topic="poll",
            external_id=text(node["id"]),
            external_ref=text(node.get("name")),
            version=version(node.get("updatedAt")),
            occurred_at=moment(node.get("updatedAt")),
        )
        for node in nodes(connection)
    ]
    return _page(found, connection, state, answer)


def _variants(client: Client, state: dict) -> Page:
    answer = sized(
        client,
        queries.VARIANTS_PAGE,
        VARIANTS_AT_ONCE,
        after=state.get("after"),
        query=state["query"],
    )
    connection = answer.data.get("productVariants")
    shop_currency = text((answer.data.get("shop") or {}).get("currencyCode"))
    found = [parsing_goods.item(node, shop_currency) for node in nodes(connection)]
    return _page(found, connection, state, answer)


def _places(client: Client, state: dict) -> Page:
    answer = sized(
        client, queries.LOCATIONS_PAGE, LARGEST_PAGE, after=state.get("after")
    )
    connection = answer.data.get("locations")
    found = [parsing_goods.place(node) for node in nodes(connection)]
    return _page(found, connection, state, answer)


def _levels(client: Client, state: dict) -> Page:
    """One location after the other; the first page finds out which there are."""
    places = state.get("places")
    if places is None:
        places = _active_places(client)
    if not places:
        return Page(documents=())
    answer = sized(
        client,
        queries.LOCATION_INVENTORY_PAGE,
        LEVELS_AT_ONCE,
        locationId=places[0],
        after=state.get("after"),
        query=state["query"],
    )
    connection = (answer.data.get("location") or {}).get("inventoryLevels")
    found = [
        parsing_goods.level(
            node, doc.LevelRef(item_id=text(node["item"]["id"]), location_id=places[0])
        )
        for node in nodes(connection)
    ]
    page = _page(found, connection, {**state, "places": places}, answer)
    if page.more or len(places) == 1:
        return page
    began = page.as_of.isoformat() if page.as_of else None
    following = {"query": state["query"], "places": places[1:], "as_of": began}
    return Page(
        documents=page.documents,
        cursor=json.dumps(following),
        more=True,
        as_of=page.as_of,
    )


def _active_places(client: Client) -> list[str]:
    answer = sized(client, queries.LOCATIONS_PAGE, LARGEST_PAGE, after=None)
    return [
        text(node["id"])
        for node in nodes(answer.data.get("locations"))
        if node.get("isActive")
    ]


def read_levels(
    client: Client, refs: Sequence[doc.LevelRef]
) -> tuple[doc.LevelReading, ...]:
    """Return one reading per ref, in their order."""
    return read_refs(
        client,
        queries.LEVELS_AT_LOCATION,
        refs,
        lambda node, ref, at: parsing_goods.level(node.get("inventoryLevel"), ref, at),
        ITEMS_AT_ONCE,
    )


def read_refs(
    client: Client,
    document: str,
    refs: Sequence[doc.LevelRef],
    understand: Callable[[Mapping, doc.LevelRef, datetime | None], T],
    at_once: int,
) -> tuple[T, ...]:
    """Return what ``understand`` makes of each ref's item, in their order.

    Items are asked for by their ids, location by location: the lagging search is not
    asked. An item that is not there any more is an empty one.

    :param understand: of an item's node, its ref and the time of the answer
    :param at_once: how many items to begin with; half of them where that costs too much
    """
    found: dict[doc.LevelRef, T] = {}

    def read(place: str, items: list[str]) -> None:
        try:
            answer = client.call(document, ids=items, locationId=place)
        except PermanentError as exc:
            if len(items) == 1 or not is_too_dear(exc):
                raise
            middle = len(items) // 2
            read(place, items[:middle])
            read(place, items[middle:])
            return
        given = {
            text(one.get("id")): one for one in answer.data.get("nodes") or () if one
        }
        for item in items:
            ref = doc.LevelRef(item_id=item, location_id=place)
            found[ref] = understand(given.get(item) or {}, ref, answer.at)

    for place in coalesce(ref.location_id for ref in refs):
        items = coalesce(ref.item_id for ref in refs if ref.location_id == place)
        for part in batches(items, at_once):
            read(place, list(part))
    return tuple(found[ref] for ref in refs)
