"""Money: what a channel is to do with an order's payments."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .states import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAction:
    """Something to be done with the money of an order over there.

    :param action: ``capture`` or ``void`` (an authorization), ``mark_paid`` (the money
        came by another way) or ``refund`` (give back without anything else)
    :param payment_id: the authorization, for ``capture`` and ``void``
    :param amount: how much, in ``currency``, for ``capture`` and ``refund``
    :param known: ids of the order's movements that were known when this was decided
    """

    order_id: str
    action: str
    payment_id: str = ""
    amount: Decimal = ZERO
    currency: str = ""
    notify_customer: bool = False
    note: str = ""
    known: tuple[str, ...] = ()
