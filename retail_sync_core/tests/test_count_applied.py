from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestCountApplied(StockCase):
    """A count ends by itself when Odoo's own *Apply* has booked the last of it."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 20)
        self.other = self.make_product("B", 8)
        for product in (self.product, self.other):
            self.make_listing(product)
        self.consume()
        for product, units in ((self.product, 20), (self.other, 8)):
            self.in_step(product, there=units)

    def line(self, product, units, location=None, **values):
        """Enter what was counted; return the line, not applied yet."""
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quant = quants.create(
            {
                "product_id": product.id,
                "location_id": (location or self.stock).id,
                "inventory_quantity": units,
                **values,
            }
        )
        self.env.flush_all()
        return quant

    def offered(self, product=None):
        """Return what is offered now, by both ways of the statement."""
        level = self.level(product or self.product)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def apply_all(self, domain):
        """Press *Apply All* over the lines of ``domain``, and confirm."""
        quants = self.env["stock.quant"].with_context(
            inventory_mode=True, active_domain=domain
        )
        action = quants.action_apply_all()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        return wizard.create({}).action_apply()

    def is_frozen(self):
        """Return whether the count goes on."""
        self.env.invalidate_all()
        return bool(self.place.frozen_at)

    def test_the_count_ends_with_its_last_line_and_all_is_told_together(self):
        self.place.action_freeze()
        self.line(self.product, 12).action_apply_inventory()
        first = self.is_frozen(), self.offered()
        self.push()
        told = dict(self.shelf)

        self.line(self.other, 8).action_apply_inventory()
        self.push()

        self.assertEqual(first, (True, 20))
        self.assertEqual(told["L1", "item-A"], 20)
        self.assertFalse(self.is_frozen() or self.place.is_counted)
        self.assertEqual(self.shelf, {("L1", "item-A"): 12, ("L1", "item-B"): 8})

    def test_lines_applied_at_once_end_the_count(self):
        self.place.action_freeze()
        lines = self.line(self.product, 12) | self.line(self.other, 7)

        lines.action_apply_inventory()

        self.assertFalse(self.is_frozen())
        self.assertEqual((self.offered(), self.offered(self.other)), (12, 7))

    def test_apply_all_ends_the_count_whatever_was_not_entered(self):
        self.place.action_freeze()
        self.line(self.product, 12)

        self.apply_all([("location_id", "child_of", self.stock.id)])

        self.assertFalse(self.is_frozen())
        self.assertEqual((self.offered(), self.offered(self.other)), (12, 8))

    def test_apply_all_of_a_part_leaves_what_is_entered_elsewhere(self):
        self.place.action_freeze()
        self.line(self.product, 12)
        self.line(self.other, 7)

        self.apply_all([("product_id", "=", self.product.id)])
        part = self.is_frozen()
        self.apply_all([("product_id", "=", self.other.id)])

        self.assertTrue(part)
        self.assertFalse(self.is_frozen())

    def test_a_conflict_of_apply_all_is_settled_and_ends_the_count(self):
        self.place.action_freeze()
        line = self.line(self.product, 12)
        self.put(self.product, -1)
        action = self.apply_all([("location_id", "child_of", self.stock.id)])
        asked = self.is_frozen()

        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_keep_counted_quantity()

        self.assertTrue(asked)
        self.assertEqual(line.quantity, 12)
        self.assertFalse(self.is_frozen())

    def test_a_line_of_another_house_ends_nothing(self):
        house = self.env["stock.warehouse"].create({"name": "Else", "code": "ELSE"})
        self.place.action_freeze()

        self.line(self.product, 3, house.lot_stock_id).action_apply_inventory()
        self.apply_all([("location_id", "child_of", house.lot_stock_id.id)])

        self.assertTrue(self.is_frozen())

    def test_what_is_only_moved_to_another_shelf_is_not_counted(self):
        shelves = self.env["stock.location"].create(
            [{"name": name, "location_id": self.stock.id} for name in ("S1", "S2")]
        )
        quants = self.env["stock.quant"]
        for shelf in shelves:
            quants._update_available_quantity(self.other, shelf, 3)
        self.place.action_freeze()

        quant = quants._gather(self.other, shelves[0], strict=True)
        quant.move_quants(location_dest_id=shelves[1])
        quant = quants._gather(self.other, self.stock, strict=True)
        quant.move_quants(location_dest_id=shelves[1])
        self.line(self.product, 12).action_apply_inventory()

        self.env["retail.sync.location"]._end_applied()
        self.assertTrue(self.is_frozen())

    def test_what_is_counted_is_not_mapped_to_other_stock(self):
        self.place.action_freeze()
        elsewhere = self.env["stock.warehouse"].create(
            {"name": "Elsewhere", "code": "ELS", "company_id": self.place.company_id.id}
        )

        with self.assertRaisesRegex(UserError, "End the count"):
            self.place.warehouse_id = elsewhere

    def test_what_waited_for_a_count_that_is_gone_waits_no_more(self):
        self.place.action_freeze()
        self.place.is_counted = False  # its own location went with its channel

        self.env["retail.sync.location"]._end_applied()

        self.assertFalse(self.is_frozen())

    def test_what_was_applied_before_is_counted_again(self):
        self.line(self.product, 12).action_apply_inventory()
        self.line(self.other, 8).action_apply_inventory()
        self.place.action_freeze()

        self.line(self.other, 8).action_apply_inventory()

        self.assertTrue(self.is_frozen())

    def test_each_lot_is_a_line_of_its_own(self):
        self.product.tracking = "lot"
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.product.id} for name in ("1", "2")]
        )
        self.put(self.product, -20)
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                self.product, self.stock, 5, lot_id=lot
            )
        self.env["stock.quant"]._unlink_zero_quants()
        self.place.action_freeze()
        self.line(self.other, 8).action_apply_inventory()
        frozen = []
        for lot in lots:
            self.line(self.product, 5, lot_id=lot.id).action_apply_inventory()
            frozen.append(self.is_frozen())

        self.assertEqual(frozen, [True, False])

    def test_what_arrives_meanwhile_is_not_waited_for(self):
        self.place.action_freeze()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE retail_sync_location SET frozen_at = frozen_at - interval '1 h'"
            " WHERE id = %s",
            [self.place.id],
        )
        self.env.cr.execute(
            "UPDATE stock_quant SET create_date = create_date - interval '2 h'"
        )
        self.env.invalidate_all()
        self.put(self.make_product("NEW"), 4)

        for product, units in ((self.product, 20), (self.other, 8)):
            self.line(product, units).action_apply_inventory()

        self.assertFalse(self.is_frozen())

    def test_who_counts_the_stock_needs_no_right_of_ours(self):
        clerk = new_test_user(self.env, "rs_clerk", "stock.group_stock_manager")
        self.place.action_freeze()
        lines = self.line(self.product, 12) | self.line(self.other, 8)

        lines.with_user(clerk).with_context(
            inventory_mode=True
        ).action_apply_inventory()

        self.assertFalse(self.is_frozen())
        entry = self.env["retail.sync.audit"].search(
            [("action", "=", "stock.thawed"), ("res_id", "=", self.place.id)]
        )
        self.assertEqual(entry.user_id, clerk)

    def test_two_counts_of_some_of_the_same_stock_end_together(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        inner = self._make_place("L2", self.warehouse)
        inner.location_id = shelf
        self.put(self.product, 3, shelf)
        (self.place | inner).action_freeze()

        self.line(self.product, 3, shelf).action_apply_inventory()
        shelf_alone = self.is_frozen(), bool(inner.frozen_at)
        for product, units in ((self.product, 20), (self.other, 8)):
            self.line(product, units).action_apply_inventory()

        self.assertEqual(shelf_alone, (True, True))
        self.assertFalse(self.is_frozen() or inner.frozen_at)

    def test_last_lines_that_two_apply_at_once_are_noticed_within_a_minute(self):
        Unseen = self.env["retail.sync.stock.unseen"]
        self.place.action_freeze()
        Unseen._mark_due()
        begun = self.is_frozen()
        lines = self.line(self.product, 12) | self.line(self.other, 8)
        with patch.object(type(self.place), "_end_counts", lambda *_args: None):
            lines.action_apply_inventory()
        missed = self.is_frozen()

        Unseen._mark_due()

        self.assertTrue(begun and missed)
        self.assertFalse(self.is_frozen())
