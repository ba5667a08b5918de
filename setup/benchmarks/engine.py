"""The queue: claiming beside a million rows, staging, jobs a second; floor: bare SQL.

The claim's floor is the same claim with 1,000 rows pending: it must not take more than
twice as long. The floor of the others is psycopg2 on a bare table with one index.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from devenv import database
from devenv.bench import Figure

from . import _odoo

CHANNELS = 50
FEW, MANY, HOT = 1_000, 1_000_000, 200_000
CLAIMS, CLAIMED = 15, 50
JOBS, STAGED = 400, 3_000
ROUNDS = 4
FILL = """
INSERT INTO retail_sync_job (
       channel_id, handler, version, order_key, lane, state, is_head, holds_key,
       attempts, failures, crashes, scheduled_at, create_date, write_date)
SELECT (%(channels)s::int[])[CASE WHEN n <= %(hot)s THEN 1 ELSE 1 + n %% %(many)s END],
       'test.nothing', 1, CASE WHEN n <= %(hot)s THEN 'hot' ELSE 'key:' || n END, 1,
       'pending', n = 1 OR n > %(hot)s, false, 0, 0, 0,
       now() AT TIME ZONE 'UTC' - interval '1 hour', now(), now()
  FROM generate_series(1, %(rows)s) n
"""
BARE = """
CREATE TABLE bare (id serial PRIMARY KEY, state text NOT NULL, is_head boolean);
CREATE INDEX bare_pending ON bare (id) WHERE state = 'pending';
CREATE INDEX bare_new ON bare (id) WHERE is_head IS NULL;
"""
BARE_FILL = "INSERT INTO bare (state) SELECT 'pending' FROM generate_series(1, %s)"
BARE_CLAIM = """
UPDATE bare SET state = 'running' WHERE id = ANY (ARRAY(
       SELECT id FROM bare WHERE state = 'pending' ORDER BY id LIMIT %s
          FOR UPDATE SKIP LOCKED)) RETURNING id
"""
BARE_STAGE = """
UPDATE bare SET is_head = true WHERE id = ANY (ARRAY(
       SELECT id FROM bare WHERE is_head IS NULL ORDER BY id LIMIT 500
          FOR UPDATE SKIP LOCKED))
"""


@dataclass
class Queue:
    """A database with live channels, and the engine on it."""

    name: str
    registry: Any
    channels: list[int]

    def fill(self, rows: int, hot: int) -> None:
        """Have so many rows pending, ``hot`` of them on one key."""
        values = {"channels": self.channels, "many": CHANNELS, "rows": rows, "hot": hot}
        database.query(self.name, "TRUNCATE retail_sync_job")
        database.query(self.name, FILL, values)
        for table in ("retail_sync_job", "retail_sync_bucket"):
            database.query(self.name, f"VACUUM ANALYZE {table}")

    def append(self, handler: str, count: int, keys: int) -> None:
        """Append ``count`` jobs over ``keys`` keys, as business code does."""
        self._append(handler, [n % keys for n in range(count)])

    def append_hot(self, handler: str, keys: int, count: int) -> None:
        """Append a job of each of ``keys`` keys, and ``count`` of the first."""
        self._append(handler, [*range(1, keys), *([0] * count)])

    def _append(self, handler: str, keys: list[int]) -> None:
        database.query(self.name, "TRUNCATE retail_sync_job")
        with _odoo.environment(self.registry) as env:
            env["retail.sync.job"]._enqueue_many(
                [
                    {
                        "channel": self.channels[0],
                        "handler": handler,
                        "order_key": f"key:{key}",
                    }
                    for key in keys
                ]
            )
        database.query(self.name, "ANALYZE retail_sync_job")

    def short(self) -> Any:
        """Return a transaction as the engine opens them."""
        from odoo.addons.retail_sync_core.database import short

        return short(self.registry, read_committed=True)


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Measure claims over two databases, then staging and running."""
    with (
        _odoo.fresh_database(env, "few", test_addon=True) as few_name,
        _odoo.fresh_database(env, "many", test_addon=True) as many_name,
    ):
        few, many = prepare(few_name), prepare(many_name)
        yield from measure_claims(few, many)
        database.query(few.name, BARE)
        yield from measure_stage(few)
        for case, handler, together in (
            ("jobs, a transaction each", "test.nothing", False),
            ("jobs, many a transaction", "test.nothing.together", True),
        ):
            yield measure_jobs(few, case, handler, together)


def measure_with_peer(env: Mapping[str, str]) -> Iterator[Figure]:
    """Measure what ``workers`` does with OCA's ``queue_job`` in turn."""
    from . import workers

    return workers.measure(env, with_peer=True)


