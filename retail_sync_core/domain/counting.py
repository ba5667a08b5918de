"""Stock that somebody else counts: which word is newer, what it means for our books.

    our stock = their figure
                + what they have taken off and we have not
                - what we have taken off and they have not
                + other movements of ours that they have not seen

A function of what is known, never of the order in which it became known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)
# more than this is a mistake of whoever counts
LARGEST_COUNT = Decimal(1_000_000)


class OrdersFirst(Exception):
    """Stock would go, and an order on its way may be why: fetch the orders first."""


@dataclass(frozen=True, slots=True)
class Books:
    """What our books say of one product at one location; in the product's unit.

    :param held: units on hand
    :param sold: sold or shipped there, and not left here yet
    :param left: left here, and not counted there yet; never below zero
    :param moved: other movements here that are not counted there yet, signed
    :param promised: units that open deliveries are to take
    """

    held: Decimal = ZERO
    sold: Decimal = ZERO
    left: Decimal = ZERO
    moved: Decimal = ZERO
    promised: Decimal = ZERO

    def wanted(self, figure: Decimal) -> Decimal:
        """Return what should be on hand by their ``figure``; never below zero."""
        return max(ZERO, figure + self.sold - self.left + self.moved)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a figure was so: by the source's number of the report, else its time."""

    as_of: datetime
    sequence: int | None = None

    def rank(self, other: Stamp) -> int:
        """Return 1 when this is newer than ``other``, -1 older, 0 the same.

        >>> at = datetime(2026, 1, 1)
        >>> Stamp(at, 7).rank(Stamp(at, 8))
        -1
        """
        mine: object = self.as_of
        theirs: object = other.as_of
        if self.sequence is not None and other.sequence is not None:
            mine, theirs = self.sequence, other.sequence
        return (mine > theirs) - (mine < theirs)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of a location's stock may go at once without a person.

    :param share: percent of what was there
    :param units: so many may go in any case
    """

    share: Decimal
    units: Decimal

    def holds(self, drop: Decimal, stock: Decimal) -> bool:
        """Return whether a ``drop`` of units out of ``stock`` waits for a person.

        >>> Limit(Decimal(30), Decimal(20)).holds(Decimal(25), Decimal(60))
        True
        """
        return drop > self.units and drop * 100 > self.share * max(stock, ZERO)


def is_absurd(quantity: Decimal, kind: str) -> bool:
    """Return whether no shelf can hold that many: too many, no number, below zero.

    What is free to sell falls below zero where more was sold than was there.

    >>> is_absurd(Decimal(-1), "on_hand"), is_absurd(Decimal(-1), "available")
    (True, False)
    """
    least = -LARGEST_COUNT if kind == "available" else ZERO
    return not quantity.is_finite() or not least <= quantity <= LARGEST_COUNT
