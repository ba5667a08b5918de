"""Several connections at once: what only real transactions can prove."""

import threading

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..domain import errors
from .engine_common import EngineCase
from .threads import require_threads


@tagged("post_install", "-at_install")
class TestConcurrencyJobs(EngineCase):
    def append(self, env, handler="test.plain", **values):
        """Append a job in the open transaction of ``env``."""
        return env["retail.sync.job"]._enqueue(self.channel_id, handler, **values).id

    def heads(self, order_key):
        """Return the ids of the heads of a key, in order."""
        with self.transaction() as env:
            env.cr.execute(
                """SELECT id FROM retail_sync_job
                    WHERE order_key = %s AND is_head AND state IN ('pending', 'running')
                    ORDER BY id""",
                [order_key],
            )
            return [row_id for (row_id,) in env.cr.fetchall()]

    def settle(self, job_id):
        """Settle a running job as done and commit, without promoting."""
        with self.short() as env:
            outcome = env["retail.sync.outcome"]
            outcome._settle(env["retail.sync.job"].browse(job_id), None)

    def promote(self, order_key):
        with self.short() as env:
            return env["retail.sync.queue"]._promote([(self.channel_id, order_key)])

    # identity
    def test_a_waiting_twin_is_joined(self):
        handler = self.handler()
        first = self.enqueue(handler, identity="fetch:1", order_key="order:1")
        self.stage()
        second = self.enqueue(handler, identity="fetch:1", order_key="order:1")

        self.stage()

        self.assertEqual(self.read(second), "cancelled")
        self.assertEqual(self.read(second, "joined_id")[0], first)

    def test_twins_of_one_batch_are_joined(self):
        handler = self.handler()
        jobs = [self.enqueue(handler, identity="fetch:1") for _number in range(3)]

        self.stage()

        self.assertEqual(
            [self.read(job) for job in jobs], ["pending", "cancelled", "cancelled"]
        )

    def test_a_running_twin_never_swallows_a_new_one(self):
        handler = self.handler()
        first = self.enqueue(handler, identity="fetch:1", order_key="order:1")
        self.stage()
        self.assertEqual(self.claim(), [first])
        second = self.enqueue(handler, identity="fetch:1", order_key="order:1")

        self.stage()

        self.assertEqual(self.read(second, "state", "is_head"), ("pending", False))

    def test_a_twin_that_is_being_claimed_just_now_is_not_joined(self):
        handler = self.handler()
        first = self.enqueue(handler, identity="fetch:1", order_key="order:1")
        self.stage()
        second = self.enqueue(handler, identity="fetch:1", order_key="order:1")
        with self.short() as claiming:
            claiming["retail.sync.queue"]._claim(1, 0, "a", 10)  # not committed yet
            self.stage()

        self.assertEqual(self.read(first), "running")
        self.assertEqual(self.read(second), "pending", "the change came after it began")

    def test_another_channels_twin_is_another_job(self):
        handler = self.handler()
        self.enqueue(handler, identity="fetch:1")
        other = self.enqueue(handler, self.make_channel(), identity="fetch:1")

        self.stage()

        self.assertEqual(self.read(other), "pending")

    def test_a_newer_event_takes_the_place_of_its_parked_twin(self):
        handler = self.handler(_apply=self.fail_once())
        first = self.enqueue(handler, identity="fetch:1", order_key="order:1")
        self.work()
        self.assertEqual(self.read(first), "parked")

        second = self.enqueue(handler, identity="fetch:1", order_key="order:1")
        self.work()

        self.assertEqual(self.read(first), "cancelled")
        self.assertEqual(self.read(second), "done")

    # order
    def test_a_key_has_one_head_however_it_is_staged(self):
        handler = self.handler()
        jobs = [self.enqueue(handler, order_key="order:1") for _number in range(3)]
        self.stage()
        later = self.enqueue(handler, order_key="order:1")
        self.stage()

        self.assertEqual(self.heads("order:1"), jobs[:1])
        self.assertEqual(self.read(later, "is_head"), False)

    def test_two_stagers_at_once_make_one_head(self):
        handler = self.handler()
        with self.transaction() as one, self.transaction() as two:
            low = self.append(one, handler, order_key="order:1")
            high = self.append(two, handler, order_key="order:1")
            two.cr.commit()
            with self.short() as stager:
                stager["retail.sync.queue"]._stage()  # sees the higher one alone
                one.cr.commit()
                # the other stager meets the lower one before the first has committed
                raced = self.try_stage()
        self.stage()
        self.assertEqual(len(self.heads("order:1")), 1, raced)
        self.assertEqual({low, high} & set(self.heads("order:1")), {high})

    def try_stage(self):
        """Stage with a short lock time-out; whether it went through."""
        with self.registry.cursor() as cr:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute("SET LOCAL lock_timeout = '200ms'")
            env = api.Environment(cr, SUPERUSER_ID, {})
            try:
                env["retail.sync.queue"]._stage()
            except Exception as exc:  # noqa: BLE001 any lost race is a race lost
                cr.rollback()
                return type(exc).__name__
        return "staged"

    def test_jobs_of_a_key_run_one_after_the_other_in_order(self):
        order = []
        handler = self.handler(
            _apply=lambda self, job, answer: order.append(job.payload["n"])
        )
        for number in range(1, 6):
            self.enqueue(handler, order_key="order:1", payload={"n": number})

        self.work()

        self.assertEqual(order, [1, 2, 3, 4, 5])

    def test_the_next_of_a_key_is_claimed_only_after_the_settle(self):
        handler = self.handler()
        first = self.enqueue(handler, order_key="order:1")
        second = self.enqueue(handler, order_key="order:1")
        self.stage()

        self.assertEqual(self.claim("a"), [first])
        self.assertEqual(self.claim("b"), [])
        self.settle(first)
        self.promote("order:1")

        self.assertEqual(self.claim("b"), [second])

    def test_a_job_that_backs_off_holds_its_key(self):
        handler = self.calling()
        first = self.enqueue(handler, order_key="order:1")
        second = self.enqueue(handler, order_key="order:1")
        self.script(errors.TransientError("no answer"))

        self.work()

        self.assertEqual(self.heads("order:1"), [first])
        self.assertEqual(self.read(second, "attempts"), 0)

    def test_a_lost_promotion_is_found_by_an_idle_worker(self):
        handler = self.handler()
        first = self.enqueue(handler, order_key="order:1")
        second = self.enqueue(handler, order_key="order:1")
        self.stage()
        self.claim("a")
        self.settle(first)  # and the worker dies before it promotes
        self.assertEqual(self.heads("order:1"), [])

        self.work()

        self.assertEqual(self.read(second), "done")

    # parked and dead
    def test_a_parked_inbound_job_does_not_hold_its_key(self):
        bad = self.handler("test.bad", _apply=self.fail_once())
        good = self.handler("test.good")
        first = self.enqueue(bad, order_key="order:1")
        second = self.enqueue(good, order_key="order:1")

        self.work()

        self.assertEqual((self.read(first), self.read(second)), ("parked", "done"))

    def test_a_parked_outbound_job_holds_back_later_outbound_ones(self):
        bad = self.handler("test.bad", _apply=self.fail_once(), _holds_key=True)
        out, inward = self.handler("test.out", _holds_key=True), self.handler("test.in")
        first = self.enqueue(bad, order_key="order:1")
        behind = self.enqueue(out, order_key="order:1")
        newest = self.enqueue(inward, order_key="order:1")
        self.work()
        late = self.enqueue(out, order_key="order:1")
        self.work()

        self.assertEqual(
            [self.read(job) for job in (first, behind, newest, late)],
            ["parked", "pending", "done", "pending"],
        )

    def test_what_waited_behind_goes_on_in_order_when_it_is_mended(self):
        order = []
        bad = self.handler("test.bad", _apply=self.fail_once(), _holds_key=True)
        out = self.handler(
            "test.out",
            _holds_key=True,
            _apply=lambda self, job, answer: order.append(job.id),
        )
        first = self.enqueue(bad, order_key="order:1")
        behind = [self.enqueue(out, order_key="order:1") for _number in range(2)]
        self.work()

        with self.transaction() as env:
            env["retail.sync.job"].browse(first).action_retry()
        self.work()

        self.assertEqual(self.read(first), "done")
        self.assertEqual(order, behind)

    def test_what_waited_behind_goes_on_when_it_is_cancelled(self):
        bad = self.handler("test.bad", _apply=self.fail_once(), _holds_key=True)
        out = self.handler("test.out", _holds_key=True)
        first = self.enqueue(bad, order_key="order:1")
        behind = self.enqueue(out, order_key="order:1")
        self.work()

        with self.transaction() as env:
            env["retail.sync.job"].browse(first).action_cancel()
        self.work()

        self.assertEqual((self.read(first), self.read(behind)), ("cancelled", "done"))

    # claiming
    def test_two_workers_never_claim_the_same_job(self):
        handler = self.handler(_anytime=True)  # reserves no budget: nothing to wait for
        for _number in range(10):
            self.enqueue(handler)
        self.stage()
        with self.short() as one, self.short() as two:
            first = one["retail.sync.queue"]._claim(-1, 0, "a", 6)
            second = two["retail.sync.queue"]._claim(-1, 0, "b", 6)

        self.assertEqual((len(first), len(second)), (6, 4))
        self.assertFalse({job.id for job in first} & {job.id for job in second})

    def test_a_claim_keeps_to_its_lane_and_to_what_is_due(self):
        handler = self.handler()
        urgent = self.enqueue(handler, lane=0)
        self.enqueue(handler, lane=2)
        self.enqueue(handler, lane=0, delay_s=3600)
        self.stage()

        self.assertEqual(self.claim("a", lane=0), [urgent])

    def test_enqueuing_under_concurrent_writers_never_fails(self):
        handler = self.handler()
        with self.transaction() as till:
            till.cr.execute("SELECT count(*) FROM retail_sync_job")  # its snapshot
            with self.transaction() as other:  # everything it points to is changed
                channel = other["retail.sync.channel"].browse(self.channel_id)
                channel.write({"name": "changed meanwhile"})
                self.append(other, handler, identity="stock:1", order_key="stock:1")
                other["retail.sync.bucket"]._reserve({self.channel_id: 1})
            self.stage()
            job = self.append(till, handler, identity="stock:1", order_key="stock:1")

        self.assertEqual(self.read(job), "pending")

    def test_eight_writers_and_a_stager_lose_nothing(self):
        require_threads()
        handler = self.handler()
        failures = []

        def write():
            try:
                for number in range(10):
                    self.enqueue(handler, order_key=f"order:{number % 3}")
            except Exception as exc:  # noqa: BLE001 shown by the assertion
                failures.append(exc)

        writers = [threading.Thread(target=write) for _number in range(8)]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            self.stage()
        self.work()

        self.assertFalse(failures)
        with self.transaction() as env:
            env.cr.execute("SELECT state, count(*) FROM retail_sync_job GROUP BY state")
            self.assertEqual(env.cr.fetchall(), [("done", 80)])

    def test_four_workers_run_each_job_once_and_never_two_of_a_key(self):
        require_threads()
        log, lock = [], threading.Lock()

        def apply(self, job, answer):
            with lock:
                log.append(("start", job.order_key, job.id))
            self.env.cr.execute("SELECT count(*) FROM ir_model_fields")
            with lock:
                log.append(("end", job.order_key, job.id))

        handler = self.handler(_apply=apply)
        with self.transaction() as env:
            env["retail.sync.job"]._enqueue_many(
                {
                    "channel": self.channel_id,
                    "handler": handler,
                    "order_key": f"hot:{number % 4}" if number % 2 else f"own:{number}",
                }
                for number in range(120)
            )
        workers = [threading.Thread(target=self.work) for _number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.work()

        self.assertEqual(self.overlaps(log), [])
        started = [job for what, _key, job in log if what == "start"]
        self.assertEqual(len(started), len(set(started)))
        self.assertEqual(len(started), 120)

    # helpers
    def overlaps(self, log):
        """Return the jobs that began while another of their key was under way."""
        running, found = {}, []
        for what, key, job in log:
            if what == "end":
                running.pop(key)
                continue
            if key in running:
                found.append((key, running[key], job))
            running[key] = job
        return found

    def fail_once(self):
        """Return an apply that fails with bad data the first time."""
        tries = []

        def apply(self, job, answer):
            tries.append(job.id)
            if len(tries) == 1:
                raise errors.DataError("no such SKU", kind="unknown_sku", value="A-1")

        return apply
