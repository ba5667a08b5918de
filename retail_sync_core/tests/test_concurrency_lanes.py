"""How urgent waiting work is, decided on real connections."""

from odoo.tests import tagged

from .engine_common import EngineCase


@tagged("post_install", "-at_install")
class TestConcurrencyLanes(EngineCase):
    def settle_and_promote(self, job_id, order_key):
        """Settle a running job as done, then promote the next of its key."""
        with self.short() as env:
            job = env["retail.sync.job"].browse(job_id)
            env["retail.sync.outcome"]._settle(job, None)
        with self.short() as env:
            env["retail.sync.queue"]._promote([(self.channel_id, order_key)])

    def test_a_head_takes_the_most_urgent_lane_of_its_key(self):
        handler = self.handler()
        first = self.enqueue(handler, order_key="order:1", lane=2)
        self.stage()
        self.enqueue(handler, order_key="order:1", lane=0)
        self.stage()

        self.assertEqual(self.read(first, "lane"), 0)

    def test_a_joined_twin_takes_the_lane_of_who_joined_it(self):
        handler = self.handler()
        fetch = {"identity": "fetch:1", "order_key": "order:1"}
        waiting = self.enqueue(handler, lane=1, **fetch)
        self.stage()
        urgent = self.enqueue(handler, lane=0, **fetch)
        lazy = self.enqueue(handler, lane=2, **fetch)

        self.stage()

        self.assertEqual(self.read(urgent), "cancelled")
        self.assertEqual(self.read(lazy), "cancelled")
        self.assertEqual(self.read(waiting, "lane"), 0)
        self.assertEqual(self.claim(lane=0), [waiting])

    def test_a_joined_twin_of_the_same_batch_takes_the_urgent_lane_too(self):
        handler = self.handler()
        first = self.enqueue(handler, lane=2, identity="fetch:1")
        self.enqueue(handler, lane=0, identity="fetch:1")

        self.stage()

        self.assertEqual(self.claim(lane=0), [first])

    def test_an_urgent_twin_that_waits_behind_hurries_its_head(self):
        handler = self.handler()
        head = self.enqueue(handler, lane=2, order_key="order:1")
        fetch = {"identity": "fetch:1", "order_key": "order:1"}
        behind = self.enqueue(handler, lane=1, **fetch)
        self.stage()
        self.enqueue(handler, lane=0, **fetch)

        self.stage()

        self.assertEqual(self.read(behind, "lane", "is_head"), (0, False))
        self.assertEqual(self.claim(lane=0), [head])

    def test_a_promoted_head_takes_the_most_urgent_lane_behind_it(self):
        handler = self.handler()
        jobs = [
            self.enqueue(handler, order_key="order:1", lane=lane) for lane in (1, 2, 0)
        ]
        self.stage()
        self.claim("a")

        self.settle_and_promote(jobs[0], "order:1")

        self.assertEqual(self.read(jobs[1], "is_head", "lane"), (True, 0))
