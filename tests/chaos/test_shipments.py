"""A delivery is told once, wherever the server dies."""

import shop
from conftest import wait_until

EFFECTS = "SELECT state FROM retail_sync_effect WHERE kind = 'shipment' ORDER BY id"


def state(cluster):
    return cluster.sql(EFFECTS)[-1][0]


def told(sandbox):
    return [one["order"] for one in sandbox.fulfillments()]


def die_before_anything_was_sent(cluster, sandbox, order):
    shop.validate(cluster, order)
    assert state(cluster) == "intended"


def die_while_the_call_is_on_its_way(cluster, sandbox, order):
    sandbox.fault("timeout_before", "FulfillmentCreate", seconds=90)
    shop.validate(cluster, order)
    server = cluster.start()
    cluster.kick_until("the call", lambda: not sandbox.faults())
    assert state(cluster) == "sent"
    cluster.kill(server)


def die_when_it_happened_and_nobody_knows(cluster, sandbox, order):
    sandbox.fault("timeout_after", "FulfillmentCreate", seconds=90)
    shop.validate(cluster, order)
    server = cluster.start()
    cluster.kick_until("the shipment", lambda: order["name"] in told(sandbox))
    assert state(cluster) == "sent"
    cluster.kill(server)


def die_with_the_answer_in_hand(cluster, sandbox, order):
    shop.validate(cluster, order)
    with shop.nobody_writes_the_timeline(cluster):
        server = cluster.start()
        cluster.kick_until("the shipment", lambda: order["name"] in told(sandbox))
        wait_until("the settle", lambda: cluster.sql(shop.BLOCKED)[0][0])
        cluster.kill(server)
    assert state(cluster) == "sent"


DEATHS = (
    die_while_the_call_is_on_its_way,
    die_when_it_happened_and_nobody_knows,
    die_with_the_answer_in_hand,
    die_before_anything_was_sent,
)


def test_a_delivery_is_told_once_wherever_the_server_dies(cluster, sandbox):
    shop.connect(cluster, sandbox)
    orders = shop.place(sandbox, len(DEATHS))
    shop.fetch(cluster, orders, work_off=True)

    for die, order in zip(DEATHS, orders, strict=True):
        die(cluster, sandbox, order)
    sandbox.clear_faults()
    cluster.start()
    cluster.kick_until(
        "all shipments",
        lambda: {row[0] for row in cluster.sql(EFFECTS)} == {"applied"},
        seconds=180,
    )

    assert sorted(told(sandbox)) == sorted(order["name"] for order in orders)
