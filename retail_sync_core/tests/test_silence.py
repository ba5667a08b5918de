from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import RetailSyncCommon


@tagged("post_install", "-at_install")
class TestSilence(RetailSyncCommon):
    """That no order comes is an issue where at this hour some usually do."""

    def setUp(self):
        super().setUp()
        self.channel.live_at = fields.Datetime.now() - timedelta(weeks=10)

    def placed(self, count, weeks=0, minutes=30, channel=None):
        """Have ``count`` orders placed so many weeks and minutes ago."""
        moment = fields.Datetime.now() - timedelta(weeks=weeks, minutes=minutes)
        channel = channel or self.channel
        self.env["retail.sync.order"].create(
            [
                {
                    "channel_id": channel.id,
                    "external_id": f"{channel.id}-{weeks}-{minutes}-{number}",
                    "placed_at": moment,
                }
                for number in range(count)
            ]
        )

    def usual(self, count=10, **values):
        for week in (1, 2, 3, 4):
            self.placed(count, week, **values)

    def look(self):
        self.env["retail.sync.channel"]._cron_judge_silence()
        return self.issues("channel_silent")

    def test_silent_at_an_hour_that_is_usually_busy(self):
        self.usual(10)

        issue = self.look()

        self.assertEqual(len(issue), 1)
        self.assertIn("last 1 h", issue.message)
        self.assertIn("about 10", issue.message)

    def test_looked_at_again_it_is_one_card(self):
        self.usual(10)
        self.look()

        self.assertEqual(len(self.look()), 1)

    def test_the_next_order_closes_it(self):
        self.usual(10)
        self.look()
        self.placed(1, minutes=1)

        self.assertFalse(self.look())

    def test_an_hour_that_is_usually_quiet_is_no_silence(self):
        self.usual(3)

        self.assertFalse(self.look())

    def test_few_an_hour_are_looked_at_over_more_hours(self):
        for minutes in (30, 90, 150, 210, 270):
            self.usual(2, minutes=minutes)

        issue = self.look()

        self.assertIn("last 6 h", issue.message)

    def test_a_week_of_silence_before_tells_nothing(self):
        for week in (1, 2, 4):
            self.placed(40, week)

        self.assertFalse(self.look())

    def test_weeks_before_it_went_live_do_not_count(self):
        self.usual(10)
        self.channel.live_at = fields.Datetime.now() - timedelta(days=10)

        self.assertFalse(self.look())

    def test_a_channel_that_is_paused_is_not_asked_about(self):
        self.usual(10)
        self.channel.state = "paused"

        self.assertFalse(self.look())

    def test_each_channel_by_its_own_past(self):
        other = self.make_channel(name="Other")
        other.live_at = self.channel.live_at
        self.usual(10)
        self.placed(5, channel=other)

        self.look()

        self.assertFalse(self.issues("channel_silent", channel=other))
        self.assertTrue(self.issues("channel_silent"))
