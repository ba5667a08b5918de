"""Peak mode: what can wait does; how far behind each lane is; how the peak was."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models import retail_sync_worker
from .common import RetailSyncCommon
from .engine_common import EngineCase

MANAGER = "retail_sync_core.retail_sync_group_manager"
OPERATOR = "retail_sync_core.retail_sync_group_operator"
HOUR = timedelta(hours=1)


class PeakCase(RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.peaks = self.env["retail.sync.peak"]

    def plan(self, starts=-HOUR, ends=HOUR, **values):
        channels = values.pop("channels", self.channel)
        return self.peaks._plan(
            channels, self.now + starts, self.now + ends, "Summer sale", **values
        )

    def take_minute(self):
        """Let the workers' minute come."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM retail_sync_minute")
        self.env["retail.sync.queue"]._sweep()
        self.env.invalidate_all()
        domain = [("channel_id", "=", self.channel.id)]
        return self.env["retail.sync.minute"].search(domain)

    def let_wait(self, count, lane=0, minutes=1, **values):
        """Append jobs that have been due for so long."""
        jobs = self.env["retail.sync.job"]
        for number in range(count):
            job = jobs._enqueue(
                self.channel, "order.fetch", lane=lane, order_key=f"order:{number}"
            )
            values = {"due": self.now - timedelta(minutes=minutes), "id": job.id}
            self.env.cr.execute(
                "UPDATE retail_sync_job SET scheduled_at = %(due)s WHERE id = %(id)s",
                values,
            )


