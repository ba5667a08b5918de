"""A server whose clock is off: ``RETAIL_SYNC_TEST_CLOCK_S`` seconds."""

import os
import time
from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.addons.retail_sync_core.adapters import base

CLOCK_S = float(os.environ.get("RETAIL_SYNC_TEST_CLOCK_S") or 0)


def _put_off():
    shift, real = timedelta(seconds=CLOCK_S), time.time
    time.time = lambda: real() + CLOCK_S
    now = fields.Datetime.now
    fields.Datetime.now = staticmethod(lambda *args: now(*args) + shift)
    init = base.Adapter.__init__

    def begin(self, account, transport, clock=None):
        init(self, account, transport, lambda: datetime.now(timezone.utc) + shift)

    base.Adapter.__init__ = begin


if CLOCK_S:
    _put_off()
