"""A retailer with many listings at many locations: all levels worked out."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from devenv import database
from devenv.bench import Figure

from . import _odoo

PLACES = 10
LISTINGS = 100_000
SLICE = 20_000
FEW = 10_000
GROUP_BY = """
SELECT product_id, location_id, SUM(quantity) - SUM(reserved_quantity)
  FROM stock_quant GROUP BY product_id, location_id
"""
# Rows like one that Odoo made, with what must differ: {column: expression over n}.
CLONE = """
INSERT INTO {table} ({names})
SELECT {values} FROM {table} r, generate_series(1, %(count)s) n WHERE r.id = %(row)s
RETURNING id
"""


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Work out every level, slice by slice; the floor sums the quants and no more."""
    listings = int(os.environ.get("RETAIL_SYNC_BENCH_LISTINGS") or LISTINGS)
    if not listings:
        return
    with _odoo.fresh_database(env, "scale") as name:
        loaded = _odoo.registry(name)
        make(loaded, name, listings, code="manual")
        levels = listings * PLACES
        ours, bare = _odoo.in_turn(
            3, lambda: work_out(loaded, levels), lambda: group_by(loaded, levels)
        )
        case = f"{levels:,} levels worked out"
        beside = processor_time(loaded, levels)
        yield Figure(case, levels / ours, "levels/s", levels / bare, beside=beside)
        few = _peak_mb(lambda: work_out(loaded, FEW * PLACES))
        many = _peak_mb(lambda: work_out(loaded, levels))
        case = f"memory taken by {levels:,} levels"
        beside = {"floor_is": f"by {FEW * PLACES:,} levels"}
        yield Figure(case, many, "MB", few, higher_is_better=False, beside=beside)


def work_out(loaded: Any, count: int) -> float:
    """Work out what the first ``count`` levels offer, as a run does; return seconds."""
    found = 0

    def stream() -> None:
        nonlocal found
        last = 0
        while found < count:
            with _odoo.environment(loaded) as env:
                levels = env["retail.sync.level"].search(
                    [("id", ">", last)], order="id", limit=SLICE
                )
                found += len(levels._offered(levels))
                last = levels.ids[-1]

    spent = _odoo.seconds(stream)
    if found != count:
        raise AssertionError(f"{found} levels were worked out, {count} expected")
    return spent


def group_by(loaded: Any, count: int, *, alone: bool = False) -> float:
    """Read the sum of every shelf; return seconds.

    :param alone: no further process of PostgreSQL's helps
    """

    def read() -> None:
        with _odoo.environment(loaded) as env:
            if alone:
                env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
            env.cr.execute(GROUP_BY)
            if len(env.cr.fetchall()) != count:
                raise AssertionError("the shelves are not as many as the levels")

    return _odoo.seconds(read)


def processor_time(loaded: Any, levels: int) -> dict[str, float]:
    """Return what both take of the processor, here and in PostgreSQL, in seconds.

    Where others use the machine, too, it says more than the clock. Helpers of the floor
    would not be seen, so it has none.
    """
    with _odoo.environment(loaded) as env:  # Odoo works on one connection
        backend = Path(f"/proc/{env.cr._cnx.get_backend_pid()}")
    if not backend.exists() or "postgres" not in (backend / "comm").read_text():
        return {}  # it runs on another machine
    ours, bare = _odoo.in_turn(
        3,
        lambda: _processor_s(backend, lambda: work_out(loaded, levels)),
        lambda: _processor_s(backend, lambda: group_by(loaded, levels, alone=True)),
    )
    return {
        "processor_s": round(ours, 2),
        "floor_processor_s": round(bare, 2),
        "processor_ratio": round(bare / ours, 2),
    }


def _processor_s(backend: Path, work: Callable[[], object]) -> float:
    """Return the processor's seconds of ``work``, here and in PostgreSQL."""

    def used() -> float:
        ran_ns = (backend / "schedstat").read_text().split()[0]
        return time.process_time() + int(ran_ns) / 1e9

    before = used()
    work()
    return used() - before


