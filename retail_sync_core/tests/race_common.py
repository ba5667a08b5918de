import threading

from odoo import SUPERUSER_ID, api
from psycopg2.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from .engine_common import EngineCase
from .threads import require_threads

RACES = (SerializationFailure, DeadlockDetected, UniqueViolation)


class RaceCase(EngineCase):
    """Steps on real connections at once; a step takes the environment it works in."""

    def setUp(self):
        require_threads()
        super().setUp()

    def at_once(self, *steps):
        """Do each step on a connection of its own, all begun together."""
        barrier, problems = threading.Barrier(len(steps)), []

        def run(step):
            barrier.wait()
            try:
                self.repeat(step)
            except Exception as exc:  # noqa: BLE001 (told by the main thread)
                problems.append(exc)

        threads = [threading.Thread(target=run, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(problems, [])

    def repeat(self, step):
        """Do ``step(env)`` as the engine does: a lost race repeats it."""
        for _attempt in range(50):
            try:
                with self.registry.cursor() as cr:
                    step(api.Environment(cr, SUPERUSER_ID, {}))
                return
            except RACES:
                continue
        raise AssertionError("no attempt succeeded")
