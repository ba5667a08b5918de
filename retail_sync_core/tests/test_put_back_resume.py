from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from ..wizards import retail_sync_stock_resume
from .stock_common import StockCase

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestPutBackResume(StockCase):
    """Resumed after the levels of before were put back, stock asks what goes out."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 10)
        self.make_listing(self.product, there=3)
        self.make_listing(self.make_product("B", 4), there=4)
        self.operator = new_test_user(self.env, "resumer", groups=GROUP + "operator")
        self.channel.company_id = self.operator.company_id
        self.push()
        self.flow = self.channel._workflow("stock")

    def put_back(self):
        self.channel._put_back("A trial")
        self.push()
        self.env["retail.sync.workflow"]._enqueue_due()
        self.push()

    def notes(self):
        return self.channel.message_ids.mapped("body")

    def test_resuming_asks_with_what_would_go_out(self):
        self.put_back()

        action = self.flow.with_user(self.operator).action_resume()

        self.assertEqual(self.flow.state, "paused", "nothing is resumed unasked")
        wizard = self.open_wizard(action)
        rows = [(r.expected_qty, r.offer_qty, r.offer_change) for r in wizard.level_ids]
        self.assertEqual(rows, [(3, 10, 7)], "what stays the same is not listed")
        self.assertIn("1 of 2 levels change, by 7 units", wizard.story)
        shown = wizard.new({"workflow_id": self.flow.id}).level_ids
        self.assertEqual((shown.expected_qty, shown.offer_qty), (3, 10), "not saved")
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 3)

    def test_only_what_is_listed_is_explained(self):
        self.make_listing(self.make_product("C", 30), there=1)
        self.make_listing(self.make_product("D", 0), there=5)
        self.push()
        self.put_back()
        self.startPatcher(patch.object(retail_sync_stock_resume, "SHOWN", 2))

        levels = type(self.env["retail.sync.level"])
        with patch.object(levels, "_terms_and_parts") as explain:
            wizard = self.open_wizard(self.flow.action_resume())
            story, shown = wizard.story, wizard.level_ids

        self.assertFalse(explain.called)
        self.assertEqual(shown.listing_id.mapped("sku"), ["C", "A"], "largest first")
        self.assertEqual(wizard.change_count, 3)
        self.assertIn("3 of 4 levels change, by 41 units", story)
        self.assertIn("The 2 largest", story)

    def test_a_product_that_came_meanwhile_was_never_told(self):
        self.put_back()
        self.make_listing(self.make_product("N", 6))
        while self.env["retail.sync.stock.mark"]._consume():
            pass

        wizard = self.open_wizard(self.flow.action_resume())

        new = wizard.level_ids.filtered(lambda row: row.listing_id.sku == "N")
        self.assertEqual((new.expected_qty, new.offer_change), (0, 6))

    def test_another_system_is_told_ours_unasked(self):
        self.put_back()

        self.channel._disconnect()

        self.assertFalse(self.channel.stock_put_back_at)
        self.channel.action_go_live()
        self.flow.action_resume()
        self.assertEqual(self.flow.state, "on")

    def test_nothing_is_put_back_at_another_system(self):
        self.channel._put_back("A trial")

        self.channel._disconnect()

        self.assertFalse(self.channel.stock_restoring)

    def test_the_explanation_says_that_levels_are_put_back(self):
        level = self.env["retail.sync.level"].search(
            [("listing_id.sku", "=", "A"), ("channel_id", "=", self.channel.id)]
        )
        self.assertNotIn("put back", level.explanation)

        self.channel._put_back("A trial")

        level.invalidate_recordset(["explanation"])
        self.assertIn("it is told what it had before", level.explanation)

    def test_answered_the_channel_is_told_and_it_is_written_down(self):
        self.put_back()

        self.open_wizard(self.flow.action_resume()).action_resume()
        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 10)
        self.assertFalse(self.channel.stock_put_back_at)
        self.assertTrue(any("Our levels are told again" in n for n in self.notes()))

    def test_it_asks_after_putting_back_was_stopped_half_way(self):
        self.channel._put_back("A trial")
        self.channel.action_stop_put_back()

        self.flow.action_resume()

        self.assertEqual(self.flow.state, "paused")

    def test_a_pause_without_putting_back_asks_nothing(self):
        self.put_back()
        self.flow.action_resume(asked=True)
        self.push()
        self.flow.action_pause("Stocktaking")

        self.flow.action_resume()

        self.assertEqual(self.flow.state, "on")

    def test_put_back_once_more_it_still_asks_afterwards(self):
        self.put_back()
        self.put_back()

        self.assertTrue(self.channel.stock_put_back_at)
        self.assertFalse(any("Our levels are told again" in n for n in self.notes()))

    def open_wizard(self, action):
        """Open the dialog of ``action`` as its client does."""
        wizard = self.env[action["res_model"]].with_user(self.operator)
        return wizard.with_context(**action["context"]).create({})
