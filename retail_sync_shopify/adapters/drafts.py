"""Draft orders, read as the orders they would be. Shopify Admin API, read 2026-11.

What is taken off a line is its total less its discounted total; what is taken off the
whole draft is the subtotal of the lines less the subtotal, shared out over the lines as
Shopify shares it out over an order's: by their amounts, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.documents import ZERO
from odoo.addons.retail_sync_core.domain.errors import (
    ConflictError,
    MissingError,
)
from odoo.addons.retail_sync_core.domain.money import allocate
from odoo.addons.retail_sync_core.domain.stock import batches

from . import parsing
from . import queries_drafts as queries
from .address import order_currency
from .client import Client
from .values import SIDES, amount, next_cursor, nodes, reference, text

LINES_AT_ONCE = 25
PAGE = 50
IDS_AT_ONCE = 200


def fetch_draft(client: Client, external_id: str) -> doc.Draft:
    """Return a draft in its newest version.

    :raises MissingError: when it is not there
    :raises ConflictError: when it changed between two pages
    """
    answer = client.call(queries.DRAFT, id=external_id, lines=LINES_AT_ONCE)
    node = answer.data.get("draftOrder")
    if not node:
        raise MissingError(
            f"{external_id} is not there",
            code="not_found",
            request_id=answer.request_id,
        )
    node = {**node, "lineItems": {"nodes": _lines(client, node)}}
    order = {**_as_order(node), parsing.READ_AT: answer.asked_at}
    content = parsing.order(order, order_currency(client.account))
    return doc.Draft(content=content, order_id=reference(node.get("order")))


def find_draft(client: Client, order_id: str, draft_ids: Sequence[str]) -> str:
    """Return which of the drafts became the order, "" for none of them."""
    for part in batches(list(draft_ids), IDS_AT_ONCE):
        answer = client.call(queries.DRAFTS_ORDERED, ids=list(part))
        for node in answer.data.get("nodes") or ():
            if node and reference(node.get("order")) == order_id:
                return text(node["id"])
    return ""


def _lines(client: Client, draft: Mapping) -> list[Mapping]:
    """Return all lines of a draft."""
    found = list(nodes(draft["lineItems"]))
    cursor = next_cursor(draft["lineItems"])
    while cursor:
        answer = client.call(
            queries.DRAFT_LINES_PAGE, id=draft["id"], first=PAGE, after=cursor
        )
        more = answer.data.get("draftOrder") or {}
        if more.get("updatedAt") != draft["updatedAt"]:
            raise ConflictError("the draft changed while it was read", code="moved")
        found += nodes(more["lineItems"])
        cursor = next_cursor(more["lineItems"])
    return found


def _as_order(draft: Mapping) -> dict[str, object]:
    """Return the node of the order that the draft would be."""
    lines = nodes(draft["lineItems"])
    shipping = draft.get("shippingLine")
    return {
        **draft,
        "note": draft.get("note2"),
        "order": None,
        "lineItems": {
            "nodes": [
                {**line, "currentQuantity": line["quantity"], "discountAllocations": d}
                for line, d in zip(lines, _discounts(draft, lines), strict=True)
            ]
        },
        "shippingLines": {"nodes": [_shipping(shipping)] if shipping else []},
    }


def _shipping(line: Mapping) -> dict[str, object]:
    taken = _minus(line["originalPriceSet"], line["discountedPriceSet"])
    return {**line, "discountAllocations": _taken(taken, "", "")}


def _discounts(draft: Mapping, lines: Sequence[Mapping]) -> list[list[dict]]:
    """Return what is taken off each line: its own, and its share of the draft's."""
    shares = _shares(draft, lines)
    codes = ", ".join(text(code) for code in draft.get("discountCodes") or ())
    whole = text((draft.get("appliedDiscount") or {}).get("title"))
    found = []
    for line, share in zip(lines, shares, strict=True):
        title = text((line.get("appliedDiscount") or {}).get("title"))
        own = _minus(line["originalTotalSet"], line["discountedTotalSet"])
        found.append(
            _taken(own, title, "" if title else codes)
            + _taken(share, whole, "" if whole else codes)
        )
    return found


def _shares(draft: Mapping, lines: Sequence[Mapping]) -> list[dict]:
    """Return for each line a bag with its share of what the draft takes off."""
    taken = _minus(draft["lineItemsSubtotalPrice"], draft["subtotalPriceSet"])
    shares: list[dict] = [{} for _line in lines]
    for side in SIDES.values():
        weights = [amount(line["discountedTotalSet"], side) for line in lines]
        of_side = amount(taken, side)
        step = _step(draft["totalPriceSet"], side)
        parts = (
            allocate(of_side, weights, step)
            if of_side and sum(weights, ZERO)
            else [ZERO] * len(lines)
        )
        name = draft["totalPriceSet"][side].get("currencyCode")
        for share, part in zip(shares, parts, strict=True):
            share[side] = {"amount": str(part), "currencyCode": name}
    return shares


def _step(bag: Mapping, side: str) -> Decimal:
    """Return the smallest amount of a side's currency."""
    name = text(bag[side].get("currencyCode"))
    places = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "ISK": 0}
    more = {"KWD": 3, "BHD": 3, "TND": 3, "OMR": 3, "JOD": 3}
    return Decimal(1).scaleb(-{**places, **more}.get(name, 2))


def _minus(bag: Mapping, less: Mapping) -> dict[str, dict]:
    """Return the difference of two bags, side by side."""
    return {
        side: {
            "amount": str(amount(bag, side) - amount(less, side)),
            "currencyCode": bag[side].get("currencyCode"),
        }
        for side in SIDES.values()
    }


def _taken(bag: Mapping, title: str, code: str) -> list[dict]:
    """Return an allocation as an order has it; parsing leaves out what is zero."""
    kind = "DiscountCodeApplication" if code else "ManualDiscountApplication"
    about = {"__typename": kind, "title": title, "code": code}
    return [{"allocatedAmountSet": bag, "discountApplication": about}]
