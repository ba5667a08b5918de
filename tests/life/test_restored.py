"""A backup, further business, its restore and confirmation: nothing is done twice.

Twelve further orders; as many as ``RETAIL_SYNC_LIFE_ORDERS`` says on demand (200).
"""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from conftest import make_life, open_shop
from devenv import database, postgres

FURTHER = int(os.environ.get("RETAIL_SYNC_LIFE_ORDERS", "12"))
SCENARIO = Path(__file__).resolve().parents[1] / "scenario"
KINDS = ("shipped", "refunded", "partly", "both", "cancelled", "open")
STOCKED = """
channel = env["retail.sync.channel"].search([])
for event in ("confirmed", "shipped", "canceled", "refunded"):
    channel._message(event).sender = "odoo"
product = env["product.product"].search([("default_code", "=", "MUG")])
env["stock.quant"]._update_available_quantity(
    product, channel.warehouse_id.lot_stock_id, 2000)
"""
VERBS = '''
from decimal import Decimal
from odoo.addons.retail_sync_core.domain import documents as doc


def find(name):
    return env["retail.sync.order"].search([("external_ref", "=", name)])


def ship(name, units=None):
    """Do the order's delivery, or a part of it, as the warehouse does."""
    picking = find(name).order_id.picking_ids
    if units:
        picking.move_ids.write({"quantity": units, "picked": True})
    picking.carrier_tracking_ref = "JD" + name.strip("#")
    done = picking.with_context(skip_backorder=True).button_validate()
    assert done is True and picking.state == "done", (done, picking.state)


def refund(name):
    """Give one unit back that has not left."""
    order = find(name)
    (line,) = order.line_ids.filtered(lambda one: one.kind == "product")
    payment = order.payment_ids[:1]
    one = doc.RefundLine(line_id=line.external_id, units=Decimal(1), how=doc.NEVER_LEFT)
    document = doc.Refund(
        order_id=order.external_id,
        currency=order.currency_id.name,
        lines=(one,),
        back=(doc.Back(kind="goods", amount=Decimal(10)),),
        tenders=(doc.Tender(payment_id=payment.external_id, amount=Decimal(10)),),
    )
    asked = env["retail.sync.order.refund"]._ask(order, document, reason="customer")
    assert asked.state == "asked", asked.state


def work():
    env.cr.commit()
    env["retail.sync.job"]._work_off(20000, ahead_s=60)
    env.invalidate_all()
'''
CATCH_UP = """
assert not env["retail.sync.fuse"]._is_confirmed()
row = env["retail.sync.fuse"]._confirm()
assert row.state == "running", row
env.cr.commit()
for _round in range(60):
    env["retail.sync.job"]._work_off(300, ahead_s=3)
    env.invalidate_all()
    if row.state == "done":
        break
assert row.state == "done", row.line_ids.mapped("step")
stuck = env["retail.sync.job"].search([("state", "in", ("parked", "dead"))])
assert not stuck, stuck.mapped(lambda job: (job.handler, job.error_message))
steps = env["retail.sync.order.step"].search([("code", "=", "restored_blocked")])
assert not steps, steps.mapped("text")
env["retail.sync.job"]._work_off(20000, ahead_s=60)
"""
AGREE = """
import json, sys, urllib.request
sys.path.insert(0, {folder!r})
import matrix_check
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))


class Shop:
    def graphql(self, query, **variables):
        body = json.dumps({{"query": query, "variables": variables}}).encode()
        headers = {{"Content-Type": "application/json",
                   "X-Shopify-Access-Token": "shpat_sandbox"}}
        request = urllib.request.Request({url!r}, data=body, headers=headers)
        return json.load(OPENER.open(request, timeout=60))


found = []
for name, external_id in {orders!r}.items():
    theirs, order = matrix_check.ask(Shop(), external_id), find(name)
    if theirs.cancelled and not order.order_id:  # it came and went meanwhile
        assert order.state == "cancelled", order.state
        continue
    found += [f"{{name}} {{one}}"
              for one in matrix_check.disagreements(theirs, order, invoiced=False)]
    found += [f"{{name}} {{one}}" for one in matrix_check.waits_for(order)]
assert not found, found
"""
MAILS = """
SELECT o.external_ref, s.event, COALESCE(s.ref, ''), m.state
  FROM retail_sync_message_sent s
  JOIN retail_sync_order o ON o.id = s.order_id
  JOIN mail_mail m ON m.id = s.mail_id
"""


class Story:
    """One shop, the database that is lost and the one that comes back."""

    def __init__(self, life, sandbox):
        self.life = life
        self.sandbox = sandbox
        self.names = {}

    def place(self, kind, life=None):
        """Have one order of two mugs placed; return its name."""
        order = self.sandbox.place_order(
            lines=[{"sku": "MUG", "quantity": 2}],
            email="guest@example.com",
            webhooks=False,
        )
        self.names.setdefault(kind, []).append(order["name"])
        return order

    def run(self, life, body):
        life.shell(VERBS + body)


