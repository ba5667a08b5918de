from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.retail_sync_handler import Stop
from .common_orders import OrdersCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestReplay(OrdersCommon):
    """What stopped is begun again after a look at what that does, with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "replay_op", groups=f"{GROUP}operator")
        cls.boss = new_test_user(cls.env, "replay_boss", groups=f"{GROUP}manager")
        cls.other = new_test_user(cls.env, "replay_other", groups=f"{GROUP}manager")

    def stopped(self, number, state="parked"):
        """Have a fetch of order ``number`` stop as one does that meets the unknown."""
        job = self.env["retail.sync.job"]._enqueue(
            self.channel,
            "order.fetch",
            order_key=f"order:order-{number}",
            payload={"external_id": f"order-{number}"},
        )
        stop = Stop("data", field="X", value="y", message="no", state=state)
        self.env["retail.sync.outcome"]._stop(job, stop)
        job.invalidate_recordset()
        return job

    def asked(self, records, user=None, reason="The shop has mended it."):
        action = records.with_user(user or self.operator).action_replay()
        replay = self.env["retail.sync.replay"].browse(action["res_id"])
        replay = replay.with_user(user or self.operator)
        replay.reason = reason
        return replay

    def test_it_says_first_what_it_does_and_begins_nothing(self):
        jobs = self.stopped(1) | self.stopped(2, state="dead")

        replay = self.asked(jobs)

        self.assertIn("2 times the newest version is read", replay.story)
        self.assertIn("order.fetch: 2", replay.story)
        self.assertEqual(set(jobs.mapped("state")), {"parked", "dead"})

    def test_it_begins_them_again_with_a_reason_and_is_written_down(self):
        self.shop.put(self.order("order-1"))
        jobs = self.stopped(1)
        replay = self.asked(jobs)

        replay.action_ask()
        self.run_jobs()

        self.assertEqual(jobs.state, "done")
        self.assertEqual(
            (replay.state, replay.replayed_count, replay.asked_by_id),
            ("done", 1, self.operator),
        )
        found = self.env["sale.order"].search(
            [("retail_sync_order_ids.external_id", "=", "order-1")]
        )
        self.assertEqual(len(found), 1)
        entry = self.env["retail.sync.audit"].search([("action", "=", "replay.done")])
        self.assertEqual(entry.user_id, self.operator)

    def test_without_a_reason_nothing_is_begun(self):
        replay = self.asked(self.stopped(1), reason=" ")
        with self.assertRaises(UserError):
            replay.action_ask()

    def test_what_went_on_meanwhile_is_left_alone(self):
        first, second = self.stopped(1), self.stopped(2)
        replay = self.asked(first | second)
        first._wake()
        self.env.invalidate_all()
        self.assertIn("1 are settled by now", replay.story)

        replay.action_ask()

        self.assertEqual((replay.replayed_count, replay.left_count), (1, 1))

    def test_pressed_twice_it_begins_once(self):
        replay = self.asked(self.stopped(1))
        replay.action_ask()
        with self.assertRaisesRegex(UserError, "meanwhile"):
            replay.action_ask()

    def test_an_action_in_doubt_is_looked_up_and_not_sent_twice(self):
        order = self.import_order(self.order())
        self.ship(order.order_id.picking_ids)
        effect = self.effects(order)
        effect.sudo().state = "unknown"
        job = effect.job_id
        stop = Stop("effect_in_doubt", message="no answer")
        self.env["retail.sync.outcome"]._stop(job, stop)
        job.invalidate_recordset()
        replay = self.asked(job)
        self.assertIn("1 times the channel is asked", replay.story)

        replay.action_ask()
        self.run_jobs()

        self.assertTrue(self.shop.calls("read_back"))

    def test_messages_are_read_once_each_record(self):
        self.shop.put(self.order("order-1"))
        self.deliver(self.make_notice(event_id="a"), self.make_notice(event_id="b"))
        self.run_jobs()
        events = self.env["retail.sync.event"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(len(events), 2)
        replay = self.asked(events)
        self.assertIn("2 messages about 1 records", replay.story)
        before = len(self.shop.calls("fetch"))

        replay.action_ask()
        self.run_jobs()

        self.assertEqual(len(self.shop.calls("fetch")), before + 1)
        self.assertEqual(replay.replayed_count, 2)
        self.assertEqual(
            self.env["retail.sync.order"].search_count(
                [("channel_id", "=", self.channel.id)]
            ),
            1,
        )

    def test_where_the_channel_asks_for_it_a_second_person_approves(self):
        self.channel.replay_approval = True
        jobs = self.stopped(1)
        replay = self.asked(jobs, self.boss)
        replay.action_ask()
        self.assertEqual((replay.state, jobs.state), ("waiting", "parked"))

        with self.assertRaisesRegex(AccessError, "another manager"):
            replay.action_approve()
        with self.assertRaises(AccessError):
            replay.with_user(self.operator).action_approve()
        replay.with_user(self.other).action_approve()

        jobs.invalidate_recordset()
        self.assertEqual((replay.state, jobs.state), ("done", "pending"))
        self.assertEqual(replay.decided_by_id, self.other)

    def test_declined_it_is_left_undone_with_the_reason(self):
        self.channel.replay_approval = True
        jobs = self.stopped(1)
        replay = self.asked(jobs, self.boss)
        replay.action_ask()
        second = replay.with_user(self.other)
        with self.assertRaises(UserError):
            second.action_decline()
        second.answer = "The shop has not mended it."
        second.action_decline()

        self.assertEqual((replay.state, jobs.state), ("declined", "parked"))

    def test_nobody_rewrites_what_was_chosen_or_who_asked(self):
        replay = self.asked(self.stopped(1))
        for values in ({"record_ids": [1]}, {"state": "done"}, {"asked_by_id": 1}):
            with self.assertRaises(AccessError):
                replay.write(values)

    def test_rows_of_several_channels_are_refused(self):
        other = self.make_channel(name="Other")
        job = self.env["retail.sync.job"]._enqueue(other, "order.fetch", order_key="x")
        with self.assertRaisesRegex(UserError, "one channel"):
            (job | self.stopped(1)).with_user(self.operator).action_replay()
