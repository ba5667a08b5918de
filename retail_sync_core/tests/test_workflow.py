from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..domain.documents import Flow
from .common import RetailSyncCommon

TARGETS = {
    "stock": ("realtime", 60),
    "payment": ("realtime", 60),
    "cancellation": ("realtime", 60),
    "hold": ("realtime", 60),
    "order": ("realtime", 120),
    "shipment": ("realtime", 300),
    "return": ("realtime", 300),
    "refund": ("realtime", 300),
    "catalog": ("batch", 86400),
    "price": ("batch", 86400),
    "settlement": ("batch", 86400),
    "report": ("batch", 86400),
}


@tagged("post_install", "-at_install")
class TestWorkflow(RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.order = self.channel._workflow(Flow.ORDER)
        self.catalog = self.channel._workflow(Flow.CATALOG)
        self.workflows = self.env["retail.sync.workflow"]

    def at(self, moment):
        """Let the database's clock stand at ``moment``."""
        moment = fields.Datetime.to_datetime(moment)
        return patch.object(type(self.workflows), "_clock", lambda _self: moment)

    def polls(self):
        return self.jobs("flow.poll")

    def test_a_new_channel_has_every_workflow_with_its_target(self):
        found = {w.flow: (w.mode, w.target_s) for w in self.channel.workflow_ids}

        self.assertEqual(found, TARGETS)

    def test_each_says_what_restores_it(self):
        self.assertTrue(all(self.channel.workflow_ids.mapped("restores")))

    def test_a_turn_that_is_due_is_taken_once(self):
        self.order.next_poll_at = False

        self.workflows._enqueue_due()
        self.workflows._enqueue_due()

        self.assertEqual(len(self.polls()), 1)
        self.assertGreater(self.order.next_poll_at, fields.Datetime.now())

    def test_a_changed_row_counts_from_the_next_turn_on(self):
        self.workflows._enqueue_due()
        self.assertFalse(self.polls())

        self.order.interval_s = 30

        self.workflows._enqueue_due()
        self.assertEqual(len(self.polls()), 1)
        soon = fields.Datetime.now() + timedelta(seconds=31)
        self.assertLessEqual(self.order.next_poll_at, soon)

    def test_the_poll_keeps_the_shortest_interval_of_all_it_brings(self):
        self.channel._workflow(Flow.CANCELLATION).interval_s = 45

        self.assertEqual(self.order._turn_s(), 45)

    def test_a_paused_workflow_and_a_paused_channel_take_no_turn(self):
        self.order.state = "paused"
        self.workflows._enqueue_due()
        self.assertFalse(self.polls())

        self.order.state = "on"
        asked = self.polls()
        self.channel.action_pause("Stocktaking")
        self.workflows._enqueue_due()
        self.assertEqual(self.polls(), asked)

    def test_a_batch_runs_in_its_window_by_the_channels_clock(self):
        self.channel.timezone = "America/New_York"
        self.catalog.write({"window_start": 1.0, "window_end": 5.0})

        noon = fields.Datetime.to_datetime("2026-11-20 17:00:00")
        night = fields.Datetime.to_datetime("2026-11-21 07:30:00")

        self.assertFalse(self.catalog._is_open(noon))
        self.assertTrue(self.catalog._is_open(night))
        opens = fields.Datetime.to_datetime("2026-11-21 06:00:00")
        self.assertEqual(self.catalog._next_turn(noon), opens)

    def test_a_window_may_span_midnight(self):
        self.catalog.write({"window_start": 22.0, "window_end": 4.0})

        day = fields.Datetime.to_datetime("2026-01-01 00:00:00")
        hours = [
            hour
            for hour in range(24)
            if self.catalog._is_open(day + timedelta(hours=hour))
        ]
        self.assertEqual(hours, [0, 1, 2, 3, 22, 23])

    def test_a_batch_outside_its_window_waits_for_it(self):
        self.catalog.next_poll_at = False
        with self.at("2026-11-20 12:00:00"):
            self.workflows._enqueue_due()
        self.assertFalse(self.jobs("catalog.page"))

        with self.at("2026-11-21 01:10:00"):
            self.workflows._enqueue_due()
        self.assertEqual(self.jobs("catalog.page").lane, 2)

    def test_a_server_whose_clock_is_ahead_puts_no_turn_off(self):
        self.order.next_poll_at = False
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(hours=2)):
            self.workflows._enqueue_due()

        self.assertEqual(len(self.polls()), 1)
        self.assertLess(self.order.next_poll_at, now + timedelta(hours=1))

    def test_lag_is_the_age_of_what_is_not_done(self):
        event = self.deliver(self.make_notice())
        self.order.next_poll_at = False
        event.received_at = fields.Datetime.now() - timedelta(minutes=10)
        self.env.flush_all()
        self.order.invalidate_recordset()

        self.assertGreaterEqual(self.order.lag_s, 600)
        self.assertTrue(self.order.is_late)
        self.assertTrue(self.order.lag_text)
        self.assertFalse(self.channel._workflow(Flow.REFUND).is_late)

    def test_what_was_done_shows_as_the_last_success(self):
        event = self.deliver(self.make_notice())
        event.write({"state": "done", "done_at": self.env.cr.now()})

        self.workflows._note_successes()

        self.assertEqual(self.order.last_success_at, event.done_at)

    def test_nonsense_is_refused(self):
        for values in ({"interval_s": 1}, {"target_s": 0}, {"window_end": 25}):
            with self.subTest(**values), self.assertRaises(ValidationError):
                self.order.write(values)
