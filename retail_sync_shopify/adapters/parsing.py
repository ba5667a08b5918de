"""Answers to documents: orders with their money. Goods and stock: ``parsing_goods``.

Money: a line's net is price x quantity less its discount allocations; the total is the
lines and the shipping, plus taxes unless prices include them, plus duties and fees that
stand on top. A tip is a line already. (Shopify Admin API, Order, read 2026-11.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import money
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.errors import DataError

from . import parsing_money, parsing_people, parsing_refunds, plans, words
from .parsing_back import refunded, taken_off
from .parsing_goods import fulfillment, fulfillment_order
from .parsing_returns import return_requests
from .values import (
    SIDES,
    amount,
    currency,
    moment,
    nodes,
    reference,
    text,
    version,
)

READ_AT = "_read_at"  # when we asked for the node, by the shop's clock


def order(node: Mapping, mode: str = "shop") -> doc.Order:
    """Return the document of a whole ``Order`` node.

    :param mode: ``shop`` or ``presentment``: whose currency the order is booked in
    :raises DataError: when what an order cannot be without is missing
    """
    side = SIDES.get(mode, "shopMoney")
    included = bool(node.get("taxesIncluded"))
    lines = tuple(_line(line, side, included) for line in nodes(node["lineItems"]))
    return doc.Order(
        external_id=text(node["id"]),
        external_ref=text(node.get("name")),
        currency=_currency(node, mode),
        **_times(node),
        **_totals(node, side),
        taxes_included=included,
        test=bool(node.get("test")),
        source=text(node.get("sourceName")),
        cancel_reason=text(node.get("cancelReason")).lower(),
        note=text(node.get("note")),
        tags=tuple(text(tag) for tag in node.get("tags") or ()),
        is_subscription=plans.made_by_subscription(node)
        or plans.begins_subscription(node),
        **_people(node),
        from_draft=text(node.get("sourceName")) == "shopify_draft_order",
        lines=_with_tips(lines, amount(node.get("totalTipReceivedSet"), side)),
        charges=tuple(_charges(node, lines, side, included)),
        payments=parsing_money.payments(node, side),
        shipment_orders=tuple(
            map(fulfillment_order, nodes(node.get("fulfillmentOrders")))
        ),
        shipments=tuple(map(fulfillment, node.get("fulfillments") or ())),
        refunded=refunded(node, side, included=included),
        refund_ids=tuple(text(one["id"]) for one in node.get("refunds") or () if one),
        return_requests=return_requests(node),
        **_at_till(node),
        **_states(node),
    )


def _times(node: Mapping) -> dict[str, object]:
    created, updated = moment(node.get("createdAt")), moment(node.get("updatedAt"))
    if not created or not updated:
        raise DataError("the order has no date", kind="bad_payload", field="updatedAt")
    return {
        "version": version(updated.isoformat()),
        "created_at": created,
        "updated_at": updated,
        "read_at": node.get(READ_AT),
        "cancelled_at": moment(node.get("cancelledAt")),
    }


def _at_till(node: Mapping) -> dict[str, object]:
    """Return whose till sold the order, and what came back after it had left."""
    sold_at_till = text(node.get("sourceName")) == "pos"
    place = reference(node.get("retailLocation"))
    came_back, not_put_back = taken_off(node, sold_at_till=sold_at_till)
    return {
        "till_id": place if sold_at_till else "",
        "returns": came_back,
        "not_put_back": not_put_back,
    }


def _totals(node: Mapping, side: str) -> dict[str, object]:
    """Return the totals; cash rounding is the payment's and stands beside them."""
    return {
        "cash_rounding": parsing_money.cash_rounding(node, side),
        **_other_side(node, side),
        "total": amount(node["totalPriceSet"], side, field="total"),
        "total_tax": amount(node.get("totalTaxSet"), side, field="total tax"),
        "current_total": _optional(node.get("currentTotalPriceSet"), side),
    }


def _other_side(node: Mapping, side: str) -> dict[str, object]:
    """Return what the order came to in the currency it is not booked in."""
    other = next(name for name in SIDES.values() if name != side)
    name = currency(node["totalPriceSet"], other)
    if not name or name == currency(node["totalPriceSet"], side):
        return {}
    return {
        "other_currency": name,
        "other_total": amount(node["totalPriceSet"], other),
    }


def _currency(node: Mapping, mode: str) -> str:
    key = "presentmentCurrencyCode" if mode == "presentment" else "currencyCode"
    return text(node.get(key)) or currency(node["totalPriceSet"], SIDES.get(mode, ""))


def _optional(bag: Mapping | None, side: str) -> Decimal | None:
    return None if bag is None else amount(bag, side)


def _states(node: Mapping) -> dict[str, object]:
    """Return the states in our words, and as Shopify wrote them."""
    risk = node.get("risk") or {}
    levels = {text(a.get("riskLevel")) for a in risk.get("assessments") or () if a}
    raw = {
        "payment": text(node.get("displayFinancialStatus")),
        "fulfillment": text(node.get("displayFulfillmentStatus")),
        "return": text(node.get("returnStatus")),
        "risk": text(risk.get("recommendation")),
    }
    return {
        "payment_state": words.payment_state(raw["payment"]),
        "fulfillment_state": words.fulfillment_state(raw["fulfillment"]),
        "return_state": "" if raw["return"] == "NO_RETURN" else raw["return"].lower(),
        "risk": words.risk(raw["risk"], levels),
        "raw_states": {name: state for name, state in raw.items() if state},
    }


