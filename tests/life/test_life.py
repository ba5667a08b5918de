"""The suite comes into a business that runs, and goes again: the business stays.

The parts of a life follow one another, each on what the one before left behind.
"""

import os
import sys

import books
import pytest
import remains
from conftest import CORE, make_life, open_shop
from devenv import database

COPIES = int(os.environ.get("RETAIL_SYNC_LIFE_COPIES", "20"))
is_thorough = os.environ.get("RETAIL_SYNC_LIFE") == "full"
MINUTES = 10
# Odoo's own books about its modules, where a module's own records come to lie (views,
# rights, templates of mails), and what every start writes.
BOOKS_OF_ODOO = (
    *("ir_", "res_groups", "rule_group_rel", "bus_", "orm_signaling"),
    "mail_template",
)
WORKED = """
orders = env["retail.sync.order"].search([], order="id")
assert len(orders) == 4 and all(orders.mapped("order_id")), orders.mapped("state")
first, second, _third, _fourth = orders.order_id
for order in (first, second):
    for picking in order.picking_ids:
        assert picking.with_context(skip_backorder=True).button_validate() is True
first._create_invoices().action_post()
env["retail.sync.stock.unseen"]._mark_due()
env["ir.config_parameter"].set_param("retail_sync_core.keep_jobs_days", "5")
env.cr.commit()
env["retail.sync.job"]._work_off()
"""
AS_THEY_WERE = """
from odoo.tests import Form
for model in ("sale.order", "stock.picking", "account.move", "product.template",
              "product.product", "res.partner", "stock.quant", "stock.location"):
    views = [(False, kind) for kind in ("list", "form", "kanban", "search")
             if env["ir.ui.view"].default_view(model, kind)]
    env[model].get_views(views)
orders = env["sale.order"].search([("client_order_ref", "!=", False)], order="id")
assert len(orders) == 4, orders
for record in (orders, orders.picking_ids, orders.invoice_ids,
               orders.order_line.product_id):
    assert record
    for one in record:
        Form(one)
        one.read()
first, second, third, fourth = orders
assert first.picking_ids.state == "done" and first.invoice_ids.state == "posted"
# what was delivered is invoiced, what was sold is delivered, the last is called off
second._create_invoices().action_post()
for picking in third.picking_ids:
    assert picking.with_context(skip_backorder=True).button_validate() is True
third._create_invoices().action_post()
assert third.invoice_status == "invoiced" and third.delivery_status == "full"
fourth._action_cancel()
assert fourth.state == "cancel" and fourth.picking_ids.state == "cancel"
# and a new one goes all the way
from odoo import Command
product = third.order_line.product_id[:1]
new = env["sale.order"].create({
    "partner_id": third.partner_id.id,
    "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})]})
new.action_confirm()
assert new.picking_ids.with_context(skip_backorder=True).button_validate() is True
new._create_invoices().action_post()
"""
MADE = """
if "mrp.production" in env:
    part, whole = env["product.product"].create(
        [{"name": name, "type": "consu", "is_storable": True}
         for name in ("Part", "Whole")])
    stock = env.ref("stock.warehouse0").lot_stock_id
    env["stock.quant"]._update_available_quantity(part, stock, 5)
    env["mrp.bom"].create({
        "product_tmpl_id": whole.product_tmpl_id.id,
        "bom_line_ids": [(0, 0, {"product_id": part.id, "product_qty": 2})]})
    made = env["mrp.production"].create({"product_id": whole.id, "product_qty": 1})
    made.action_confirm()
    made.qty_producing = 1
    made.set_qty_producing()
    made.move_raw_ids.picked = True
    made.button_mark_done()
    assert made.state == "done", made.state
    assert part.qty_available == 3, part.qty_available
"""
MARKS = "SELECT count(*) FROM retail_sync_stock_mark"


@pytest.fixture(scope="module", params=["small", "full"])
def life(request):
    """A business: with what the suite asks for, or with point of sale and mrp, too."""
    small = request.param == "small"
    base = database.ensure_small() if small else database.ensure_base()
    for one in make_life(base, request.param):
        books.fill(one, COPIES)
        yield one


@pytest.fixture(scope="module")
def before(life):
    """What stood in Odoo's tables before the suite came."""
    tables = [
        table
        for (table,) in life.sql(remains.TABLES)
        if not table.startswith(BOOKS_OF_ODOO)
    ]
    return books.Checksums(life, tables)


@pytest.fixture(scope="module")
def installed(life, before):
    life.install()
    return life


@pytest.fixture(scope="module")
def worked(installed, sandbox):
    """Orders came from a shop: delivered and invoiced, delivered, open, open."""
    open_shop(installed, sandbox, 4, WORKED)
    return installed


@pytest.fixture(scope="module")
def removed(worked):
    worked.uninstall()
    return worked


def test_installing_changes_nothing_that_was_there(installed, before, capsys):
    with capsys.disabled():
        took_s = installed.took_s["install"]
        sys.stdout.write(f"{before.rows()} rows, installed in {took_s:.0f} s\n")
    assert before.rows() > 1000
    assert before.changed() == [], before.changed()
    assert installed.sql(MARKS) == [(0,)]
    assert took_s < MINUTES * 60


def test_it_works_with_a_shop(worked):
    states = worked.sql("SELECT state, count(*) FROM retail_sync_effect GROUP BY 1")
    assert dict(states) == {"applied": 3}, states


def test_removed_it_leaves_nothing_behind(removed):
    assert remains.in_catalog(removed) == []
    rows, names = remains.in_rows(removed), remains.in_names(removed)
    assert rows == {}, rows
    assert names == [], names


def test_without_it_the_business_goes_on(removed):
    removed.shell(AS_THEY_WERE + MADE)


@pytest.fixture
def last(life):
    """Skip what the smallest database shows as well, unless all is asked for."""
    if "full" in life.name and not is_thorough:
        pytest.skip("shown on the smallest database; RETAIL_SYNC_LIFE=full runs it")


@pytest.fixture(scope="module")
def again(removed, sandbox):
    removed.install()
    open_shop(removed, sandbox, 2)
    return removed


@pytest.mark.usefixtures("last")
def test_it_is_installed_again_and_works(again):
    held = again.sql("SELECT state, order_id FROM retail_sync_order")
    assert len(held) == 2 and all(order_id for _state, order_id in held), held


@pytest.mark.usefixtures("last")
def test_a_module_of_a_channel_goes_alone(again):
    again.uninstall("retail_sync_shopify")
    assert set(again.versions()) == {CORE}
    channels = again.sql("SELECT code, state FROM retail_sync_channel")
    assert channels == [("manual", "draft")]
    told = again.sql("SELECT summary FROM mail_activity WHERE summary LIKE '%paused'")
    assert told == [("Shop is paused",)]
    again.uninstall()
    assert remains.in_catalog(again) == []
