"""The port of channels that say what they would give back."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol, runtime_checkable

from ..domain.documents import RefundOffer


@runtime_checkable
class Offers(Protocol):
    """Says what it would give back."""

    def offer_refund(
        self, order_id: str, lines: tuple[tuple[str, Decimal], ...]
    ) -> RefundOffer:
        """Return what goes back when these units ((line, units)) are cancelled."""
        ...
