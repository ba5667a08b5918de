"""Which units and which payments a refund takes. Pure: no call is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.money import CENT, quantize

from . import words
from .values import SIDES, amount, currency, reference, text

Part = tuple[str, str, Decimal]
OPEN = ("open", "in_progress", "on_hold", "scheduled")
PAID = ("SALE", "CAPTURE")
# currencies without a smaller coin
WHOLE = ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF")


def open_places(
    lines: Iterable[tuple[str, Decimal]], asked: Sequence[doc.ShipmentOrder]
) -> tuple[list[Part], Decimal]:
    """Return (order line, place, units) where they wait to be shipped.

    :return: the parts, and how many units wait nowhere anymore
    """
    left = {
        (number, index): [order.location_id, line.line_id, line.remaining]
        for number, order in enumerate(asked)
        if order.state in OPEN
        for index, line in enumerate(order.lines)
    }
    parts: dict[tuple[str, str], Decimal] = {}
    missing = ZERO
    for line_id, units in lines:
        for slot in left.values():
            place, of, remaining = slot
            taken = min(units, remaining) if of == line_id else ZERO
            if taken > 0:
                key = (line_id, place)
                parts[key] = parts.get(key, ZERO) + taken
                slot[2] -= taken
                units -= taken
        missing += units
    return [(line, place, units) for (line, place), units in parts.items()], missing


def money_back(
    transactions: Iterable[Mapping], wanted: Decimal, code: str
) -> tuple[list[dict], Decimal]:
    """Return what of ``wanted`` goes back to which payment, oldest payment first.

    :param code: the currency of ``wanted``: the shop's or the customer's
    :return: payments with their amounts in the customer's currency, and what of
        ``wanted`` was never paid or went back before
    """
    found, left = [], wanted
    rows = list(transactions)
    for payment in rows:
        if payment["kind"] not in PAID or payment["status"] != "SUCCESS":
            continue
        free = _free(payment, rows, code)
        part = min(left, free)
        if part <= 0:
            continue
        found.append(
            {
                "parentId": reference(payment),
                "gateway": text(payment.get("gateway")),
                "amount": _theirs(payment, rows, part, free, code),
            }
        )
        left -= part
    return found, left


def money_to(
    transactions: Iterable[Mapping],
    tenders: Iterable[doc.Tender],
    code: str,
    *,
    beyond: bool = False,
) -> tuple[list[dict], Decimal]:
    """Return what goes back to the payments that a person chose.

    :param code: the currency of the tenders: the shop's or the customer's
    :param beyond: also more than a payment still holds
    :return: as :func:`money_back`
    """
    rows = list(transactions)
    payments = {
        reference(row): row
        for row in rows
        if row["kind"] in PAID and row["status"] == "SUCCESS"
    }
    found, lacking = [], ZERO
    for one in tenders:
        payment = payments.get(one.payment_id)
        free = _free(payment, rows, code) if payment else ZERO
        if payment is None or (one.amount > free and not beyond):
            lacking += one.amount - free
            continue
        found.append(
            {
                "parentId": one.payment_id,
                "gateway": text(payment.get("gateway")),
                "amount": _theirs(payment, rows, one.amount, free, code),
            }
        )
    return found, lacking


def _free(payment: Mapping, rows: list[Mapping], code: str) -> Decimal:
    bag = payment["amountSet"]
    side = next((s for s in SIDES.values() if currency(bag, s) == code), SIDES["shop"])
    return _unreturned(payment, rows, side)


def _unreturned(payment: Mapping, rows: Iterable[Mapping], side: str) -> Decimal:
    """Return what can still go back; money that may be gone counts as gone."""
    back = (
        amount(row["amountSet"], side)
        for row in rows
        if row["kind"] == "REFUND"
        and words.payment_status(row["status"]) != "failure"
        and reference(row.get("parentTransaction")) == reference(payment)
    )
    return amount(payment["amountSet"], side) - sum(back, ZERO)


def _theirs(
    payment: Mapping, rows: list[Mapping], part: Decimal, free: Decimal, code: str
) -> Decimal:
    """Return ``part`` in the customer's currency; what is left here is left there."""
    if part == free:
        return _unreturned(payment, rows, SIDES["presentment"])
    return in_theirs(part, code, payment["amountSet"])


def in_theirs(part: Decimal, code: str, bag: Mapping) -> Decimal:
    """Return ``part`` of the amount ``bag``, told in the customer's currency.

    :param code: the currency of ``part``, one of the two of ``bag``
    """
    theirs = SIDES["presentment"]
    if code == currency(bag, theirs):
        return part
    whole, ours = amount(bag, theirs), amount(bag, SIDES["shop"])
    if part == ours:
        return whole
    step = Decimal(1) if currency(bag, theirs) in WHOLE else CENT
    return quantize(whole * part / ours, step)
