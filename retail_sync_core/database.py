"""What the engine does with PostgreSQL beside the ORM: short transactions of its own,
the proof that none is open during a call, tables that live fast, loose links."""

import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.sql_db import Cursor
from odoo.tools import SQL
from psycopg2.errors import UniqueViolation
from psycopg2.extensions import (
    ISOLATION_LEVEL_READ_COMMITTED,
    TRANSACTION_STATUS_IDLE,
)

# Another transaction was quicker: whoever meets one of these tries again.
RACES = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation)
_mine = threading.local()


class OpenTransactionError(AssertionError):
    """A transaction of ours is open where none may be: before a call (P8)."""


class LooseMany2one(fields.Many2one):
    """A many2one with no foreign key behind it.

    A foreign key locks the row it points to. Under REPEATABLE READ that lock fails when
    the row was changed meanwhile, and it would fail in a cashier's transaction. So what
    is appended there points loosely; what lost its target is swept later.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column free."""


@contextmanager
def short(registry, *, read_committed=False):
    """Yield a superuser's environment in a fresh transaction, committed at the end.

    :param read_committed: each statement sees what is committed by then; a lost race
        gives no row instead of an error; inside a test's single transaction it has no
        meaning and is left out
    """
    with registry.cursor() as cr:
        if read_committed and isinstance(cr, Cursor):
            # no statement of its own: PostgreSQL is told as the transaction begins
            cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        opened = _opened()
        opened.append(cr)
        try:
            yield api.Environment(cr, SUPERUSER_ID, {})
        finally:
            opened.remove(cr)
    if registry.ready:
        registry.signal_changes()


def read_committed(env):
    """Return a superuser's environment whose transaction is READ COMMITTED: of two
    requests at once one writes and none fails."""
    cr = env.cr
    if isinstance(cr, Cursor):
        if cr.connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            cr.rollback()
        cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    return env(user=SUPERUSER_ID)


def assert_idle(*cursors):
    """Raise :class:`OpenTransactionError` unless every connection we own is idle.

    :param cursors: cursors beside those of :func:`short` that this thread works with
    """
    if _opened():
        raise OpenTransactionError("a transaction of the engine is open before a call")
    for cr in cursors:
        if not isinstance(cr, Cursor) or cr.closed:
            continue  # a test's cursor: its transaction is the test's
        if cr.connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            raise OpenTransactionError(
                "the worker's own transaction is open before a call"
            )


def tune_hot_table(cr, table):
    """Let ``table`` take many updates: room on its pages, dead rows cleared early."""
    cr.execute(
        SQL(
            """ALTER TABLE %s SET (
                   fillfactor = 70, autovacuum_vacuum_scale_factor = 0,
                   autovacuum_vacuum_threshold = 2000,
                   autovacuum_vacuum_cost_delay = 0)""",
            SQL.identifier(table),
        )
    )


def _opened():
    if not hasattr(_mine, "cursors"):
        _mine.cursors = []
    return _mine.cursors
