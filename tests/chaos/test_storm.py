"""After a storm of some minutes both sides tell the same story.

``setup/test chaos --minutes 60`` lets it blow and prints what happened;
``RETAIL_SYNC_SEED`` repeats its plan. It has no short form among the other tests yet:
one seed of five did not come to rest within five minutes on a busy machine.
"""

import os
import sys
from pathlib import Path

import pytest
import shop
from storm import Storm

SCENARIO = Path(__file__).resolve().parents[1] / "scenario"
SETUP = SCENARIO.parents[1] / "setup"
MINUTES = float(os.environ.get("RETAIL_SYNC_STORM_MINUTES") or 0)
STOCK = """
product = env["product.product"].search([("default_code", "=", "MUG")])
warehouse = env["stock.warehouse"].search([], limit=1)
env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 100000)
"""
# what the storm put off is due, and the shop is asked what has changed
ASK = """
UPDATE retail_sync_workflow SET next_poll_at = NULL WHERE flow = 'order'
RETURNING now() AT TIME ZONE 'UTC'
"""
HURRY = """
UPDATE retail_sync_job SET scheduled_at = now() AT TIME ZONE 'UTC'
 WHERE state = 'pending' AND scheduled_at > now() AT TIME ZONE 'UTC'
   AND handler <> 'stock.compare'
"""
OPEN = """
SELECT (SELECT count(*) FROM retail_sync_job
         WHERE state IN ('pending', 'running') AND handler <> 'stock.compare')
     + (SELECT count(*) FROM retail_sync_stock_mark)
     + (SELECT (count(*) = 0)::int FROM retail_sync_job
         WHERE handler = 'flow.poll' AND state = 'done' AND started_at > %s)
"""
HERE = """
SELECT external_id FROM retail_sync_order
 WHERE order_id IS NOT NULL OR state = 'cancelled'
"""
JUDGE = """
import json, sys
sys.path[:0] = [{scenario!r}, {setup!r}]
from matrix_check import ask, disagreements
from sandbox.client import Sandbox
from urllib.request import ProxyHandler, Request, build_opener
from sandbox import API_VERSION
class Asked(Sandbox):
    def graphql(self, document, **variables):
        body = json.dumps({{"query": document, "variables": variables}}).encode()
        address = self.url + f"/admin/api/{{API_VERSION}}/graphql.json"
        headers = {{"Content-Type": "application/json",
                   "X-Shopify-Access-Token": "shpat_sandbox"}}
        opener = build_opener(ProxyHandler({{}}))
        return json.load(opener.open(Request(address, body, headers)))
sandbox = Asked({url!r})
found = []
orders = env["retail.sync.order"].search([])
for order in orders:
    theirs = ask(sandbox, order.external_id)
    if theirs.cancelled and not order.order_id:
        continue  # canceled before we read it: nothing was ordered
    found += [order.external_ref + " " + one
              for one in disagreements(theirs, order, invoiced=False)]
sales = env["sale.order"].search([])
if set(sales) != set(orders.order_id):
    found.append(f"{{len(sales)}} sales of {{len(orders.order_id)}} orders")
for level in env["retail.sync.level"].search([]):
    there = sandbox.level("MUG", "Main")["available"]
    if level.wanted_qty != there:
        found.append(f"level: ours {{level.wanted_qty}}, theirs {{there}}")
for effect in env["retail.sync.effect"].search([("state", "!=", "applied")]):
    found.append(f"effect {{effect.kind}} {{effect.state}} {{effect.message}}")
for issue in env["retail.sync.issue"].search([("state", "=", "open")]):
    found.append(f"issue {{issue.kind}} {{issue.field}} {{issue.value}}")
# a test of the connection always ends; it is made anew at its next turn
for job in env["retail.sync.job"].search(
        [("state", "in", ("parked", "dead")), ("handler", "!=", "connection.test")]):
    found.append(f"job {{job.handler}} {{job.state}} {{job.error_message}}")
print("FOUND " + json.dumps(found))
"""


def settle(cluster, sandbox):
    """Let all that is open come to its end; return how many jobs there were."""
    sandbox.clear_faults()
    cluster.start()
    cluster.sql("UPDATE retail_sync_bucket SET blocked_until = NULL")
    ((asked_at,),) = cluster.sql(ASK)
    placed = {order["id"] for order in sandbox.orders()}

    def is_calm():
        cluster.sql(HURRY)
        here = {row[0] for row in cluster.sql(HERE)}
        return placed <= here and not cluster.sql(OPEN, asked_at)[0][0]

    cluster.kick_until("calm", is_calm, seconds=300)
    return cluster.sql("SELECT count(*) FROM retail_sync_job")[0][0]


def judge(cluster, sandbox):
    """Return where the two sides differ, and what waits for a person."""
    output = cluster.shell(
        JUDGE.format(scenario=str(SCENARIO), setup=str(SETUP), url=sandbox.url)
    )
    (line,) = [row for row in output.splitlines() if row.startswith("FOUND ")]
    return line.removeprefix("FOUND ")


def report(storm, jobs, sandbox, found):
    """Write what happened to the terminal, past pytest's own capture."""
    rows = [f"{count:6} {what}" for what, count in sorted(storm.happened.items())]
    calls, orders = len(sandbox.calls()), len(sandbox.orders())
    rows += [f"{jobs:6} jobs", f"{calls:6} calls", f"{orders:6} orders", found]
    sys.__stderr__.write("\nThe storm:\n" + "\n".join(rows) + "\n")


@pytest.mark.skipif(not MINUTES, reason="on demand: setup/test chaos --minutes N")
def test_after_a_storm_both_sides_tell_the_same_story(cluster, sandbox, seed):
    shop.connect(cluster, sandbox)
    cluster.shell(STOCK + shop.WORK_OFF)
    storm = Storm(
        cluster,
        sandbox,
        seed,
        MINUTES,
        real_restarts=True,
    )

    storm.blow()
    jobs = settle(cluster, sandbox)
    found = judge(cluster, sandbox)

    report(storm, jobs, sandbox, found)
    assert storm.happened["place"] > 3
    assert found == "[]"
