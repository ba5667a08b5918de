from odoo.tests import tagged
from odoo.tools import file_open

from ..domain import documents as doc
from .common import SECRET, RetailSyncCommon


@tagged("post_install", "-at_install")
class TestNeutralize(RetailSyncCommon):
    def neutralize(self):
        self.env.flush_all()
        with file_open("retail_sync_core/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()

    def test_a_copy_knows_no_secret(self):
        self.neutralize()

        secrets = self.env["retail.sync.secret"].with_context(active_test=False)
        self.assertFalse(secrets.search([]))
        self.assertNotIn(SECRET, str(self.channel._make_account().secrets))

    def test_a_copy_has_no_live_channel_and_no_address_of_the_original(self):
        address, token = self.channel.public_url, self.channel.token

        self.neutralize()

        self.assertEqual(self.channel.state, "paused")
        self.assertTrue(self.channel.paused_reason)
        self.assertNotEqual(self.channel.token, token)
        self.assertNotEqual(self.channel.public_url, address)

    def test_a_channel_that_was_being_connected_stays_so(self):
        self.channel.state = "draft"

        self.neutralize()

        self.assertEqual(self.channel.state, "draft")

    def test_what_waited_is_canceled_and_nothing_is_called(self):
        self.deliver(self.make_notice())
        self.channel.action_test_connection()

        self.neutralize()
        self.run_jobs(marks=False)

        self.assertEqual(set(self.jobs().mapped("state")), {"cancelled"})
        self.assertFalse(self.shop.asked)

    def test_actions_that_were_not_settled_are_abandoned(self):
        self.env["retail.sync.effect"]._intend(
            self.channel,
            "cancellation",
            self.channel,
            doc.Cancellation(order_id="o-1"),
            "order:o-1",
            "order.cancel",
        )

        self.neutralize()

        effects = self.env["retail.sync.effect"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(effects.mapped("state"), ["abandoned"])

    def test_a_copy_must_be_confirmed_before_anything_leaves_it(self):
        self.neutralize()

        self.assertFalse(self.env["retail.sync.fuse"]._is_confirmed())

    def test_kept_bodies_are_gone(self):
        event = self.deliver(self.make_notice())
        self.env["retail.sync.event.body"]._keep(event.id, b"Ada Lovelace")

        self.neutralize()

        self.assertFalse(event._read_body())

    def test_a_paused_flow_and_a_watched_channel_stay_silent_in_a_copy(self):
        self.channel._workflow("order").action_pause("Stocktaking")
        self.deliver(self.make_notice())
        self.run_jobs(marks=False)
        self.assertEqual(self.jobs("order.fetch").state, "held")
        self.channel.state = "watch"

        self.neutralize()

        self.assertEqual(self.jobs("order.fetch").state, "cancelled")
        self.assertEqual(self.channel.state, "paused")
        self.assertEqual(self.channel.paused_from, "watch")
