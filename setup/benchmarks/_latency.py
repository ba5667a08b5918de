"""From a committed change of stock to the acknowledged level, behind 10,000 marks."""

import statistics
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from devenv import database
from devenv.bench import Figure

from . import _odoo

LEVELS = 10_000
SALES = 100
PAUSE_S = 0.1
TARGET_NEAR_S, TARGET_REST_S = 5.0, 60.0
# The shelves that sales leave from: three units each, so every sale is urgent.
FEW = """
UPDATE stock_quant SET quantity = 3 WHERE product_id IN (
       SELECT product_id FROM retail_sync_level ORDER BY id LIMIT %s)
RETURNING product_id
"""
MORE = """
WITH changed AS (
       UPDATE stock_quant SET quantity = quantity + 1
        WHERE location_id IN (SELECT id FROM stock_location WHERE usage = 'internal')
          AND product_id <> ALL (%s) RETURNING product_id)
SELECT clock_timestamp() AT TIME ZONE 'UTC', count(*) FROM changed
"""
SELL = """
WITH changed AS (
       UPDATE stock_quant SET quantity = quantity - 1 WHERE product_id = %s
        RETURNING product_id)
SELECT clock_timestamp() AT TIME ZONE 'UTC', count(*) FROM changed
"""


def measure(name: str, loaded: Any, transport: Any) -> Iterator[Figure]:
    """Sell what is scarce while 10,000 changed levels wait; no clock is turned."""
    database.query(name, "ANALYZE")
    scarce = [row[0] for row in database.query(name, FEW, [SALES])]
    _work_until_told(loaded)
    transport.forget()
    began, _count = database.query(name, MORE, [scarce])[0]
    sold = _sell_while_working(name, loaded, scarce)
    told = dict(
        database.query(name, "SELECT product_id, acked_at FROM retail_sync_level")
    )
    near = [_seconds(sold[p], told[p]) for p in scarce]
    rest = [_seconds(began, at) for p, at in told.items() if p not in sold]
    calls = {"calls": len(transport.mutations())}
    for case, waits, target in (
        ("near zero, behind 10,000 marks, p95", near, TARGET_NEAR_S),
        ("the other 9,900, p95", rest, TARGET_REST_S),
    ):
        beside = {"median": round(statistics.median(waits), 2), **calls}
        p95 = statistics.quantiles(waits, n=20)[-1]
        yield Figure(case, p95, "s", target, higher_is_better=False, beside=beside)


def _sell_while_working(name: str, loaded: Any, scarce: list[int]) -> dict[int, Any]:
    """Sell one unit of each while a worker tells levels; return {product: when}."""
    sold: dict[int, datetime] = {}
    pause = threading.Event()

    def sell() -> None:
        for product in scarce:
            sold[product] = database.query(name, SELL, [product])[0][0]
            pause.wait(PAUSE_S)

    seller = threading.Thread(target=sell)
    seller.start()
    while seller.is_alive():
        _work(loaded)
    seller.join()
    _work_until_told(loaded)
    return sold


def _work(loaded: Any) -> None:
    with _odoo.environment(loaded) as env:
        env["retail.sync.job"]._work_off(20)


def _work_until_told(loaded: Any) -> None:
    """Work as a slot does, on the real clock, until every level is confirmed."""
    pause = threading.Event()
    while True:
        _work(loaded)
        with _odoo.environment(loaded) as env:
            env.cr.execute(
                """SELECT (SELECT count(*) FROM retail_sync_stock_mark),
                          count(*) FROM retail_sync_level
                    WHERE wanted_generation > sent_generation OR state = 'sent'"""
            )
            marks, waiting = env.cr.fetchone()
        if not marks and not waiting:
            return
        pause.wait(PAUSE_S)


def _seconds(began: datetime, ended: datetime) -> float:
    return (ended - began).total_seconds()
