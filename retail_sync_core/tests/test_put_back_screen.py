from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestPutBackScreen(StockCase):
    """What the channel's form says around going live and putting levels back."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 10)
        self.listing = self.make_listing(self.product, there=3)
        self.flow = self.channel._workflow("stock")

    def put_back(self):
        self.channel._put_back("A trial")
        self.push()
        self.env["retail.sync.workflow"]._enqueue_due()
        self.push()

    def seen(self, name):
        self.env.flush_all()
        self.channel.invalidate_recordset()
        self.flow.invalidate_recordset()
        return self.channel[name]

    def preview(self):
        return self.env["retail.sync.put.back"].create(
            {"channel_id": self.channel.id, "reason": "x"}
        )

    def test_it_is_offered_only_while_it_would_change_something(self):
        self.push()
        self.assertEqual(self.seen("to_put_back_count"), 1)

        self.put_back()
        self.assertEqual(self.seen("to_put_back_count"), 0)
        self.assertFalse(self.preview().to_put_back_count)

        self.flow.action_resume(asked=True)
        self.assertEqual(self.seen("to_put_back_count"), 1, "ours is on its way")

    def test_a_form_that_is_not_saved_opens(self):
        form = Form(self.env["retail.sync.channel"])

        self.assertFalse(form.to_put_back_count)

    def test_what_is_not_told_from_here_cannot_be_put_back(self):
        self.push()
        for record, values in (
            (self.place, {"state": "ignored"}),
            (self.listing, {"state": "ignored"}),
            (self.listing, {"published": False}),
            (self.listing, {"tracked": False}),
            (self.place, {"stock_owner": "channel"}),
        ):
            with self.subTest(values=values):
                self.assertEqual(self.seen("to_put_back_count"), 1)
                self.assertEqual(self.preview().change_count, 1)
                usual = {name: record[name] for name in values}
                record.write(values)
                self.assertEqual(self.seen("to_put_back_count"), 0)
                self.assertEqual(self.preview().change_count, 0)
                record.write(usual)

    def test_while_it_runs_nothing_more_is_offered(self):
        self.push()

        self.channel._put_back("A trial")

        self.assertEqual(self.seen("to_put_back_count"), 0)

    def test_stopped_half_way_it_is_still_offered(self):
        self.push()
        self.channel._put_back("A trial")

        self.channel.action_stop_put_back()

        self.assertEqual(self.seen("to_put_back_count"), 1)

    def test_while_it_runs_the_channel_says_how_far_it_is(self):
        self.push()
        self.assertFalse(self.seen("restoring_words"))

        self.channel._put_back("A trial")

        self.assertIn("not confirmed yet: 1", self.seen("restoring_words"))
        self.env["retail.sync.fuse"].sudo().action_confirm_database()
        self.assertEqual(self.seen("health"), "busy")
        self.assertIn("put back", self.channel.health_note)
        self.push()
        self.env["retail.sync.workflow"]._enqueue_due()
        self.assertFalse(self.seen("restoring_words"))

    def test_less_than_none_is_explained(self):
        other = self.make_product("B", 4)
        self.make_listing(other, there=-1)
        self.push()

        wizard = self.preview()

        rows = {
            row.product_id: (row.theirs_qty, row.moved_qty, row.target_qty)
            for row in wizard.before_ids
        }
        self.assertEqual(rows[other], (-1, 0, 0))
        self.assertIn("less than none", wizard.story)

    def waits_since(self, minutes):
        """Let our stock have changed so long ago; nobody told it."""
        self.push()
        self.put(self.product, 5)
        self.consume()
        level = self.level(self.product)
        level.marked_at = fields.Datetime.now() - timedelta(minutes=minutes)
        self.env["retail.sync.level"].flush_model()

    def test_what_waited_before_it_went_live_is_not_late_yet(self):
        self.waits_since(60)
        self.assertEqual(self.seen("stale_count"), 1)
        self.assertTrue(self.flow.is_late)

        self.channel.live_at = fields.Datetime.now() - timedelta(seconds=5)

        self.assertEqual(self.seen("stale_count"), 0)
        self.assertFalse(self.flow.is_late)
        self.channel.live_at -= timedelta(minutes=30)
        self.assertEqual(self.seen("stale_count"), 1, "half an hour was enough")
        self.assertTrue(self.flow.is_late)

    def test_what_waited_while_it_was_paused_is_not_late_yet(self):
        self.waits_since(60)
        self.flow.action_pause("Stocktaking")
        self.assertEqual(self.seen("stale_count"), 0)

        self.flow.action_resume()
        self.resumed_just_now()

        self.assertEqual(self.seen("stale_count"), 0)
        self.assertFalse(self.flow.is_late)

    def test_what_waited_before_it_went_live_again_is_not_late_yet(self):
        self.waits_since(60)
        self.channel.live_at = fields.Datetime.now() - timedelta(days=9)
        self.channel.state = "draft"  # as when its system was changed

        self.channel.action_go_live()
        self.resumed_just_now()

        self.assertEqual(self.seen("stale_count"), 0)
        self.assertFalse(self.flow.is_late)

    def resumed_just_now(self):
        """What is noted is when the transaction began: for a test, long ago."""
        self.assertTrue(self.flow.resumed_at)
        self.flow.resumed_at = fields.Datetime.now()
