"""A refund that a person decided goes once, wherever the server dies."""

import shop

FIND = """
from decimal import Decimal
from odoo.addons.retail_sync_core.domain import documents as doc
order = env["retail.sync.order"].search([("external_ref", "=", {ref!r})])
(line,) = order.line_ids.filtered(lambda one: one.kind == "product")
(payment,) = order.payment_ids
document = doc.Refund(
    order_id=order.external_id,
    currency=order.currency_id.name,
    lines=(
        doc.RefundLine(
            line_id=line.external_id, units=Decimal(1), how=doc.NEVER_LEFT
        ),
    ),
    back=(doc.Back(kind="goods", amount=Decimal(10)),),
    tenders=(doc.Tender(payment_id=payment.external_id, amount=Decimal(10)),),
)
refund = env["retail.sync.order.refund"]._ask(order, document, reason="customer")
assert refund.state == "asked", refund.why
"""
STATES = """
SELECT r.state, e.state
  FROM retail_sync_order_refund r
  JOIN retail_sync_effect e ON e.id = r.effect_id
  JOIN retail_sync_order o ON o.id = r.order_id
 WHERE o.external_ref = %s
"""
TOLD = """
SELECT count(*) FROM retail_sync_order_refund r
  JOIN retail_sync_order o ON o.id = r.order_id
 WHERE r.state = 'done' AND o.refunds_there ? r.external_id
"""


def place(sandbox):
    """Place an order of two mugs at 10.00 that only a fetch by id finds."""
    return sandbox.place_order(lines=[{"sku": "MUG", "quantity": 2}], webhooks=False)


def refunds(sandbox, order):
    """Return the refunds' movements of money at the shop."""
    rows = sandbox.order(order["name"])["transactions"]
    return [row for row in rows if row["kind"] == "REFUND"]


def test_a_refund_goes_once_wherever_the_server_dies(cluster, sandbox):
    shop.connect(cluster, sandbox)
    # the intent is committed; the call is under way, done or not; its answer is lost
    deaths = ("timeout_before", "timeout_after", "drop_after", "before")
    orders = [place(sandbox) for _death in deaths]
    shop.fetch(cluster, orders, work_off=True)
    for death, order in zip(deaths, orders, strict=True):
        cluster.shell(FIND.format(ref=order["name"]))
        assert cluster.sql(STATES, order["name"]) == [("asked", "intended")]
        if death == "before":
            continue
        sandbox.fault(death, "RefundCreate", seconds=90)
        server = cluster.start()
        cluster.kick_until("the call", lambda: not sandbox.faults())
        if death.startswith("timeout"):
            assert cluster.sql(STATES, order["name"]) == [("asked", "sent")]
        cluster.kill(server)

    cluster.start()
    cluster.kick_until(
        "all of it",
        lambda: cluster.sql(TOLD) == [(len(deaths),)],
        seconds=300,
    )

    found = [
        (death, len(refunds(sandbox, order)))
        for death, order in zip(deaths, orders, strict=True)
    ]
    assert found == [(death, 1) for death in deaths]
    assert {cluster.sql(STATES, one["name"])[0] for one in orders} == {
        ("done", "applied")
    }
