"""One order in its newest version, read to the end of all its lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.errors import (
    ConflictError,
    MissingError,
    PermanentError,
)

from . import parsing, parsing_goods, parsing_returns, plans, returns
from . import queries_orders as queries
from .address import order_currency
from .client import Answer, Client, is_too_dear
from .queries import Document
from .values import next_cursor, nodes, reference, text

MANY = 250
SHIPPED_AT_ONCE = 10
TRANSACTIONS_AT_ONCE = 30
REFUNDS_AT_ONCE = 15


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each list the first answer carries; halved when that is too dear."""

    lines: int = 25
    fos: int = 3
    fo_lines: int = 25
    shipped_lines: int = 15

    def halved(self) -> Sizes | None:
        """Return the next smaller sizes, or None when nothing is left to halve."""
        smaller = Sizes(
            lines=max(1, self.lines // 2),
            fos=max(1, self.fos // 2),
            fo_lines=max(1, self.fo_lines // 2),
            shipped_lines=max(1, self.shipped_lines // 2),
        )
        return None if smaller == self else smaller


def fetch_order(client: Client, external_id: str, in_currency: str = "") -> doc.Order:
    """Return the order; the id may be that of a fulfillment order or return of it.

    :param in_currency: the shop's or the customer's; as the account says without it
    :raises MissingError: when it is not there (yet), or older than the app may see
    :raises ConflictError: when it changed between two pages
    """
    order_id = _order_of(client, external_id)
    node = _first_answer(client, order_id)
    mode = _mode(node, in_currency) or order_currency(client.account)
    return parsing.order(_complete(client, node), mode)


def _mode(node: Mapping, in_currency: str) -> str:
    """Return whose currency ``in_currency`` is, or nothing."""
    if not in_currency or text(node.get("currencyCode")) == in_currency:
        return "shop" if in_currency else ""
    theirs = text(node.get("presentmentCurrencyCode")) == in_currency
    return "presentment" if theirs else ""


def to_ship(
    client: Client, order_id: str
) -> tuple[tuple[doc.ShipmentOrder, ...], tuple[doc.Shipped, ...]]:
    """Return what places are asked to ship for an order, and what was shipped.

    :raises MissingError: when the order is not there
    """
    order = _order(
        client, queries.ORDER_TO_SHIP, order_id, first=5, foLines=50, shippedLines=15
    )
    asked = _all_fulfillment_orders(client, order_id, order, Sizes(fo_lines=50))
    shipped = _shipments(client, {**order, "id": order_id})
    return (
        tuple(parsing_goods.fulfillment_order(node) for node in asked),
        tuple(parsing_goods.fulfillment(node) for node in shipped),
    )


def there(answer: Answer, order_id: str) -> Mapping:
    """Return the order of an answer.

    :raises MissingError: when it is not there
    """
    order = answer.data.get("order")
    if not order:
        raise MissingError(f"{order_id} is not there", code="not_found")
    return order


def _order_of(client: Client, external_id: str) -> str:
    """Return the id of the order that a part of it belongs to."""
    if "/FulfillmentOrder/" in external_id:
        answer = client.call(queries.FULFILLMENT_ORDER_ORDER, id=external_id)
        found = answer.data.get("fulfillmentOrder") or {}
        order_id = text(found.get("orderId"))
    elif "/Return/" in external_id:
        answer = client.call(queries.RETURN_ORDER, id=external_id)
        order_id = reference((answer.data.get("return") or {}).get("order"))
    else:
        return external_id
    if not order_id:
        raise MissingError(f"{external_id} is not there", code="not_found")
    return order_id


def _first_answer(client: Client, order_id: str) -> dict:
    sizes = Sizes()
    while True:
        try:
            return _order(
                client,
                queries.ORDER,
                order_id,
                lines=sizes.lines,
                fos=sizes.fos,
                foLines=sizes.fo_lines,
                shippedLines=sizes.shipped_lines,
            )
        except PermanentError as exc:
            smaller = sizes.halved()
            if smaller is None or not is_too_dear(exc):
                raise
            sizes = smaller


def _order(
    client: Client, document: Document, order_id: str, **variables: object
) -> dict:
    answer = client.call(document, id=order_id, **variables)
    order = answer.data.get("order")
    if not order:
        raise MissingError(
            f"{order_id} is not there, or older than this app may see",
            code="not_found",
            request_id=answer.request_id,
        )
    return {**order, parsing.READ_AT: answer.asked_at}


def _complete(client: Client, order: dict) -> dict:
    """Return ``order`` with every list read to its end."""
    order_id, stamp = text(order["id"]), order["updatedAt"]
    lines = list(nodes(order["lineItems"]))
    for page in _order_pages(
        client,
        queries.ORDER_LINES_PAGE,
        order,
        lambda o: o["lineItems"],
        stamp,
        first=50,
    ):
        lines += nodes(page)
    order["lineItems"] = {"nodes": lines}
    fos = _all_fulfillment_orders(client, order_id, order, Sizes(), stamp)
    order["fulfillmentOrders"] = {"nodes": fos}
    if len(order.get("transactions") or ()) >= TRANSACTIONS_AT_ONCE:
        again = _unmoved(_order(client, queries.ORDER_TRANSACTIONS, order_id), stamp)
        order["transactions"] = again["transactions"]
    order["fulfillments"] = _shipments(client, order, stamp)
    order["refunds"] = _refunds(client, order, stamp)
    order[plans.KINDS] = plans.read(client, order)
    order[parsing_returns.READ] = returns.read(client, order)
    return order


def _refunds(client: Client, order: Mapping, stamp: object) -> list[dict]:
    """Return the refunds, where there can be any: the list has no cursor."""
    fewer = any(
        (line.get("currentQuantity") or 0) < (line.get("quantity") or 0)
        for line in order["lineItems"]["nodes"]
    )
    payments = order.get("transactions") or ()
    if not fewer and not any(one.get("kind") == "REFUND" for one in payments):
        return []
    found: list[dict] = []
    for first, lines in ((REFUNDS_AT_ONCE, 10), (MANY, 1)):
        answer = _order(
            client,
            queries.ORDER_REFUNDS,
            text(order["id"]),
            first=first,
            refundLines=lines,
        )
        found = _unmoved(answer, stamp)["refunds"] or []
        if len(found) < first:
            break
    page = queries.REFUND_LINES_PAGE
    return [_whole(client, one, page, "refund", "refundLineItems") for one in found]


def _unmoved(order: dict, stamp: object) -> dict:
    """Return ``order`` if it is still of the version ``stamp`` (None = any)."""
    if stamp is not None and order["updatedAt"] != stamp:
        raise ConflictError("the order changed while it was read", code="moved")
    return order


def _order_pages(
    client: Client,
    document: Document,
    order: Mapping,
    pick: Callable[[Mapping], Mapping | None],
    stamp: object,
    **sizes: int,
) -> Iterator[Mapping]:
    """Yield the pages after the one that ``order`` carries."""
    order_id, cursor = text(order.get("id")), next_cursor(pick(order))
    while cursor:
        answer = _order(client, document, order_id, after=cursor, **sizes)
        page = pick(_unmoved(answer, stamp)) or {}
        yield page
        cursor = next_cursor(page)


def _all_fulfillment_orders(
    client: Client,
    order_id: str,
    order: Mapping,
    sizes: Sizes,
    stamp: object = None,
) -> list[dict]:
    start = {"id": order_id, "fulfillmentOrders": order.get("fulfillmentOrders")}
    found = list(nodes(start["fulfillmentOrders"]))
    for page in _order_pages(
        client,
        queries.FULFILLMENT_ORDERS_PAGE,
        start,
        lambda o: o.get("fulfillmentOrders"),
        stamp,
        first=5,
        foLines=sizes.fo_lines,
    ):
        found += nodes(page)
    return [
        _whole(
            client,
            node,
            queries.FULFILLMENT_ORDER_LINES_PAGE,
            "fulfillmentOrder",
            "lineItems",
        )
        for node in found
    ]


def _shipments(client: Client, order: Mapping, stamp: object = None) -> list[dict]:
    """Return all shipments: the list has no cursor, so a long one is read anew."""
    found = order.get("fulfillments") or ()
    for full, first, lines in ((SHIPPED_AT_ONCE, 50, 10), (50, MANY, 1)):
        if len(found) < full:
            break
        answer = _order(
            client,
            queries.ORDER_FULFILLMENTS,
            text(order["id"]),
            first=first,
            shippedLines=lines,
        )
        found = _unmoved(answer, stamp)["fulfillments"]
    return [_whole_fulfillment(client, one) for one in found]


def _whole_fulfillment(client: Client, node: Mapping) -> dict:
    return _whole(
        client,
        node,
        queries.FULFILLMENT_LINES_PAGE,
        "fulfillment",
        "fulfillmentLineItems",
    )


def _whole(
    client: Client, node: Mapping, document: Document, root: str, name: str
) -> dict:
    """Return ``node`` with its connection ``name`` read to the end."""
    rows = list(nodes(node[name]))
    cursor = next_cursor(node[name])
    while cursor:
        answer = client.call(document, id=node["id"], first=100, after=cursor)
        page = (answer.data.get(root) or {}).get(name)
        rows += nodes(page)
        cursor = next_cursor(page)
    return {**node, name: {"nodes": rows}}
