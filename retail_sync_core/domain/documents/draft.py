"""What a merchant prepares for a customer, before it is an order."""

from __future__ import annotations

from dataclasses import dataclass

from .order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft in its newest version.

    :param content: what would be ordered; its ids, number, version and times are the
        draft's own
    :param order_id: the channel's id of the order that it became, "" for none yet
    """

    content: Order
    order_id: str = ""

    @property
    def external_id(self) -> str:
        """Return the channel's id of the draft."""
        return self.content.external_id
