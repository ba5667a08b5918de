"""From the first version to this one, with data in the database."""

import ast
import json

import pytest
import remains
import shop
from conftest import ROOT, make_life, open_shop
from devenv import database

KEPT = (
    "retail_sync_channel",
    "retail_sync_secret",
    "retail_sync_workflow",
    "retail_sync_location",
    "retail_sync_listing",
    "retail_sync_level",
    "retail_sync_order",
    "retail_sync_order_line",
    "retail_sync_effect",
    "retail_sync_event",
    "retail_sync_job",
    "retail_sync_audit",
    "retail_sync_order_step",
    "sale_order",
    "sale_order_line",
    "stock_picking",
    "stock_move",
)
GIFT_CARD = """
channel = env["retail.sync.channel"].search([])
channel.product_gift_card_id = env["product.product"].create(
    {"name": "Gift card", "default_code": "RETAIL-SYNC-GIFT-CARD", "type": "service"})
env["ir.config_parameter"].set_param("retail_sync_core.keep_jobs_days", "5")
picking = env["retail.sync.order"].search([], order="id", limit=1).order_id.picking_ids
assert picking.with_context(skip_backorder=True).button_validate() is True
env.cr.commit()
env["retail.sync.job"]._work_off()
"""
WEBHOOK = """
from odoo.addons.retail_sync_core.domain import documents as doc
notice = doc.Notice(flow=doc.Flow.ORDER, topic="orders/updated", external_id={id!r})
env["retail.sync.event"]._receive(
    env["retail.sync.channel"].search([]), [notice], "webhook")
"""
# The base was made beside this version: it must not know modules that came later.
FORGET = (
    "DELETE FROM ir_module_module WHERE name LIKE 'retail_sync%'",
    "DELETE FROM ir_model_data WHERE name LIKE 'module_retail_sync%'",
)
MIGRATED = """
channel = env["retail.sync.channel"].search([])
product = channel.product_gift_card_id.with_company(channel.company_id)
account = product.property_account_income_id
assert account and account == channel._gift_card_account(), account
flows = channel.workflow_ids.mapped("flow")
listed = [flow for flow, _label in channel.workflow_ids._fields["flow"].selection]
assert flows == [flow for flow in listed if flow in flows], flows
lines = env["retail.sync.order"].search([("order_id", "!=", False)]).unit_line_ids
assert lines
for line in lines:
    units = line._units_there()
    assert units.ordered == line.quantity > 0, (line, units)
    assert units.open == line.current_quantity - line.units_shipped, (line, units)
"""
# What a migration changes: MIGRATED tells what it is then.
CHANGED = {"retail_sync_workflow": {"sequence"}}


@pytest.fixture(scope="module")
def old(first_version, sandbox):
    """The first version at work: orders told and open, levels, a job that waits."""
    for life in make_life(database.ensure_base(), "old"):
        life.sources = first_version
        for statement in FORGET:
            life.sql(statement)
        life.install()
        open_shop(life, sandbox, 2, GIFT_CARD)
        (order,) = shop.place(sandbox)
        life.shell(WEBHOOK.format(id=order["id"]))
        yield life


@pytest.fixture(scope="module")
def stood(old):
    """{table: {id: row}} before the update."""
    return {table: rows(old, table) for table in KEPT}


@pytest.fixture(scope="module")
def updated(old, stood):
    old.sources = ROOT
    old.update()
    return old


def rows(life, table):
    found = life.sql(f"SELECT id, to_jsonb(t)::text FROM {table} t")
    return {row_id: json.loads(text) for row_id, text in found}


def test_the_first_version_is_at_work(old, stood):
    assert set(old.versions().values()) == {"19.0.1.0.0"}
    assert [table for table in KEPT if not stood[table]] == []
    states = [row["state"] for row in stood["retail_sync_job"].values()]
    assert "pending" in states, states


def test_an_update_keeps_all_that_was_there(updated, stood):
    manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())
    assert set(updated.versions().values()) == {manifest["version"]}
    for table, before in stood.items():
        now = rows(updated, table)
        told = {"write_date", *CHANGED.get(table, ())}
        assert set(before) <= set(now), table
        for row_id, row in before.items():
            changed = {
                name: (value, now[row_id].get(name))
                for name, value in row.items()
                if name not in told and now[row_id].get(name, value) != value
            }
            assert not changed, (table, row_id, changed)


def test_an_update_runs_the_migrations(updated):
    updated.shell(MIGRATED)


def test_an_update_brings_the_module_that_counts_tills(updated):
    """The first version had none, and new modules come only to new databases."""
    assert "retail_sync_pos" in updated.versions()


def test_what_waited_is_worked_off_after_the_update(updated):
    updated.shell(shop.WORK_OFF)
    held = updated.sql("SELECT state FROM retail_sync_order WHERE order_id IS NOT NULL")
    assert len(held) == 3, held
    assert updated.sql("SELECT DISTINCT state FROM retail_sync_event") == [("done",)]


def test_updated_it_is_removed_like_any_other(updated):
    updated.uninstall()
    assert remains.in_catalog(updated) == []
    assert remains.in_rows(updated) == {}
