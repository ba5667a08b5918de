"""The same order from many sides at once is one sale order."""

from concurrent.futures import ThreadPoolExecutor

import shop

CONNECTIONS = 8
TIMES = 50
BATCH = 12
QUIET = """
SELECT (SELECT count(*) FROM retail_sync_job
         WHERE state IN ('pending', 'running') AND handler = 'order.fetch')
     + (SELECT count(*) FROM retail_sync_event WHERE state = 'received')
"""


def test_one_order_over_eight_connections_fifty_times_is_one_sale_order(
    cluster, sandbox
):
    shop.connect(cluster, sandbox)
    (order,) = shop.place(sandbox)
    server = cluster.start(http=True)
    cluster.wait_for_http(server)
    (token,) = cluster.sql(
        "SELECT token FROM retail_sync_channel WHERE code = 'shopify'"
    )[0]

    def post(number):
        same = f"delivery-{number % 40}"  # some are told again with the same id
        return shop.deliver(server.port, token, order, same)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(post, range(CONNECTIONS * TIMES)))

    assert {status // 100 for status in answers} == {2}
    cluster.kick_until("the import", lambda: cluster.sql(QUIET) == [(0,)])
    assert cluster.sql("SELECT state, order_id IS NOT NULL FROM retail_sync_order") == [
        ("imported", True)
    ]
    assert cluster.sql("SELECT count(*) FROM sale_order") == [(1,)]
    assert cluster.sql("SELECT count(*) FROM retail_sync_event") == [(40,)]


def test_a_batch_of_orders_whose_server_dies_is_imported_once(cluster, sandbox):
    shop.connect(cluster, sandbox)
    orders = shop.place(sandbox, BATCH)
    shop.fetch(cluster, orders)
    with shop.nobody_writes_the_timeline(cluster):
        server = cluster.start()
        cluster.kick_until("the import", lambda: cluster.sql(shop.BLOCKED)[0][0])
        cluster.kill(server)
    assert cluster.sql("SELECT count(*) FROM sale_order") == [(0,)]

    cluster.start()
    cluster.kick_until("the import again", lambda: cluster.sql(QUIET) == [(0,)])

    assert cluster.sql(
        "SELECT state, count(*), count(DISTINCT order_id) FROM retail_sync_order"
        " GROUP BY state"
    ) == [("imported", BATCH, BATCH)]
    assert cluster.sql("SELECT count(*) FROM sale_order") == [(BATCH,)]
    assert cluster.sql(
        "SELECT sum(product_uom_qty) FROM stock_move WHERE sale_line_id IS NOT NULL"
    ) == [(BATCH,)]
