"""Money moves once, wherever the server dies."""

import shop
from conftest import wait_until

PLACED = {
    "cancel": {},
    "refund": {},
    "capture": {"financial": "authorized"},
}
CALLS = {"cancel": "OrderCancel", "refund": "RefundCreate", "capture": "OrderCapture"}
KINDS = {"cancel": "REFUND", "refund": "REFUND", "capture": "CAPTURE"}
FIND = """
from odoo.addons.retail_sync_core.domain.decision import Decision
order = env["retail.sync.order"].search([("external_ref", "=", {ref!r})])
assert order.order_id.state == "sale", order.order_id.state
"""
PRESS = {
    "cancel": 'order._cancel_decided(Decision(refund=True, reason="customer"))',
    "refund": """
order._cancel_decided(Decision(tell=False))
order._act_on_money("refund", amount=order._owed_back())
""",
    "capture": """
((held, amount),) = order._open_authorizations().items()
order._act_on_money("capture", held, amount)
""",
}
EFFECTS = """
SELECT body::text LIKE '%%' || %s || '%%', state FROM retail_sync_effect
 WHERE kind IN ('payment', 'cancellation') ORDER BY id
"""
STATES = """
SELECT state FROM retail_sync_effect WHERE kind IN ('payment', 'cancellation')
"""


def place(sandbox, what):
    """Place an order of 10.00 that only a fetch by id finds."""
    return sandbox.place_order(
        lines=[{"sku": "MUG", "quantity": 1}], webhooks=False, **PLACED[what]
    )


def press(cluster, what, order):
    """Decide as a person does."""
    cluster.shell(FIND.format(ref=order["name"]) + PRESS[what])


def moved(sandbox, what, order):
    """Return the movements of that kind at the shop."""
    rows = sandbox.order(order["name"])["transactions"]
    return [row for row in rows if row["kind"] == KINDS[what]]


def state(cluster, order):
    """Return how far the action about ``order`` is."""
    (found,) = [state for ours, state in cluster.sql(EFFECTS, order["id"]) if ours]
    return found


def die_with_the_answer_lost(cluster, sandbox, what, order):
    _die_during_the_call("timeout_after", cluster, sandbox, what, order)


def die_while_the_call_is_on_its_way(cluster, sandbox, what, order):
    _die_during_the_call("timeout_before", cluster, sandbox, what, order)


def _die_during_the_call(fault, cluster, sandbox, what, order):
    sandbox.fault(fault, CALLS[what], seconds=90)
    press(cluster, what, order)
    server = cluster.start()
    cluster.kick_until("the call", lambda: not sandbox.faults())
    assert state(cluster, order) == "sent"
    cluster.kill(server)


def die_with_the_answer_in_hand(cluster, sandbox, what, order):
    press(cluster, what, order)
    with shop.nobody_writes_the_timeline(cluster):
        server = cluster.start()
        cluster.kick_until("the money", lambda: moved(sandbox, what, order))
        wait_until("the settle", lambda: cluster.sql(shop.BLOCKED)[0][0])
        cluster.kill(server)
    assert state(cluster, order) in ("sent", "accepted")


def die_before_anything_was_sent(cluster, sandbox, what, order):
    press(cluster, what, order)
    assert state(cluster, order) == "intended"


# with the timeline held back nothing else that is open could settle: first of all;
# what is still to be sent goes with the next server: last of all
DEATHS = (
    ("cancel", die_with_the_answer_in_hand),
    ("cancel", die_with_the_answer_lost),
    ("refund", die_with_the_answer_lost),
    ("capture", die_with_the_answer_lost),
    ("cancel", die_while_the_call_is_on_its_way),
    ("refund", die_while_the_call_is_on_its_way),
    ("capture", die_while_the_call_is_on_its_way),
    ("cancel", die_before_anything_was_sent),
)


def test_money_moves_once_wherever_the_server_dies(cluster, sandbox):
    shop.connect(cluster, sandbox)
    orders = [place(sandbox, what) for what, _die in DEATHS]
    shop.fetch(cluster, orders, work_off=True)
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
        (what, len(moved(sandbox, what, order)))
        for (what, _die), order in zip(DEATHS, orders, strict=True)
    ]
    assert found == [(what, 1) for what, _die in DEATHS]
