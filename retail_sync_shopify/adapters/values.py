"""Shopify's scalars as ours: money sets, times, ids, connections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import money
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.errors import DataError

MOST_UNITS = 2**31
SIDES = {"shop": "shopMoney", "presentment": "presentmentMoney"}


def amount(bag: Mapping | None, side: str, *, field: str = "amount") -> Decimal:
    """Return one side of a ``MoneyBag``; a missing bag is zero.

    :param side: ``shopMoney`` or ``presentmentMoney``; the two are never mixed
    :raises DataError: when the bag is there and this side is not
    """
    if bag is None:
        return ZERO
    chosen = bag.get(side)
    if not isinstance(chosen, Mapping) or chosen.get("amount") is None:
        raise DataError(
            f"{field} has no {side}",
            kind="bad_amount",
            field=field,
            value=str(bag)[:80],
        )
    return money.parse(chosen["amount"], field=field)


def currency(bag: Mapping | None, side: str) -> str:
    """Return the currency of one side of a ``MoneyBag``."""
    chosen = (bag or {}).get(side)
    return text(chosen.get("currencyCode")) if isinstance(chosen, Mapping) else ""


def whole(value: object, *, field: str = "quantity") -> int:
    """Return a whole number of units.

    :raises DataError: when it is none, or more than anybody has
    """
    number = money.parse(value, field=field)
    if number % 1 or abs(number) >= MOST_UNITS:
        raise DataError(
            f"{field} is no number of units",
            kind="bad_amount",
            field=field,
            value=str(value)[:80],
        )
    return int(number)


def moment(value: object) -> datetime | None:
    """Return the time that ISO text tells, in UTC; None when it tells none."""
    try:
        found = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=timezone.utc)
    try:
        return found.astimezone(timezone.utc)
    except OverflowError:
        return None


def version(value: object) -> str:
    """Return a time as text of one length in UTC, so that versions compare as text.

    >>> version("2026-11-20T07:00:00-05:00")
    '2026-11-20T12:00:00.000Z'
    """
    found = moment(value)
    if found is None:
        return ""
    return found.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def search_time(value: datetime) -> str:
    """Return a time for a search filter, quoted."""
    found = value.astimezone(timezone.utc).replace(tzinfo=None)
    return f"'{found.isoformat(timespec='seconds')}Z'"


def gid(kind: str, value: object) -> str:
    """Return the global id for a number of the REST world, or ``value`` if it is one.

    >>> gid("Order", 820982911946154508)
    'gid://shopify/Order/820982911946154508'
    """
    if isinstance(value, bool) or value is None or value == "":
        return ""
    found = str(value)
    if found.startswith("gid://"):
        return found
    return f"gid://shopify/{kind}/{found}" if found.isdigit() else ""


def reference(record: Mapping | None) -> str:
    """Return the id of a nested record, or an empty string when it is null."""
    return text(record.get("id")) if isinstance(record, Mapping) else ""


def text(value: object) -> str:
    """Return ``value`` as trimmed text; null is empty.

    What no database keeps as text (NUL, half a surrogate pair) is left out.
    """
    if value is None:
        return ""
    found = str(value).replace("\x00", "")
    return found.encode("utf-8", "ignore").decode().strip()


def nodes(connection: Mapping | None) -> tuple[Mapping, ...]:
    """Return the records of a connection, without the nulls a denial leaves."""
    found = (connection or {}).get("nodes") or ()
    return tuple(node for node in found if node)


def next_cursor(connection: Mapping | None) -> str:
    """Return where the next page starts, or an empty string on the last one."""
    page = (connection or {}).get("pageInfo") or {}
    return text(page.get("endCursor")) if page.get("hasNextPage") else ""
