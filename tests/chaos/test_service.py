"""An order is held, let go and readdressed once, wherever a server dies."""

import shop
from conftest import wait_until

STREET = "2 Other Street"
CALLS = {
    "hold": "FulfillmentOrderHold",
    "release": "FulfillmentOrderReleaseHold",
    "address": "OrderAddressUpdate",
}
STATES = "SELECT state FROM retail_sync_effect WHERE kind IN ('hold', 'address')"
STATE = f"{STATES} ORDER BY id DESC LIMIT 1"
FIND = """
from odoo.addons.retail_sync_core.domain import documents as doc
order = env["retail.sync.order"].search([("external_ref", "=", {ref!r})])
"""
PRESS = {
    "hold": 'order._hold_here("customer", note="Away until Friday")',
    "release": "order.action_release_own()",
    "address": f"""
order._change_address(doc.Address(
    name="Ann Miller", street="{STREET}", zip="10115", city="Berlin",
    country_code="DE"))
""",
}


def press(cluster, what, order):
    """Do it as whoever answers the buyer does."""
    cluster.shell(FIND.format(ref=order["name"]) + PRESS[what])


def happened(sandbox, what, order):
    """Return how often it happened at the shop."""
    found = sandbox.order(order["name"])
    if what == "address":
        return found["times_readdressed"]
    (asked,) = found["fulfillment_orders"]
    if what == "hold":
        return len(asked["holds"])
    return int(not asked["holds"] and asked["status"] == "OPEN")


def state(cluster):
    return cluster.sql(STATE)[0][0]


def die_before_anything_was_sent(cluster, _sandbox, what, order):
    press(cluster, what, order)
    assert state(cluster) == "intended"


def die_while_the_call_is_on_its_way(cluster, sandbox, what, order):
    sandbox.fault("timeout_before", CALLS[what], seconds=90)
    press(cluster, what, order)
    server = cluster.start()
    cluster.kick_until("the call", lambda: not sandbox.faults())
    assert state(cluster) == "sent"
    cluster.kill(server)
    assert not happened(sandbox, what, order)


def die_when_it_happened_and_nobody_knows(cluster, sandbox, what, order):
    sandbox.fault("timeout_after", CALLS[what], seconds=90)
    press(cluster, what, order)
    server = cluster.start()
    cluster.kick_until("the call", lambda: happened(sandbox, what, order))
    assert state(cluster) == "sent"
    cluster.kill(server)


def die_with_the_answer_in_hand(cluster, sandbox, what, order):
    press(cluster, what, order)
    with shop.nobody_writes_the_timeline(cluster):
        server = cluster.start()
        cluster.kick_until("the call", lambda: happened(sandbox, what, order))
        wait_until("the settle", lambda: cluster.sql(shop.BLOCKED)[0][0])
        cluster.kill(server)
    assert state(cluster) == "sent"


# with the timeline held back nothing else that is open could settle: first of all;
# what is still to be sent goes with the next server: last of all
DEATHS = [
    ("hold", die_with_the_answer_in_hand),
    *((what, die_while_the_call_is_on_its_way) for what in CALLS),
    *((what, die_when_it_happened_and_nobody_knows) for what in CALLS),
    *((what, die_before_anything_was_sent) for what in CALLS),
]


def test_the_buyers_wish_is_told_once_wherever_the_server_dies(cluster, sandbox):
    shop.connect(cluster, sandbox)
    orders = shop.place(sandbox, len(DEATHS))
    shop.fetch(cluster, orders, work_off=True)
    for (what, _die), order in zip(DEATHS, orders, strict=True):
        if what == "release":
            cluster.shell(
                FIND.format(ref=order["name"]) + PRESS["hold"] + shop.WORK_OFF
            )

    for (what, die), order in zip(DEATHS, orders, strict=True):
        die(cluster, sandbox, what, order)
    sandbox.clear_faults()
    cluster.start()
    cluster.kick_until(
        "all of it",
        lambda: {row[0] for row in cluster.sql(STATES)} == {"applied"},
        seconds=240,
    )

    found = [
        (what, happened(sandbox, what, order))
        for (what, _die), order in zip(DEATHS, orders, strict=True)
    ]
    assert found == [(what, 1) for what, _die in DEATHS]
    streets = [
        sandbox.order(order["name"])["goes_to"]
        for (what, _die), order in zip(DEATHS, orders, strict=True)
        if what == "address"
    ]
    assert set(streets) == {STREET}
