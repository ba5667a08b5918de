import threading
import time

from odoo import api, models

PAUSE_S = 1.0
CHANNEL, MESSAGE = "retail_sync", "retail_sync_core/refresh"
_lock = threading.Lock()
_last = {}
_waiting = set()


class RetailSyncHint(models.AbstractModel):
    """Tells open screens that something changed: at most one message a second and
    process, without data. Each screen reads what its user may read."""

    _name = "retail.sync.hint"
    _description = "Hints for Open Screens"

    @api.model
    def _send(self):
        """Send a hint with this transaction, unless one went out a moment ago.

        :return: whether it was sent; one that was held back waits for :meth:`_flush`
        """
        db_name, now = self.env.cr.dbname, time.monotonic()
        with _lock:
            if now - _last.get(db_name, float("-inf")) < PAUSE_S:
                _waiting.add(db_name)
                return False
            _last[db_name] = now
            _waiting.discard(db_name)
        self.env["bus.bus"]._sendone(CHANNEL, MESSAGE, {})
        return True

    @api.model
    def _flush(self):
        """Send the hint that was held back, if there is one and its time has come."""
        return self.env.cr.dbname in _waiting and self._send()

    @api.model
    def _is_waiting(self):
        """Return whether a hint was held back; costs no query."""
        return self.env.cr.dbname in _waiting
