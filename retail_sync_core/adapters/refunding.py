"""The port of channels that refund at our asking, and say what they would give back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..domain.documents import RefundLine, RefundOffer

__all__ = ["Refunding", "Refunds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunds:
    """That an order can be refunded from here (effect ``refund``).

    The channel tells its refunds by their ids in ``Order.refund_ids``.

    :param offers: whether it says what it would give back (port ``Refunding``)
    :param beyond: whether more than was paid can go back once somebody approved it
    """

    offers: bool = False
    beyond: bool = False
    settle_s: float = 5.0
    on_doubt: str = "read_back"


@runtime_checkable
class Refunding(Protocol):
    """Says what it would give back for a refund."""

    def suggest_refund(
        self, order_id: str, lines: tuple[RefundLine, ...]
    ) -> RefundOffer:
        """Return what goes back for these units, and to which payments."""
        ...
