"""Orders a second: documents to confirmed sale orders; floor: the same orders by hand.

Ours does more than the floor: it looks up taxes and products, finds or makes the
customer and the addresses, checks the total to the cent and keeps the order's lines.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from devenv.bench import Figure

from . import _odoo

BATCH = 15
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
    """Import batches of orders, and make the same ones bare, in turn."""
    with _odoo.fresh_database(env, "orders") as name:
        loaded = _odoo.registry(name)
        with _odoo.environment(loaded) as prepared:
            ids = prepare(prepared)
        numbers = count(1)
        ours, floor = _odoo.in_turn(
            ROUNDS,
            lambda: rate(import_one, loaded, ids, numbers),
            lambda: rate(make_one, loaded, ids, numbers),
        )
        case = f"{LINES} lines, confirmed and reserved"
        yield Figure(case, ours, "orders/s", floor)


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


def rate(
    make: Any, loaded: Any, ids: Mapping[str, Any], numbers: Iterator[int]
) -> float:
    """Return how many orders a second ``make`` makes, a transaction each."""

    def batch() -> None:
        for _ in range(BATCH):
            with _odoo.environment(loaded) as env:
                make(env, ids, next(numbers))

    return BATCH / _odoo.seconds(batch)


def import_one(env: Any, ids: Mapping[str, Any], number: int) -> None:
    """Import one document, as the engine's last phase does."""
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
    document = make_order(f"order-{number}", lines=lines, currency=ids["currency"])
    channel = env["retail.sync.channel"].browse(ids["channel"])
    order = env["retail.sync.importer.order"]._import(channel, document)
    if order.state != "imported":
        raise AssertionError(f"order {number} is {order.state}")


def make_one(env: Any, ids: Mapping[str, Any], number: int) -> None:
    """Make and confirm the same order with Odoo's own means."""
    order = (
        env["sale.order"]
        .with_context(**QUIET)
        .create(
            {
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
        )
    )
    order.action_confirm()