@pytest.fixture(scope="module")
def story(sandbox, tmp_path_factory):
    """All of it, up to the moment at which the restored one has caught up."""
    programs = os.environ["PATH"]
    if os.environ["PGHOST"] == str(postgres.socket_dir()):
        programs = f"{postgres.bin_dir()}{os.pathsep}{programs}"
    if not shutil.which("pg_dump", path=programs):
        pytest.skip("pg_dump is not on the PATH: Odoo cannot make a backup")
    backup = tmp_path_factory.mktemp("restored") / "backup.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", programs)
        for life in make_life(database.ensure_template(), "lost"):
            told = Story(life, sandbox)
            open_shop(life, sandbox, 0, STOCKED)
            begin(told)
            life.db("dump", life.name, str(backup))
            go_on(told)
            copy = type(life)(f"{life.name}_back")
            try:
                copy.db("load", copy.name, str(backup))
                told.copy = copy
                copy.shell(VERBS + CATCH_UP)
                yield told
            finally:
                database.drop(copy.name)


def begin(told):
    """What is in the backup: told, to be told, to be refunded, and open."""
    import shop

    orders = {kind: told.place(kind) for kind in ("told", "untold", "owed", "waiting")}
    names = {kind: order["name"] for kind, order in orders.items()}
    told.run(
        told.life,
        shop.fetching(list(orders.values()))
        + f"work(); ship({names['told']!r}); work(); ship({names['untold']!r})\n"
        + f"refund({names['owed']!r})\n",
    )


def go_on(told):
    """What happens after the backup, in the database that is lost."""
    import shop

    orders = [
        (KINDS[number % len(KINDS)], told.place(KINDS[number % len(KINDS)]))
        for number in range(FURTHER)
    ]
    steps = {
        "shipped": "ship({name!r})\n",
        "both": "ship({name!r})\n",
        "partly": "ship({name!r}, 1)\n",
        "refunded": "refund({name!r})\n",
    }
    body = "".join(
        steps.get(kind, "").format(name=order["name"]) for kind, order in orders
    )
    told.run(
        told.life,
        shop.fetching([order for _kind, order in orders])
        + f"work()\nship({told.names['waiting'][0]!r})\n{body}work()\n",
    )
    for kind, order in orders:
        if kind == "both":
            told.sandbox.refund(order["name"], lines=[{"line": 0, "quantity": 1}])
        elif kind == "cancelled":
            told.sandbox.cancel(order["name"])
    told.run(told.life, shop.fetching([order for _kind, order in orders]) + "work()\n")


def test_no_shipment_is_told_twice(story):
    told = Counter(one["order"] for one in story.sandbox.fulfillments())
    kinds = ("told", "untold", "waiting", "shipped", "both", "partly")
    names = [name for kind in kinds for name in story.names.get(kind, ())]

    assert told == Counter(names)


def test_nothing_is_refunded_twice(story):
    names = [name for kind in story.names for name in story.names[kind]]
    found = {}
    for name in names:
        rows = story.sandbox.order(name)["transactions"]
        back = [row for row in rows if row["kind"] == "REFUND"]
        if back:
            found[name] = len(back)
    kinds = ("owed", "refunded", "both", "cancelled")
    wanted = [name for kind in kinds for name in story.names.get(kind, ())]

    assert found == dict.fromkeys(wanted, 1)


def test_both_sides_agree(story):
    from sandbox import API_VERSION

    kinds = {name: kind for kind, names in story.names.items() for name in names}
    orders = {one["name"]: one["id"] for one in story.sandbox.orders()}
    url = f"{story.sandbox.url}/admin/api/{API_VERSION}/graphql.json"

    assert orders.keys() == kinds.keys()
    story.run(story.copy, AGREE.format(folder=str(SCENARIO), url=url, orders=orders))


def test_no_buyer_is_written_to_twice(story):
    lost = Counter(story.life.sql(MAILS))
    assert lost and set(lost.values()) == {1}

    waiting = [row for row in story.copy.sql(MAILS) if row[3] == "outgoing"]

    assert waiting == []


def test_what_happens_afterwards_is_done_as_ever(story):
    import shop

    order = story.place("after")
    story.run(
        story.copy,
        shop.fetching([order]) + f"work(); ship({order['name']!r}); work()\n",
    )

    told = [one["order"] for one in story.sandbox.fulfillments()]
    assert told.count(order["name"]) == 1
    mails = [row[1] for row in story.copy.sql(MAILS) if row[0] == order["name"]]
    assert sorted(mails) == ["confirmed", "shipped"]
