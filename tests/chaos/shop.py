"""A retailer with one product on a sandbox shop, made without a server."""

import base64
import hashlib
import hmac
import json
import urllib.request
from contextlib import contextmanager

import psycopg2

SECRET = "sandbox-secret"
DOMAIN = "demo-shop.myshopify.com"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
CONNECT = """
env["retail.sync.fuse"]._confirm()
env["retail.sync.slot"]._ensure_slots(3)
company = env.ref("base.main_company")
env.ref("base.EUR").active = True
company.currency_id = env.ref("base.EUR")
env["account.tax"].search([("name", "=", "VAT 19 %")]) or env["account.tax"].create(
    {{"name": "VAT 19 %", "amount": 19.0, "type_tax_use": "sale",
      "price_include_override": "tax_included"}}
)
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
mugs = env["product.product"]
product = mugs.search([("default_code", "=", "MUG")]) or mugs.create(
    {{"name": "Mug", "default_code": "MUG", "type": "consu", "is_storable": True}}
)
quant = env["stock.quant"].with_context(inventory_mode=True).create(
    {{"product_id": product.id, "location_id": warehouse.lot_stock_id.id,
      "inventory_quantity": 100}}
)
quant.action_apply_inventory()
channel = env["retail.sync.channel"].create(
    {{"name": "Shop", "code": "shopify", "environment": "sandbox",
      "base_url": "{url}", "warehouse_id": warehouse.id, "release_on": "always",
      "import_since": "2000-01-01 00:00:00", "webhook_reachable": False,
      "settings": {{"shop": "demo-shop.myshopify.com",
                    "client_id": "sandbox-client"}}}}
)
env["retail.sync.secret"]._store(channel, "client_secret", "sandbox-secret")
jobs = env["retail.sync.job"]
channel.action_test_connection()
jobs._enqueue(channel, "places.read", order_key="places", lane=0)
jobs._enqueue(channel, "catalog.page", order_key="catalog", lane=0)
env.cr.commit()
jobs._work_off()
channel.location_ids.warehouse_id = warehouse
channel.action_go_live()
channel.workflow_ids.write({{"next_poll_at": "2100-01-01"}})
env.cr.commit()
jobs._work_off()
"""
FETCH = """
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
for external_id in {ids!r}:
    env["retail.sync.job"]._enqueue(
        channel, "order.fetch", order_key="order:" + external_id,
        identity="order.fetch:" + external_id)
"""
WORK_OFF = """
env.cr.commit()
env["retail.sync.job"]._work_off()
"""
BLOCKED = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
VALIDATE = """
order = env["retail.sync.order"].search([("external_ref", "=", {ref!r})])
picking = order.order_id.picking_ids
picking.carrier_tracking_ref = "JD" + {ref!r}.strip("#")
done = picking.with_context(skip_backorder=True).button_validate()
assert done is True and picking.state == "done", (done, picking.state)
"""


def seed(sandbox):
    """Let the shop have one product at one place."""
    sandbox.seed(
        settings={"plan": "plus"},
        locations=[{"name": "Main"}],
        products=[
            {
                "title": "Mug",
                "variants": [{"sku": "MUG", "price": "10.00", "levels": {"Main": 0}}],
            }
        ],
    )


def connect(cluster, sandbox):
    """Seed the shop, connect the channel; its level is told."""
    seed(sandbox)
    cluster.shell(CONNECT.format(url=sandbox.url))


def place(sandbox, count=1):
    """Place orders that only a fetch by id finds."""
    return [
        sandbox.place_order(lines=[{"sku": "MUG", "quantity": 1}], webhooks=False)
        for _number in range(count)
    ]


def fetch(cluster, orders, *, work_off=False):
    """Ask for the orders; with ``work_off`` they are imported on return."""
    cluster.shell(fetching(orders) + (WORK_OFF if work_off else ""))


def fetching(orders):
    """Return the script that asks for the orders."""
    return FETCH.format(ids=[order["id"] for order in orders])


def validate(cluster, order):
    """Do the order's delivery, as the warehouse does."""
    cluster.shell(VALIDATE.format(ref=order["name"]))


def deliver(port, token, order, webhook_id):
    """Post one signed ``orders/updated`` and return the HTTP status."""
    body = json.dumps(
        {"admin_graphql_api_id": order["id"], "updated_at": "2026-11-20T10:00:00Z"}
    ).encode()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/retail_sync/shopify/{token}",
        data=body,
        headers={
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/updated",
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Shop-Domain": DOMAIN,
            "X-Shopify-API-Version": "2026-10",
            "X-Shopify-Webhook-Id": webhook_id,
        },
        method="POST",
    )
    with OPENER.open(request, timeout=60) as answer:
        return answer.status


@contextmanager
def nobody_writes_the_timeline(cluster):
    """Hold back the transaction that would settle what was done."""
    connection = psycopg2.connect(dbname=cluster.name)
    try:
        with connection.cursor() as cr:
            cr.execute("LOCK TABLE retail_sync_order_step IN SHARE MODE")
            yield
    finally:
        connection.close()
