"""Orders a second and queries an order; floor: the same orders made by hand.

An order has three lines and is confirmed and reserved. Alone, each has a transaction of
its own; with a backlog, 50 share one.

Ours does more than the floor: it looks up taxes and products, finds or makes the
customer and the addresses, checks the total to the cent and keeps the order's lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

from devenv.bench import Figure

from . import _odoo

ORDERS = 50
WARM_UP = 20
ROUNDS = 4
PRODUCTS = 30
LINES = 3
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "mail_create_nosubscribe": True,
}


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Import orders, and make the same ones bare, in turn: alone and in batches."""
    with _odoo.fresh_database(env, "orders") as name:
        loaded = _odoo.registry(name)
        with _odoo.environment(loaded) as prepared:
            ids = prepare(prepared)
        work = Work(loaded, ids)
        work.warm_up()
        for case, size, ours, bare in CASES:
            pace, floor = _odoo.in_turn(
                max(ROUNDS, ORDERS // size),
                partial(work.rate, ours, size),
                partial(work.rate, bare, size),
            )
            yield Figure(case, pace, "orders/s", floor)
            asked, floor = work.queries(ours, size), work.queries(bare, size)
            yield Figure(case, asked, "queries/order", floor, higher_is_better=False)


class Work:
    """Makes orders on the database, a transaction for each batch of them."""

    def __init__(self, loaded: Any, ids: Mapping[str, Any]):
        self.loaded = loaded
        self.ids = ids
        self.numbers = count(1)

    def warm_up(self) -> None:
        """Make some orders, then let PostgreSQL look at the tables once more.

        What it learned of empty tables makes its plans slow.
        """
        for _ in range(WARM_UP):
            for make in (import_orders, make_orders):
                self.make(make, 1)
        with _odoo.environment(self.loaded) as env:
            env.cr.execute("ANALYZE")

    def make(self, make: Any, size: int) -> int:
        """Make ``size`` orders in one transaction; return how many queries it took."""
        with _odoo.environment(self.loaded) as env:
            make(env, self.ids, [next(self.numbers) for _ in range(size)])
            env.flush_all()
            return env.cr.sql_log_count

    def rate(self, make: Any, size: int) -> float:
        """Return how many orders a second ``make`` makes, in one transaction."""
        return size / _odoo.seconds(lambda: self.make(make, size))

    def queries(self, make: Any, size: int) -> float:
        """Return how many queries an order takes."""
        return self.make(make, size) / size


def prepare(env: Any) -> dict[str, Any]:
    """Make a channel, a tax, products with stock and a customer; return their ids."""
    company = env.company
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    channel = env["retail.sync.channel"].create(
        {
            "name": "Measured",
            "state": "live",
            "warehouse_id": warehouse.id,
            "import_since": False,
        }
    )
    tax = make_tax(env)
    products = make_products(env, tax, warehouse)
    env["retail.sync.map.tax"].create(
        {"channel_id": channel.id, "title": "VAT", "rate": 20, "tax_ids": tax.ids}
    )
    partner = env["res.partner"].create({"name": "By hand"})
    return {
        "channel": channel.id,
        "warehouse": warehouse.id,
        "products": products.ids,
        "tax": tax.id,
        "partner": partner.id,
        "currency": company.currency_id.name,
    }


def make_tax(env: Any) -> Any:
    """Make the tax that comes on top of all prices."""
    return env["account.tax"].create(
        {
            "name": "Measured 20",
            "amount": 20,
            "type_tax_use": "sale",
            "price_include_override": "tax_excluded",
        }
    )


def make_products(env: Any, tax: Any, warehouse: Any) -> Any:
    """Make storable products with plenty of stock."""
    values = {
        "type": "consu",
        "is_storable": True,
        "invoice_policy": "order",
        "taxes_id": [(6, 0, tax.ids)],
    }
    products = env["product.product"].create(
        [
            {"name": f"Measured {n}", "default_code": f"BENCH-{n}", **values}
            for n in range(PRODUCTS)
        ]
    )
    for product in products:
        env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 100000
        )
    return products


def import_orders(env: Any, ids: Mapping[str, Any], numbers: Sequence[int]) -> None:
    """Import documents, as the engine's last phase does."""
    channel = env["retail.sync.channel"].browse(ids["channel"])
    importer = env["retail.sync.importer.order"]
    documents = [document(number, ids["currency"]) for number in numbers]
    if len(documents) == 1:
        orders = importer._import(channel, documents[0])
    else:
        orders = importer._import_many(channel, documents)
    if set(orders.mapped("state")) != {"imported"}:
        raise AssertionError(f"orders are {orders.mapped('state')}")
    if set(orders.order_id.mapped("state")) != {"sale"}:
        raise AssertionError("a sale order is not confirmed")


def document(number: int, currency: str) -> Any:
    """Return the document of one order, as an adapter makes it."""
    from odoo.addons.retail_sync_core.testing_orders import make_line, make_order

    lines = [
        make_line(
            f"line-{n}",
            sku=f"BENCH-{(number + n) % PRODUCTS}",
            quantity=2,
            price="19.99",
            rates=["0.2"],
        )
        for n in range(LINES)
    ]
    return make_order(f"order-{number}", lines=lines, currency=currency)


def make_orders(env: Any, ids: Mapping[str, Any], numbers: Sequence[int]) -> None:
    """Make and confirm the same orders with Odoo's own means, together."""
    sales = env["sale.order"].with_context(**QUIET)
    sales = sales.create([sale_values(ids, number) for number in numbers])
    sales.action_confirm()


def sale_values(ids: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return what makes a sale order by hand."""
    return {
        "partner_id": ids["partner"],
        "warehouse_id": ids["warehouse"],
        "order_line": [
            (
                0,
                0,
                {
                    "product_id": ids["products"][(number + n) % PRODUCTS],
                    "product_uom_qty": 2,
                    "price_unit": 19.99,
                    "tax_ids": [(6, 0, [ids["tax"]])],
                },
            )
            for n in range(LINES)
        ],
    }


CASES = (
    ("one by one", 1, import_orders, make_orders),
    ("batches of 50", 50, import_orders, make_orders),
)
