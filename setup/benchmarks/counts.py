"""Whole stock reports of a location that somebody else counts, taken in; floor: read.

The report names every listing; one figure of a hundred differs from our books, and one
of a hundred is not named: it is gone. A tenth as long a report is taken in beside it: a
row must not cost more in the longer one.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from devenv.bench import Figure

from . import _odoo, _scale

ROWS = 100_000
UNITS = 20


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Take in a short and a long report."""
    rows = int(os.environ.get("RETAIL_SYNC_BENCH_ROWS") or ROWS)
    short, few = take(env, rows // 10)
    taken, all_rows = take(env, rows)
    yield Figure(
        f"a report of {rows:,} rows, beside one of {rows // 10:,}",
        all_rows / taken,
        "rows/s",
        few / short,
        beside={"seconds": round(taken, 1), "short_seconds": round(short, 1)},
    )


def take(env: Mapping[str, str], rows: int) -> tuple[float, int]:
    """Take in one report of so many rows; return (seconds, rows)."""
    with _odoo.fresh_database(env, "counts") as name:
        loaded = _odoo.registry(name)
        from odoo.addons.retail_sync_core import testing_folder

        place = make(loaded, name, rows)
        body = report(place, rows)
        with _odoo.environment(loaded) as odoo:
            receive(odoo, testing_folder, place, body)
        with _odoo.environment(loaded) as odoo:
            work_off = odoo["retail.sync.job"]._work_off
            spent = _odoo.seconds(lambda: work_off(10**6, marks=False, ahead_s=60))
        with _odoo.environment(loaded) as odoo:
            check(odoo, place, rows)
    return spent, rows


def make(loaded: Any, name: str, rows: int) -> int:
    """Make a location with so many products of 20 units; return its id."""
    from odoo.addons.retail_sync_core import testing_folder  # noqa: F401

    with _odoo.environment(loaded) as env:
        env["retail.sync.fuse"]._confirm()
        row = _scale._make_one(env, "manual", {})
        places = env["retail.sync.location"].search([], order="id")
        place = places.filtered(lambda p: p.external_id == "place-0")
        (places - place).state = "ignored"
        place.write({"stock_owner": "channel", "drop_share": 100.0})
    _scale._multiply(name, {**row, "spots": row["spots"][:1]}, rows)
    return place.id


def report(place: int, rows: int) -> bytes:
    """Return the report: of a hundred one is less, one is not named."""
    shelf = {f"SCALE-{n}": UNITS - (n % 100 == 1) for n in range(rows) if n % 100 != 2}
    at = datetime.now(timezone.utc) - timedelta(seconds=1)
    whole = {"at": at.isoformat(), "number": 1, "whole": True}
    return json.dumps({**whole, "places": {"place-0": shelf}}).encode()


def receive(env: Any, kit: Any, place: int, body: bytes) -> None:
    """Let the report come, as a file of the test kit's channel."""
    from odoo.addons.retail_sync_core.adapters.registry import ADAPTERS
    from odoo.addons.retail_sync_core.domain import documents as doc

    ADAPTERS["manual"] = kit.FolderAdapter
    channel = env["retail.sync.location"].browse(place).channel_id
    told = doc.Notice(
        flow=doc.Flow.STOCK,
        topic="stock report",
        external_id="1",
        event_id="1",
        body=body,
    )
    env["retail.sync.event"]._receive(channel, [told], "file")


def check(env: Any, place: int, rows: int) -> None:
    """Fail unless our books hold what the report says."""
    env.cr.execute(
        """SELECT quantity, count(*) FROM stock_quant q JOIN stock_location l
               ON l.id = q.location_id AND l.usage = 'internal'
            WHERE quantity <> 0 GROUP BY quantity"""
    )
    found = {int(units): count for units, count in env.cr.fetchall()}
    gone = len([n for n in range(rows) if n % 100 == 2])
    less = len([n for n in range(rows) if n % 100 == 1])
    if found != {UNITS: rows - gone - less, UNITS - 1: less}:
        raise AssertionError(f"the shelves hold {found}")
