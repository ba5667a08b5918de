"""Capture, void, mark as paid, give back: what Odoo may do with an order's money.

Shopify Admin API, read 2026-11. None but the refund takes a key, so the order's own
movements are read before anything is done a second time.
"""

from __future__ import annotations

from collections.abc import Mapping

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

from . import mutations_money as mutations
from . import queries_money as queries
from . import refunds
from .client import Client
from .queries import Document
from .refund_plan import in_theirs
from .values import reference, text

ACTIONS = ("capture", "void", "mark_paid", "refund")
CHILD = {"capture": "CAPTURE", "void": "VOID"}
HAPPENED = ("SUCCESS", "PENDING")


def act(client: Client, effect: Effect) -> Outcome:
    """Do it, once; what was done before is not done again.

    :raises PermanentError: when Shopify knows no such action
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
    failed = made.get("status") not in (None, *HAPPENED)
    if made and not problems and not failed:
        return Outcome(
            state="applied", external_id=reference(made), request_id=answer.request_id
        )
    done = _done(_order(client, body), body)  # the errors have no code: the state tells
    if done is not None:
        return Outcome(state="applied", external_id=done, code="already")
    return Outcome(
        state="refused",
        code=text(made.get("errorCode")) or _code(payload) or "refused",
        message=" ".join(problems) or "The payment provider refused.",
        request_id=answer.request_id,
    )


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether it happened."""
    body = _body(effect)
    if body.action == "refund":
        return refunds.read_back(client, effect)
    done = _done(_order(client, body), body)
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
            bags = {reference(row): row["amountSet"] for row in order["transactions"]}
            bag = bags.get(body.payment_id)
            wanted = body.amount
            if bag:
                wanted = in_theirs(wanted, body.currency, bag)
            given = {
                "id": body.order_id,
                "parentTransactionId": body.payment_id,
                "amount": f"{wanted:f}",
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


def _done(order: Mapping, body: doc.PaymentAction) -> str | None:
    """Return the movement that did it ("" when none has an id), or None."""
    if body.action == "mark_paid":
        return "" if order.get("fullyPaid") else None
    return next(
        (
            reference(row)
            for row in order["transactions"]
            if _did(row, body) and reference(row) not in body.known
        ),
        None,
    )


def _did(row: Mapping, body: doc.PaymentAction) -> bool:
    return (
        row["kind"] == CHILD[body.action]
        and row["status"] in HAPPENED
        and reference(row.get("parentTransaction")) == body.payment_id
    )


def _code(payload: Mapping) -> str:
    problems = [p for p in payload.get("userErrors") or () if p]
    return text(problems[0].get("code")) if problems else ""
