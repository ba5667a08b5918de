"""A sweep that dies in the middle finds each order; what it decides happens once."""

from contextlib import contextmanager

import psycopg2
import shop

UNPAID = 4
OLD = {"created_at": "2025-11-01T10:00:00Z", "webhooks": False}
WAIT_FOR_MONEY = """
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
channel.release_on = "paid"
"""
GIVE_UP = """
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
channel.write({"unpaid_days": 7, "unpaid_action": "cancel"})
"""
SWEEP = "SELECT state FROM retail_sync_job WHERE handler = 'order.unpaid'"
WAIT = """
CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END $$;
CREATE TRIGGER test_wait BEFORE INSERT ON retail_sync_job FOR EACH ROW
WHEN (NEW.handler = 'order.expire') EXECUTE FUNCTION test_wait()
"""
EXPIRED = """
SELECT state, count(*) FROM retail_sync_job WHERE handler = 'order.expire' GROUP BY 1
"""
SALES = """
SELECT s.state, count(*) FROM sale_order s GROUP BY 1 ORDER BY 1
"""
EFFECTS = """
SELECT kind, state, count(*), count(DISTINCT order_key) FROM retail_sync_effect
 WHERE kind = 'cancellation' GROUP BY 1, 2
"""
STEPS = """
SELECT count(*), count(DISTINCT order_id) FROM retail_sync_order_step
 WHERE code = 'cancelled_unpaid'
"""


def sweeps(cluster):
    """Return whether a worker is in the middle of the sweep."""
    is_running = cluster.sql(SWEEP) == [("running",)]
    return is_running and cluster.sql(shop.BLOCKED)[0][0]


@contextmanager
def nothing_is_found(cluster):
    """Keep the sweep from noting what it has found."""
    cluster.sql(WAIT)
    connection = psycopg2.connect(dbname=cluster.name)
    try:
        with connection.cursor() as cr:
            cr.execute("SELECT pg_advisory_lock(42)")
            yield
    finally:
        connection.close()


def sell(cluster, sandbox):
    """Sell, some of it to who never pays; the policy gives those up, later."""
    shop.connect(cluster, sandbox)
    cluster.shell(WAIT_FOR_MONEY + shop.WORK_OFF)
    line = [{"sku": "MUG", "quantity": 1}]
    unpaid = [
        sandbox.place_order(lines=line, financial="pending", **OLD)
        for _number in range(UNPAID)
    ]
    paid = sandbox.place_order(lines=line, **OLD)
    shop.fetch(cluster, [*unpaid, paid], work_off=True)
    cluster.shell(GIVE_UP)
    return unpaid, paid


def test_orders_nobody_pays_are_canceled_once_though_the_sweep_dies(cluster, sandbox):
    unpaid, paid = sell(cluster, sandbox)
    assert cluster.sql(SWEEP) == [("pending",)]

    # in the sweep
    with nothing_is_found(cluster):
        server = cluster.start()
        cluster.kick_until("the sweep", lambda: sweeps(cluster))
        cluster.kill(server)
    assert cluster.sql(EXPIRED) == []

    # in what it has found
    with shop.nobody_writes_the_timeline(cluster):
        server = cluster.start()
        cluster.kick_until("what it found", lambda: cluster.sql(shop.BLOCKED)[0][0])
        cluster.kill(server)
    assert cluster.sql(EFFECTS) == []

    cluster.start()
    cluster.start()
    cluster.kick_until(
        "the cancellations",
        lambda: cluster.sql(EFFECTS) == [("cancellation", "applied", UNPAID, UNPAID)],
    )

    assert cluster.sql(STEPS) == [(UNPAID, UNPAID)]
    assert cluster.sql(EXPIRED) == [("done", UNPAID)]
    assert cluster.sql(SALES)[0] == ("cancel", UNPAID)
    for order in unpaid:
        assert sandbox.order(order["name"])["cancelled"]
    assert not sandbox.order(paid["name"])["cancelled"]
    canceled = [call for call in sandbox.calls() if call["operation"] == "OrderCancel"]
    assert len(canceled) == UNPAID
