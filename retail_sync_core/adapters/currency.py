"""The port of channels that know an order in two currencies."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from ..domain.documents import Order


@runtime_checkable
class InCurrency(Protocol):
    """Reads an order in a currency of its own choice: the shop's, or the customer's."""

    def fetch_in(self, external_id: str, currency: str) -> Order:
        """Return the order as ``Lookup`` does, its amounts in ``currency``."""
        ...
