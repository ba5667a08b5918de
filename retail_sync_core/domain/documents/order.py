"""An order in the channel's newest version, with its money to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .returns import ReturnRequest
from .shipment import Refunded, Returned, ShipmentOrder, Shipped
from .states import (
    ZERO,
    FulfillmentState,
    LineKind,
    PaymentState,
    RiskLevel,
    nothing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address as the order carries it; every part may be empty."""

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    state_code: str = ""
    state_name: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who bought; a guest has no ``external_id``."""

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The business that buys, and which of its branches; ``vat`` as registered there.

    :param reference: the retailer's own number of the branch or company, if any
    """

    external_id: str
    name: str = ""
    branch_id: str = ""
    branch_name: str = ""
    vat: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When the order is to be paid; both empty: when it is invoiced.

    :param days: days after the invoice, or None
    :param due_at: a fixed day, or None
    """

    name: str = ""
    days: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the goods reach the customer.

    :param kind: ``shipping``, ``local`` (by courier), ``pickup`` (in a shop of ours),
        ``pickup_point`` (a parcel shop), ``retail`` (taken along) or ``none``
    :param place: where they are picked up, if so
    :param place_id: the channel's id of that place, if it is one of ours
    """

    kind: str = "shipping"
    title: str = ""
    place: Address | None = None
    place_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """One tax of a line, as charged. ``rate`` 0.2 is 20 %."""

    title: str
    rate: Decimal
    amount: Decimal
    included: bool = False
    channel_liable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """The part of a discount that falls on one line (positive amount).

    :param kind: ``code``, ``automatic``, ``manual`` or ``script``; empty if not told
    """

    amount: Decimal
    title: str = ""
    code: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One sold line.

    :param item_id: the channel's inventory id of what was sold, "" for custom lines
    :param quantity: units ordered at first; never goes down
    :param current_quantity: units that are still wanted after edits and cancellations
    :param unit_price: price of a unit before discounts, taxes as ``taxes_included``
    """

    external_id: str
    kind: LineKind = LineKind.PRODUCT
    item_id: str = ""
    variant_id: str = ""
    sku: str = ""
    barcode: str = ""
    title: str = ""
    quantity: Decimal = ZERO
    current_quantity: Decimal = ZERO
    unit_price: Decimal = ZERO
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    requires_shipping: bool = True
    extra: Mapping[str, object] = field(default_factory=nothing)

    @property
    def total(self) -> Decimal:
        """Return the line's amount for all ordered units, less discounts."""
        discount = sum((d.amount for d in self.discounts), ZERO)
        return self.unit_price * self.quantity - discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A line that is no product: shipping, duty, fee, rounding.

    :param kind: ``shipping``, ``duty``, ``fee``, ``tip``, ``rounding`` or ``back``
        (money given back that belongs to no line)
    :param line_id: the order line that a duty belongs to
    :param refunded: it was given back: its amounts are below zero, as its taxes are
    """

    external_id: str
    kind: str = "shipping"
    title: str = ""
    code: str = ""
    amount: Decimal = ZERO
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    removed: bool = False
    line_id: str = ""
    refunded: bool = False

    @property
    def total(self) -> Decimal:
        """Return the amount less discounts."""
        return self.amount - sum((d.amount for d in self.discounts), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One money movement.

    :param kind: ``authorization``, ``sale``, ``capture``, ``refund``, ``void`` or
        ``change``
    :param rounding: how much of ``amount`` only rounds it for payment in cash
    :param status: ``success``, ``pending``, ``failure`` or ``unknown``
    """

    external_id: str
    kind: str
    status: str
    gateway: str
    amount: Decimal
    currency: str
    processed_at: datetime | None = None
    parent_id: str = ""
    rounding: Decimal = ZERO
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order in its newest version.

    :param version: grows with each change at the channel; compared as text when equal
        lengths, in practice an ISO time in UTC
    :param total: what the customer owes for the order as placed, all in
    :param total_tax: the tax in or on top of it
    :param current_total: after edits, cancellations and refunds
    :param cash_rounding: what a till added to or took off the total paid in cash
    :param read_at: the channel's clock when we asked for it, never later; past the
        second of ``updated_at``: no change of that second is missing
    :param till_id: the channel's id of the store whose till sold it, "" for no till
    :param returns: units that came back after they had left
    :param return_requests: what buyers want to bring back, and what became of it
    :param refunded: units that were refunded, canceled before they left or not
    :param refund_ids: the channel's ids of all refunds of it, however they were made
    :param not_put_back: (order line id, units) that nobody wants anymore and that never
        left, but that the channel did not put back on its own level
    :param other_currency: the shop's where ``currency`` is the customer's, or reversed
    :param is_subscription: one of the orders that a subscription makes
    :param from_draft: it was a draft before
    :param draft_id: which draft, where the channel tells
    """

    external_id: str
    external_ref: str
    version: str
    currency: str
    created_at: datetime
    updated_at: datetime
    read_at: datetime | None = None
    total: Decimal
    total_tax: Decimal = ZERO
    current_total: Decimal | None = None
    cash_rounding: Decimal = ZERO
    other_currency: str = ""
    other_total: Decimal | None = None
    taxes_included: bool = False
    test: bool = False
    source: str = ""
    payment_state: PaymentState = PaymentState.UNKNOWN
    fulfillment_state: FulfillmentState = FulfillmentState.UNKNOWN
    return_state: str = ""
    risk: RiskLevel = RiskLevel.NONE
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    customer: Customer = field(default_factory=Customer)
    company: Company | None = None
    po_number: str = ""
    terms: Terms | None = None
    delivery: Delivery = field(default_factory=Delivery)
    till_id: str = ""
    is_subscription: bool = False
    from_draft: bool = False
    draft_id: str = ""
    shipping_address: Address | None = None
    billing_address: Address | None = None
    note: str = ""
    attributes: Mapping[str, str] = field(default_factory=nothing)
    tags: tuple[str, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    payments: tuple[Payment, ...] = ()
    shipment_orders: tuple[ShipmentOrder, ...] = ()
    shipments: tuple[Shipped, ...] = ()
    returns: tuple[Returned, ...] = ()
    return_requests: tuple[ReturnRequest, ...] = ()
    refunded: tuple[Refunded, ...] = ()
    refund_ids: tuple[str, ...] = ()
    not_put_back: tuple[tuple[str, Decimal], ...] = ()
    raw_states: Mapping[str, str] = field(
        default_factory=nothing
    )  # enum values as the channel wrote them
    extra: Mapping[str, object] = field(default_factory=nothing)