@tagged("post_install", "-at_install")
class TestPeak(PeakCase):
    def test_it_is_planned_told_audited_and_listed_as_an_exception(self):
        manager = new_test_user(self.env, "manager-of-peaks", MANAGER)
        plan = self.env["retail.sync.peak.plan"].with_user(manager)
        with Form(plan) as form:
            form.channel_ids.add(self.channel)
            form.starts_at, form.ends_at = self.now - HOUR, self.now + HOUR
            form.reason = "Summer sale"

        form.record.action_plan()

        peak = self.channel.peak_ids
        self.assertEqual((peak.state, peak.user_id), ("on", manager))
        self.assertIn("Summer sale", self.channel.message_ids[0].body)
        last = self.env["retail.sync.audit"].search([], limit=1)
        self.assertEqual((last.action, last.res_id), ("peak.planned", peak.id))
        self.env.flush_all()
        row = self.env["retail.sync.override"].search([("kind", "=", "peak")])
        self.assertEqual((row.until, row.reason), (peak.ends_at, "Summer sale"))
        self.assertTrue(self.channel.is_peak)
        self.assertIn("Peak mode until", self.channel.peak_words)

    def test_for_all_each_channel_gets_its_own(self):
        other = self.make_channel(name="Another")
        wizard = self.env["retail.sync.peak.plan"].create(
            {"ends_at": self.now + HOUR, "reason": "Black Friday"}
        )

        wizard.action_plan()

        self.assertTrue(self.channel.is_peak)
        self.assertTrue(other.is_peak)

    def test_it_ends_by_itself(self):
        self.plan(starts=-2 * HOUR, ends=timedelta(seconds=1))
        peak = self.channel._get_peak()

        self.assertTrue(peak)
        self.assertFalse(self.channel._get_peak(self.now + timedelta(seconds=2)))

    def test_only_managers_plan_and_end_it(self):
        operator = new_test_user(self.env, "operator-of-peaks", OPERATOR)
        peak = self.plan()
        with self.assertRaises(AccessError):
            peak.with_user(operator).action_end()
        with self.assertRaises(AccessError):
            self.peaks.with_user(operator)._plan(
                self.channel, self.now, self.now + HOUR, "x"
            )

    def test_two_at_once_none_too_long_and_none_in_the_past(self):
        self.plan()
        with self.assertRaisesRegex(ValidationError, "in this time already"):
            self.plan(starts=HOUR / 2, ends=2 * HOUR)
        with self.assertRaisesRegex(ValidationError, "14 days"):
            self.plan(starts=HOUR, ends=timedelta(days=20))
        with self.assertRaisesRegex(UserError, "past"):
            self.plan(starts=-2 * HOUR, ends=-HOUR)

    def test_nothing_of_the_quiet_hours_begins_before_its_end(self):
        workflow = self.channel._workflow("catalog")
        workflow.write({"mode": "batch", "window_start": 0.0, "window_end": 24.0})
        self.assertTrue(workflow._is_open(self.now))

        peak = self.plan()

        self.assertFalse(workflow._is_open(self.now))
        self.assertEqual(workflow._next_turn(self.now), peak.ends_at)
        self.assertTrue(workflow._is_open(peak.ends_at))

    def test_quiet_hours_that_begin_within_it_open_at_its_end(self):
        self.channel.timezone = "UTC"
        workflow = self.channel._workflow("catalog")
        noon = self.now.replace(hour=12, minute=0, second=0) + timedelta(days=1)
        workflow.write({"mode": "batch", "window_start": 13, "window_end": 17})
        starts, ends = noon - self.now, noon - self.now + 2 * HOUR
        peak = self.plan(starts=starts, ends=ends)

        self.assertEqual(workflow._opens_at(noon), peak.ends_at)
        self.assertEqual(workflow._opens_at(noon - HOUR), peak.ends_at)

    def test_levels_are_told_more_often(self):
        workflow = self.channel._workflow("stock")
        workflow.gather_s = 300
        self.assertEqual(workflow._gathers_for_s(), 300)

        self.plan()

        self.assertEqual(workflow._gathers_for_s(), 30)

    def test_when_it_is_over_it_says_how_it_was(self):
        peak = self.plan(starts=-2 * HOUR, ends=HOUR)
        self.env["retail.sync.minute"].search([]).unlink()
        rows = [(5, 40, 7, 1.5), (9, 20, 70, 30.0)]
        for number, (orders, levels, depth, late) in enumerate(rows):
            self.env["retail.sync.minute"].create(
                {
                    "channel_id": self.channel.id,
                    "at": (self.now - HOUR).replace(second=0, microsecond=0)
                    + timedelta(minutes=number),
                    "orders": orders,
                    "levels": levels,
                    "depth_urgent": depth,
                    "late_urgent": late,
                }
            )
        self.done(*range(1, 101))
        self.env["retail.sync.issue"]._raise(self.channel, "data", value="x")

        peak.action_end()

        self.assertRecordValues(
            peak,
            [
                {
                    "order_count": 14,
                    "orders_most": 9,
                    "levels_most": 40,
                    "depth_most": 70,
                    "late_urgent": 95.0,
                    "issue_count": 1,
                    "state": "over",
                }
            ],
        )
        self.assertIn("The peak is over", self.channel.message_ids[0].body)

    def done(self, *late_s):
        """Let jobs have been done that began so late."""
        done = self.now - HOUR / 2
        for seconds in late_s:
            job = self.env["retail.sync.job"]._enqueue(
                self.channel, "order.fetch", lane=0
            )
            self.env.cr.execute(
                """UPDATE retail_sync_job SET state = 'done', done_at = %s,
                          started_at = %s, scheduled_at = %s WHERE id = %s""",
                [done, done, done - timedelta(seconds=seconds), job.id],
            )


