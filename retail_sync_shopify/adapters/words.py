"""Shopify's enums in our words. A value nobody knows yet is unknown, never an error.

Enums of the Admin API 2026-10; FULFILLMENT_NOT_REQUIRED is new in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from odoo.addons.retail_sync_core.domain.documents import (
    FulfillmentState,
    PaymentState,
    RiskLevel,
)

_PAYMENT = {
    "PENDING": PaymentState.PENDING,
    "AUTHORIZED": PaymentState.AUTHORIZED,
    "PARTIALLY_PAID": PaymentState.PARTIALLY_PAID,
    "PAID": PaymentState.PAID,
    "PARTIALLY_REFUNDED": PaymentState.PARTIALLY_REFUNDED,
    "REFUNDED": PaymentState.REFUNDED,
    "VOIDED": PaymentState.VOIDED,
    "EXPIRED": PaymentState.EXPIRED,
}
_FULFILLMENT = {
    "UNFULFILLED": FulfillmentState.OPEN,
    "OPEN": FulfillmentState.OPEN,
    "PENDING_FULFILLMENT": FulfillmentState.OPEN,
    "IN_PROGRESS": FulfillmentState.OPEN,
    "SCHEDULED": FulfillmentState.OPEN,
    "REQUEST_DECLINED": FulfillmentState.OPEN,
    "RESTOCKED": FulfillmentState.OPEN,
    "ON_HOLD": FulfillmentState.ON_HOLD,
    "PARTIALLY_FULFILLED": FulfillmentState.PARTIAL,
    "FULFILLED": FulfillmentState.SHIPPED,
    "FULFILLMENT_NOT_REQUIRED": FulfillmentState.SHIPPED,
}
_RISK = {
    "NONE": RiskLevel.NONE,
    "ACCEPT": RiskLevel.ACCEPT,
    "INVESTIGATE": RiskLevel.INVESTIGATE,
    "CANCEL": RiskLevel.CANCEL,
}
_PAYMENT_KIND = {"EMV_AUTHORIZATION": "authorization"}
_PAYMENT_STATUS = {
    "SUCCESS": "success",
    "PENDING": "pending",
    "AWAITING_RESPONSE": "pending",
    "FAILURE": "failure",
    "ERROR": "failure",
}
_FULFILLMENT_ORDER = frozenset(
    ("OPEN", "IN_PROGRESS", "ON_HOLD", "SCHEDULED", "CLOSED", "CANCELLED", "INCOMPLETE")
)
_FULFILLMENT_RESULT = {
    "SUCCESS": "success",
    "OPEN": "pending",
    "PENDING": "pending",
    "CANCELLED": "cancelled",
    "ERROR": "failure",
    "FAILURE": "failure",
}
_CANCEL_REASON = frozenset(
    ("CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF")
)
_DISCOUNT_KIND = {
    "DiscountCodeApplication": "code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}
_DELIVERY = {
    "SHIPPING": "shipping",
    "LOCAL": "local",
    "PICK_UP": "pickup",
    "PICKUP_POINT": "pickup_point",
    "RETAIL": "retail",
    "NONE": "none",
}
_VAT = frozenset(
    ("vat", "vatid", "vatnumber", "vatno", "taxid", "taxnumber", "ustid", "tva")
)


def payment_state(word: str) -> PaymentState:
    """Return our word for ``OrderDisplayFinancialStatus``."""
    return _PAYMENT.get(word, PaymentState.UNKNOWN)


def fulfillment_state(word: str) -> FulfillmentState:
    """Return our word for ``OrderDisplayFulfillmentStatus``."""
    return _FULFILLMENT.get(word, FulfillmentState.UNKNOWN)


def risk(word: str, levels: Collection[str]) -> RiskLevel:
    """Return our word for the recommendation; pending until an assessment is there.

    :param levels: ``RiskAssessmentResult`` of each assessment
    """
    found = _RISK.get(word, RiskLevel.INVESTIGATE if word else RiskLevel.NONE)
    if found is RiskLevel.NONE and "PENDING" in levels:
        return RiskLevel.PENDING
    return found


def payment_kind(word: str) -> str:
    """Return our word for ``OrderTransactionKind``."""
    return _PAYMENT_KIND.get(word, word.lower())


def payment_status(word: str) -> str:
    """Return our word for ``OrderTransactionStatus``."""
    return _PAYMENT_STATUS.get(word, "unknown")


def fulfillment_order_state(word: str) -> str:
    """Return our word for ``FulfillmentOrderStatus``."""
    return word.lower() if word in _FULFILLMENT_ORDER else "unknown"


def fulfillment_result(word: str) -> str:
    """Return our word for ``FulfillmentStatus``."""
    return _FULFILLMENT_RESULT.get(word, "unknown")


def cancel_reason(word: str) -> str:
    """Return the ``OrderCancelReason`` for our word."""
    return word.upper() if word.upper() in _CANCEL_REASON else "OTHER"


def discount_kind(word: str) -> str:
    """Return our word for the type of a ``DiscountApplication``."""
    return _DISCOUNT_KIND.get(word, "")


def delivery_kind(word: str) -> str:
    """Return our word for ``DeliveryMethodType``; what nobody knows is shipped."""
    return _DELIVERY.get(word, "shipping")


def is_taken_along(method: str) -> bool:
    """Return whether goods of this ``DeliveryMethodType`` left over the counter."""
    return method == "RETAIL"


def vat_of(attributes: Mapping[str, str]) -> str:
    """Return the VAT number a customer entered as an attribute, or nothing.

    >>> vat_of({"VAT number": "FR 83 404833048"})
    'FR 83 404833048'
    """
    for key, value in attributes.items():
        if "".join(c for c in key.casefold() if c.isalnum()) in _VAT and value:
            return value
    return ""
