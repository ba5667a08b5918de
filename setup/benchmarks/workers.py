"""Server processes: no-op jobs a second with 1, 2 and 4; a hot key; at rest; enqueuing.

Real Odoo servers with scheduler processes do the work. The floor of the jobs is as many
bare processes with psycopg2 that claim 50 rows and complete them one by one; of the hot
key, as many jobs with a key each; at rest, the same server on a database without the
suite; of enqueuing, the same rows inserted bare. ``engine --peer`` has OCA's
``queue_job`` do as many jobs with as many workers, in turn with ours.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from devenv import database, ports
from devenv.bench import Figure
from devenv.console import Problem
from devenv.service import Service

from . import _odoo, engine
from ._peer import Peer

PROCESSES = (1, 2, 4)
JOBS, ROUNDS = 1_000, 3
HOT_KEYS, HOT_JOBS = 1_000, 10_000
ENQUEUED = 5_000
REST_S = 60
LOOK_S = 0.01
PATIENCE_S = 900
LEFT = "SELECT count(*) FROM retail_sync_job WHERE state <> 'done'"
TRANSACTIONS = "SELECT xact_commit FROM pg_stat_database WHERE datname = %s"
BARE_ROW = """
INSERT INTO bare (state) SELECT 'pending' FROM unnest(%s::text[])
"""


def measure(env: Mapping[str, str], *, with_peer: bool = False) -> Iterator[Figure]:
    """Measure by number of processes, then what one database does besides."""
    with _odoo.fresh_database(env, "workers", test_addon=True) as name:
        queue = engine.prepare(name)
        database.query(name, engine.BARE)
        with Peer.on_its_own(env, wanted=with_peer) as peer:
            for processes in PROCESSES:
                yield measure_jobs(env, queue, processes, peer)
        yield measure_enqueuing(queue)
        with working(env, queue, 2):
            yield measure_hot_key(queue)
            at_rest = transactions_a_minute(name)
    yield measure_rest(env, at_rest)


def measure_jobs(
    env: Mapping[str, str], queue: engine.Queue, processes: int, peer: Peer | None
) -> Figure:
    """Run jobs that do nothing with so many processes of each kind."""
    kinds: list[Callable[[], float]] = [
        lambda: spread_rate(queue, JOBS),
        lambda: bare_rate(queue, processes),
    ]
    with working(env, queue, processes):
        if peer is None:
            ours, floor = _odoo.in_turn(ROUNDS, *kinds)
            beside: dict[str, object] = {}
        else:
            with peer.working(processes):
                ours, floor, theirs = _odoo.in_turn(
                    ROUNDS, *kinds, lambda: peer.rate(JOBS)
                )
            beside = {"peer": round(theirs, 3), "peer_ratio": round(ours / theirs, 3)}
    plural = "process" if processes == 1 else "processes"
    return Figure(f"jobs, {processes} {plural}", ours, "jobs/s", floor, beside=beside)


@contextmanager
def working(
    env: Mapping[str, str], queue: engine.Queue, processes: int
) -> Iterator[None]:
    """Have a server with so many scheduler processes, each with a slot to work in."""
    with _odoo.environment(queue.registry) as odoo_env:
        odoo_env["retail.sync.slot"]._ensure_slots(processes)
    with server(env, queue.name, processes):
        yield


@contextmanager
def server(env: Mapping[str, str], name: str, processes: int) -> Iterator[None]:
    """Have an Odoo server with scheduler processes on a database."""
    port = ports.free()
    command = [
        *_odoo.odoo(name),
        *(f"--http-port={port}", f"--gevent-port={ports.free()}", "--workers=1"),
        *(f"--db-filter=^{name}$", f"--max-cron-threads={processes}"),
        "--log-level=warn",
    ]
    page = f"http://{ports.LOOPBACK}:{port}/web/login"
    service = Service(
        "bench-workers", command, {**env, "ODOO_NOTIFY_CRON_CHANGES": "1"}, page
    )
    try:
        service.start()
        yield
    finally:
        service.stop()


def spread_rate(queue: engine.Queue, count: int) -> float:
    """Return how many jobs a second are done from the commit on, a key each."""
    queue.append("test.nothing", count, count)
    return count / until_done(queue.name)


def until_done(name: str) -> float:
    """Wait until no job is left and return how long that took (s)."""
    import psycopg2

    started = time.perf_counter()
    with closing(psycopg2.connect(dbname=name)) as connection:
        connection.autocommit = True
        with connection.cursor() as cr:
            while True:
                cr.execute(LEFT)
                if not cr.fetchone()[0]:
                    return time.perf_counter() - started
                if time.perf_counter() - started > PATIENCE_S:
                    raise Problem(
                        f"jobs are left after {PATIENCE_S} s",
                        "see .work/log/bench-workers.log",
                    )
                time.sleep(LOOK_S)


def bare_rate(queue: engine.Queue, processes: int) -> float:
    """Return how many rows a second bare processes claim and complete."""
    database.query(queue.name, "TRUNCATE bare")
    database.query(queue.name, engine.BARE_FILL, [JOBS])
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(processes + 1)
    workers = [
        context.Process(target=_work_bare, args=(queue.name, gate))
        for _number in range(processes)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    return JOBS / (time.perf_counter() - started)


def _work_bare(name: str, gate: Any) -> None:
    import psycopg2

    with closing(psycopg2.connect(dbname=name)) as connection:
        gate.wait()
        engine.run_bare(connection, together=False)


def measure_enqueuing(queue: engine.Queue) -> Figure:
    """Append jobs as business code does, against the same rows inserted bare."""
    import psycopg2

    def bare() -> float:
        database.query(queue.name, "TRUNCATE bare")
        with (
            closing(psycopg2.connect(dbname=queue.name)) as connection,
            connection.cursor() as cr,
        ):
            taken = _odoo.seconds(
                lambda: (
                    cr.execute(BARE_ROW, [["pending"] * ENQUEUED]),
                    connection.commit(),
                )
            )
        return ENQUEUED / taken

    def ours() -> float:
        taken = _odoo.seconds(lambda: queue.append("test.nothing", ENQUEUED, ENQUEUED))
        return ENQUEUED / taken

    rates = _odoo.in_turn(ROUNDS, ours, bare)
    return Figure("rows enqueued", rates[0], "rows/s", rates[1])


def measure_hot_key(queue: engine.Queue) -> Figure:
    """One key of a thousand has ten thousand jobs, which go one after the other."""
    count = HOT_KEYS - 1 + HOT_JOBS

    def hot() -> float:
        queue.append_hot("test.nothing", HOT_KEYS, HOT_JOBS)
        return count / until_done(queue.name)

    case = "jobs, 2 processes, 1,000 keys, one with 10,000 jobs"
    return Figure(case, hot(), "jobs/s", spread_rate(queue, count))


def transactions_a_minute(name: str) -> float:
    """Return how many transactions a server makes when nothing happens."""

    def count() -> int:
        return database.query("postgres", TRANSACTIONS, [name])[0][0]

    time.sleep(REST_S / 4)  # what was done last is settled
    before = count()
    time.sleep(REST_S)
    return (count() - before) * 60 / REST_S


def measure_rest(env: Mapping[str, str], ours: float) -> Figure:
    """Compare a server at rest with one on a database without the suite."""
    base = database.ensure_base()
    with (
        _odoo.fresh_database(env, "rest", template=base) as name,
        server(env, name, 2),
    ):
        bare = transactions_a_minute(name)
    case = "at rest, 2 processes"
    return Figure(case, ours, "transactions/min", bare, higher_is_better=False)
