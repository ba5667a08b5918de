"""Past orders in pages; the server dies in the middle of it."""

from datetime import datetime, timedelta, timezone

import shop

ORDERS = 60  # two pages
SINCE = datetime(2025, 3, 1, tzinfo=timezone.utc)
LIVE_SINCE = 'env["retail.sync.channel"].search([]).import_since = "2026-01-01"'
BEGIN = """
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
run = env["retail.sync.history"].create(
    {"channel_id": channel.id, "since": "2025-01-01", "until": "2026-01-01",
     "state": "ready"})
run.action_begin()
"""
RUN = "SELECT state, is_listed FROM retail_sync_history"
IMPORTED = "SELECT count(*) FROM retail_sync_order WHERE is_history"


def test_each_past_order_comes_once_though_the_server_dies(cluster, sandbox):
    shop.connect(cluster, sandbox)
    for number in range(ORDERS):
        placed = SINCE + timedelta(days=number)
        sandbox.place_order(
            lines=[{"sku": "MUG", "quantity": 1}],
            created_at=placed.strftime("%Y-%m-%dT%H:%M:%SZ"),
            webhooks=False,
        )
    cluster.shell(LIVE_SINCE)
    cluster.shell(BEGIN)

    first = cluster.start()
    cluster.kick_until("some of them", lambda: cluster.sql(IMPORTED) > [(3,)])
    cluster.kill(first)
    assert cluster.sql(RUN)[0][0] == "running"
    cluster.start()
    cluster.kick_until(
        "the end", lambda: cluster.sql(RUN) == [("done", True)], seconds=240
    )

    assert cluster.sql(
        "SELECT state, count(*), count(DISTINCT external_id)"
        " FROM retail_sync_history_line GROUP BY state"
    ) == [("imported", ORDERS, ORDERS)]
    assert cluster.sql(
        "SELECT state, invoice_status, count(*), count(DISTINCT date_order),"
        " max(date_order) < '2026-01-01' FROM sale_order GROUP BY 1, 2"
    ) == [("sale", "no", ORDERS, ORDERS, True)]
    for table in ("stock_picking", "account_move", "retail_sync_demand"):
        assert cluster.sql(f"SELECT count(*) FROM {table}") == [(0,)], table
