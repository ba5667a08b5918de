from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import retail_sync_slot as slot_module
from ..waking import Bell
from .engine_common import EngineCase

SLOT = "odoo.addons.retail_sync_core.models.retail_sync_slot"
RUNNER = "odoo.addons.retail_sync_core.models.retail_sync_runner"


@tagged("post_install", "-at_install")
class TestSlot(EngineCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(slot_module, "SLICE_S", 2.0))
        self.startPatcher(patch.object(slot_module, "SOON_S", 0.0))
        with self.transaction() as env:
            self.slot_ids = env["retail.sync.slot"]._ensure_slots(2).ids
        self.set_slots(awake=False, beat_at=None)
        self.addCleanup(self.restore)

    def restore(self):
        with self.transaction() as env:
            env["retail.sync.slot"]._ensure_slots()

    def set_slots(self, **values):
        """Change both slots' rows; the bell may ring late for an earlier commit."""
        with self.short() as env:
            for name, value in values.items():
                env.cr.execute(
                    f"UPDATE retail_sync_slot SET {name} = %s WHERE id = ANY(%s)",
                    [value, self.slot_ids],
                )

    def slot(self, name, number=0):
        with self.transaction() as env:
            return env["retail.sync.slot"].browse(self.slot_ids[number])[name]

    def run_slot(self, number=0):
        """Run one slice as a process of its own would."""
        with self.transaction() as env:
            env["retail.sync.slot"]._cron_run(self.slot_ids[number])

    def leave_running(self, job_id, number=0, *, started=True):
        """Leave a job as a worker does that dies while it runs."""
        self.stage()
        self.assertEqual(self.claim("dead", slot=self.slot_ids[number]), [job_id])
        if started:
            with self.short() as env:
                env["retail.sync.queue"]._start([job_id], "dead")

    def triggers(self):
        with self.transaction() as env:
            crons = env["retail.sync.slot"].browse(self.slot_ids).cron_id
            return env["ir.cron.trigger"].search_count([("cron_id", "in", crons.ids)])

    def test_a_slot_is_a_scheduled_action_after_odoos_own(self):
        with self.transaction() as env:
            crons = env["retail.sync.slot"].browse(self.slot_ids).cron_id
            self.assertEqual(len(crons), 2)
            self.assertTrue(all(cron.priority > 5 for cron in crons))

    def test_a_slice_works_off_what_is_due_and_goes_to_sleep(self):
        job = self.enqueue(self.handler())

        self.run_slot()

        self.assertEqual(self.read(job), "done")
        self.assertFalse(self.slot("awake"))

    def test_a_scheduled_action_runs_it(self):
        job = self.enqueue(self.handler())

        with self.transaction() as env:
            slot = env["retail.sync.slot"].browse(self.slot_ids[0])
            slot.cron_id.method_direct_trigger()

        self.assertEqual(self.read(job), "done")

    def test_a_slot_that_works_elsewhere_is_left_alone(self):
        job = self.enqueue(self.handler())
        with self.transaction() as env:
            cron = env["retail.sync.slot"].browse(self.slot_ids[0]).cron_id
            env.cr.execute(
                "SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE", [cron.id]
            )
            self.run_slot()

        self.assertEqual(self.read(job), "pending")

    def test_no_transaction_of_ours_is_open_during_a_call_but_the_sign_of_life(self):
        seen = []

        def look(adapter, what):
            with self.transaction() as env:
                env.cr.execute(
                    """SELECT query FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                          AND state LIKE 'idle in transaction%'"""
                )
                seen.extend(query for (query,) in env.cr.fetchall())

        self.enqueue(self.calling())
        self.script(look)

        self.run_slot()

        self.assertEqual(len(seen), 1, seen)
        self.assertIn("FROM ir_cron", seen[0])

    def test_a_slot_takes_over_what_its_own_earlier_run_left(self):
        job = self.enqueue(self.handler())
        self.leave_running(job)

        self.run_slot()

        self.assertEqual(self.read(job, "state", "attempts", "crashes"), ("done", 2, 1))

    def test_what_was_only_claimed_is_no_crash(self):
        job = self.enqueue(self.handler())
        self.leave_running(job, started=False)

        self.run_slot()

        self.assertEqual(self.read(job, "state", "attempts", "crashes"), ("done", 1, 0))

    @mute_logger(SLOT)
    def test_another_slot_takes_over_from_a_dead_one(self):
        job = self.enqueue(self.handler())
        self.leave_running(job, number=1)

        self.run_slot(0)

        self.assertEqual(self.read(job), "done")

    def test_a_living_slot_keeps_its_job(self):
        job = self.enqueue(self.handler())
        self.leave_running(job, number=1)
        with self.transaction() as env:
            cron = env["retail.sync.slot"].browse(self.slot_ids[1]).cron_id
            env.cr.execute(
                "SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE", [cron.id]
            )
            self.run_slot(0)

        self.assertEqual(self.read(job), "running")

    @mute_logger(SLOT)
    def test_one_that_holds_its_lock_and_was_silent_for_long_is_given_up(self):
        job = self.enqueue(self.handler())
        self.leave_running(job, number=1)
        self.set_slots(beat_at="2020-01-01")
        with self.transaction() as env:
            cron = env["retail.sync.slot"].browse(self.slot_ids[1]).cron_id
            env.cr.execute(
                "SELECT id FROM ir_cron WHERE id = %s FOR NO KEY UPDATE", [cron.id]
            )
            self.run_slot(0)

        self.assertEqual(self.read(job), "done")

    @mute_logger(RUNNER)
    def test_the_late_worker_writes_nothing(self):
        written = []

        def apply(self, job, answer):
            written.append(answer)

        def slow(adapter, what):
            with self.short() as env:
                env["retail.sync.queue"]._take_over([self.slot_ids[0]], "another")
            return "late"

        job = self.enqueue(self.calling(_apply=apply))
        self.script(slow, "in time")

        self.run_slot()

        self.assertEqual(written, ["in time"])
        self.assertEqual(self.read(job, "state", "attempts"), ("done", 2))

    def test_a_job_that_stops_its_worker_three_times_is_dead(self):
        job = self.enqueue(self.handler())
        for _crash in range(3):
            self.leave_running(job)
            with self.short() as env:
                env["retail.sync.queue"]._take_over(self.slot_ids, "next")

        self.assertEqual(
            self.read(job, "state", "error_code"), ("dead", "stops_worker")
        )
        with self.transaction() as env:
            self.assertEqual(env["retail.sync.job"].browse(job).issue_id.kind, "bug")

    def test_one_sleeping_slot_is_woken_and_no_second(self):
        with self.transaction() as env:
            env.cr.execute("DELETE FROM ir_cron_trigger")
        for _enqueue in range(3):
            with self.short() as env:
                env["retail.sync.slot"]._wake_one()

        self.assertEqual(self.triggers(), 1)
        self.assertTrue(self.slot("awake"))

    def test_one_that_was_woken_long_ago_and_never_came_does_not_count(self):
        self.set_slots(awake=True, awake_at="2020-01-01")
        with self.short() as env:
            self.assertTrue(env["retail.sync.slot"]._wake_one())

    def test_a_slot_leaves_when_a_module_is_to_be_upgraded(self):
        job = self.enqueue(self.handler())
        worker = "odoo.addons.retail_sync_core.models.retail_sync_worker"
        with patch(f"{worker}.RetailSyncWorker._is_outdated", return_value=True):
            self.run_slot()

        self.assertEqual(self.read(job), "pending")
        self.assertFalse(self.slot("awake"))

    def test_no_call_is_begun_that_the_server_would_cut_off(self):
        job = self.enqueue(self.calling())
        self.stage()
        with self.transaction() as env:
            turn = self.turn(killed=0.0)
            with self.short() as claiming:
                jobs = claiming["retail.sync.queue"]._claim(1, 0, turn.token, 1)
            env.cr.commit()
            env["retail.sync.runner"]._run(turn, jobs[0])

        self.assertFalse(self.asked)
        self.assertEqual(self.read(job, "state", "attempts"), ("pending", 0))

    def test_old_finished_jobs_are_swept_and_young_ones_stay(self):
        handler = self.handler()
        old, young = self.enqueue(handler), self.enqueue(handler)
        self.work()
        self.set_job(old, done_at="2020-01-01")

        with self.short() as env:
            env["retail.sync.queue"]._sweep()

        with self.transaction() as env:
            jobs = env["retail.sync.job"].browse([old, young])
            self.assertEqual(jobs.exists().ids, [young])

    def test_the_bell_rings_at_once_and_once_more_for_the_rest(self):
        rung, timers = [], []
        bell = Bell(rung.append, pause_s=60)
        with patch("odoo.addons.retail_sync_core.waking.threading.Timer") as timer:
            timer.side_effect = lambda wait_s, ring, args: (
                timers.append((ring, args))
                or (type("Timer", (), {"start": lambda self: None})())
            )
            for _commit in range(5):
                bell.ring("db")

        self.assertEqual(rung, ["db"])
        self.assertEqual(len(timers), 1)
        ring, args = timers[0]
        ring(*args)
        self.assertEqual(rung, ["db", "db"])

    def test_a_transaction_rings_once_and_only_when_it_commits(self):
        handler = self.handler()
        with patch("odoo.addons.retail_sync_core.waking.BELL") as bell:
            with self.transaction() as env:
                for _job in range(3):
                    env["retail.sync.job"]._enqueue(self.channel_id, handler)
                self.assertEqual(bell.ring.call_count, 0)
            self.assertEqual(bell.ring.call_count, 1)
            with self.registry.cursor() as cr:
                env["retail.sync.job"].with_env(env(cr=cr))._enqueue(
                    self.channel_id, handler
                )
                cr.rollback()
            self.assertEqual(bell.ring.call_count, 1)
