"""A channel that is out, or a kind of call: what goes on, who tries, how it resumes."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import BaseCursor
from odoo.tests import tagged

from ..domain import errors
from .engine_common import EngineCase, ScriptedAdapter
from .race_common import RaceCase

BROKEN = errors.TransientError("answered 502", code="no_answer")
AWAY = errors.TransientError("no connection", code="unreachable")


class OutageCase(EngineCase):
    """Two kinds of call: ``refund`` changes something, ``order`` only asks."""

    def setUp(self):
        super().setUp()
        self.refund = self.calling("test.refund", _mutates=True, _flow="refund")
        self.order = self.calling("test.order", _flow="order")

    def enqueue_all(self, handler, count, **values):
        return [self.enqueue(handler, **values) for _number in range(count)]

    def break_kind(self, handler):
        """Let a kind of call fail until it is out."""
        jobs = self.enqueue_all(handler, 5)
        self.script(*[BROKEN] * 5)
        self.work()
        return jobs

    def breaker(self, kind="write:refund"):
        with self.transaction() as env:
            row = env["retail.sync.breaker"].search(
                [("channel_id", "=", self.channel_id), ("kind", "=", kind)]
            )
            return row.read(["failures", "opened_at", "blocked_until", "probe"])[0]

    def set_due(self, kind="write:refund"):
        """Let the time of the next probe have come."""
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_breaker
                      SET blocked_until = now() AT TIME ZONE 'UTC' - interval '1 s'
                    WHERE channel_id = %s AND kind = %s""",
                [self.channel_id, kind],
            )
            env.cr.execute(
                """UPDATE retail_sync_job
                      SET scheduled_at = now() AT TIME ZONE 'UTC' - interval '1 s'
                    WHERE channel_id = %s AND state = 'pending'""",
                [self.channel_id],
            )


@tagged("post_install", "-at_install")
class TestOutage(OutageCase):
    def test_a_kind_that_fails_is_out_and_the_others_go_on(self):
        failing = self.break_kind(self.refund)
        waiting = self.enqueue(self.refund)
        read = self.enqueue(self.order)
        self.script("fine")

        self.work()

        self.assertEqual(self.read(read), "done")
        self.assertEqual(self.read(waiting, "state", "attempts"), ("pending", 0))
        self.assertTrue(self.breaker()["opened_at"])
        self.assertFalse(self.bucket("opened_at"), "the channel itself is there")
        self.assertEqual([self.read(job) for job in failing], ["pending"] * 5)

    def test_work_that_calls_nobody_goes_on_within_a_kind_that_is_out(self):
        self.break_kind(self.refund)
        plain = self.enqueue(self.handler("test.books", _mutates=True, _flow="refund"))

        self.work()

        self.assertEqual(self.read(plain), "done")

    def test_several_kinds_that_fail_are_the_channel(self):
        for handler in (self.refund, self.order) * 3:
            self.enqueue(handler)
        self.script(*[BROKEN] * 6)

        self.work()

        self.assertEqual(len(self.asked), 5)
        self.assertTrue(self.bucket("opened_at"))

    def test_a_connection_that_fails_is_the_channel_and_no_kind(self):
        self.enqueue_all(self.refund, 6)
        self.script(*[AWAY] * 6)

        self.work()

        self.assertEqual(len(self.asked), 5)
        self.assertTrue(self.bucket("opened_at"))
        with self.transaction() as env:
            out = env["retail.sync.breaker"].search(
                [("channel_id", "=", self.channel_id)]
            )
        self.assertFalse(out)

    def test_a_job_does_not_die_of_its_kind_while_others_succeed(self):
        job = self.enqueue(self.refund)
        for number in range(12):
            self.set_due()
            self.enqueue(self.order)
            self.script(BROKEN, f"read {number}")
            self.work()

        self.assertEqual(self.read(job), "pending")
        self.assertLessEqual(self.read(job, "failures"), 5)

    def test_the_kind_comes_back_with_the_first_probe_that_is_answered(self):
        failing = self.break_kind(self.refund)
        waiting = self.enqueue_all(self.refund, 3)
        self.set_due()
        self.script(*["fine"] * 8)

        self.work()

        self.assertEqual({self.read(job) for job in failing + waiting}, {"done"})
        self.assertFalse(self.breaker()["opened_at"])

    def test_a_failed_probe_lets_another_job_be_the_next_one(self):
        self.break_kind(self.refund)
        self.script(BROKEN)
        self.set_due()
        self.work()
        first = self.asked[-1]
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_breaker
                      SET blocked_until = now() AT TIME ZONE 'UTC' - interval '1 s'
                    WHERE channel_id = %s""",
                [self.channel_id],
            )

        self.script(BROKEN)
        self.work()

        self.assertEqual(len(self.asked), 7, "one call a probe")
        self.assertNotEqual(self.asked[-1], first)

    def test_a_probe_that_needs_no_call_leaves_the_turn_to_the_next(self):
        self.break_kind(self.refund)
        idle = self.calling(
            "test.idle", _mutates=True, _flow="refund", _plan=lambda self, job: None
        )
        first = self.enqueue(idle)
        self.set_due()
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_job
                      SET scheduled_at = scheduled_at - interval '1 d'
                    WHERE id = %s""",
                [first],
            )
        self.script(*["fine"] * 5)

        self.work()

        self.assertEqual(self.read(first), "done")
        self.assertFalse(self.breaker()["opened_at"], "it was tried all the same")

    def test_a_channel_that_is_back_lets_all_kinds_in_on_trial(self):
        self.break_kind(self.refund)
        with self.short() as env:
            env.cr.execute(
                """UPDATE retail_sync_bucket SET opened_at = now() AT TIME ZONE 'UTC'
                    WHERE channel_id = %s""",
                [self.channel_id],
            )
            bucket = env["retail.sync.bucket"]
            bucket._answered(self.channel_id, "read:order", worked=True)
        self.assertFalse(self.breaker()["opened_at"])

        with self.short() as env:
            env["retail.sync.bucket"]._harmed(self.channel_id, "write:refund")

        self.assertTrue(self.breaker()["opened_at"])

    def test_what_is_out_does_not_keep_batch_work_waiting(self):
        self.break_kind(self.refund)
        self.enqueue(self.refund, lane=0)
        self.stage()

        with self.short() as env:
            self.assertFalse(env["retail.sync.queue"]._is_urgent_waiting(2))
            next_s = env["retail.sync.queue"]._next_due_s()

        self.assertGreater(next_s, 100, "no worker spins on it")
        self.set_due()
        with self.short() as env:
            self.assertEqual(env["retail.sync.queue"]._next_due_s(), 0)


