"""What places are to do: ship what another was asked for, hand over at a counter."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMove:
    """Where an order's goods leave from, to be told to the channel.

    :param wanted: (order line id, the channel's place id, units still to leave there);
        lines that are not named stay where they are
    """

    order_id: str
    wanted: tuple[tuple[str, str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupReady:
    """Goods of an order that wait at a counter for the buyer.

    :param place_id: the channel's id of the place; what it asks of others stays
    """

    order_id: str
    reference: str
    place_id: str