def prepare(name: str) -> Queue:
    """Make live channels with an ample budget."""
    loaded = _odoo.registry(name)
    with _odoo.environment(loaded) as env:
        channels = env["retail.sync.channel"].create(
            [{"name": f"Channel {n}", "state": "live"} for n in range(CHANNELS)]
        )
        env["retail.sync.workflow"].search([]).write({"state": "paused"})
        env["retail.sync.bucket"]._ensure()
        env.flush_all()
        env.cr.execute("UPDATE retail_sync_bucket SET capacity = 1e9, tokens = 1e9")
        return Queue(name, loaded, channels.ids)


def measure_claims(few: Queue, many: Queue) -> Iterator[Figure]:
    """Claim 50 with a thousand and with a million rows pending."""
    few.fill(FEW, 0)
    many.fill(MANY, HOT)
    slow, fast = _odoo.in_turn(CLAIMS, lambda: claim_ms(many), lambda: claim_ms(few))
    case = "claim of 50: 1,000,000 pending, 200,000 of them on one key"
    yield Figure(case, slow, "ms", fast, higher_is_better=False)


def claim_ms(queue: Queue) -> float:
    """Claim and commit; return how long it took (ms)."""
    taken: list[Any] = []

    def claim() -> None:
        with queue.short() as env:
            taken.extend(env["retail.sync.queue"]._claim(1, 0, "bench", CLAIMED))

    spent = _odoo.seconds(claim)
    if len(taken) != CLAIMED:
        raise AssertionError(f"{len(taken)} jobs were claimed")
    database.query(
        queue.name,
        "UPDATE retail_sync_job SET state = 'pending', claim = NULL"
        " WHERE state = 'running'",
    )
    return spent * 1000


def measure_stage(queue: Queue) -> Iterator[Figure]:
    """Stage what was appended: order and identity settled, 500 rows at a time."""

    def ours() -> float:
        queue.append("test.nothing", STAGED, STAGED // 2)
        with _odoo.environment(queue.registry) as env:
            return STAGED / _odoo.seconds(env["retail.sync.worker"]._stage_all)

    rates = _odoo.in_turn(ROUNDS, ours, lambda: bare_rate(queue, STAGED, stage_bare))
    yield Figure("rows staged", rates[0], "rows/s", rates[1])


def measure_jobs(queue: Queue, case: str, handler: str, together: bool) -> Figure:
    """Run jobs that do nothing through stage, claim, run, settle and promote."""

    def ours() -> float:
        queue.append(handler, JOBS, JOBS)
        with _odoo.environment(queue.registry) as env:
            work_off = env["retail.sync.job"]._work_off
            spent = _odoo.seconds(lambda: work_off(JOBS, marks=False))
        done = database.query(
            queue.name, "SELECT count(*) FROM retail_sync_job WHERE state = 'done'"
        )
        if done != [(JOBS,)]:
            raise AssertionError(f"{done} of {JOBS} jobs are done")
        return JOBS / spent

    def bare(connection: Any) -> None:
        run_bare(connection, together)

    rates = _odoo.in_turn(ROUNDS, ours, lambda: bare_rate(queue, JOBS, bare))
    return Figure(case, rates[0], "jobs/s", rates[1])


def bare_rate(queue: Queue, rows: int, work: Callable[[Any], None]) -> float:
    """Return how many rows a second ``work`` does on a bare table."""
    import psycopg2

    with closing(psycopg2.connect(dbname=queue.name)) as connection:
        with connection.cursor() as cr:
            cr.execute("TRUNCATE bare")
            cr.execute(BARE_FILL, [rows])
        connection.commit()
        return rows / _odoo.seconds(lambda: work(connection))


def stage_bare(connection: Any) -> None:
    """Set one column of 500 rows at a time."""
    with connection.cursor() as cr:
        while True:
            cr.execute(BARE_STAGE)
            connection.commit()
            if not cr.rowcount:
                return


def run_bare(connection: Any, together: bool) -> None:
    """Claim 50 and complete them, in a transaction each or all in one."""
    with connection.cursor() as cr:
        while True:
            cr.execute(BARE_CLAIM, [CLAIMED])
            ids = [row_id for (row_id,) in cr.fetchall()]
            connection.commit()
            if not ids:
                return
            for part in [ids] if together else [[row_id] for row_id in ids]:
                cr.execute("UPDATE bare SET state = 'done' WHERE id = ANY(%s)", [part])
                connection.commit()
