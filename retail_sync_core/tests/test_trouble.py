"""What a person sees of an outage, and what is asked more often meanwhile."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import RetailSyncCommon

MANAGER = "retail_sync_core.retail_sync_group_manager"
OPERATOR = "retail_sync_core.retail_sync_group_operator"


@tagged("post_install", "-at_install")
class TestTrouble(RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.env["retail.sync.bucket"]._ensure()
        self.buckets = self.env["retail.sync.bucket"]

    def bucket(self):
        self.env.invalidate_all()
        return self.buckets.search([("channel_id", "=", self.channel.id)])

    def fail(self, times=5, **values):
        for _number in range(times):
            self.buckets._harmed(self.channel.id, "write:refund", **values)
        self.env.invalidate_all()

    def test_a_kind_that_fails_is_named_with_what_waits_for_it(self):
        self.env["retail.sync.job"]._enqueue(
            self.channel, "order.refund", payload={"order_id": 0}
        )

        self.fail(error="answered 502")

        (row,) = self.channel.out_kind_ids
        self.assertEqual(row.title, "Refunds: telling the channel")
        self.assertEqual((row.waiting_count, row.last_error), (1, "answered 502"))
        self.assertGreater(row.blocked_until, fields.Datetime.now())
        self.assertEqual(self.channel.health, "attention")
        self.assertIn("Refunds", self.channel.health_note)

    def test_a_channel_that_is_out_says_since_when_and_that_nothing_is_lost(self):
        self.fail(reached=False)

        self.assertEqual(self.channel.health, "out")
        self.assertIn("Does not answer since", self.channel.out_words)
        self.assertIn("Nothing is lost", self.channel.health_note)
        self.assertEqual(self.channel.next_step_label, "Try now")

    def test_a_manager_has_it_tried_now_and_that_is_kept(self):
        self.fail(reached=False)
        manager = new_test_user(self.env, "manager-of-outages", MANAGER)

        self.channel.with_user(manager).action_next_step()

        self.assertLessEqual(self.bucket().blocked_until, self.env.cr.now())
        last = self.env["retail.sync.audit"].search([], limit=1)
        self.assertEqual((last.action, last.user_id), ("channel.tried", manager))

    def test_a_probe_that_is_under_way_is_not_doubled(self):
        self.fail(reached=False)
        later = fields.Datetime.now() + timedelta(minutes=1)
        self.env.cr.execute(
            """UPDATE retail_sync_bucket SET block_reason = 'probe', probe = 'worker',
                      blocked_until = %s WHERE channel_id = %s""",
            [later, self.channel.id],
        )

        self.channel.action_try_now()

        self.assertEqual(self.bucket().blocked_until, later)

    def test_only_managers_have_it_tried(self):
        operator = new_test_user(self.env, "operator-of-outages", OPERATOR)
        with self.assertRaises(AccessError):
            self.channel.with_user(operator).action_try_now()


@tagged("post_install", "-at_install")
class TestDeaf(RetailSyncCommon):
    """Asking takes over where messages do not come."""

    def setUp(self):
        super().setUp()
        self.channel.live_at = fields.Datetime.now() - timedelta(days=7)
        self.channel.environment = "sandbox"  # reaches this server's own address
        self.workflow = self.channel._workflow("order")

    def ago(self, minutes):
        return fields.Datetime.now() - timedelta(minutes=minutes)

    def found(self, *minutes, source="poll"):
        """Let a turn find orders that changed so long ago."""
        notices = [
            self.make_notice(f"order-{source}-{ago}", occurred_at=self.ago(ago))
            for ago in minutes
        ]
        events = self.env["retail.sync.event"]._receive(self.channel, notices, source)
        if source == "poll":
            self.channel._note_polled(events)
        return events

    def test_changes_that_no_message_told_shorten_the_turns(self):
        usual_s = self.workflow._turn_s()

        self.found(20, 10)

        self.assertEqual(self.channel.deaf_reason, "missed")
        self.assertLess(self.workflow._turn_s(), usual_s)
        self.assertEqual(self.workflow._turn_s(), 30)
        self.assertFalse(self.workflow.next_poll_at, "at once, not after the old turn")
        self.assertIn("every 30 s", self.channel.deaf_words)
        self.assertEqual(len(self.issues("channel_deaf")), 1)
        self.assertTrue(self.jobs("subscriptions.check"))

    def test_one_alone_may_have_been_lost_on_its_way(self):
        self.found(20)
        self.assertFalse(self.channel.deaf_since)

        self.found(5)
        self.assertTrue(self.channel.deaf_since)

    def test_what_changed_a_moment_ago_may_still_be_told(self):
        self.found(0, 0.2, 0.5)

        self.assertFalse(self.channel.deaf_since)

    def test_what_changed_before_the_last_message_was_not_missed(self):
        self.found(30, source="webhook")

        self.found(20, 10)

        self.assertFalse(self.channel.deaf_since)

    def test_the_next_message_ends_it(self):
        self.found(20, 10)
        self.found(0, source="webhook")

        self.env["retail.sync.workflow"]._enqueue_due()

        self.assertFalse(self.channel.deaf_since)
        self.assertFalse(self.issues("channel_deaf"))
        self.assertGreater(self.workflow._turn_s(), 30)

    def test_it_goes_on_while_no_message_comes(self):
        self.found(20, 10)

        self.env["retail.sync.workflow"]._enqueue_due()

        self.assertTrue(self.channel.deaf_since)

    def test_an_unusual_silence_shortens_the_turns_too(self):
        self.env["retail.sync.issue"]._raise(
            self.channel, "channel_silent", value="x", about=[self.channel]
        )

        self.assertEqual(self.workflow._turn_s(), 30)
        self.assertIn("silent", self.channel.deaf_words)

    def test_a_turn_that_a_person_chose_stays(self):
        self.workflow.mode = "polling"
        self.found(20, 10)

        self.assertGreater(self.workflow._turn_s(), 30)

    def test_a_subscription_that_is_refused_counts_until_it_stands(self):
        self.channel._note_subscribed(["orders/create"])
        self.assertEqual(self.channel.deaf_reason, "refused")
        self.assertIn("orders/create", self.issues("channel_deaf").message)

        self.found(0, source="webhook")
        self.env["retail.sync.workflow"]._enqueue_due()
        self.assertTrue(self.channel.deaf_since)

        self.channel._note_subscribed([])
        self.assertFalse(self.channel.deaf_since)
