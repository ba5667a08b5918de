"""Answers to documents: money given back for charges, and for nothing that was sold.

What went back for units of a line shows in the line's own units. Shipping and duties
keep their prices and are given back beside them; ``orderAdjustments`` hold what was
paid back above (below zero) or below what Shopify reckoned, and a refund of units
whose money stays, for now, is one of the latter. (Shopify Admin API, read 2026-11.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.money import allocate

from .values import amount, nodes, reference, text


def given_back(
    node: Mapping,
    side: str,
    charges: Sequence[doc.Charge],
    *,
    lines: Sequence[doc.OrderLine] = (),
    included: bool,
) -> list[doc.Charge]:
    """Return a charge below zero for each thing that was given back.

    :param node: an ``Order`` with its ``refunds``
    :param charges: what was charged, by the channel's ids
    :param lines: what was sold; it and the charges say which taxes the order has
    """
    known = {charge.external_id: charge for charge in charges}
    refunds = [one for one in node.get("refunds") or () if one]
    return [
        *_shipping(node, refunds, side, known),
        *_duties(refunds, side, known),
        *_beyond(refunds, side, _taxes_of([*lines, *charges]), included=included),
    ]


def _shipping(
    node: Mapping, refunds: Sequence[Mapping], side: str, known: Mapping
) -> Iterator[doc.Charge]:
    """Yield what went back of each shipping line, as its current price says."""
    rows: dict[str, list[Mapping]] = {}
    for refund in refunds:
        for row in nodes(refund.get("refundShippingLines")):
            line = reference(row.get("shippingLine"))
            rows.setdefault(line, []).append(row)
    current = {
        text(line.get("id")): line.get("currentDiscountedPriceSet")
        for line in nodes(node.get("shippingLines"))
    }
    for line_id, mine in rows.items():
        charge = known.get(line_id)
        if not charge or charge.removed:
            continue
        parts = [amount(row.get("subtotalAmountSet"), side) for row in mine]
        now = current.get(line_id)
        if now is not None and any(parts):
            parts = allocate(charge.total - amount(now, side), parts)
        for row, part in zip(mine, parts, strict=True):
            tax = amount(row.get("taxAmountSet"), side)
            yield from _back(charge, text(row.get("id")), part, tax)


def _duties(
    refunds: Sequence[Mapping], side: str, known: Mapping
) -> Iterator[doc.Charge]:
    for refund in refunds:
        for row in refund.get("duties") or ():
            charge = known.get(reference(row.get("originalDuty")))
            if charge:
                mark = f"{text(refund['id'])}/{charge.external_id}"
                part = amount(row.get("amountSet"), side)
                yield from _back(charge, mark, part, ZERO)


def _back(
    charge: doc.Charge, external_id: str, part: Decimal, tax: Decimal
) -> Iterator[doc.Charge]:
    """Yield ``part`` of a charge, as written, with its taxes; both below zero."""
    if not part:
        return
    weights = [one.amount for one in charge.taxes]
    if not tax and charge.total:
        tax = sum(weights, ZERO) * part / charge.total
    shares = allocate(_cents(tax), weights) if any(weights) else [ZERO] * len(weights)
    yield replace(
        charge,
        external_id=external_id,
        amount=-part,
        discounts=(),
        taxes=tuple(
            replace(one, amount=-share)
            for one, share in zip(charge.taxes, shares, strict=True)
        ),
        refunded=True,
    )


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def _taxes_of(sources: Sequence[doc.OrderLine | doc.Charge]) -> list[doc.Tax]:
    """Return each tax of the order once, with all of its amount."""
    found: dict[tuple, doc.Tax] = {}
    for tax in (tax for source in sources for tax in source.taxes):
        key = (tax.title, tax.rate, tax.included, tax.channel_liable)
        known = found.get(key)
        found[key] = replace(tax, amount=tax.amount + (known.amount if known else ZERO))
    return [tax for tax in found.values() if tax.amount]


def _beyond(
    refunds: Sequence[Mapping],
    side: str,
    taxes: Sequence[doc.Tax],
    *,
    included: bool,
) -> Iterator[doc.Charge]:
    """Yield what was paid back above what Shopify reckoned, refund by refund.

    Money that stayed with an earlier refund of units goes back first. Shopify names the
    tax in it by amount alone, mostly zero: it is shared out over the order's own taxes.
    """
    kept, kept_tax, before, before_tax = ZERO, ZERO, ZERO, ZERO
    for refund in refunds:
        for row in nodes(refund.get("orderAdjustments")):
            tax = amount(row.get("taxAmountSet"), side)
            kept += amount(row.get("amountSet"), side) + (ZERO if included else tax)
            kept_tax += tax
        beyond = max(-kept, ZERO)
        of_tax = min(max(-kept_tax, ZERO), beyond)
        if beyond != before:
            gross, weights = before - beyond, [tax.amount for tax in taxes]
            shares = allocate(before_tax - of_tax, weights) if taxes else []
            yield doc.Charge(
                external_id=text(refund["id"]),
                kind="back",
                amount=gross - (ZERO if included else sum(shares, ZERO)),
                taxes=tuple(
                    replace(tax, amount=share)
                    for tax, share in zip(taxes, shares, strict=True)
                    if share
                ),
                refunded=True,
            )
        before, before_tax = beyond, of_tax
