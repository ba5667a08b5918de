"""A day's invoice is made once, with each receipt once, wherever the server dies."""

import shop

RECEIPTS = 6
TWO_DAYS_S = 2 * 86400
TILL = {
    "source": "pos",
    "retail_location": "Store",
    "delivery": "SHIPPING",
    "shipping_address": {"city": "Bremen"},
    "webhooks": False,
}
BOOK_BY_DAY = """
company = env.ref("base.main_company")
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company=company,
                                              install_demo=False)
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
journal = env["account.journal"].create(
    {"name": "Card", "code": "CARD", "type": "bank", "company_id": company.id})
env["retail.sync.map.gateway"].create(
    {"channel_id": channel.id, "gateway": "shopify_payments",
     "journal_id": journal.id})
channel.write({"receipt_policy": "day", "post_payments": True, "book_since": False})
"""
# A receipt is of the day it was paid. What waits for a day is gathered for ten minutes,
# and waits for the orders to be read past its end: nobody asks the shop in turns here.
END_THE_DAY = """
from odoo import fields
channel = env["retail.sync.channel"].search([("code", "=", "shopify")])
channel._workflow("order").since = fields.Datetime.now()
jobs = env["retail.sync.job"].search([("handler", "=", "invoice.day")])
assert len(jobs.filtered(lambda job: job.state == "pending")) == 1, jobs.mapped("state")
env.flush_all()
env.cr.execute("UPDATE retail_sync_job SET scheduled_at = create_date"
               " WHERE handler = 'invoice.day'")
"""
DAYS = "SELECT number, receipt_count, amount_total FROM retail_sync_day"
INVOICES = """
SELECT m.state, m.payment_state, count(*) FROM account_move m
 WHERE m.move_type IN ('out_invoice', 'out_refund') GROUP BY 1, 2
"""
RECEIPTS_ON_IT = """
SELECT count(*), count(DISTINCT l.retail_sync_receipt_id), sum(l.quantity)
  FROM account_move_line l
 WHERE l.retail_sync_receipt_id IS NOT NULL AND l.display_type = 'product'
"""
OWED = """
SELECT count(*), count(DISTINCT l.retail_sync_receipt_id), sum(l.amount_residual)
  FROM account_move_line l
 WHERE l.retail_sync_receipt_id IS NOT NULL AND l.display_type = 'payment_term'
"""


def sell(cluster, sandbox):
    """Sell at the till; each receipt is imported and its payment booked."""
    sandbox.seed(locations=[{"name": "Store"}])
    cluster.shell(BOOK_BY_DAY)
    sandbox.advance(-TWO_DAYS_S)
    receipts = [
        sandbox.place_order(lines=[{"sku": "MUG", "quantity": 1}], **TILL)
        for _number in range(RECEIPTS)
    ]
    shop.fetch(cluster, receipts, work_off=True)
    waiting = "SELECT count(*) FROM retail_sync_order WHERE receipt_day IS NOT NULL"
    assert cluster.sql(waiting) == [(RECEIPTS,)]


def test_a_day_is_invoiced_once_though_the_server_dies_in_the_middle(cluster, sandbox):
    shop.connect(cluster, sandbox)
    sell(cluster, sandbox)
    cluster.shell(END_THE_DAY)
    with shop.nobody_writes_the_timeline(cluster):
        server = cluster.start()
        cluster.kick_until("the invoice", lambda: cluster.sql(shop.BLOCKED)[0][0])
        cluster.kill(server)
    assert cluster.sql(DAYS) == []
    assert cluster.sql(INVOICES) == []

    cluster.start()
    cluster.start()
    cluster.kick_until("the invoice again", lambda: cluster.sql(DAYS))

    assert cluster.sql(DAYS) == [(1, RECEIPTS, RECEIPTS * 10)]
    assert cluster.sql(INVOICES) == [("posted", "paid", 1)]
    assert cluster.sql(RECEIPTS_ON_IT) == [(RECEIPTS, RECEIPTS, RECEIPTS)]
    assert cluster.sql(OWED) == [(RECEIPTS, RECEIPTS, 0)]
