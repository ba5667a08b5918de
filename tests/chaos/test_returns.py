"""A return is decided, made and told once, wherever a server dies."""

import shop
from deaths import Deaths

CALLS = {
    "decide": "ReturnApproveRequest",
    "dispose": "ReverseFulfillmentOrderDispose",
    "make": "ReturnCreate",
    "cancel": "ReturnCancel",
}
STATES = """
SELECT state FROM retail_sync_effect
 WHERE kind IN ('return', 'disposition', 'return_made')
"""
JOINED = """
SELECT count(*), count(DISTINCT picking.retail_sync_return_id)
  FROM stock_picking AS picking
  JOIN retail_sync_order_return AS made ON made.id = picking.retail_sync_return_id
 WHERE made.made_here
"""
STATE = f"{STATES} ORDER BY id DESC LIMIT 1"
FIND = """
order = env["retail.sync.order"].search([("external_ref", "=", {ref!r})])
asked = order.return_ids
"""
PRESS = {
    "decide": "asked.action_approve()",
    "dispose": """
(receipt,) = asked.picking_ids
receipt.move_ids.write({"quantity": 1, "picked": True})
assert receipt.with_context(skip_backorder=True).button_validate() is True
""",
    "make": """
order.channel_id.return_telling = "made"
(delivery,) = order.order_id.picking_ids
wizard = env["stock.return.picking"].create({"picking_id": delivery.id})
wizard.product_return_moves.quantity = 1
wizard.action_create_returns()
""",
    "cancel": """
asked.picking_ids.action_cancel()
asked.action_not_coming()
""",
}


def press(cluster, what, order):
    """Do as a person does: approve, receive one unit, make a return, or cancel it."""
    cluster.shell(FIND.format(ref=order["name"]) + PRESS[what])


def happened(sandbox, what, order):
    """Return how often it happened at the shop."""
    if what == "make":
        return len(sandbox.order(order["name"])["returns"])
    (found,) = sandbox.order(order["name"])["returns"]
    if what == "cancel":
        return int(found["status"] == "CANCELED")
    if what == "dispose":
        return len(found["dispositions"])
    return int(found["status"] == "OPEN")


DEATHS = Deaths(press, happened, CALLS, STATE).of_each("decide")


def returned(cluster, sandbox):
    """Return orders of two mugs that have left and that somebody wants to return."""
    orders = [
        sandbox.place_order(lines=[{"sku": "MUG", "quantity": 2}], webhooks=False)
        for _death in DEATHS
    ]
    shop.fetch(cluster, orders, work_off=True)
    cluster.shell(
        "".join(shop.VALIDATE.format(ref=order["name"]) for order in orders)
        + shop.WORK_OFF
    )
    for (what, _die), order in zip(DEATHS, orders, strict=True):
        if what == "make":
            continue
        sandbox.ask_return(
            order["name"],
            lines=[{"line": "MUG", "quantity": 2}],
            approved=what != "decide",
        )
    shop.fetch(cluster, orders, work_off=True)
    return orders


def test_returns_are_told_once_wherever_the_server_dies(cluster, sandbox):
    shop.connect(cluster, sandbox)
    orders = returned(cluster, sandbox)
    sandbox.clear_calls()

    for (what, die), order in zip(DEATHS, orders, strict=True):
        die(cluster, sandbox, what, order)
    sandbox.clear_faults()
    cluster.start()
    cluster.kick_until(
        "all of it",
        lambda: {row[0] for row in cluster.sql(STATES)} == {"applied"},
        seconds=240,
    )

    made = [what for what, _die in DEATHS].count("make")
    cluster.kick_until("their echo", lambda: cluster.sql(JOINED)[0][1] == made)
    assert cluster.sql(JOINED)[0][0] == made  # each has the receipt it was made with
    found = [
        (what, happened(sandbox, what, order))
        for (what, _die), order in zip(DEATHS, orders, strict=True)
    ]
    assert found == [(what, 1) for what, _die in DEATHS]
