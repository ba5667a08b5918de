"""A buyer's order found and answered among many, by whatever is read out; floor: 0.3 s.

Each case is a search and the first page of answers, as the screen asks for them, the
tables' pages being in memory. "Nothing" looks everywhere and finds no order.
"""

import os
import statistics
from collections.abc import Iterator, Mapping
from typing import Any

from devenv import database
from devenv.bench import Figure

from . import _odoo, _scale

ORDERS = 200_000
ROUNDS = 7
TARGET_S = 0.3
SHOWN = ["external_ref", "buyer_id", "placed_at", "late_since", "answer", "state"]
LATE_OF = 400  # one delivery of so many is late
BEFORE = "before anything is searched"
# what is typed for the n-th order
CASES = {
    "its number there": "#{n}",
    "its number here": "FIND-{n}",
    "its delivery": "OUT-{n}",
    "its parcel": "PARCEL-{n}B",
    "an e-mail address": "buyer-{n}@example.com",
    "a phone number": "555 {n:08}",
    "a part of a name": "uyer number {n}",
    "nothing": "nobody has {n} of it",
    BEFORE: "",
}

# what the n-th buyer's row says
BUYER = {
    "name": "'Buyer number ' || n",
    "complete_name": "'Buyer number ' || n",
    "email_normalized": "'buyer-' || n || '@example.com'",
    "phone": "'+44 555 ' || lpad(n::text, 8, '0')",
    "commercial_partner_id": "NULL",
}
# what each of them is answered: its money and its goods were looked at
ANSWER = ("Paid on", "ready to leave")


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Search by each of the cases, the orders being others each time."""
    orders = int(os.environ.get("RETAIL_SYNC_BENCH_ORDERS") or ORDERS)
    with _odoo.fresh_database(env, "find") as name:
        loaded = _odoo.registry(name)
        make(loaded, name, orders)
        for case, text in CASES.items():
            spent = [
                look(loaded, text.format(n=orders * k // (ROUNDS + 2)), case)
                for k in range(1, ROUNDS + 2)
            ]
            yield Figure(
                f"{case}, {orders:,} orders",
                statistics.median(spent[1:]),
                "s",
                TARGET_S,
                higher_is_better=False,
                beside={"slowest": round(max(spent[1:]), 3)},
            )


def look(loaded: Any, text: str, case: str) -> float:
    """Return the seconds until the whole answer is there."""
    with _odoo.environment(loaded) as env:
        found: list[Any] = []
        wanted = {field: {} for field in SHOWN}

        domain = [("anything", "ilike", text)] if text else []
        orders = env["retail.sync.order"].with_context(retail_sync_late_first=True)

        def ask() -> None:
            found.append(orders.web_search_read(domain, wanted, limit=20))

        spent = _odoo.seconds(ask)
    if bool(found[0]["records"]) == (case == "nothing"):
        raise AssertionError(f"{text!r} found {found[0]['length']} orders")
    for record in found[0]["records"]:
        if any(part not in record["answer"] for part in ANSWER):
            raise AssertionError(f"{text!r} is answered {record['answer']!r}")
        if case == BEFORE and not record["late_since"]:
            raise AssertionError(f"{record['external_ref']} is on top and not late")
    return spent


def make(loaded: Any, name: str, orders: int) -> None:
    """Make so many paid orders, each of a buyer and with a delivery of two parcels."""
    with _odoo.environment(loaded) as env:
        row = _make_one(env)

    def clone(table: str, **changes: str) -> str:
        ids = _scale._clone(name, table, row[table], orders, changes)
        return f"{min(ids)} + n - 1"

    partner = clone("res_partner", **BUYER)
    whose = {"partner_id": partner, "partner_shipping_id": partner}
    sale = clone(
        "sale_order",
        name="'FIND-' || n",
        partner_invoice_id=partner,
        access_token="NULL",
        **whose,
    )
    line = clone("sale_order_line", order_id=sale)
    delivery = clone(
        "stock_picking",
        name="'OUT-' || n",
        sale_id=sale,
        partner_id=partner,
        carrier_tracking_ref="'PARCEL-' || n || 'A,PARCEL-' || n || 'B'",
        retail_sync_channel_id=str(row["channel"]),
        date_deadline=f"now() + CASE WHEN mod(n, {LATE_OF}) = 0 THEN -3 ELSE 3 END"
        " * interval '1 day'",
    )
    clone("stock_move", picking_id=delivery, sale_line_id=line)
    order = clone(
        "retail_sync_order",
        external_id="'there-' || n",
        external_ref="'#' || n",
        order_id=sale,
    )
    clone("retail_sync_order_payment", order_id=order)
    database.query(name, "VACUUM ANALYZE")


def _make_one(env: Any) -> dict[str, int]:
    """Make the rows that are multiplied, by Odoo itself; return their ids by table."""
    channel = env["retail.sync.channel"].create(
        {"name": "Find", "code": "manual", "state": "live"}
    )
    partner = env["res.partner"].create({"name": "Buyer", "email": "b@example.com"})
    product = env["product.product"].create({"name": "Find", "type": "consu"})
    sale = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [(0, 0, {"product_id": product.id})],
        }
    )
    sale.action_confirm()
    order = env["retail.sync.order"].create(
        {
            "channel_id": channel.id,
            "external_id": "there-0",
            "external_ref": "#0",
            "order_id": sale.id,
            "state": "imported",
            "payment_state": "paid",
        }
    )
    return {
        "res_partner": partner.id,
        "sale_order": sale.id,
        "sale_order_line": sale.order_line.id,
        "stock_picking": sale.picking_ids.id,
        "stock_move": sale.picking_ids.move_ids.id,
        "retail_sync_order": order.id,
        "retail_sync_order_payment": _pay(order).id,
        "channel": channel.id,
    }


def _pay(order: Any) -> Any:
    return order.env["retail.sync.order.payment"].create(
        {
            "order_id": order.id,
            "external_id": "pay-0",
            "kind": "sale",
            "status": "success",
            "currency_id": order.order_id.currency_id.id,
            "processed_at": "2026-11-20 12:00:00",
        }
    )
