"""A day at Alder & Pine: orders in, stock out, parcels told."""

from __future__ import annotations

import json
from typing import Any

from devenv.stage import Stage
from sandbox.client import Sandbox

from . import check, shop
from .waiting import query, quiet, until, wake

FIGURES = "figures.json"


def fill(stage: Stage) -> None:
    """Make the shop and the retailer, once; Odoo is not running yet."""
    shop.seed(Sandbox(stage.sandbox_url))
    stage.shell("from demo import company\ncompany.build(env)")


def play(stage: Stage) -> dict[str, Any]:
    """Let the day happen once; return its figures, with ``ok`` and ``problems``."""
    kept = stage.work / FIGURES
    if not stage.is_new and kept.exists():
        return {**json.loads(kept.read_text()), "played": "at an earlier start"}
    figures = _day(stage)
    kept.write_text(json.dumps(figures, default=str))
    return figures


def _day(stage: Stage) -> dict[str, Any]:
    sandbox = Sandbox(stage.sandbox_url)
    channel_id = stage.shell(
        "from demo import channel\n"
        "return channel.connect(env, arguments['sandbox'], arguments['odoo'])",
        sandbox=stage.sandbox_url,
        odoo=stage.odoo_url,
    )
    _connect(stage, channel_id)
    placed = shop.place_all(sandbox)
    sandbox.wait_for_webhooks()
    _imported(stage, len(placed))
    shop.go_on(sandbox, placed)
    sandbox.wait_for_webhooks()
    quiet(stage)
    stage.shell("from demo import hands\nreturn hands.work(env)")
    quiet(stage)
    return check.figures(stage, sandbox, placed)


def _connect(stage: Stage, channel_id: int) -> None:
    """Read places and goods, map them, subscribe, go live, tell the first levels."""
    stage.shell(
        "from demo import channel\nchannel.read(env, arguments['id'])", id=channel_id
    )
    wake(stage)
    quiet(stage)
    stage.shell(
        "from demo import channel\nchannel.go_live(env, arguments['id'])", id=channel_id
    )
    until(
        "the shop's webhooks",
        lambda: len(Sandbox(stage.sandbox_url).webhooks()["subscriptions"]) > 0,
    )
    quiet(stage)


def _imported(stage: Stage, expected: int) -> None:
    """Wait until every order was looked at, then until all is quiet."""
    count = "SELECT count(*) FROM retail_sync_order"
    parked = "SELECT count(*) FROM retail_sync_job WHERE state = 'parked'"
    until(
        "the orders",
        lambda: query(stage, count)[0][0] + query(stage, parked)[0][0] >= expected,
        180,
    )
    quiet(stage)
