from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from odoo.tests import tagged

from ..adapters.registry import ADAPTERS
from ..domain import documents as doc
from .common import FakeShopAdapter
from .engine_common import EngineCase
from .threads import require_threads

AT_ONCE = 8
ROUNDS = 10


@tagged("post_install", "-at_install")
class TestDoorRace(EngineCase):
    """The door over real connections."""

    def setUp(self):
        require_threads()
        super().setUp()
        self.startPatcher(patch.dict(ADAPTERS, {"manual": FakeShopAdapter}))

    def knock(self, number):
        """Deliver one webhook as a server thread does; return the new events."""
        notice = doc.Notice(
            flow=doc.Flow.ORDER,
            topic="orders/updated",
            external_id="o-1",
            event_id=f"e-{number}",
        )
        with self.short() as env:
            door = env["retail.sync.door"]
            channel = env["retail.sync.channel"].browse(self.channel_id)
            return door._accept(door._of_channel(channel), (notice,), "webhook")

    def test_a_delivery_that_comes_eight_times_at_once_is_stored_once(self):
        deliveries = [number for number in range(ROUNDS) for _ in range(AT_ONCE)]

        with ThreadPoolExecutor(AT_ONCE) as threads:
            new = list(threads.map(self.knock, deliveries))

        self.assertEqual(sum(map(len, new)), ROUNDS)
        with self.transaction() as env:
            own = [("channel_id", "=", self.channel_id)]
            self.assertEqual(env["retail.sync.event"].search_count(own), ROUNDS)
            self.assertEqual(env["retail.sync.job"].search_count(own), ROUNDS)

    def test_two_workers_that_raise_the_same_issue_open_one(self):
        def raise_it(_number):
            with self.short() as env:
                channel = env["retail.sync.channel"].browse(self.channel_id)
                return env["retail.sync.issue"]._raise(channel, "bug", value="x").id

        with ThreadPoolExecutor(AT_ONCE) as threads:
            ids = set(threads.map(raise_it, range(AT_ONCE)))

        self.assertEqual(len(ids), 1)

    def test_two_jobs_that_are_refused_pause_the_channel_once(self):
        def pause(_number):
            with self.short() as env:
                env["retail.sync.channel"].browse(self.channel_id)._pause("401")

        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(pause, range(AT_ONCE)))

        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            self.assertEqual(channel.state, "paused")
            self.assertEqual(len(channel.activity_ids), 1)
