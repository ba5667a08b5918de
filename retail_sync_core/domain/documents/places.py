"""What places are to do: ship what another was asked for."""

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
