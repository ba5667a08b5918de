from odoo import Command
from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestCountKits(StockCase):
    """While its parts are counted a kit stays as it was, less what is sold meanwhile.

    What is told for the first time is not told a figure of a count half done.
    """

    def setUp(self):
        super().setUp()
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        self.bolt = self.make_product("BOLT", 20)
        self.nut = self.make_product("NUT", 30)
        self.kit = self.make_kit("KIT", {self.bolt: 2, self.nut: 1})
        for product in (self.bolt, self.nut, self.kit):
            self.make_listing(product)
        self.consume()

    def make_kit(self, name, parts):
        """Make a kit of ``parts`` ({product: units})."""
        kit = self.make_product(name)
        self.become_kit(kit, parts)
        return kit

    def become_kit(self, kit, parts):
        """Give a product a bill of materials of ``parts``."""
        self.bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": units})
                    for part, units in parts.items()
                ],
            }
        )

    def offered(self, product=None, place=None):
        """Return what is offered now, by both ways of the statement."""
        level = self.level(product or self.kit, place)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def ship(self, product, units):
        """Sell and ship ``units``."""
        move = self.make_move(product, units, reserve=True)
        move.quantity, move.picked = units, True
        move._action_done()

    # kits
    def test_a_part_that_the_count_takes_off_changes_no_kit_before_its_end(self):
        before = self.offered()
        self.place.action_freeze()
        self.put(self.nut, -28)
        during = self.offered()
        self.put(self.bolt, 100)

        self.assertEqual((before, during, self.offered()), (10, 10, 10))
        self.place.action_thaw()
        self.assertEqual(self.offered(), 2)

    def test_sold_kits_are_taken_off_whichever_part_is_scarce_by_then(self):
        self.make_move(self.bolt, 4, reserve=True)
        self.env.flush_all()
        before = self.offered()
        self.place.action_freeze()
        self.put(self.nut, -28)  # the nut is the scarce one now
        self.note(self.kit, 1)
        noted = self.offered()
        self.make_move(self.nut, 3, reserve=True)

        self.assertEqual((before, noted), (8, 7))
        self.assertEqual(self.offered(), 7)

    def test_a_part_sold_by_itself_counts_once_it_is_the_scarce_one(self):
        self.place.action_freeze()
        self.ship(self.nut, 15)
        plenty = self.offered()
        self.ship(self.nut, 9)
        scarce = self.offered()
        self.ship(self.bolt, 10)

        self.assertEqual((plenty, scarce, self.offered()), (10, 6, 5))

    def test_a_kit_keeps_what_the_channel_was_told_less_what_is_sold(self):
        self.in_step(self.kit, there=10)
        self.put(self.bolt, 40)
        self.put(self.nut, 40)

        self.place.action_freeze()
        kept = self.offered()
        self.ship(self.bolt, 4)
        self.push()

        self.assertEqual(kept, 10)
        self.assertEqual(self.shelf["L1", "item-KIT"], 8)

    def test_a_kit_of_kits_stays_as_well(self):
        box = self.make_kit("BOX", {self.kit: 2, self.nut: 1})
        self.make_listing(box)
        self.consume()
        self.place.action_freeze()
        self.put(self.bolt, -18)
        during = self.offered(box)
        self.note(self.kit, 2)

        self.assertEqual((during, self.offered(box)), (5, 4))

    def test_a_part_that_joins_a_kit_meanwhile_waits_for_the_end(self):
        washer = self.make_product("WASHER", 3)
        self.place.action_freeze()
        self.bom.bom_line_ids = [
            Command.create({"product_id": washer.id, "product_qty": 1})
        ]
        joined = self.offered()
        self.note(self.kit, 1)

        self.assertEqual((joined, self.offered()), (10, 9))
        self.place.action_thaw()
        self.assertEqual(self.offered(), 2)

    def test_a_kit_whose_count_began_before_parts_were_kept_is_not_told_none(self):
        self.make_move(self.bolt, 4, reserve=True)
        self.env.flush_all()
        self.place.action_freeze()
        self.env.cr.execute(
            "UPDATE retail_sync_level SET frozen_held = NULL, frozen_parts = NULL"
        )
        updated = self.offered()
        self.put(self.bolt, 100)
        self.note(self.kit, 3)
        sold = self.offered()
        self.put(self.nut, -29)

        self.assertEqual((updated, sold, self.offered()), (8, 5, 0))

    def test_a_product_that_becomes_a_kit_meanwhile_is_limited_by_its_parts(self):
        box = self.make_product("BOX", 7)
        self.make_listing(box)
        self.consume()
        self.place.action_freeze()
        before = self.offered(box)
        self.become_kit(box, {self.nut: 2, self.bolt: 4})
        after = self.offered(box)
        self.note(box, 1)

        self.assertEqual((before, after, self.offered(box)), (7, 5, 4))

    def test_a_kit_all_of_whose_parts_are_others_meanwhile_is_limited_by_them(self):
        washer = self.make_product("WASHER", 3)
        gasket = self.make_product("GASKET", 50)
        self.place.action_freeze()
        self.bom.bom_line_ids.unlink()
        self.bom.bom_line_ids = [
            Command.create({"product_id": part.id, "product_qty": 1})
            for part in (gasket, washer)
        ]

        self.assertEqual(self.offered(), 3)

    def test_what_is_kept_of_a_kit_is_forgotten_with_the_count(self):
        self.place.action_freeze()
        self.assertTrue(self.level(self.kit).frozen_parts)

        self.place.action_thaw()

        self.assertFalse(self.level(self.kit).frozen_parts)
        self.put(self.nut, -28)
        self.assertEqual(self.offered(), 2)
