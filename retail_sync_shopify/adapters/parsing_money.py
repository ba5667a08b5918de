"""Answers to documents: the payments of an order, and how tills round cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.documents import ZERO

from . import words
from .values import amount, currency, gid, moment, reference, text

CASH = "cash"
IN = ("sale", "capture")


def payments(node: Mapping, side: str) -> tuple[doc.Payment, ...]:
    """Return the payments of an ``Order`` node as they were made.

    The rounding of cash "can be applied to" what was received (2026-10, Order): it is
    added to the payments, unless they come to the rounded total already.
    """
    found = [_payment(one, side) for one in node.get("transactions") or () if one]
    rounding = cash_rounding(node, side)
    if rounding and not any(one.rounding for one in found if one.kind in IN):
        found = _on_cash(found, rounding)
    if _received(found) == amount(node["totalPriceSet"], side) + rounding:
        return tuple(found) if rounding else tuple(map(_rounded, found))
    return tuple(map(_rounded, found))


def cash_rounding(node: Mapping, side: str) -> Decimal:
    """Return how much tills added to, or took off, what was paid in cash."""
    bag = (node.get("totalCashRoundingAdjustment") or {}).get("paymentSet")
    return amount(bag, side) if bag else ZERO


def _rounded(payment: doc.Payment) -> doc.Payment:
    if not payment.rounding:
        return payment
    return replace(payment, amount=payment.amount + payment.rounding)


def _on_cash(found: list[doc.Payment], rounding: Decimal) -> list[doc.Payment]:
    """Return the payments; the last one in cash carries what no payment names."""
    cash = [
        one
        for one in found
        if one.kind in IN and one.status == "success" and one.gateway == CASH
    ]
    return [
        replace(one, rounding=rounding) if cash and one is cash[-1] else one
        for one in found
    ]


def _received(found: list[doc.Payment]) -> Decimal:
    """Return what came in, less the change, as the channel wrote it."""
    done = [one for one in found if one.status == "success"]
    came = sum((one.amount for one in done if one.kind in IN), ZERO)
    return came - sum((one.amount for one in done if one.kind == "change"), ZERO)


def _payment(transaction: Mapping, side: str) -> doc.Payment:
    bag = transaction.get("amountSet")
    when = transaction.get("processedAt") or transaction.get("createdAt")
    return doc.Payment(
        external_id=gid("OrderTransaction", transaction["id"]),
        kind=words.payment_kind(text(transaction.get("kind"))),
        status=words.payment_status(text(transaction.get("status"))),
        gateway=text(transaction.get("gateway")),
        amount=amount(bag, side, field="payment"),
        currency=currency(bag, side),
        processed_at=moment(when),
        parent_id=reference(transaction.get("parentTransaction")),
        rounding=amount(transaction.get("amountRoundingSet"), side, field="rounding"),
        test=bool(transaction.get("test")),
    )
