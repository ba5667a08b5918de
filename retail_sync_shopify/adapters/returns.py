"""Returns: read with their order, decided, and told what came back.

Mutations of returns have no key: what is there is read before anything is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo.addons.retail_sync_core.adapters.base import Effect, Outcome
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.sentence import _

from . import parsing_returns, queries_returns
from .client import Answer, Client, is_too_dear
from .queries import Document
from .values import next_cursor, nodes, text

NONE = ("", "NO_RETURN")
AT_ONCE = 2
LINES_AT_ONCE = 20
DECIDED = {
    "approve": ("OPEN", "CLOSED"),
    "decline": ("DECLINED",),
    "cancel": ("CANCELED", "DECLINED"),
}
UNDECIDED = {"cancel": ("REQUESTED", "OPEN")}


def read(client: Client, order: Mapping) -> list[dict]:
    """Return the whole returns of an order; nothing is asked where it has none.

    :raises ConflictError: when the order changed while they were read
    """
    if text(order.get("returnStatus")) in NONE:
        return []
    found: list[dict] = []
    after: str | None = None
    while True:
        page = _page(client, order, after)
        found += [_whole(client, node) for node in nodes(page)]
        after = next_cursor(page)
        if not after:
            return found


def _page(client: Client, order: Mapping, after: str | None) -> Mapping:
    """Return a page of returns; without the right to read them an empty one."""
    first, lines = AT_ONCE, LINES_AT_ONCE
    while True:
        try:
            answer = client.call(
                queries_returns.ORDER_RETURNS,
                id=order["id"],
                first=first,
                after=after,
                lines=lines,
            )
        except errors.ConfigurationError as exc:
            if exc.code != "ACCESS_DENIED":
                raise
            return {}
        except errors.PermanentError as exc:
            if not is_too_dear(exc) or lines == 1:
                raise
            first, lines = 1, lines // 2
            continue
        found = answer.data.get("order") or {}
        if found.get("updatedAt") not in (order.get("updatedAt"), None):
            raise errors.ConflictError(
                "the order changed while it was read", code="moved"
            )
        return found.get("returns") or {}


def _whole(client: Client, node: Mapping) -> dict:
    """Return a ``Return`` with its lines read to the end."""
    page = queries_returns.RETURN_LINES_PAGE
    reverse = [
        filled(client, one, queries_returns.REVERSE_LINES_PAGE, "lineItems")
        for one in nodes(node.get("reverseFulfillmentOrders"))
    ]
    whole = filled(client, node, page, "returnLineItems")
    return {**whole, "reverseFulfillmentOrders": {"nodes": reverse}}


def filled(client: Client, node: Mapping, document: Document, name: str) -> dict:
    """Return ``node`` with the rows called ``name`` read to the end."""
    rows = list(nodes(node[name]))
    cursor = next_cursor(node[name])
    while cursor:
        answer = client.call(document, id=node["id"], first=50, after=cursor)
        page = (next(iter(answer.data.values()), None) or {}).get(name)
        rows += nodes(page)
        cursor = next_cursor(page)
    return {**node, name: {"nodes": rows}}


def by_id(client: Client, return_id: str) -> dict:
    """Return a whole return.

    :raises MissingError: when it is not there
    """
    answer = client.call(
        queries_returns.RETURN_BY_ID, id=return_id, lines=LINES_AT_ONCE
    )
    node = answer.data.get("return")
    if not node:
        raise errors.MissingError(f"{return_id} is not there", code="not_found")
    return _whole(client, node)


# Decisions


def decide(client: Client, effect: Effect) -> Outcome:
    """Approve or decline a return that is still asked for, or cancel it."""
    decision = _decision(effect)
    known = read_back(client, effect)
    if known.state != "not_found":
        return known
    if decision.action == "cancel":
        return _decided(client, queries_returns.RETURN_CANCEL, id=decision.return_id)
    given: dict[str, object] = {
        "id": decision.return_id,
        "notifyCustomer": decision.notify_customer,
    }
    if decision.action == "approve":
        return _decided(client, queries_returns.RETURN_APPROVE, input=given)
    reason = parsing_returns.DECLINE_REASONS.get(decision.reason, "OTHER")
    given |= {"declineReason": reason, "declineNote": decision.note or None}
    return _decided(client, queries_returns.RETURN_DECLINE, input=given)


def read_back(client: Client, effect: Effect) -> Outcome:
    """Return whether the return was decided as it was to be, or another way."""
    decision = _decision(effect)
    status = text(by_id(client, decision.return_id).get("status"))
    if status in UNDECIDED.get(decision.action, ("REQUESTED",)):
        return Outcome(state="not_found")
    if status in DECIDED[decision.action]:
        return Outcome(state="applied", external_id=decision.return_id)
    return Outcome(
        state="refused",
        code="decided",
        message=_(
            "Somebody decided otherwise: in Shopify the return is %(state)s.",
            state=status.lower(),
        ),
    )


def _decision(effect: Effect) -> doc.ReturnDecision:
    body = effect.body
    if not isinstance(body, doc.ReturnDecision) or body.action not in DECIDED:
        raise errors.PermanentError("nothing was decided", code="empty")
    return body


def _decided(client: Client, document: Document, **given: object) -> Outcome:
    answer = client.call(document, **given)
    payload = next(iter(answer.data.values()), None) or {}
    return refusal(answer, payload) or Outcome(
        state="applied",
        external_id=text((payload.get("return") or {}).get("id")),
        request_id=answer.request_id,
    )


def refusal(answer: Answer, payload: Mapping) -> Outcome | None:
    problems: Sequence[Mapping] = payload.get("userErrors") or ()
    if not problems:
        return None
    return Outcome(
        state="refused",
        code=text(problems[0].get("code")).lower() or "refused",
        message=" ".join(text(one.get("message")) for one in problems),
        request_id=answer.request_id,
    )
