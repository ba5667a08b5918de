"""A refund as a person decided it: units, charges, and to which payments it goes.

Shopify Admin API, ``refundCreate``, read 2026-11. ``CANCEL`` takes units off what is to
be shipped, ``RETURN`` puts units that came back on a place's stock, ``NO_RESTOCK``
leaves all stock alone. Key and mark as in :mod:`refunds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.sentence import _

from . import orders, refund_offer, refunds
from . import queries_money as queries
from .address import order_currency
from .client import Client
from .refund_plan import OPEN, money_to, open_places
from .values import SIDES, amount, reference, text

PAID = ("sale", "capture")


def refund(client: Client, effect: Effect) -> Outcome:
    """Refund as decided, once; refused when units or money are not there anymore.

    :raises MissingError: when the order is not there
    """
    body = _body(effect)
    found = refunds.find(client, effect)
    if found:
        return Outcome(state="applied", external_id=found, code="already")
    order = orders.fetch_order(client, body.order_id, body.currency)
    goods, missing = _inputs(body.lines, order.shipment_orders)
    if missing:
        return refunds.shipped_meanwhile(missing)
    if _takes_others(goods, order.shipment_orders):
        return _others_wait()
    money = orders.there(
        client.call(queries.ORDER_MONEY, id=body.order_id), body.order_id
    )
    code = text(money.get("presentmentCurrencyCode"))
    back, lacking = money_to(
        money["transactions"], body.tenders, body.currency, beyond=body.beyond
    )
    if lacking:
        return refunds.paid_less(body.amount - lacking, body.currency, body.amount)
    duties = refund_offer.duties_of(client, order, goods, body.back)
    given = refund_offer.decided(order, goods, body.back, duties, code).as_given()
    if body.beyond:
        given["allowOverRefunding"] = True
    return refunds.create(client, effect, given=given, back=back, code=code)


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether our refund is there."""
    _body(effect)
    return refunds.read_back(client, effect)


def suggest(
    client: Client, order_id: str, lines: Sequence[doc.RefundLine]
) -> doc.RefundOffer:
    """Return what Shopify would give back for these units, and to which payments.

    :raises MissingError: when the order is not there
    """
    order = orders.fetch_order(client, order_id)
    goods, _missing = _inputs(lines, order.shipment_orders)
    named = {line["lineItemId"] for line in goods}
    duties = refund_offer.duties_named(order, named)
    asked = refund_offer.Input(lines=goods, duties=duties)
    found = refund_offer.suggested(client, order_id, asked)
    side = SIDES[order_currency(client.account)]
    return doc.RefundOffer(
        currency=order.currency,
        parts=refund_offer.parts(order, found, side),
        most=amount(found.get("maximumRefundableSet"), side),
        tenders=tuple(_tenders(order, found, side)),
    )


def _body(effect: Effect) -> doc.Refund:
    if not isinstance(effect.body, doc.Refund):
        raise errors.PermanentError("nothing to refund", code="empty")
    return effect.body


def _inputs(
    lines: Iterable[doc.RefundLine], asked: Sequence[doc.ShipmentOrder]
) -> tuple[list[dict], Decimal]:
    """Return ``RefundLineItemInput``s, and how many units wait nowhere anymore."""
    lines = list(lines)
    waiting = [(one.line_id, one.units) for one in lines if one.how == doc.NEVER_LEFT]
    parts, missing = open_places(waiting, asked)
    gone = [_gone(one, asked) for one in lines if one.how != doc.NEVER_LEFT]
    return [*map(refund_offer.line_input, parts), *gone], missing


def _gone(line: doc.RefundLine, asked: Sequence[doc.ShipmentOrder]) -> dict:
    """Return units that have left, put back on a shelf or not.

    ``NO_RESTOCK`` takes units off that still wait to be shipped where the line has
    such: then units that came back are returned, and what may not be sold again is
    missing from our own stock, so the next push of the level puts that right.
    """
    given = {"lineItemId": line.line_id, "quantity": int(line.units)}
    back = line.how == doc.PUT_BACK or _waits(line.line_id, asked)
    if line.location_id and back:
        return {**given, "restockType": "RETURN", "locationId": line.location_id}
    return {**given, "restockType": "NO_RESTOCK"}


def _waits(line_id: str, asked: Sequence[doc.ShipmentOrder]) -> bool:
    """Return whether units of the line still wait to be shipped."""
    return any(
        line.line_id == line_id and line.remaining > ZERO
        for order in asked
        if order.state in OPEN
        for line in order.lines
    )


def _takes_others(lines: Iterable[dict], asked: Sequence[doc.ShipmentOrder]) -> bool:
    """Return whether Shopify would take off units that are still to be shipped."""
    return any(
        line["restockType"] == "NO_RESTOCK" and _waits(line["lineItemId"], asked)
        for line in lines
    )


def _others_wait() -> Outcome:
    return Outcome(
        state="refused",
        code="others_wait",
        message=_(
            "Others of these units still wait to be shipped, and Shopify would take"
            " those off the order. Refund an amount without units instead, or wait"
            " until all have left."
        ),
    )


def _tenders(
    order: doc.Order, found: Mapping, side: str
) -> Iterator[doc.OfferedTender]:
    """Yield what could go back to each payment, at most what Shopify names."""
    told = {
        reference(one.get("parentTransaction")): one
        for one in found.get("suggestedTransactions") or ()
    }
    for payment in order.payments:
        if payment.kind not in PAID or payment.status != "success":
            continue
        most = payment.amount - _back_of(order, payment.external_id)
        named = told.get(payment.external_id) or {}
        if named.get("maximumRefundableSet"):
            most = min(most, amount(named["maximumRefundableSet"], side))
        if most > ZERO:
            yield doc.OfferedTender(
                payment_id=payment.external_id,
                most=most,
                suggested=min(most, amount(named.get("amountSet"), side)),
            )


def _back_of(order: doc.Order, payment_id: str) -> Decimal:
    """Return what went back of a payment; money that may be gone counts as gone."""
    return sum(
        (
            one.amount
            for one in order.payments
            if one.kind == "refund"
            and one.parent_id == payment_id
            and one.status != "failure"
        ),
        ZERO,
    )
