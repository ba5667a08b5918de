from odoo.tests import tagged

from .stop_common import StopCommon


@tagged("post_install", "-at_install")
class TestPickingStopWaits(StopCommon):
    """Whoever waits for a delivery to be renewed is told why, when it takes long."""

    def setUp(self):
        super().setUp()
        self.bring(self.three(2, version=2))
        self.acknowledge()

    def renewed(self):
        self.picking.invalidate_recordset(["retail_sync_stop"])
        return self.picking.with_user(self.picker).retail_sync_stop["renewed"]

    def test_a_fetch_that_is_on_its_way_is_a_moments_matter(self):
        self.assertIn("wait a moment", self.renewed())
        self.refuse("wait a moment")

    def test_paused_orders_are_named_with_what_to_do(self):
        self.channel._workflow("order").action_pause("New tax rates")
        self.run_jobs()

        self.assertIn("Orders of Test channel are paused", self.renewed())
        self.refuse("resumes them")
        self.channel._workflow("order").action_resume()
        self.run_jobs()
        self.assertFalse(self.renewed())

    def test_a_paused_channel_is_named(self):
        self.channel.action_pause("Moving")

        self.assertIn("Test channel is paused", self.renewed())

    def test_a_fetch_that_waits_for_a_person_is_named(self):
        for state in ("parked", "dead"):
            with self.subTest(state=state):
                self.theirs._last_fetch().state = state

                self.assertIn("could not be read", self.renewed())
        self.theirs._fetch_soon()
        self.assertIn("wait a moment", self.renewed())
