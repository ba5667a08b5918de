"""What goes back with units that are cancelled: asked of Shopify, decided by a person.

Shopify reckons units, shipping and duties; a tip is a line of the order, and a fee has
no place in a refund: it goes back as money alone, which shows as an adjustment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.amounts import charge_parts, line_parts
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.money import CENT, quantize

from . import orders
from . import queries_money as queries
from .address import order_currency
from .client import Client
from .refund_plan import WHOLE, open_places
from .values import SIDES, amount, currency

CHARGES = ("shipping", "duty", "fee")
CURRENCY = "presentmentCurrencyCode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What of a ``RefundInput`` names what was sold, and what Shopify makes of it."""

    lines: list[dict] = field(default_factory=list)
    duties: list[dict] = field(default_factory=list)
    shipping: Decimal | None = None
    whole_shipping: bool = False

    def as_given(self) -> dict[str, object]:
        """Return the keys of ``RefundInput``; amounts in the customer's currency."""
        given: dict[str, object] = {"refundLineItems": self.lines}
        if self.duties:
            given["refundDuties"] = self.duties
        if self.whole_shipping:
            given["shipping"] = {"fullRefund": True}
        elif self.shipping:
            given["shipping"] = {"amount": f"{self.shipping:f}"}
        return given


def offer(
    client: Client, order_id: str, lines: Iterable[tuple[str, Decimal]]
) -> doc.RefundOffer:
    """Return what Shopify would give back for units of order lines.

    :raises MissingError: when the order is not there
    """
    order = orders.fetch_order(client, order_id)
    places, _missing = open_places(lines, order.shipment_orders)
    duties = duties_named(order, {line_id for line_id, _place, _units in places})
    asked = Input(lines=[line_input(part) for part in places], duties=duties)
    found = suggested(client, order_id, asked)
    side = SIDES[order_currency(client.account)]
    return doc.RefundOffer(
        currency=order.currency,
        parts=parts(order, found, side),
        most=amount(found.get("maximumRefundableSet"), side),
    )


def parts(order: doc.Order, found: Mapping, side: str) -> tuple[doc.OfferedBack, ...]:
    """Return what Shopify suggests for each kind of thing, and what is left of it.

    :param found: its ``SuggestedRefund``
    """
    of_duties = amount(found.get("totalDutiesSet"), side)
    goods = amount(found["amountSet"], side) - of_duties
    offered = [doc.OfferedBack(kind="goods", most=goods, suggested=goods)]
    for kind, most in left(order).items():
        wanted = min(of_duties, most) if kind == "duty" else ZERO
        if most > ZERO:
            offered.append(doc.OfferedBack(kind=kind, most=most, suggested=wanted))
    return tuple(offered)


def left(order: doc.Order) -> dict[str, Decimal]:
    """Return {kind: what was charged and has not been given back}, all taxes in."""
    found = dict.fromkeys(("shipping", "duty", "tip", "fee"), ZERO)
    for charge in order.charges:
        kind = "fee" if charge.kind == "back" else charge.kind
        if not charge.removed and kind in CHARGES:
            found[kind] += charge_parts(order, charge).gross
    for line in _tips(order):
        found["tip"] += line_parts(order, line).gross
    return found


def duties_of(
    client: Client, order: doc.Order, goods: list[dict], back: Iterable[doc.Back]
) -> Decimal:
    """Return what Shopify suggests for the duties of units; asked only where needed."""
    if not any(one.kind == "duty" and one.amount for one in back):
        return ZERO
    named = duties_named(order, {line["lineItemId"] for line in goods})
    found = suggested(client, order.external_id, Input(lines=goods, duties=named))
    bag = found.get("totalDutiesSet")
    sides = [one for one in SIDES.values() if currency(bag, one) == order.currency]
    return amount(bag, sides[0]) if sides else ZERO


def decided(
    order: doc.Order,
    goods: list[dict],
    back: Iterable[doc.Back],
    duties: Decimal,
    presentment: str,
) -> Input:
    """Return what names the things that money goes back for.

    What is not given back whole has no name there, shipping apart: it goes back as
    money.

    :param goods: the units, as ``RefundLineItemInput``
    :param duties: what Shopify suggests for the duties of these units
    :param presentment: the customer's currency, which Shopify wants to hear
    """
    wanted = {one.kind: one.amount for one in back}
    most = left(order)
    tips = [
        {
            "lineItemId": line.external_id,
            "quantity": int(line.current_quantity),
            "restockType": "NO_RESTOCK",
        }
        for line in _tips(order)
        if wanted.get("tip") == most["tip"] > ZERO
    ]
    named: list[dict] = []
    duty = wanted.get("duty", ZERO)
    if duty and duty == duties:
        named = duties_named(order, {line["lineItemId"] for line in goods})
    elif duty and duty == most["duty"]:
        named = duties_named(order, None)
    shipping = wanted.get("shipping", ZERO)
    return Input(
        lines=[*goods, *tips],
        duties=named,
        shipping=_net_shipping(order, shipping, most["shipping"], presentment),
        whole_shipping=bool(shipping) and shipping == most["shipping"],
    )


def _net_shipping(
    order: doc.Order, wanted: Decimal, most: Decimal, presentment: str
) -> Decimal | None:
    """Return shipping as Shopify writes it: without taxes where they stand on top."""
    if not wanted or not most:
        return None
    written = sum((one.total for one in order.charges if one.kind == "shipping"), ZERO)
    net = wanted if order.taxes_included else quantize(wanted * written / most)
    if order.currency == presentment or not order.other_total:
        return net
    step = Decimal(1) if presentment in WHOLE else CENT
    return quantize(net * order.other_total / order.total, step)


def duties_named(order: doc.Order, lines: set[str] | None) -> list[dict]:
    """Return the duties of ``lines`` in their share of units, or all of all lines."""
    return [
        {
            "dutyId": charge.external_id,
            "refundType": "FULL" if lines is None else "PROPORTIONAL",
        }
        for charge in order.charges
        if charge.kind == "duty"
        and not charge.refunded
        and (lines is None or charge.line_id in lines)
    ]


def _tips(order: doc.Order) -> list[doc.OrderLine]:
    return [
        line
        for line in order.lines
        if line.kind is doc.LineKind.TIP and line.current_quantity > ZERO
    ]


def line_input(part: tuple[str, str, Decimal]) -> dict[str, object]:
    """Return a ``RefundLineItemInput``.

    Only ``CANCEL`` takes units off what a place is asked to ship; it raises the level
    there, too. Units that may not be sold again are missing from our own stock, so the
    next push of the level puts that right.
    """
    line_id, place, units = part
    return {
        "lineItemId": line_id,
        "quantity": int(units),
        "restockType": "CANCEL",
        "locationId": place,
    }


def suggested(client: Client, order_id: str, asked: Input) -> Mapping:
    """Return Shopify's ``SuggestedRefund`` for what is named.

    :raises MissingError: when the order is not there
    """
    answer = client.call(
        queries.SUGGESTED_REFUND,
        id=order_id,
        lines=asked.lines,
        duties=asked.duties,
        shipping=asked.whole_shipping,
        amount=None
        if asked.whole_shipping or not asked.shipping
        else f"{asked.shipping:f}",
    )
    order = orders.there(answer, order_id)
    return {
        **(order.get("suggestedRefund") or {"amountSet": None}),
        CURRENCY: order.get(CURRENCY),
    }
