"""The port of channels that own the stock of a location of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ..domain.documents import LevelRef, StockCount

if TYPE_CHECKING:
    from .base import Page


@runtime_checkable
class Counts(Protocol):
    """Reads stock whose number belongs to the channel.

    Reports that come as files need no port: ``stock_reports``, ``Pages`` and ``Reader``
    (``read("stock", body)`` gives a ``StockReport``) are enough.
    """

    def read_counts(self, refs: tuple[LevelRef, ...]) -> tuple[StockCount, ...]:
        """Return one count per ref, in their order."""
        ...

    def fetch_counts(self, location_id: str, cursor: str) -> Page:
        """Return one page of all ``StockCount`` of a location; "" = the first."""
        ...
