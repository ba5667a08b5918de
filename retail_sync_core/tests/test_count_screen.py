from odoo.tests import Form, new_test_user, tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestCountScreen(StockCase):
    """The form of a location says what its count keeps, and what ends it."""

    def setUp(self):
        super().setUp()
        for sku, units in (("A", 20), ("B", 8)):
            self.make_listing(self.make_product(sku, units))
        self.consume()
        self.clerk = new_test_user(
            self.env,
            "rs_counts",
            "retail_sync_core.retail_sync_group_manager",
            name="Carla Counts",
        )

    def begin(self):
        """Let a colleague begin the count."""
        self.place.with_user(self.clerk).action_freeze()
        self.env.invalidate_all()

    def apply(self, units):
        """Count one product and apply the line."""
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        product = self.env["product.product"].search([("default_code", "=", "A")])
        quants.create(
            {
                "product_id": product.id,
                "location_id": self.stock.id,
                "inventory_quantity": units,
            }
        ).action_apply_inventory()
        self.env.invalidate_all()

    def test_it_says_since_when_by_whom_and_what_is_kept(self):
        self.begin()
        self.make_listing(self.make_product("NEW", 1))
        self.consume()

        told = self.place.count_story

        self.assertIn("begun by Carla Counts", told)
        self.assertIn("2 levels stay as they were told, 28 units in all", told)
        self.assertIn("What is new waits for its end: 1.", told)

    def test_it_says_how_many_lines_are_open(self):
        self.begin()
        before = self.place.open_line_count

        self.apply(18)

        self.assertEqual((before, self.place.open_line_count), (2, 1))

    def test_another_channels_location_names_the_count_it_waits_for(self):
        second = self.env["retail.sync.channel"].create(
            {"name": "Second", "code": "manual", "state": "live"}
        )
        theirs = self._make_place("Shop floor", self.warehouse, channel_id=second.id)
        self.begin()

        self.assertIn("The count is that of L1", theirs.count_story)
        self.assertNotIn("The count is that of", self.place.count_story)
        self.assertEqual(theirs.open_line_count, 2)

    def test_nothing_is_said_once_the_count_has_ended(self):
        self.begin()
        self.place.action_thaw()
        self.env.invalidate_all()

        self.assertFalse(self.place.count_story or self.place.frozen_by_id)
        self.assertFalse(self.place.open_line_count)

    def test_who_only_sees_the_channel_reads_it_too(self):
        viewer = new_test_user(
            self.env, "rs_looks", "retail_sync_core.retail_sync_group_viewer"
        )
        self.begin()

        form = Form(self.place.with_user(viewer))

        self.assertIn("begun by Carla Counts", form.count_story)
        self.assertEqual(form.open_line_count, 2)

    def test_its_buttons_lead_to_the_levels_and_to_the_inventory(self):
        self.begin()

        levels = self.place.action_open_kept()
        lines = self.place.action_open_lines()

        Level, Quant = self.env["retail.sync.level"], self.env["stock.quant"]
        self.assertEqual(Level.search_count(levels["domain"]), 2)
        self.assertEqual(Quant.search_count(lines["domain"]), 2)