def _people(node: Mapping) -> dict[str, object]:
    """Return who bought, on which terms, and where it goes."""
    return {
        "customer": parsing_people.customer(node),
        "company": parsing_people.company(node),
        "po_number": text(node.get("poNumber")),
        "terms": parsing_people.terms(node),
        "delivery": parsing_people.delivery(node),
        "shipping_address": parsing_people.address(node.get("shippingAddress"), node),
        "billing_address": parsing_people.address(node.get("billingAddress"), node),
        "attributes": parsing_people.attributes(node),
    }


# What


def _line(line: Mapping, side: str, included: bool) -> doc.OrderLine:
    variant = line.get("variant") or {}
    if line.get("isGiftCard"):
        kind = doc.LineKind.GIFT_CARD
    elif variant or text(line.get("sku")):  # a deleted product keeps its SKU
        kind = doc.LineKind.PRODUCT
    else:
        kind = doc.LineKind.CUSTOM
    attributes = parsing_people.attributes(line)
    return doc.OrderLine(
        external_id=text(line["id"]),
        kind=kind,
        item_id=reference(variant.get("inventoryItem")),
        variant_id=reference(variant),
        sku=text(line.get("sku")),
        barcode=text(variant.get("barcode")),
        title=text(line.get("name")),
        quantity=money.parse(line.get("quantity"), field="quantity"),
        current_quantity=money.parse(line.get("currentQuantity"), field="quantity"),
        unit_price=amount(line["originalUnitPriceSet"], side, field="unit price"),
        discounts=_discounts(line, side),
        taxes=_taxes(line, side, included),
        requires_shipping=bool(line.get("requiresShipping")),
        extra={"shopify": {"attributes": attributes}} if attributes else doc.NOTHING,
    )


def _with_tips(
    lines: Sequence[doc.OrderLine], tip: Decimal
) -> tuple[doc.OrderLine, ...]:
    """Mark the line that is the tip: only the order's tip total tells it."""
    if not tip:
        return tuple(lines)
    custom = [
        line
        for line in lines
        if line.kind is doc.LineKind.CUSTOM and not line.requires_shipping
    ]
    fitting = [line for line in custom if line.total == tip]
    named = [line for line in fitting if line.title.casefold() == "tip"]
    chosen = next(iter(named or fitting), None)
    marked = {chosen.external_id} if chosen else set()
    if not chosen and sum((line.total for line in custom), ZERO) == tip:
        marked = {line.external_id for line in custom}
    return tuple(
        replace(line, kind=doc.LineKind.TIP) if line.external_id in marked else line
        for line in lines
    )


def _charges(
    node: Mapping, lines: Sequence[doc.OrderLine], side: str, included: bool
) -> list[doc.Charge]:
    """Return shipping, duties and fees; duties within the prices are no charge."""
    found = [
        _shipping(line, index, side, included)
        for index, line in enumerate(nodes(node.get("shippingLines")))
    ]
    if not node.get("dutiesIncluded"):
        for line in nodes(node["lineItems"]):
            found += [
                replace(
                    _priced(duty, "duty", "Duty", side, included),
                    line_id=text(line["id"]),
                )
                for duty in line.get("duties") or ()
            ]
    for fee in node.get("additionalFees") or ():
        found.append(_priced(fee, "fee", text(fee.get("name")), side, included))
    return found + parsing_refunds.given_back(
        node, side, found, lines=lines, included=included
    )


def _shipping(line: Mapping, index: int, side: str, included: bool) -> doc.Charge:
    return doc.Charge(
        external_id=text(line.get("id")) or f"shipping/{index}",
        kind="shipping",
        title=text(line.get("title")),
        code=text(line.get("code")),
        amount=amount(line.get("originalPriceSet"), side, field="shipping"),
        discounts=_discounts(line, side),
        taxes=_taxes(line, side, included),
        removed=bool(line.get("isRemoved")),
    )


def _priced(
    row: Mapping, kind: str, title: str, side: str, included: bool
) -> doc.Charge:
    return doc.Charge(
        external_id=text(row["id"]),
        kind=kind,
        title=title,
        amount=amount(row.get("price"), side, field=kind),
        taxes=_taxes(row, side, included),
    )


def _discounts(line: Mapping, side: str) -> tuple[doc.Discount, ...]:
    found = []
    for part in line.get("discountAllocations") or ():
        value = amount(part.get("allocatedAmountSet"), side, field="discount")
        about = part.get("discountApplication") or {}
        if value:
            found.append(
                doc.Discount(
                    amount=value,
                    title=text(about.get("title")),
                    code=text(about.get("code")),
                    kind=words.discount_kind(text(about.get("__typename"))),
                )
            )
    return tuple(found)


def _taxes(line: Mapping, side: str, included: bool) -> tuple[doc.Tax, ...]:
    return tuple(
        doc.Tax(
            title=text(tax.get("title")),
            rate=_rate(tax),
            amount=amount(tax.get("priceSet"), side, field="tax"),
            included=included,
            channel_liable=bool(tax.get("channelLiable")),
        )
        for tax in line.get("taxLines") or ()
    )


def _rate(tax: Mapping) -> Decimal:
    if tax.get("rate") is not None:
        return money.parse(tax["rate"], field="tax rate")
    return money.parse(tax.get("ratePercentage"), field="tax rate") / 100
