"""Wakes a worker after a commit: at most five times a second, the last never lost."""

import logging
import threading
import time

from odoo.modules.registry import Registry

from .database import short

_logger = logging.getLogger(__name__)
PAUSE_S = 0.2


class Bell:
    """Rings once at once, then once more for all that came within the pause."""

    def __init__(self, ring, pause_s=PAUSE_S):
        self._ring = ring
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._last = {}
        self._waiting = set()

    def ring(self, db_name):
        """Ring for ``db_name`` now, or when the pause is over."""
        with self._lock:
            if db_name in self._waiting:
                return
            wait_s = self._last.get(db_name, 0.0) + self._pause_s - time.monotonic()
            if wait_s <= 0:
                self._last[db_name] = time.monotonic()
            else:
                self._waiting.add(db_name)
        if wait_s <= 0:
            self._ring(db_name)
            return
        timer = threading.Timer(wait_s, self._late, (db_name,))
        timer.daemon = True
        timer.start()

    def _late(self, db_name):
        with self._lock:
            self._waiting.discard(db_name)
            self._last[db_name] = time.monotonic()
        self._ring(db_name)


def _wake(db_name):
    # After the commit nobody can be told of a failure: the one-minute interval finds
    # the work all the same.
    try:
        with short(Registry(db_name), read_committed=True) as env:
            env["retail.sync.slot"]._wake_one()
    except Exception:
        _logger.warning("%s: no worker could be woken", db_name, exc_info=True)


BELL = Bell(_wake)


def wake_after_commit(cr):
    """Ring once this transaction is committed, once however often this is called."""
    marks = cr.postcommit.data
    if not marks.get("retail_sync_wake"):
        marks["retail_sync_wake"] = True
        db_name = cr.dbname
        cr.postcommit.add(lambda: BELL.ring(db_name))
