"""Money: what a channel is to do with an order's payments, what it would give back."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Money that goes back for one kind of thing sold, all taxes in.

    :param kind: ``goods``, ``shipping``, ``duty``, ``tip``, ``fee`` or ``goodwill``
        (money for nothing that was sold)
    """

    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedBack:
    """What of one kind the channel would give back, all taxes in.

    :param kind: as in :class:`Back`
    :param most: what has not been given back yet
    :param suggested: what belongs to the units that are cancelled
    """

    kind: str
    most: Decimal
    suggested: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """Money that goes back to one payment of the order.

    :param payment_id: the channel's id of the payment
    """

    payment_id: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTender:
    """What the channel would give back to one payment.

    :param most: what of it has not gone back yet
    """

    payment_id: str
    most: Decimal
    suggested: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOffer:
    """What the channel would give back for units of an order.

    :param most: at most so much of the order's payments can still go back
    :param tenders: to which payments, where the channel was asked about a refund
    """

    currency: str
    parts: tuple[OfferedBack, ...] = ()
    most: Decimal = ZERO
    tenders: tuple[OfferedTender, ...] = ()
