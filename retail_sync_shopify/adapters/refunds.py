"""Refunds: the rest of an order that nobody wants anymore, or money alone.

Shopify Admin API, ``refundCreate``, read 2026-11. It takes a key; besides, each refund
of ours carries a mark in its note, by which it is found again.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.fingerprint import fingerprint

from . import mutations_money as mutations
from . import orders
from . import queries_money as queries
from .building import NOTE_LIMIT
from .client import Client
from .refund_plan import money_back, open_places
from .values import SIDES, amount, reference, text

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
    asked, _shipped = orders.to_ship(client, body.order_id)
    parts, missing = open_places(body.lines, asked)
    if missing:
        return Outcome(
            state="refused",
            code="shipped_meanwhile",
            message=f"Shopify has {missing:f} units less to cancel than asked:"
            " they were shipped or cancelled there.",
        )
    lines = [_line(part) for part in parts]
    back, currency = [], ""
    if body.refund:
        back, currency = _suggested(client, body.order_id, lines)
    return _create(client, effect, lines=lines, back=back, currency=currency)


def give_back(client: Client, effect: Effect) -> Outcome:
    """Give money back, and nothing else; refused when less was paid.

    :raises MissingError: when the order is not there
    """
    body: doc.PaymentAction = effect.body
    found = find(client, effect)
    if found:
        return Outcome(state="applied", external_id=found, code="already")
    order = _order(client.call(queries.ORDER_MONEY, id=body.order_id), body.order_id)
    currency = text(order.get("presentmentCurrencyCode"))
    back, missing = money_back(order["transactions"], body.amount, body.currency)
    if missing:
        return Outcome(
            state="refused",
            code="paid_less",
            message=f"Shopify can give {body.amount - missing:f} {body.currency} back,"
            f" not {body.amount:f}.",
        )
    return _create(client, effect, lines=[], back=back, currency=currency)


def find(client: Client, effect: Effect) -> str:
    """Return the id of our refund, or nothing when Shopify has none."""
    order_id = effect.body.order_id
    order = _order(client.call(queries.ORDER_REFUNDS, id=order_id), order_id)
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


def _order(answer: object, order_id: str) -> Mapping:
    order = answer.data.get("order")
    if not order:
        raise errors.MissingError(f"{order_id} is not there", code="not_found")
    return order


def _line(part: tuple[str, str, Decimal]) -> dict[str, object]:
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


def _suggested(
    client: Client, order_id: str, lines: list[dict]
) -> tuple[list[dict], str]:
    """Return which payments Shopify would give how much back of, and the currency."""
    answer = client.call(queries.SUGGESTED_REFUND, id=order_id, lines=lines)
    order = _order(answer, order_id)
    suggested = order.get("suggestedRefund") or {}
    back = [
        {
            "parentId": reference(one.get("parentTransaction")),
            "gateway": text(one.get("gateway")),
            "amount": amount(one.get("amountSet"), SIDES["presentment"]),
        }
        for one in suggested.get("suggestedTransactions") or ()
    ]
    wanted = [one for one in back if one["amount"] > ZERO]
    return wanted, text(order.get("presentmentCurrencyCode"))


def _create(
    client: Client, effect: Effect, *, lines: list, back: list, currency: str
) -> Outcome:
    body = effect.body
    note = f"{body.note[: NOTE_LIMIT - 2 * MARK]} {mark(effect)}".strip()
    given = {
        "orderId": body.order_id,
        "note": note,
        "notify": body.notify_customer,
        "refundLineItems": lines,
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
        **({"currency": currency} if currency else {}),
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
        message=" ".join(problems) or "Shopify made no refund.",
        request_id=answer.request_id,
    )
