"""Cancelling an order over there: asynchronous and for good; read back before anything.

Shopify Admin API, ``orderCancel``, read 2026-11. An order of which a part was shipped
cannot be cancelled there: what is left is refunded instead (:mod:`refunds`).
"""

from __future__ import annotations

from collections.abc import Mapping

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import building, mutations, refunds
from . import queries_orders as queries
from .client import Client
from .values import text


def cancel(client: Client, effect: Effect) -> Outcome:
    """Ask for the cancellation; it is done when its job is.

    :raises InDoubtError: when Shopify failed within
    """
    body = _body(effect)
    if body.lines:
        return refunds.cancel_rest(client, effect)
    answer = client.call(mutations.ORDER_CANCEL, **building.cancellation(body))
    payload = answer.data.get("orderCancel") or {}
    problems = [p for p in payload.get("orderCancelUserErrors") or () if p]
    if problems:
        return _refused(client, body, problems[0], answer.request_id)
    job = payload.get("job") or {}
    if job.get("done"):
        return read_back(client, effect)
    return Outcome(
        state="accepted", handle=text(job.get("id")), request_id=answer.request_id
    )


def _body(effect: Effect) -> doc.Cancellation:
    if not isinstance(effect.body, doc.Cancellation):
        raise errors.PermanentError("nothing to cancel", code="empty")
    return effect.body


def _refused(
    client: Client, body: doc.Cancellation, problem: Mapping, request_id: str
) -> Outcome:
    code = text(problem.get("code"))
    if code == "INTERNAL_ERROR":
        raise errors.InDoubtError("OrderCancel: failed within", code=code)
    if _is_cancelled(client, body.order_id):  # it was so before: what we wanted
        return Outcome(state="applied", external_id=body.order_id, code="already")
    return Outcome(
        state="refused",
        code=code or "refused",
        message=text(problem.get("message")),
        request_id=request_id,
    )


def _is_cancelled(client: Client, order_id: str) -> bool:
    answer = client.call(queries.ORDER_CANCELLATION, id=order_id)
    return bool((answer.data.get("order") or {}).get("cancelledAt"))


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether the order, or what was left of it, is cancelled."""
    body = _body(effect)
    if body.lines:
        return refunds.read_back(client, effect)
    if _is_cancelled(client, body.order_id):
        return Outcome(state="applied", external_id=body.order_id)
    return Outcome(state="not_found")


def poll(client: Client, effect: Effect) -> Outcome:
    """Return how far the job is; ``done`` says finished, only the order says how."""
    body = _body(effect)
    if body.lines or not effect.handle:
        return read_back(client, effect)
    answer = client.call(
        queries.ORDER_CANCELLATION_JOB, id=body.order_id, job=effect.handle
    )
    if (answer.data.get("order") or {}).get("cancelledAt"):
        return Outcome(state="applied", external_id=body.order_id)
    job = answer.data.get("job") or {}
    if job and not job.get("done"):
        return Outcome(state="accepted", handle=effect.handle)
    return Outcome(
        state="refused",
        code="cancel_failed",
        message=_("Shopify finished the cancellation, and the order is not cancelled."),
        request_id=answer.request_id,
    )