def _peak_mb(work: Any) -> float:
    """Return how much this process grew at most while it worked."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _memory_kb("VmRSS")
    work()
    return max(1.0, (_memory_kb("VmHWM") - before) / 1024)


def _memory_kb(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def make(loaded: Any, name: str, listings: int, *, code: str, **channel: Any) -> None:
    """Make one live channel with ``listings`` at each of ten locations.

    Each has 20 units on hand and 3 of them reserved. Every level is worked out for the
    first time; nothing is told.

    :param code: the adapter's
    :param channel: further values of the channel
    """
    with _odoo.environment(loaded) as env:
        env["retail.sync.fuse"]._confirm()
        row = _make_one(env, code, channel)
    _multiply(name, row, listings)
    database.query(name, "ANALYZE")
    raise_levels(loaded)
    database.query(name, "ANALYZE")


def _make_one(env: Any, code: str, values: dict[str, Any]) -> dict[str, Any]:
    """Make the rows that are multiplied, by Odoo itself; return their ids."""
    channel = env["retail.sync.channel"].create(
        {"name": "Scale", "code": code, "state": "live", "stock_push": False, **values}
    )
    env["retail.sync.workflow"].search([]).next_poll_at = "2099-01-01 00:00:00"
    houses = env["stock.warehouse"].create(
        [{"name": f"House {n}", "code": f"H{n:03}"} for n in range(PLACES)]
    )
    env["retail.sync.location"].create(
        [
            {
                "channel_id": channel.id,
                "external_id": f"place-{n}",
                "name": house.name,
                "warehouse_id": house.id,
            }
            for n, house in enumerate(houses)
        ]
    )
    product = env["product.product"].create(
        {"name": "Scale", "default_code": "SCALE-0", "is_storable": True}
    )
    listing = env["retail.sync.listing"].create(
        {
            "channel_id": channel.id,
            "external_id": "item-0",
            "variant_id": "variant-0",
            "sku": "SCALE-0",
            "title": "Scale",
            "product_id": product.id,
        }
    )
    return {
        "product": product.id,
        "template": product.product_tmpl_id.id,
        "listing": listing.id,
        "spots": houses.lot_stock_id.ids,
        "company": env.company.id,
    }


def _multiply(name: str, row: dict[str, Any], listings: int) -> None:
    templates = _clone(name, "product_template", row["template"], listings - 1, {})
    products = _clone(
        name,
        "product_product",
        row["product"],
        listings - 1,
        {
            "product_tmpl_id": f"{min(templates)} + n - 1",
            "default_code": "'SCALE-' || n",
        },
    )
    _clone(
        name,
        "retail_sync_listing",
        row["listing"],
        listings - 1,
        {
            "product_id": f"{min(products)} + n - 1",
            "external_id": "'item-' || n",
            "variant_id": "'variant-' || n",
            "sku": "'SCALE-' || n",
        },
    )
    database.query(
        name,
        """INSERT INTO stock_quant (product_id, location_id, company_id, quantity,
                                    reserved_quantity, in_date)
           SELECT p, l, %s, 20, 3, now() AT TIME ZONE 'UTC'
             FROM unnest(%s::int[]) p, unnest(%s::int[]) l""",
        [row["company"], [row["product"], *products], row["spots"]],
    )
    database.query(name, "TRUNCATE retail_sync_stock_mark")


def _clone(
    name: str, table: str, row: int, count: int, changes: dict[str, str]
) -> list[int]:
    """Insert ``count`` rows like ``row``; return their ids, in order and gapless."""
    columns = database.query(
        name,
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'""",
        [table],
    )
    names = [column for (column,) in columns]
    values = [changes.get(column, f'r."{column}"') for column in names]
    statement = CLONE.format(
        table=table,
        names=", ".join(f'"{column}"' for column in names),
        values=", ".join(values),
    )
    rows = database.query(name, statement, {"count": count, "row": row})
    return sorted(row_id for (row_id,) in rows)


def raise_levels(loaded: Any) -> None:
    """Have every level of every location looked at again."""
    with _odoo.environment(loaded) as env:
        env["retail.sync.location"].search([("state", "=", "mapped")])._mark()
    while True:
        with _odoo.environment(loaded) as env:
            env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            if not env["retail.sync.stock.mark"]._consume():
                return
