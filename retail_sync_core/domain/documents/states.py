"""The words for states, as stored; a vendor's unknown word becomes ``UNKNOWN``."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})
ZERO = Decimal(0)


def nothing() -> Mapping[str, object]:
    """Return the empty mapping that nobody can fill."""
    return NOTHING


class Flow(str, enum.Enum):
    """The workflows a channel can have; the values are stored."""

    ORDER = "order"
    DRAFT = "draft"
    STOCK = "stock"
    SHIPMENT = "shipment"
    PAYMENT = "payment"
    HOLD = "hold"
    CANCELLATION = "cancellation"
    RETURN = "return"
    REFUND = "refund"
    CATALOG = "catalog"
    PRICE = "price"
    SETTLEMENT = "settlement"
    REPORT = "report"


class PaymentState(str, enum.Enum):
    """How far an order's money is."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class FulfillmentState(str, enum.Enum):
    """How far an order's goods are."""

    OPEN = "open"
    ON_HOLD = "on_hold"
    PARTIAL = "partial"
    SHIPPED = "shipped"
    UNKNOWN = "unknown"


class LineKind(str, enum.Enum):
    """What a sold line is."""

    PRODUCT = "product"
    GIFT_CARD = "gift_card"
    TIP = "tip"
    CUSTOM = "custom"


class RiskLevel(str, enum.Enum):
    """What the channel's fraud check advises."""

    NONE = "none"
    PENDING = "pending"
    ACCEPT = "accept"
    INVESTIGATE = "investigate"
    CANCEL = "cancel"
