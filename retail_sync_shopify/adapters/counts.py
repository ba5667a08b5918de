"""Stock in: levels of locations whose number is the shop's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Page
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.errors import PermanentError

from . import queries_counts
from .client import Client, is_too_dear
from .reading import read_refs, sized
from .values import moment, next_cursor, nodes, text, whole

LEVELS_AT_ONCE = 100
ITEMS_AT_ONCE = 100


def fetch_counts(client: Client, location_id: str, cursor: str) -> Page:
    """Return one page of the counts of a location.

    A cursor that has grown too old to be understood begins anew: a count that comes
    twice changes nothing.
    """
    try:
        return _page(client, location_id, cursor)
    except PermanentError as exc:
        if not cursor or is_too_dear(exc):
            raise
        return _page(client, location_id, "")


def _page(client: Client, location_id: str, cursor: str) -> Page:
    answer = sized(
        client,
        queries_counts.COUNTS_PAGE,
        LEVELS_AT_ONCE,
        locationId=location_id,
        after=cursor or None,
    )
    connection = (answer.data.get("location") or {}).get("inventoryLevels")
    after = next_cursor(connection) or ""
    found = tuple(
        count(node, node.get("item") or {}, location_id, answer.at)
        for node in nodes(connection)
    )
    return Page(documents=found, cursor=after, more=bool(after), as_of=answer.at)


def read_counts(
    client: Client, refs: Sequence[doc.LevelRef]
) -> tuple[doc.StockCount, ...]:
    """Return one count per ref, in their order."""
    return read_refs(
        client, queries_counts.COUNTS_AT_LOCATION, refs, _count_of, ITEMS_AT_ONCE
    )


def _count_of(node: Mapping, ref: doc.LevelRef, at: datetime | None) -> doc.StockCount:
    item = node or {"id": ref.item_id}
    return count(node.get("inventoryLevel") or {}, item, ref.location_id, at)


def count(
    level: Mapping, item: Mapping, location_id: str, at: datetime | None
) -> doc.StockCount:
    """Return what a level says; asleep or not there it is not stocked.

    Nobody counts what is not tracked, or has no figure: that is no news.
    """
    rows = level.get("quantities") or ()
    row = next((one for one in rows if one.get("name") == "available"), {})
    tracked = item.get("tracked", True)
    counts = level.get("isActive") and tracked
    quantity = row.get("quantity") if counts else None
    return doc.StockCount(
        location_id=location_id,
        item_id=text(item.get("id")),
        sku=text(item.get("sku")),
        quantity=None if quantity is None else Decimal(whole(quantity)),
        counts="available",
        no_news=not tracked or bool(level.get("isActive") and quantity is None),
        as_of=at,
        changed_at=moment(row.get("updatedAt")),
    )
