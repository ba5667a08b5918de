"""Waiting for the workers: looks into the database now and then, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg2
from devenv.console import Problem
from devenv.stage import Stage

LOOK_S = 0.25
# what a worker still has to do now; what waits for a person or for later is not asked
WORK = """
SELECT (SELECT count(*) FROM retail_sync_job
         WHERE state = 'running' OR (state = 'pending'
           AND scheduled_at <= (now() AT TIME ZONE 'UTC') + interval '20 seconds')),
       (SELECT count(*) FROM retail_sync_stock_mark),
       (SELECT count(*) FROM retail_sync_event WHERE state = 'received'),
       (SELECT count(*) FROM retail_sync_effect
         WHERE state IN ('intended', 'sent', 'accepted'))
"""


def query(stage: Stage, sql: str, *args: Any, dbname: str = "") -> list[tuple]:
    """Return the rows of ``sql``, read in a transaction of its own."""
    env = stage.env
    connection = psycopg2.connect(
        dbname=dbname or stage.database,
        host=env.get("PGHOST") or None,
        port=env.get("PGPORT") or None,
        user=env.get("PGUSER") or None,
        password=env.get("PGPASSWORD") or None,
    )
    try:
        with connection, connection.cursor() as cr:
            cr.execute(sql, args or None)
            return cr.fetchall()
    finally:
        connection.close()


def wake(stage: Stage) -> None:
    """Let Odoo's scheduler look now; after a start it looks first in a minute."""
    query(
        stage, "SELECT pg_notify('cron_trigger', %s)", stage.database, dbname="postgres"
    )


def until(what: str, done: Callable[[], bool], seconds: float = 120) -> None:
    """Look until ``done()``.

    :raises Problem: when it takes longer than ``seconds``
    """
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise Problem(f"waited {seconds:.0f} s for: {what}", "read Odoo's log")
        time.sleep(LOOK_S)


def quiet(stage: Stage, seconds: float = 180) -> None:
    """Wait until the workers have nothing to do, twice in a row.

    :raises Problem: naming what is left
    """
    seen = 0

    def is_quiet() -> bool:
        nonlocal seen
        seen = seen + 1 if not any(query(stage, WORK)[0]) else 0
        return seen >= 3

    try:
        until("the workers to finish", is_quiet, seconds)
    except Problem as exc:
        left = dict(
            zip(
                ("jobs", "marks", "events", "effects"),
                query(stage, WORK)[0],
                strict=True,
            )
        )
        raise Problem(f"{exc}; left: {left}", "look at Technical > Jobs") from exc
