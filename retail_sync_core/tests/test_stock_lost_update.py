"""The lost update that a read-then-compare connector suffers, on real connections."""

import os
import threading
from unittest.mock import patch

from odoo.tests import tagged

from ..adapters.registry import ADAPTERS
from .stock_common import ShelfAdapter
from .test_stock_race import StockRaceCase
from .threads import require_threads

ROUNDS = int(os.environ.get("RETAIL_SYNC_RACE_ROUNDS") or 12)


@tagged("post_install", "-at_install")
class TestLostUpdate(StockRaceCase):
    """Whenever a change is committed, the channel ends with what Odoo has."""

    def setUp(self):
        super().setUp()
        require_threads()
        self.startPatcher(patch.dict(ADAPTERS, {"manual": ShelfAdapter}))
        for store in (ShelfAdapter.shelf, ShelfAdapter.pages):
            store.clear()
        for store in (ShelfAdapter.sent, ShelfAdapter.reads, ShelfAdapter.faults):
            store.clear()
        channel_id = self.made[0]
        with self.transaction() as env:
            env["retail.sync.fuse"]._confirm()
            channel = env["retail.sync.channel"].browse(channel_id)
            channel.write({"state": "live", "compare_daily": False})
            channel._workflow("stock").gather_s = 0
            channel.workflow_ids.next_poll_at = "2099-01-01"
            env["retail.sync.bucket"]._ensure()
            env.cr.execute(
                "UPDATE retail_sync_bucket SET capacity = 100000, tokens = 100000"
                " WHERE channel_id = %s",
                [channel_id],
            )
        for product_id in self.product_ids:
            ShelfAdapter.shelf["L1", f"race-{product_id}"] = 0
        self.work_off()

    def work_off(self):
        """Work as a server's slot does, until nothing is due."""
        with self.transaction() as env:
            env["retail.sync.job"]._work_off(200)

    def add(self, units, number=0):
        """Commit a change of a product's stock; the first's, if none is named."""
        with self.transaction() as env:
            self.put(env, self.product_ids[number], units)

    def assert_equal_sides(self, told):
        """Check the channel's figure against what Odoo has."""
        with self.transaction() as env:
            here = env["stock.quant"]._read_group(
                [("product_id", "=", self.product_ids[0])], [], ["quantity:sum"]
            )[0][0]
        there = ShelfAdapter.shelf["L1", f"race-{self.product_ids[0]}"]
        self.assertEqual(there, here, told)

    def test_a_change_that_is_committed_while_the_worker_is_at_it_is_told(self):
        for number in range(ROUNDS):
            self.add(1)
            with self.transaction() as env:
                self.put(env, self.product_ids[0], 2)
                env.flush_all()
                self.add(1, number=1)  # a later change, committed earlier
                # the worker computes, tells and settles, and sees nothing of the two
                self.work_off()
            self.work_off()

            self.assert_equal_sides(f"round {number}")

    def test_a_change_that_is_committed_during_the_call_is_told_afterwards(self):
        for number in range(ROUNDS):
            self.add(1)
            ShelfAdapter.faults.append(lambda _effect: self.add(3))

            self.work_off()

            self.assert_equal_sides(f"round {number}")

    def test_a_change_that_another_worker_notes_during_the_call_is_told(self):
        for number in range(ROUNDS):
            self.add(1)
            ShelfAdapter.faults.append(lambda _effect: (self.add(3), self.consume()))

            self.work_off()

            self.assert_equal_sides(f"round {number}")

    def test_of_two_workers_one_writes_at_a_time(self):
        gate, at_once, most = threading.Lock(), [0], [0]
        original = ShelfAdapter.send

        def send(adapter, effect):
            with gate:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            try:
                return original(adapter, effect)
            finally:
                with gate:
                    at_once[0] -= 1

        with patch.object(ShelfAdapter, "send", send):
            for number in range(ROUNDS):
                self.add(1)
                workers = [threading.Thread(target=self.work_off) for _n in range(2)]
                for worker in workers:
                    worker.start()
                for worker in workers:
                    worker.join()
                self.work_off()
                self.assert_equal_sides(f"round {number}")

        self.assertEqual(most, [1])
