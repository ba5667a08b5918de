import threading
import unittest

from odoo.modules.registry import Registry


def require_threads():
    """Skip where no other thread can have an environment.

    Odoo's own runner holds the registry's lock while it tests; pytest does not.

    :raises unittest.SkipTest: when the lock is held
    """
    free = []

    def look():
        if Registry._lock.acquire(blocking=False):
            Registry._lock.release()
            free.append(True)

    looker = threading.Thread(target=look)
    looker.start()
    looker.join()
    if not free:
        raise unittest.SkipTest("the runner holds the registry: no threads")