@tagged("post_install", "-at_install")
class TestOutageRace(OutageCase, RaceCase):
    """Two processes are two connections here."""

    def test_of_two_at_once_one_is_the_kinds_probe(self):
        self.break_kind(self.refund)
        self.set_due()
        found = []

        self.at_once(*[self.claimer(found, token) for token in "abcd"])

        self.assertEqual(len(found), 1, "one probe, no second")
        self.assertEqual(self.claim("later"), [])

    def test_of_two_at_once_one_is_the_channels_probe(self):
        self.enqueue_all(self.order, 20)
        self.enqueue_all(self.refund, 20)
        self.stage()
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_bucket SET failures = 5, blocked_until = NULL,
                          opened_at = (now() AT TIME ZONE 'UTC') - interval '1 hour'
                    WHERE channel_id = %s""",
                [self.channel_id],
            )
        found = []

        self.at_once(*[self.claimer(found, token) for token in "abcd"])

        self.assertEqual(len(found), 1)

    def claimer(self, found, token):
        def step(env):
            env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            jobs = env["retail.sync.queue"]._claim(1, 0, token, 50)
            env.cr.execute("SELECT pg_sleep(0.05)")  # the others meet it open
            env.cr.commit()
            found.extend(jobs)

        return step


class Clock:
    """The engine's time, moved by the test."""

    def __init__(self):
        self.now = fields.Datetime.now() + timedelta(seconds=5)

    def move(self, seconds):
        self.now += timedelta(seconds=seconds)


@tagged("post_install", "-at_install")
class TestOutageHour(OutageCase):
    """An hour without the channel, by a clock that the test moves."""

    keys, each, per_s = 20, 10, 2.0

    def setUp(self):
        super().setUp()
        self.clock = Clock()
        self.startPatcher(
            patch.object(BaseCursor, "now", lambda cursor: self.clock.now)
        )
        self.calls, self.is_away = [], False
        self.startPatcher(patch.object(ScriptedAdapter, "ask", self.answer))
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_bucket SET capacity = 40, tokens = 40, cost = 1,
                          per_s = %s, at = %s WHERE channel_id = %s""",
                [self.per_s, self.clock.now, self.channel_id],
            )

    def answer(self, what):
        self.calls.append((self.clock.now, what, self.is_away))
        if self.is_away:
            raise errors.TransientError("no connection", code="unreachable")
        return "fine"

    def live(self, seconds):
        """Work as workers do, until the clock has moved by ``seconds``."""
        ends = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < ends:
            self.work()
            with self.short() as env:
                wait_s = env["retail.sync.queue"]._next_due_s()
            left_s = (ends - self.clock.now).total_seconds()
            self.clock.move(min(max(wait_s or 0.5, 0.5), left_s))

    def test_after_an_hour_all_resume_in_order_and_within_the_budget(self):
        self.is_away = True
        jobs = [
            self.enqueue(self.order, order_key=f"order:{number % self.keys}")
            for number in range(self.keys * self.each)
        ]
        self.live(3600)
        tried = len(self.calls)
        waiting = [self.read(job, "state", "failures") for job in jobs]
        self.is_away = False
        self.live(300)

        self.assertLessEqual(tried, 5 + 3600 / 120 + 1)
        self.assertEqual({state for state, _failures in waiting}, {"pending"})
        self.assertLessEqual(max(failures for _state, failures in waiting), 1)
        self.assertEqual({self.read(job) for job in jobs}, {"done"})
        self.check_order(jobs)
        self.check_rate()

    def check_order(self, jobs):
        """Within a key the jobs were done in the order they came."""
        done = [what[1] for _at, what, away in self.calls if not away]
        self.assertEqual(sorted(done), sorted(jobs), "each once")
        for key in range(self.keys):
            own = jobs[key :: self.keys]
            self.assertEqual([job for job in done if job in own], own)

    def check_rate(self):
        """However a window is cut, no more was called than flows back meanwhile."""
        moments = [at for at, _what, away in self.calls if not away]
        for first, begins in enumerate(moments):
            for last in range(first, len(moments)):
                window_s = (moments[last] - begins).total_seconds()
                most = 1 + self.per_s * (window_s + 1)
                self.assertLessEqual(last - first + 1, most)
