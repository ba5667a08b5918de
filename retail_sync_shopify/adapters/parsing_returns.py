"""Returns to documents: what was asked for, decided and disposed of.

Shopify Admin API, ``Return``, ``ReverseFulfillmentOrder``, read 2026-11. A return's
line and its line of the reverse fulfillment order name the same shipped line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import money

from .values import moment, nodes, reference, text

ZERO = Decimal(0)
READ = "_returns"  # the whole returns of an order, beside its own fields
KINDS = {
    "RESTOCKED": "restocked",
    "NOT_RESTOCKED": "not_restocked",
    "MISSING": "missing",
    "PROCESSING_REQUIRED": "processing",
}
TYPES = {kind: name for name, kind in KINDS.items()}
REASONS = {
    "FINAL_SALE": "final_sale",
    "RETURN_PERIOD_ENDED": "period_over",
    "OTHER": "other",
}
MARK = re.compile(r"\[rs-([0-9a-f]{12})\]")
DECLINE_REASONS = {reason: name for name, reason in REASONS.items()}


def return_requests(order: Mapping) -> tuple[doc.ReturnRequest, ...]:
    """Return the documents of the returns that were read with an order."""
    return tuple(map(return_request, order.get(READ) or ()))


def return_request(node: Mapping) -> doc.ReturnRequest:
    """Return the document of a whole ``Return`` node."""
    decline = node.get("decline") or {}
    created = moment(node.get("createdAt"))
    return doc.ReturnRequest(
        external_id=text(node["id"]),
        external_ref=text(node.get("name")),
        state=text(node.get("status")).lower(),
        requested_at=created,
        approved_at=moment(node.get("requestApprovedAt")),
        closed_at=moment(node.get("closedAt")),
        decline_reason=REASONS.get(text(decline.get("reason")), "") if decline else "",
        decline_note=text(decline.get("note")),
        lines=_lines(node),
        exchanged=tuple(
            (_exchanged(one), _units(one, "quantity"))
            for one in nodes(node.get("exchangeLineItems"))
        ),
        made_by=made_by(node),
    )


def made_by(node: Mapping) -> str:
    """Return how the key of our own effect begins that made a return, from its mark."""
    for line in nodes(node.get("returnLineItems")):
        found = MARK.search(text(line.get("returnReasonNote")))
        if found:
            return found[1]
    return ""


def reverse_lines(node: Mapping) -> tuple[Mapping, ...]:
    """Return the lines of a return's reverse fulfillment orders."""
    return tuple(
        line
        for order in nodes(node.get("reverseFulfillmentOrders"))
        for line in nodes(order.get("lineItems"))
    )


def disposed(line: Mapping) -> tuple[doc.Disposed, ...]:
    """Return what became of a ``ReverseFulfillmentOrderLineItem`` so far."""
    return tuple(
        doc.Disposed(
            external_id=text(one["id"]),
            kind=KINDS.get(text(one.get("type")), "processing"),
            units=_units(one, "quantity"),
            location_id=reference(one.get("location")),
            at=moment(one.get("createdAt")),
        )
        for one in line.get("dispositions") or ()
    )


def shipped_line(line: Mapping) -> str:
    """Return the id of the shipped line that a line of either kind names."""
    return reference(line.get("fulfillmentLineItem"))


def _lines(node: Mapping) -> tuple[doc.ReturnLine, ...]:
    """Return the lines of goods that were sold here; others name no shipped line.

    Where two of them name the same shipped line the first takes the dispositions.
    """
    left = {}
    for line in reverse_lines(node):
        left.setdefault(shipped_line(line), []).extend(disposed(line))
    return tuple(
        doc.ReturnLine(
            external_id=text(line["id"]),
            line_id=reference((line.get("fulfillmentLineItem") or {}).get("lineItem")),
            units=_units(line, "quantity"),
            reason=text((line.get("returnReasonDefinition") or {}).get("name")),
            note=text(line.get("returnReasonNote")),
            buyer_note=text(line.get("customerNote")),
            refunded=_units(line, "refundedQuantity"),
            disposed=tuple(left.pop(shipped_line(line), ())),
        )
        for line in nodes(node.get("returnLineItems"))
        if shipped_line(line)
    )


def _exchanged(one: Mapping) -> str:
    words = [text(one.get("title")), text(one.get("variantTitle"))]
    return " ".join(filter(None, words)) or text(one.get("variantSku"))


def _units(record: Mapping, name: str) -> Decimal:
    value = record.get(name)
    return ZERO if value is None else money.parse(value, field="quantity")
