from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestWatchCounts(StockCase):
    """Orders of a watched channel lower its own preview, and others' levels on wish."""

    def setUp(self):
        super().setUp()
        self.offer_twice()
        self.channel.state = "draft"
        self.channel.action_watch()
        self.note(self.product, 2)

    def offered(self):
        """Return what the watched channel and the live one would be told."""
        levels = self.levels()
        figures = self.env["retail.sync.level"]._offered(levels)
        terms = self.env["retail.sync.level"]._terms(levels)
        worked_out = [terms[level.id].offered for level in levels]
        self.assertEqual([figures[level.id] for level in levels], worked_out)
        return worked_out

    def levels(self):
        self.consume()
        return self.level(self.product) + self.level(self.product, self.there)

    def generation(self):
        return self.levels()[1].wanted_generation

    def test_only_its_own_preview_counts_them(self):
        self.assertEqual(self.offered(), [8, 10])
        self.assertIn("0 sold on channels", self.levels()[1].explanation)
        self.assertIn("2 sold on channels", self.levels()[0].explanation)

    def test_the_switch_has_others_count_them_and_told_at_once(self):
        before = self.generation()

        self.channel.counts_while_watched = True
        self.assertEqual(self.offered(), [8, 8])
        after = self.generation()
        self.channel.counts_while_watched = False
        self.assertEqual(self.offered(), [8, 10])

        self.assertGreater(after, before)
        self.assertGreater(self.generation(), after)

    def test_live_they_count_at_once(self):
        before = self.generation()

        self.channel.action_go_live()

        self.assertEqual(self.offered(), [8, 8])
        self.assertGreater(self.generation(), before)

    def test_paused_nothing_of_it_changes(self):
        self.channel.action_pause("Lunch")
        self.assertEqual(self.offered(), [8, 10])
        self.channel.action_resume()
        self.channel._pause("401")
        self.assertEqual(self.offered(), [8, 10])
        self.channel.action_resume()

        self.channel.action_go_live()
        self.channel.action_pause("Lunch")
        self.assertEqual(self.offered(), [8, 8])

    def test_what_a_closed_channel_sold_counts_again_when_it_opens(self):
        self.channel.action_go_live()
        before = self.generation()

        self.channel.active = False
        self.assertEqual(self.offered()[1], 10)
        self.assertGreater(self.generation(), before)
        self.channel.active = True

        self.assertEqual(self.offered()[1], 8)

    def test_a_kit_that_is_sold_there_takes_no_parts_from_others(self):
        if "mrp.bom" not in self.env:
            self.skipTest("needs manufacturing")
        kit = self.make_product("K")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.product.id, "product_qty": 3})
                ],
            }
        )
        self.make_listing(kit)
        self.note(kit, 1, order="1002")

        self.assertEqual(self.offered(), [5, 10])
