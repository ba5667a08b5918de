"""2,000 moves with the triggers on stock and without; floor: Odoo without the suite.

Each round makes the same deliveries, confirms, reserves and does them three times in
turn: in a database without the suite, in one with it, and in that one without the
triggers. The clock of such runs differs by 15 % between equal rounds, so what decides
is what PostgreSQL itself counts: the statements, and the time within our functions.
"""

import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from devenv import database
from devenv.bench import Figure
from devenv.console import Problem

from . import _odoo

MOVES, ROUNDS = 2_000, 5
EACH, PRODUCTS = 10, 200
OURS = "retail_sync_mark_%"
STOCK = 1_000_000
TIME = """
SELECT COALESCE(SUM(calls), 0)::int, COALESCE(SUM(total_time), 0) / 1000
  FROM pg_stat_user_functions WHERE funcname LIKE %s
"""


@dataclass
class Side:
    """One of the three ways to do the moves: the seconds of each round, and the
    statements of each delivery (one of ten has one more, with or without us)."""

    name: str
    registry: Any
    products: list[int]
    seconds: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)

    def run(self) -> float:
        """Do one round; return the seconds."""
        asked: list[int] = []
        spent = 0.0
        for first in range(0, MOVES // ROUNDS, EACH):
            work = partial(deliver, self.registry, self.products, first, asked)
            spent += _odoo.seconds(work)
        self.seconds.append(spent)
        self.statements += asked
        return spent


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Do the moves in turn; count statements and the triggers' own time."""
    with ExitStack() as stack:
        database.ensure_base()
        bare_name = stack.enter_context(
            _odoo.fresh_database(env, "bare", template=database.BASE)
        )
        name = stack.enter_context(_odoo.fresh_database(env, "overhead"))
        follow_functions(name)
        bare, ours = prepare(bare_name), prepare(name)
        without = Side(name, ours.registry, ours.products)
        for side in (bare, ours):
            warm_up(side)
        marked_s, calls = in_turn(bare, ours, without)
        yield from figures(bare, ours, without, marked_s, calls)


def follow_functions(name: str) -> None:
    """Have PostgreSQL note the time of each function in new sessions."""
    from psycopg2 import errors

    try:
        database.query(name, f"ALTER DATABASE \"{name}\" SET track_functions = 'pl'")
    except errors.InsufficientPrivilege as error:
        raise Problem(
            f"PostgreSQL does not let us time functions: {error}",
            "GRANT SET ON PARAMETER track_functions to the role, or unset PGHOST",
        ) from error


def prepare(name: str) -> Side:
    """Make products with plenty of stock; where the suite is, a live channel."""
    loaded = _odoo.registry(name)
    with _odoo.environment(loaded) as env:
        warehouse = env["stock.warehouse"].search([], limit=1)
        products = env["product.product"].create(
            [
                {"name": f"Moved {n}", "type": "consu", "is_storable": True}
                for n in range(PRODUCTS)
            ]
        )
        place = {"location_id": warehouse.lot_stock_id.id, "quantity": STOCK}
        env["stock.quant"].create([{"product_id": p.id, **place} for p in products])
        if "retail.sync.channel" in env:
            env["retail.sync.channel"].create(
                {"name": "Measured", "state": "live", "warehouse_id": warehouse.id}
            )
        return Side(name, loaded, products.ids)


def warm_up(side: Side) -> None:
    """Fill the caches, deliver each product once (a first one makes a row of stock);
    let PostgreSQL look at the tables once they have rows."""
    for first in range(0, PRODUCTS, EACH):
        deliver(side.registry, side.products, first, [])
    database.query(side.name, "ANALYZE")


def deliver(loaded: Any, products: list[int], first: int, asked: list[int]) -> None:
    """Make one delivery of ten moves, confirm, reserve and do it; note how many
    statements that took."""
    with _odoo.environment(loaded) as env:
        warehouse = env["stock.warehouse"].search([], limit=1)
        ends = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": env.ref("stock.stock_location_customers").id,
        }
        moves = [
            {
                "product_id": products[(first + n) % PRODUCTS],
                "product_uom_qty": 2,
                **ends,
            }
            for n in range(EACH)
        ]
        before = env.cr.sql_log_count
        picking = env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "move_ids": [(0, 0, values) for values in moves],
                **ends,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        env.flush_all()
        asked.append(env.cr.sql_log_count - before)
        if picking.state != "done":
            raise AssertionError(f"the delivery is {picking.state}")
        env.cr.execute("SELECT pg_stat_force_next_flush()")


def in_turn(bare: Side, ours: Side, without: Side) -> tuple[float, int]:
    """Run the sides one after the other; return the functions' seconds and calls."""
    before = function_time(ours.name)
    for _ in range(ROUNDS):
        bare.run()
        ours.run()
        set_triggers(ours.name, "DISABLE")
        without.run()
        set_triggers(ours.name, "ENABLE")
        database.query(ours.name, "TRUNCATE retail_sync_stock_mark")
    after = function_time(ours.name)
    return after[1] - before[1], after[0] - before[0]


def set_triggers(name: str, verb: str) -> None:
    """Enable or disable the suite's triggers on stock; dropping forgets the times."""
    from odoo.addons.retail_sync_core import stock_triggers

    for table, triggers in stock_triggers.TRIGGERS.items():
        for trigger in triggers:
            database.query(name, f"ALTER TABLE {table} {verb} TRIGGER {trigger}")


def function_time(name: str) -> tuple[int, float]:
    """Return how often our trigger functions ran, and for how many seconds."""
    ((calls, spent),) = database.query(name, TIME, [OURS])
    return calls, spent


def figures(
    bare: Side, ours: Side, without: Side, marked_s: float, calls: int
) -> Iterator[Figure]:
    """Yield what was counted, then the clock."""
    if not calls:
        raise AssertionError("no trigger ran")
    whole = sum(ours.seconds)
    case = f"run less the triggers' own {1000 * marked_s:.0f} ms of {calls} calls"
    yield Figure(case, whole, "s", whole - marked_s, higher_is_better=False)
    for what, side in (("without the triggers", without), ("without the suite", bare)):
        case = f"statements of a delivery of {EACH} moves, floor {what}"
        yield Figure(
            case,
            statistics.median(ours.statements),
            "statements",
            statistics.median(side.statements),
            higher_is_better=False,
        )
        case = f"wall time of {MOVES // ROUNDS} moves, floor {what}"
        yield Figure(
            case,
            statistics.median(ours.seconds),
            "s",
            statistics.median(side.seconds),
            higher_is_better=False,
        )
