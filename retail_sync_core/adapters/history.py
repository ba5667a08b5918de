"""The port of channels that list their past orders by the day they were placed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from .base import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrders:
    """What the channel counts of a time.

    :param is_exact: False: there are at least so many
    :param visible_since: nothing older can be read; None = all
    :param missing_scope: the permission without which older ones cannot be read
    """

    count: int
    is_exact: bool = True
    visible_since: datetime | None = None
    missing_scope: str = ""


@runtime_checkable
class History(Protocol):
    """Lists orders by when they were placed, oldest first; each is then fetched."""

    def count_past(self, since: datetime, until: datetime) -> PastOrders:
        """Return how many orders were placed from ``since`` to before ``until``."""
        ...

    def fetch_past(self, cursor: str, since: datetime, until: datetime) -> Page:
        """Return the page of ``Notice`` at ``cursor``; "" = the first."""
        ...
