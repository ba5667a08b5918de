"""A paused flow's work lies beside the queue: with real connections."""

import threading

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from psycopg2.errors import LockNotAvailable

from .engine_common import EngineCase
from .threads import require_threads

FLOW = "shipment"


@tagged("post_install", "-at_install")
class TestPauseQueue(EngineCase):
    def setUp(self):
        super().setUp()
        self.sending = self.calling("test.sending", _flow=FLOW)

    def workflow(self, env, flow=FLOW):
        return env["retail.sync.channel"].browse(self.channel_id)._workflow(flow)

    def pause(self, flow=FLOW):
        with self.transaction() as env:
            self.workflow(env, flow).action_pause("Stocktaking")

    def resume(self, flow=FLOW):
        with self.transaction() as env:
            self.workflow(env, flow).action_resume()

    def told(self):
        """Return the ids of the jobs whose call was made, in order."""
        return [job_id for _what, job_id in self.asked]

    def waiting(self, flow=FLOW):
        with self.transaction() as env:
            return self.workflow(env, flow).waiting_count

    def test_what_waits_and_what_comes_is_held_and_goes_out_in_order(self):
        before = [self.enqueue(self.sending, order_key="a") for _number in range(2)]
        self.stage()
        self.pause()
        after = [self.enqueue(self.sending) for _number in range(3)]
        self.work()

        self.assertEqual(self.told(), [])
        self.assertEqual({self.read(job) for job in before + after}, {"held"})
        self.assertEqual(self.waiting(), 5)

        self.resume()
        self.work()

        # the key's second follows when its first is settled
        self.assertEqual(sorted(self.told()), before + after)
        self.assertLess(self.told().index(before[0]), self.told().index(before[1]))
        self.assertEqual([job for job in self.told() if job in after], after)
        self.assertEqual(self.waiting(), 0)

    def test_other_flows_and_their_work_on_the_same_order_go_on(self):
        other = self.calling("test.other", _flow="order")
        held = self.enqueue(self.sending, order_key="order:1")
        self.pause()
        free = self.enqueue(other, order_key="order:1")

        self.work()

        self.assertEqual(self.told(), [free])
        self.assertEqual(self.read(held), "held")

    def test_an_action_behind_a_held_one_does_not_overtake_it(self):
        first = self.calling("test.first", _flow=FLOW, _holds_key=True)
        second = self.calling("test.second", _flow="cancellation", _holds_key=True)
        self.pause()
        shipped = self.enqueue(first, order_key="order:1")
        canceled = self.enqueue(second, order_key="order:1")
        self.work()
        self.assertEqual(self.told(), [])

        self.resume()
        self.work()

        self.assertEqual(self.told(), [shipped, canceled])

    def test_a_job_in_a_workers_hand_is_laid_aside_when_its_turn_comes(self):
        job = self.enqueue(self.sending, order_key="order:1")
        turn = self.turn(token="hand")
        self.stage()
        with self.short() as env:
            (claimed,) = env["retail.sync.queue"]._claim(1, 0, "hand", 10)
        self.pause()

        with self.transaction() as env:
            env["retail.sync.runner"]._run(turn, claimed)

        self.assertEqual(self.told(), [])
        self.assertEqual(
            self.read(job, "state", "attempts", "claim"), ("held", 0, False)
        )
        self.resume()
        self.work()
        self.assertEqual(self.told(), [job])

    def test_twins_of_a_paused_flow_are_one(self):
        self.pause()
        first = self.enqueue(self.sending, identity="x")
        self.stage()
        rest = [self.enqueue(self.sending, identity="x") for _number in range(2)]
        self.stage()

        self.assertEqual(self.read(first), "held")
        for job in rest:
            self.assertEqual(self.read(job), "cancelled")
            self.assertEqual(self.read(job, "joined_id")[0], first)
        self.assertEqual(self.waiting(), 1)

    def test_what_was_held_leaves_within_the_budget(self):
        self.pause()
        for _number in range(5):
            self.enqueue(self.sending)
        self.work()
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_bucket
                      SET capacity = 2, tokens = 2, per_s = 0, at = now()
                    WHERE channel_id = %s""",
                [self.channel_id],
            )
        self.resume()

        self.work()

        self.assertEqual(len(self.told()), 2)
        self.assertEqual(self.waiting(), 3)

    def test_a_pause_does_not_count_against_what_failed_before(self):
        job = self.enqueue(self.sending)
        self.stage()
        self.set_job(job, failures=3, first_failed_at="2020-01-01")
        self.pause()
        self.work()

        self.resume()
        self.stage()
        with self.transaction() as env:
            env["retail.sync.queue"]._settle_flow(self.workflow(env), 10)

        self.assertEqual(self.read(job, "failures", "first_failed_at"), (0, False))

    def test_a_row_that_was_locked_at_the_resume_follows(self):
        self.pause()
        job = self.enqueue(self.sending)
        self.work()
        with self.short() as holding:
            holding.cr.execute(
                "SELECT id FROM retail_sync_job WHERE id = %s FOR UPDATE", [job]
            )
            self.resume()
            self.work()
            self.assertEqual(self.read(job), "held")

        self.work(ahead_s=60)

        self.assertEqual(self.told(), [job])

    def test_what_a_failed_resume_left_is_let_go_by_the_next_turn(self):
        self.pause()
        job = self.enqueue(self.sending)
        self.work()
        self.resume()
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_job SET state = 'dead'
                    WHERE channel_id = %s AND handler = 'flow.settle'""",
                [self.channel_id],
            )
        self.work()
        self.assertEqual(self.told(), [])

        with self.transaction() as env:
            env["retail.sync.workflow"]._enqueue_due()
        self.work()

        self.assertEqual(self.told(), [job])

    # at the same moment
    def test_nobody_resumes_while_work_is_being_laid_aside(self):
        self.pause()
        self.enqueue(self.sending)
        with self.short() as staging:
            self.assertEqual(staging["retail.sync.queue"]._hold(10), 1)
            with self.assertRaises(LockNotAvailable), self.transaction() as env:
                env.cr.execute("SET LOCAL lock_timeout = '100ms'")
                self.workflow(env).action_resume()

    def test_a_resume_that_waits_for_a_stager_loses_nothing(self):
        require_threads()
        self.pause()
        job = self.enqueue(self.sending)
        with self.short() as staging:
            staging["retail.sync.queue"]._hold(10)
            resuming = threading.Thread(target=self.resume)
            resuming.start()
        resuming.join()

        self.work()

        self.assertEqual(self.told(), [job])

    def test_a_flow_being_resumed_just_now_is_left_to_the_one_who_does_it(self):
        self.pause()
        job = self.enqueue(self.sending)
        with self.registry.cursor() as cr:
            resuming = api.Environment(cr, SUPERUSER_ID, {})
            self.workflow(resuming).action_resume()
            resuming.flush_all()
            self.work()  # the row is locked: nothing is held, nothing is sent
            self.assertEqual(self.told(), [])
            self.assertEqual(self.read(job), "pending")
            cr.rollback()

        self.work(ahead_s=60)

        self.assertEqual(self.told(), [])
        self.assertEqual(self.read(job), "held")
