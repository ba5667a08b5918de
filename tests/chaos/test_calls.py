"""No transaction of the suite is open while a call is under way."""

import shop

TRANSACTIONS = """
SELECT a.pid, array_agg(DISTINCT c.relname::text) FILTER (WHERE c.relkind = 'r')
  FROM pg_stat_activity a
  LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'relation'
  LEFT JOIN pg_class c ON c.oid = l.relation
 WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
   AND a.backend_type = 'client backend' AND a.xact_start IS NOT NULL
 GROUP BY a.pid
"""
# the scheduler keeps its own row locked for the whole run: our sign of life
SCHEDULER = {"ir_cron", "ir_cron_progress", "ir_cron_trigger"}


def test_during_a_slow_call_no_transaction_of_ours_is_open(cluster, sandbox):
    shop.connect(cluster, sandbox)
    orders = shop.place(sandbox)
    sandbox.fault("timeout_before", "OrderFull", seconds=20)
    shop.fetch(cluster, orders)
    cluster.start(threads=1)

    cluster.kick_until("the call", lambda: not sandbox.faults())
    open_transactions = cluster.sql(TRANSACTIONS)

    assert len(open_transactions) == 1
    tables = {name for _pid, names in open_transactions for name in names}
    assert tables <= SCHEDULER
