"""An order is held, let go and readdressed once, wherever a server dies."""

import shop
from deaths import Deaths

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


DEATHS = Deaths(press, happened, CALLS, STATE).of_each("hold")


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
