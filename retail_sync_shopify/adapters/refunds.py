"""Refunds: the rest of an order that nobody wants anymore, or money alone.

Shopify Admin API, ``refundCreate``, read 2026-11. It takes a key; besides, each refund
of ours carries a mark in its note, by which it is found again.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.fingerprint import fingerprint
from odoo.addons.retail_sync_core.domain.sentence import _

from . import mutations_money as mutations
from . import orders, refund_offer
from . import queries_money as queries
from .building import NOTE_LIMIT
from .client import Client
from .refund_plan import money_back, open_places
from .values import SIDES, amount, currency, reference, text

MARK = 12  # hexadecimal figures of the effect's key


def mark(effect: Effect) -> str:
    """Return what our refund is recognised by in its note."""
    return f"[rs-{effect.key[:MARK]}]"


def cancel_rest(client: Client, effect: Effect) -> Outcome:
    """Take what was not shipped off an order; its money goes back where asked.

    :raises MissingError: when the order is not there
    """
    body: doc.Cancellation = effect.body
    found = find(client, effect)
    if found:
        return Outcome(state="applied", external_id=found, code="already")
    if body.back:
        return _cancel_as_decided(client, effect)
    asked, _shipped = orders.to_ship(client, body.order_id)
    parts, missing = open_places(body.lines, asked)
    if missing:
        return shipped_meanwhile(missing)
    given = refund_offer.Input(lines=[refund_offer.line_input(part) for part in parts])
    back, presentment = [], ""
    if body.refund:
        found = refund_offer.suggested(client, body.order_id, given)
        back, presentment = _suggested(found), text(found.get(refund_offer.CURRENCY))
    return create(client, effect, given=given.as_given(), back=back, code=presentment)


def _cancel_as_decided(client: Client, effect: Effect) -> Outcome:
    """Give back what a person decided, named as Shopify names it where it can."""
    body: doc.Cancellation = effect.body
    order = orders.fetch_order(client, body.order_id, body.currency)
    parts, missing = open_places(body.lines, order.shipment_orders)
    if missing:
        return shipped_meanwhile(missing)
    money = orders.there(
        client.call(queries.ORDER_MONEY, id=body.order_id), body.order_id
    )
    presentment = text(money.get("presentmentCurrencyCode"))
    total = sum((one.amount for one in body.back), ZERO)
    back, lacking = money_back(money["transactions"], total, body.currency)
    if lacking:
        return paid_less(total - lacking, body.currency, total)
    goods = [refund_offer.line_input(part) for part in parts]
    duties = refund_offer.duties_of(client, order, goods, body.back)
    given = refund_offer.decided(order, goods, body.back, duties, presentment)
    found = refund_offer.suggested(client, body.order_id, given)
    if _comes_to(found, total, body.currency):  # Shopify knows best where it goes
        back = _suggested(found)
    return create(client, effect, given=given.as_given(), back=back, code=presentment)


def _comes_to(found: Mapping, total: Decimal, code: str) -> bool:
    """Return whether Shopify suggests to give back just ``total``."""
    bag = found.get("amountSet")
    return any(
        currency(bag, side) == code and amount(bag, side) == total
        for side in SIDES.values()
    )


def shipped_meanwhile(missing: Decimal) -> Outcome:
    """Return the answer when units are not there to be taken off anymore."""
    return Outcome(
        state="refused",
        code="shipped_meanwhile",
        message=_(
            "Shopify has %(missing)s units less to cancel than asked:"
            " they were shipped or cancelled there.",
            missing=f"{missing.normalize():f}",
        ),
    )


def paid_less(free: Decimal, currency: str, wanted: Decimal) -> Outcome:
    """Return the answer when less was paid than is to go back."""
    return Outcome(
        state="refused",
        code="paid_less",
        message=_(
            "Shopify can give %(possible)s %(currency)s back, not %(asked)s.",
            possible=f"{free:f}",
            currency=currency,
            asked=f"{wanted:f}",
        ),
    )


def give_back(client: Client, effect: Effect) -> Outcome:
    """Give money back, and nothing else; refused when less was paid.

    :raises MissingError: when the order is not there
    """
    body: doc.PaymentAction = effect.body
    found = find(client, effect)
    if found:
        return Outcome(state="applied", external_id=found, code="already")
    order = orders.there(
        client.call(queries.ORDER_MONEY, id=body.order_id), body.order_id
    )
    presentment = text(order.get("presentmentCurrencyCode"))
    back, missing = money_back(order["transactions"], body.amount, body.currency)
    if missing:
        return paid_less(body.amount - missing, body.currency, body.amount)
    given = {"refundLineItems": []}
    return create(client, effect, given=given, back=back, code=presentment)


def find(client: Client, effect: Effect) -> str:
    """Return the id of our refund, or nothing when Shopify has none."""
    order_id = effect.body.order_id
    order = orders.there(client.call(queries.ORDER_REFUNDS, id=order_id), order_id)
    ours = mark(effect)
    return next(
        (
            reference(refund)
            for refund in order.get("refunds") or ()
            if ours in text(refund.get("note"))
        ),
        "",
    )


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether our refund is there."""
    found = find(client, effect)
    if found:
        return Outcome(state="applied", external_id=found)
    return Outcome(state="not_found")


def _suggested(found: Mapping) -> list[dict]:
    """Return which payments Shopify would give how much back of."""
    back = [
        {
            "parentId": reference(one.get("parentTransaction")),
            "gateway": text(one.get("gateway")),
            "amount": amount(one.get("amountSet"), SIDES["presentment"]),
        }
        for one in found.get("suggestedTransactions") or ()
    ]
    return [one for one in back if one["amount"] > ZERO]


def create(
    client: Client, effect: Effect, *, given: Mapping, back: list, code: str
) -> Outcome:
    """Ask for a refund; ``back``: payments and how much in the customer's currency."""
    body = effect.body
    note = f"{body.note[: NOTE_LIMIT - 2 * MARK]} {mark(effect)}".strip()
    given = {
        "orderId": body.order_id,
        "note": note,
        "notify": body.notify_customer,
        **given,
        "transactions": [
            {
                "orderId": body.order_id,
                "kind": "REFUND",
                "parentId": one["parentId"],
                "gateway": one["gateway"],
                "amount": f"{one['amount']:f}",
            }
            for one in back
        ],
        **({"currency": code} if code else {}),
    }
    key = f"{effect.key}-{fingerprint(given)[:8]}"
    answer = client.call(mutations.REFUND_CREATE, input=given, idempotencyKey=key)
    payload = answer.data.get("refundCreate") or {}
    made = reference(payload.get("refund"))
    if made:
        return Outcome(state="applied", external_id=made, request_id=answer.request_id)
    seen = find(client, effect)  # the errors have no code: the state tells
    if seen:
        return Outcome(state="applied", external_id=seen, code="already")
    problems = [text(p.get("message")) for p in payload.get("userErrors") or () if p]
    return Outcome(
        state="refused",
        code="refused",
        message=" ".join(problems) or _("Shopify made no refund."),
        request_id=answer.request_id,
    )
