"""Refunds that a person decides: units, money, and the ways it goes back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .money import Back, Tender
from .states import ZERO

# how units of a refund stand: they never left; they left, came back and lie on the
# shelf of a place; or they left and are not to be sold again (with the customer, lost)
NEVER_LEFT = "never_left"
PUT_BACK = "put_back"
KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """Units of one order line that are refunded.

    :param how: ``never_left``, ``put_back`` or ``kept``
    :param location_id: the channel's id of the place they were ``put_back`` at
    """

    line_id: str
    units: Decimal
    how: str = KEPT
    location_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund as it is asked of the channel: once, and found again by its note.

    :param currency: the one of all its amounts
    :param back: how much goes back for what, all taxes in
    :param tenders: to which payments; adds up to ``back``
    :param beyond: somebody approved that more goes back than was paid
    :param known: ids of the order's movements that were known when this was decided
    """

    order_id: str
    currency: str
    lines: tuple[RefundLine, ...] = ()
    back: tuple[Back, ...] = ()
    tenders: tuple[Tender, ...] = ()
    notify_customer: bool = False
    note: str = ""
    beyond: bool = False
    known: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Return how much goes back in all.

        >>> Refund(order_id="1", currency="EUR", back=(
        ...     Back(kind="goods", amount=Decimal("2.50")),
        ...     Back(kind="shipping", amount=Decimal("1.00")),
        ... )).amount
        Decimal('3.50')
        """
        return sum((one.amount for one in self.back), ZERO)
