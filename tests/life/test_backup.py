"""A backup is the database, its files and the key: what each of them brings back."""

import os
import shutil

import pytest
from conftest import make_life, open_shop
from cryptography.fernet import Fernet
from devenv import database, postgres

KEYS = "RETAIL_SYNC_SECRET_KEYS"
KEPT = """
env["ir.attachment"].create({"name": "kept.txt", "raw": b"kept" * 999,
                             "res_model": "res.partner", "res_id": 1})
"""
COPY = """
assert not env["retail.sync.fuse"]._is_confirmed()
channel = env["retail.sync.channel"].search([])
env["retail.sync.job"]._enqueue(channel, "places.read", order_key="places", lane=0)
env.cr.commit()
env["retail.sync.job"]._work_off()
"""
IS_THERE = """
kept = env["ir.attachment"].search([("name", "=", "kept.txt")])
assert kept.raw == b"kept" * 999
orders = env["retail.sync.order"].search([])
assert len(orders) == 2 and all(orders.mapped("order_id")), orders.mapped("state")
"""
CONFIRMED = """
env["retail.sync.fuse"]._confirm()
channel = env["retail.sync.channel"].search([])
secrets = env["retail.sync.secret"]._read_all(channel)
assert secrets["client_secret"][0] == "sandbox-secret", sorted(secrets)
env.cr.commit()
env["retail.sync.job"]._work_off()
"""
WITHOUT_KEY = """
result, code, params = env["retail.sync.setup.judge"]._judge_key()
assert (result, code) == ("bad", "key_lost"), (result, code)
assert params["channel"] == "Shop", params
"""


@pytest.fixture(scope="module")
def restored(sandbox, tmp_path_factory):
    """What was dumped with two orders in it, loaded under another name."""
    programs = os.environ["PATH"]
    if os.environ["PGHOST"] == str(postgres.socket_dir()):
        programs = f"{postgres.bin_dir()}{os.pathsep}{programs}"
    if not shutil.which("pg_dump", path=programs):
        pytest.skip("pg_dump is not on the PATH: Odoo cannot make a backup")
    backup = tmp_path_factory.mktemp("backup") / "backup.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", programs)
        for life in make_life(database.ensure_template(), "backup"):
            open_shop(life, sandbox, 2, KEPT)
            life.db("dump", life.name, str(backup))
            copy = type(life)(f"{life.name}_restored")
            try:
                copy.db("load", copy.name, str(backup))
                yield copy
            finally:
                database.drop(copy.name)


def test_orders_and_files_are_there(restored):
    restored.shell(IS_THERE)


def test_it_is_a_copy_and_calls_nobody(restored, sandbox):
    sandbox.clear_calls()

    restored.shell(COPY)

    assert sandbox.calls() == []


def test_without_the_key_orders_are_there_and_the_channel_is_named(
    restored, monkeypatch
):
    monkeypatch.setenv(KEYS, Fernet.generate_key().decode())

    restored.shell(IS_THERE + WITHOUT_KEY)


def test_with_the_key_it_works_on_as_soon_as_it_is_confirmed(restored, sandbox):
    sandbox.clear_calls()

    restored.shell(CONFIRMED)

    assert sandbox.calls() != []
