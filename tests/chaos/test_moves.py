"""An order is given to another place once, wherever the server dies."""

import shop

EFFECTS = "SELECT state FROM retail_sync_effect WHERE kind = 'move' ORDER BY id"
MOVE = "FulfillmentOrderMove"
SECOND_PLACE = """
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
product = env["product.product"].search([("default_code", "=", "MUG")])
store = env["stock.warehouse"].create({"name": "Store", "code": "STORE"})
quant = env["stock.quant"].with_context(inventory_mode=True).create(
    {"product_id": product.id, "location_id": store.lot_stock_id.id,
     "inventory_quantity": 100}
)
quant.action_apply_inventory()
place = channel.location_ids.filtered(lambda one: one.name == "Store")
place.write({"warehouse_id": store.id, "ship_rank": 1})
channel.ships_from = "odoo"
env.cr.commit()
env["retail.sync.job"]._work_off()
"""
LOCATIONS = [{"name": "Main"}, {"name": "Store"}]
MUG = {"sku": "MUG", "price": "10.00", "levels": {"Main": 50, "Store": 50}}


def connect(cluster, sandbox):
    sandbox.seed(
        settings={"plan": "plus"},
        locations=LOCATIONS,
        products=[{"title": "Mug", "variants": [MUG]}],
    )
    cluster.shell(shop.CONNECT.format(url=sandbox.url))
    cluster.shell(SECOND_PLACE)


def state(cluster):
    return cluster.sql(EFFECTS)[-1][0]


def asked(sandbox, order):
    """Return [(place, status)] of what the shop asks for, oldest first."""
    rows = sandbox.order(order["name"])["fulfillment_orders"]
    return [(row["location"], row["status"]) for row in rows]


def die_with_the_call_under_way(cluster, sandbox, order, fault):
    sandbox.fault(fault, MOVE, seconds=90)
    shop.fetch(cluster, [order])
    server = cluster.start()
    cluster.kick_until("the call", lambda: not sandbox.faults())
    assert state(cluster) == "sent"
    cluster.kill(server)


def test_an_order_is_moved_once_wherever_the_server_dies(cluster, sandbox):
    connect(cluster, sandbox)
    orders = shop.place(sandbox, 3)
    shop.fetch(cluster, orders[:1], work_off=True)

    for fault, order in zip(
        ("timeout_before", "timeout_after"), orders[1:], strict=True
    ):
        die_with_the_call_under_way(cluster, sandbox, order, fault)
    sandbox.clear_faults()
    cluster.start()
    cluster.kick_until(
        "all moves",
        lambda: [row[0] for row in cluster.sql(EFFECTS)] == ["applied"] * 3,
        seconds=180,
    )

    for order in orders:
        assert asked(sandbox, order) == [("Main", "CLOSED"), ("Store", "OPEN")]
