"""What customer service asks of an order: to wait, to go elsewhere..."""

from __future__ import annotations

from dataclasses import dataclass, field

from .order import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Goods that are not to leave, or may leave again.

    :param handle: our own name of the hold: asked again, it is not doubled
    :param released: what was held under ``handle`` may leave
    :param reason: ``customer``, ``address``, ``stock``, ``date``, ``fraud``, ``other``
    :param places: the channel's ids of what it asked to ship when it was held
    """

    order_id: str
    handle: str
    released: bool = False
    reason: str = "other"
    note: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """Where an order is to go now, as far as it has not left.

    :param reference: our id of the contact; what is kept of it until it is sent
    """

    order_id: str
    reference: str = ""
    address: Address = field(default_factory=Address)
