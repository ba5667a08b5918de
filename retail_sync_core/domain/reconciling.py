"""Two sides of an order compared, exactly: what each says, and where they part."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .documents import ZERO


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the two sides say differently.

    :param kind: ``total``, ``refund``, ``cancelled``, ``units``, ``shipment``...
    :param key: tells it from others of the same kind and order
    :param name: what it is about, in a person's words; empty: the order as a whole
    """

    kind: str
    key: str = ""
    name: str = ""
    there: Decimal = ZERO
    here: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        """Return how much more there is over there."""
        return self.there - self.here


@dataclass(frozen=True, slots=True)
class Sums:
    """What one side says of an order's money, in the order's currency."""

    total: Decimal = ZERO
    refunded: Decimal = ZERO
    is_cancelled: bool = False


def compare_sums(there: Sums, here: Sums) -> list[Finding]:
    """Return where the money of the two sides parts, to the cent."""
    found = [
        Finding(kind, there=theirs, here=ours)
        for kind, theirs, ours in (
            ("total", there.total, here.total),
            ("refund", there.refunded, here.refunded),
        )
        if theirs != ours
    ]
    if there.is_cancelled != here.is_cancelled:
        sides = (Decimal(int(there.is_cancelled)), Decimal(int(here.is_cancelled)))
        found.append(Finding("cancelled", there=sides[0], here=sides[1]))
    return found