@tagged("post_install", "-at_install")
class TestLanes(PeakCase):
    def test_a_minute_counts_what_waits_and_for_how_long(self):
        self.let_wait(3, lane=0, minutes=2)
        self.let_wait(1, lane=2, minutes=90)

        minute = self.take_minute()

        self.assertEqual((minute.depth_urgent, minute.depth_batch), (3, 1))
        self.assertGreater(minute.age_urgent, 60)
        self.assertGreater(minute.age_batch, 3600)

    def test_a_minute_is_taken_once(self):
        self.take_minute()

        self.assertFalse(self.env["retail.sync.minute"]._take())

    def test_a_minute_that_nobody_took_is_counted_by_the_next(self):
        self.take_minute()
        self.env.cr.execute(
            "UPDATE retail_sync_minute SET at = at - interval '3 minutes'"
        )
        self.env.invalidate_all()
        order = self.env["retail.sync.order"].create(
            {"channel_id": self.channel.id, "external_id": "x"}
        )
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE retail_sync_order
                  SET create_date = date_trunc('minute', %s) - interval '2 minutes'
                WHERE id = %s""",
            [self.env.cr.now(), order.id],
        )

        taken = self.env["retail.sync.minute"]._take()

        own = taken.filtered(lambda row: row.channel_id == self.channel)
        self.assertEqual(own.orders, 1)

    def test_a_lane_that_is_behind_is_an_issue_until_it_is_not(self):
        self.channel.depth_limit_frequent = 2
        self.let_wait(3, lane=1)
        self.take_minute()
        issue = self.issues("lane_behind_frequent")
        self.assertEqual(len(issue), 1)
        self.assertIn("not begun: 3", issue.message)

        self.env.cr.execute(
            "UPDATE retail_sync_job SET state = 'cancelled' WHERE channel_id = %s",
            [self.channel.id],
        )
        self.take_minute()

        self.assertFalse(self.issues("lane_behind_frequent"))

    def test_so_is_one_thing_that_waits_too_long(self):
        self.let_wait(1, lane=0, minutes=6)

        self.take_minute()

        self.assertTrue(self.issues("lane_behind_urgent"))
        self.assertFalse(self.issues("lane_behind_batch"))


@tagged("post_install", "-at_install")
class TestLanesYield(EngineCase):
    """Batch work makes room, on real connections."""

    def test_the_rest_of_a_batch_waits_for_what_is_urgent(self):
        self.startPatcher(patch.object(retail_sync_worker, "LOOK_S", 0.0))
        urgent = self.calling("test.urgent")
        batch = self.calling("test.batch")
        jobs = [self.enqueue(batch, lane=2) for _number in range(5)]
        came = []

        def order_comes(adapter, what):
            came.append(self.enqueue(urgent, lane=0))
            return "fine"

        self.script(order_comes, *["fine"] * 5)

        self.work()

        asked = [job_id for _what, job_id in self.asked]
        self.assertEqual(asked, [jobs[0], *came, *jobs[1:]])

    def test_at_its_peak_a_channels_batch_work_leaves_half_the_budget(self):
        handler = self.calling()
        for _number in range(10):
            self.enqueue(handler, lane=2)
            self.enqueue(handler, lane=0)
        self.stage()
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_bucket SET capacity = 8, tokens = 8, per_s = 0
                    WHERE channel_id = %s""",
                [self.channel_id],
            )
            now = fields.Datetime.now()
            env["retail.sync.peak"]._plan(
                env["retail.sync.channel"].browse(self.channel_id),
                now - HOUR,
                now + HOUR,
                "Summer sale",
            )

        self.assertEqual(len(self.claim("a", lane=2)), 4)
        self.assertEqual(self.claim("b", lane=2), [])
        self.assertEqual(len(self.claim("c", lane=0)), 4)

    def test_at_a_peak_batch_work_has_no_turn_of_its_own(self):
        batch, urgent = self.calling("test.batch"), self.calling("test.urgent")
        self.enqueue(batch, lane=2)
        self.enqueue(urgent, lane=0)
        self.stage()
        worker_turn = self.turn(claims=retail_sync_worker.FAIR_TURN - 1, is_peak=True)

        with self.transaction() as env:
            jobs = env["retail.sync.worker"]._claim(worker_turn, 50)

        self.assertEqual([job.handler for job in jobs], ["test.urgent"])
