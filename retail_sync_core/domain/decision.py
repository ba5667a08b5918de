"""What a person decides about an order that is canceled."""

from __future__ import annotations

from typing import NamedTuple

from .documents import Back


class Decision(NamedTuple):
    """What a person decides about an order, or the rest of it, at once.

    :param restock: the goods may be sold again; otherwise they are scrapped
    :param refund: what was paid for it goes back by the ways it was paid
    :param notify: the channel writes to the customer
    :param tell: the channel cancels it, too
    :param back: how much goes back for what; empty: what the channel suggests
    """

    restock: bool = True
    refund: bool = False
    notify: bool = False
    tell: bool = True
    reason: str = "other"
    note: str = ""
    back: tuple[Back, ...] = ()
