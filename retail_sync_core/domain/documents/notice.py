"""What comes in at the door or from a poll: something happened over there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .states import ZERO, Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Units of one order line that the channel has sold, known before the import.

    :param item_id: the listing's inventory id at the channel (or variant id)
    :param sku: the seller's SKU, where the payload gives no id
    :param placed_at: when it was ordered; None = not told
    """

    order_id: str
    line_id: str
    item_id: str = ""
    sku: str = ""
    location_id: str = ""
    quantity: Decimal = ZERO
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something happened over there: a webhook, a row of a poll, a file.

    :param flow: which workflow it concerns
    :param topic: the vendor's own word for it
    :param external_id: the record it is about (an order's id...); "" = the vendor does
        not name it: what has changed is to be asked for
    :param event_id: the vendor's id of this delivery, to drop duplicates; "" = none
    :param version: the record's version (time or digest); "" = not told
    :param body: kept (encrypted) only where the record cannot be fetched by its id
    :param minor: it may be no more than a tag or a note: what matters has a word of its
        own
    :param demand: lines of a new order, where the payload gives them for free
    """

    flow: Flow
    topic: str
    external_id: str
    external_ref: str = ""
    event_id: str = ""
    version: str = ""
    occurred_at: datetime | None = None
    body: bytes | None = None
    minor: bool = False
    demand: tuple[Demand, ...] = ()
