"""Capture, void, mark as paid, give back: what Odoo may do with an order's money.

Shopify Admin API, read 2026-11. None but the refund takes a key, so the order's own
movements are read before anything is done a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import mutations_money as mutations
from . import queries_money as queries
from . import refunds, words
from .client import Client
from .queries import Document
from .refund_plan import in_theirs
from .values import SIDES, amount, reference, text

ACTIONS = ("capture", "void", "mark_paid", "refund")
CHILD = {"capture": "CAPTURE", "void": "VOID"}
HAPPENED = ("SUCCESS", "PENDING")


def act(client: Client, effect: Effect) -> Outcome:
    """Do it, once; what was done before is not done again.

    :raises PermanentError: when Shopify knows no such action
    :raises InDoubtError: when the payment provider has not answered Shopify yet
    """
    body = _body(effect)
    if body.action == "refund":
        return refunds.give_back(client, effect)
    order = _order(client, body)
    done = _done(order, body)
    if done is not None:
        return Outcome(state="applied", external_id=done, code="already")
    document, root, variables = _call(body, order)
    answer = client.call(document, **variables)
    payload = answer.data.get(root) or {}
    problems = [text(p.get("message")) for p in payload.get("userErrors") or () if p]
    made = payload.get("transaction") or payload.get("order") or {}
    happened = made.get("status") in (None, *HAPPENED)
    if made and not problems and happened:
        return Outcome(
            state="applied", external_id=reference(made), request_id=answer.request_id
        )
    done = _done(_order(client, body), body)  # the errors have no code: the state tells
    if done is not None:
        return Outcome(state="applied", external_id=done, code="already")
    return Outcome(
        state="refused",
        code=text(made.get("errorCode")) or _code(payload) or "refused",
        message=" ".join(problems) or _("The payment provider refused."),
        request_id=answer.request_id,
    )


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether it happened."""
    body = _body(effect)
    if body.action == "refund":
        return refunds.read_back(client, effect)
    try:
        done = _done(_order(client, body), body)
    except errors.InDoubtError as exc:
        return Outcome(state="unknown", code=exc.code, message=exc.message)
    if done is None:
        return Outcome(state="not_found")
    return Outcome(state="applied", external_id=done)


def _body(effect: Effect) -> doc.PaymentAction:
    body = effect.body
    if not isinstance(body, doc.PaymentAction) or body.action not in ACTIONS:
        raise errors.PermanentError("nothing to do with the money", code="empty")
    return body


def _call(
    body: doc.PaymentAction, order: Mapping
) -> tuple[Document, str, dict[str, object]]:
    match body.action:
        case "capture":
            given = {
                "id": body.order_id,
                "parentTransactionId": body.payment_id,
                "amount": f"{_wanted(order, body):f}",
                "currency": text(order.get("presentmentCurrencyCode")),
            }
            return mutations.ORDER_CAPTURE, "orderCapture", {"input": given}
        case "void":
            variables = {"parentTransactionId": body.payment_id}
            return mutations.TRANSACTION_VOID, "transactionVoid", variables
        case _:
            given = {"id": body.order_id}
            return mutations.ORDER_MARK_AS_PAID, "orderMarkAsPaid", {"input": given}


def _order(client: Client, body: doc.PaymentAction) -> Mapping:
    answer = client.call(queries.ORDER_MONEY, id=body.order_id)
    order = answer.data.get("order")
    if not order:
        raise errors.MissingError(f"{body.order_id} is not there", code="not_found")
    return order


def _wanted(order: Mapping, body: doc.PaymentAction) -> Decimal:
    """Return how much is to be captured, in the customer's currency."""
    bags = {reference(row): row["amountSet"] for row in order["transactions"]}
    bag = bags.get(body.payment_id)
    return in_theirs(body.amount, body.currency, bag) if bag else body.amount


def _done(order: Mapping, body: doc.PaymentAction) -> str | None:
    """Return the movement that did it ("" when none has an id), or None.

    :raises InDoubtError: it is there, and nobody knows yet whether it succeeds
    """
    if body.action == "mark_paid":
        return "" if order.get("fullyPaid") else None
    ours = [
        row
        for row in order["transactions"]
        if _is_ours(row, order, body)
        and words.payment_status(row["status"]) != "failure"
    ]
    for row in ours:
        if row["status"] in HAPPENED:
            return reference(row)
    if ours:
        raise errors.InDoubtError(
            _("The payment provider has not answered Shopify yet"), code="awaited"
        )
    return None


def _is_ours(row: Mapping, order: Mapping, body: doc.PaymentAction) -> bool:
    return (
        row["kind"] == CHILD[body.action]
        and reference(row.get("parentTransaction")) == body.payment_id
        and reference(row) not in body.known
        and (
            body.action != "capture"
            or amount(row["amountSet"], SIDES["presentment"]) == _wanted(order, body)
        )
    )


def _code(payload: Mapping) -> str:
    problems = [p for p in payload.get("userErrors") or () if p]
    return text(problems[0].get("code")) if problems else ""
