"""How many units to offer, and in which calls. Quantities in the listing's unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import TypeVar

T = TypeVar("T")
MOST_SUMS = 4096
# More is "as many as you like": no channel and no column of ours holds more.
LARGEST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one offered quantity, each as it is explained to a person.

    :param on_hand: units in the mapped locations and below
    :param incoming: units that arrive within the days that the location allows
    :param reserved: units promised to confirmed documents
    :param unreserved: confirmed demand that no reservation covers yet
    :param pending: units of known orders that are not imported yet
    :param at_tills: units sold at tills that book when their session is closed
    :param buffer: units kept back
    :param kept: units that channels of a better rank claim first
    :param share: percent of the rest that this channel may offer
    :param cap: never offer more than this; None for no cap
    :param minimum: fewer than this are offered as none
    :param fixed: a level set by a person; None to compute
    :param frozen: what is left of the last figure while the place is counted; None when
        it is not
    """

    on_hand: Decimal = Decimal(0)
    incoming: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    unreserved: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)
    at_tills: Decimal = Decimal(0)
    buffer: Decimal = Decimal(0)
    kept: Decimal = Decimal(0)
    share: Decimal = Decimal(100)
    cap: Decimal | None = None
    minimum: Decimal = Decimal(0)
    fixed: Decimal | None = None
    frozen: Decimal | None = None

    @property
    def taken(self) -> Decimal:
        """Return what is on hand or to come and promised to somebody already."""
        return self.reserved + self.unreserved + self.pending + self.at_tills

    @property
    def available(self) -> Decimal:
        """Return what is free before the channel's share; may be below zero."""
        return self.unpromised - self.buffer - self.kept

    @property
    def unpromised(self) -> Decimal:
        """Return what nobody has been promised, whoever may offer it."""
        return self.on_hand + self.incoming - self.taken

    @property
    def offered(self) -> int:
        """Return what the channel may be told: whole units, never below zero."""
        if self.fixed is not None:
            units = self.fixed
        elif self.frozen is not None:
            units = self.frozen
        else:
            units = self._computed()
        return min(LARGEST, max(0, int(units.to_integral_value(ROUND_FLOOR))))

    def _computed(self) -> Decimal:
        units = max(Decimal(0), self.available) * self.share / 100
        if self.cap is not None:
            units = min(units, self.cap)
        return units if units >= self.minimum else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Units the channel itself took from a level, or put back.

    :param movement_id: the channel's own id of it (order line, restock): counted once.
        Under one id the newest total counts: a repeat or an edit changes what it must
    :param item_id: the id stock is written to; ``location_id`` the channel's too
    :param quantity: below zero when sold
    :param occurred_at: when it was first so; a level read later has it in already
    """

    movement_id: str
    item_id: str
    location_id: str
    quantity: int
    occurred_at: datetime | None = None


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield ``items`` in slices of at most ``size``."""
    for start in range(0, len(items), max(1, size)):
        yield items[start : start + max(1, size)]


def coalesce(pairs: Iterable[T]) -> list[T]:
    """Return ``pairs`` once each, in the order they first came."""
    return list(dict.fromkeys(pairs))


def can_explain(difference: int, doubtful: Iterable[int]) -> bool:
    """Return whether some of the ``doubtful`` units add up to ``difference``."""
    sums = {0}
    for units in doubtful:
        sums |= {known + units for known in sums}
        if len(sums) > MOST_SUMS:
            return True  # so much moved at that moment that nothing can be ruled out
    return difference in sums
