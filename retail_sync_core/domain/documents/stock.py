"""What a channel offers, where, and how many units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .order import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A location of the channel."""

    external_id: str
    name: str
    active: bool = True
    managed_by_others: bool = False
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something the channel offers.

    :param external_id: the id that stock is written to (Shopify: inventory item)
    :param variant_id: the id that orders name
    """

    external_id: str
    variant_id: str = ""
    product_id: str = ""
    sku: str = ""
    barcode: str = ""
    title: str = ""
    tracked: bool = True
    price: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRef:
    """A stock level's address at the channel."""

    item_id: str
    location_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReading:
    """What the channel says it has. ``available`` None = not stocked there.

    :param as_of: by the channel's own clock, by which its orders have their times; None
        = it tells none, and ours is taken
    """

    ref: LevelRef
    available: int | None
    active: bool = True
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWrite:
    """One level to set. ``expected`` None switches the comparison off."""

    ref: LevelRef
    quantity: int
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPush:
    """Levels of one location to be set in one call."""

    location_id: str
    levels: tuple[LevelWrite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCount:
    """What the owner of a location's stock says it has of one item.

    :param item_id: the id stock is written to; ``sku`` where the source knows no ids
    :param quantity: units in the listing's unit; None = not stocked there
    :param no_news: nobody counts it there; what was said before is left as it is
    :param counts: ``available`` (its open sales are off already) or ``on_hand``
    :param as_of: when it was so, by the source's clock; None = when it came
    :param changed_at: when the figure last changed there; None = not told
    :param sequence: the source's own number of the report; decides before the time
    """

    location_id: str
    item_id: str = ""
    sku: str = ""
    quantity: Decimal | None = None
    counts: str = "available"
    as_of: datetime | None = None
    changed_at: datetime | None = None
    sequence: int | None = None
    no_news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReport:
    """A stock report that came as one document.

    :param whole: what a location of it does not name, it has none of; else no news
    """

    counts: tuple[StockCount, ...]
    whole: bool = False
