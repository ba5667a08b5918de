"""What a channel offers, where, and how many units."""

from __future__ import annotations

from dataclasses import dataclass
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
    """What the channel says it has. ``available`` None = not stocked there."""

    ref: LevelRef
    available: int | None
    active: bool = True


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
