from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..models.retail_sync_stock_rule import DAYS
from .stock_common import ShelfAdapter, StockCase


@tagged("post_install", "-at_install")
class TestAllocation(StockCase):
    """Who may offer how much of what is there, and why."""

    def setUp(self):
        super().setUp()
        self.category = self.env["product.category"].create({"name": "Wine"})
        self.product = self.make_product("A", 20, categ_id=self.category.id)
        self.listing = self.make_listing(self.product)
        self.consume()

    def offered(self, product=None, place=None):
        """Return what is offered now."""
        level = self.level(product or self.product, place)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def rule(self, kind, quantity, **scope):
        """Make a rule of the company."""
        return self.env["retail.sync.stock.rule"].create(
            {"kind": kind, "quantity": quantity, **scope}
        )

    def marked(self):
        """Return the marked products, None for all; the marks are taken."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM retail_sync_stock_mark RETURNING product_id, channel_id"
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def sublocation(self, name, parent=None):
        """Make a location below our stock."""
        return self.env["stock.location"].create(
            {"name": name, "location_id": (parent or self.stock).id}
        )

    # rules
    def test_the_most_specific_buffer_wins_and_zero_counts(self):
        parent = self.category
        child = self.env["product.category"].create(
            {"name": "Red", "parent_id": parent.id}
        )
        self.product.categ_id = child
        found = []
        for scope in (
            {"channel_id": self.channel.id},
            {"channel_id": self.channel.id, "location_id": self.place.id},
            {"categ_id": parent.id},
            {"categ_id": child.id},
        ):
            self.rule("buffer", 9 - len(found), **scope)
            found.append(self.offered())
        self.rule("buffer", 0, product_id=self.product.id)
        found.append(self.offered())
        self.listing.buffer_qty = 3
        found.append(self.offered())

        self.assertEqual(found, [11, 12, 13, 14, 20, 17])

    def test_a_rule_for_saturday_begins_and_ends_by_itself(self):
        days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sun"), False)
        self.rule("buffer", 4, **days)
        told = []
        for day in (27, 28, 28, 29):
            own_day = {"return_value": date(2026, 11, day)}
            with patch.object(type(self.channel), "_own_day", **own_day):
                self.marked()
                self.env["retail.sync.stock.unseen"]._mark_due()
                told.append((self.offered(), bool(self.marked())))
        self.assertEqual(told, [(20, True), (16, True), (16, False), (20, True)])

    def test_the_rule_for_some_days_goes_before_the_one_for_all(self):
        self.rule("buffer", 1)
        today = self.channel._own_day(fields.Datetime.now())
        others = [day for n, day in enumerate(DAYS, 1) if n != today.isoweekday()]
        self.rule("buffer", 6, **dict.fromkeys(others, False))
        self.assertEqual(self.offered(), 14)

    def test_a_rule_of_another_company_counts_for_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.rule("buffer", 7, company_id=other.id)
        self.assertEqual(self.offered(), 20)

    def test_a_cap_and_a_minimum_by_rule(self):
        self.rule("cap", 12, categ_id=self.category.id)
        capped = self.offered()
        self.rule("minimum", 15, product_id=self.product.id)
        none = self.offered()
        self.rule("minimum", 5, product_id=self.product.id, channel_id=self.channel.id)

        self.assertEqual((capped, none, self.offered()), (12, 0, 12))
        self.assertIn("None is offered below 5", self.level(self.product).explanation)

    def test_rules_of_other_channels_do_not_count(self):
        other = self.env["retail.sync.channel"].create(
            {"name": "Other", "code": "manual", "state": "live"}
        )
        self.rule("buffer", 9, channel_id=other.id)

        self.assertEqual(self.offered(), 20)
        with self.assertRaises(ValidationError):
            self.rule("buffer", 1, channel_id=other.id, location_id=self.place.id)

    def test_a_rule_marks_what_it_touches_when_it_comes_changes_and_goes(self):
        self.marked()
        rule = self.rule("buffer", 4, categ_id=self.category.id)
        made = self.marked()
        rule.quantity = 5
        changed = self.marked()
        rule.unlink()

        for marks in (made, changed, self.marked()):
            self.assertEqual(set(marks), {self.product.id})
        self.assertEqual(self.offered(), 20)

    def level_text(self):
        """Return the explanation of our level."""
        level = self.level(self.product, self.place)
        level.invalidate_recordset()
        return level.explanation

    # which stock
    def test_several_of_our_locations_are_offered_as_one_of_theirs(self):
        other = self.env["stock.warehouse"].create({"name": "Shop", "code": "SHOP"})
        self.put(self.product, 5, other.lot_stock_id)
        self.place.also_ids = other.lot_stock_id
        self.consume()
        self.marked()
        self.assertEqual(self.offered(), 25)

        self.put(self.product, 1, other.lot_stock_id)

        self.assertIn(self.product.id, self.marked())
        self.assertEqual(self.offered(), 26)

    def test_a_change_in_a_further_location_raises_the_level(self):
        other = self.env["stock.warehouse"].create({"name": "Shop", "code": "SHOP"})
        self.place.also_ids = other.lot_stock_id
        self.consume()
        before = self.level(self.product).wanted_generation

        self.put(self.product, 1, other.lot_stock_id)
        self.consume()

        self.assertGreater(self.level(self.product).wanted_generation, before)

    def test_a_location_that_is_left_out_is_not_offered(self):
        quality = self.sublocation("Quality")
        self.put(self.product, 7, quality)
        self.assertEqual(self.offered(), 27)

        self.place.left_out_ids = quality

        self.assertEqual(self.offered(), 20)

    def test_stock_of_another_owner_is_offered_by_policy_only(self):
        owner = self.env["res.partner"].create({"name": "Owner"})
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.stock, 6, owner_id=owner
        )
        self.env.flush_all()
        without = self.offered()

        self.place.offers_consigned = True

        self.assertEqual((without, self.offered()), (20, 26))

    def test_receipts_of_the_next_days_are_offered_where_that_is_wanted(self):
        supplier = self.env.ref("stock.stock_location_suppliers")
        for units, days in ((8, 2), (30, 20)):
            move = self.make_move(
                self.product, units, source=supplier, target=self.stock
            )
            move.date = fields.Datetime.now() + timedelta(days=days)
        without = self.offered()

        self.place.incoming_days = 5

        self.assertEqual((without, self.offered()), (20, 28))
        self.assertIn("plus 8 to come", self.level_text())

    def test_a_pack_is_offered_in_packs(self):
        self.listing.uom_id = self.env.ref("uom.product_uom_dozen")

        self.assertEqual(self.offered(), 1)
        self.note(self.product, 1)
        self.assertEqual(self.offered(), 0)
        self.assertIn("by Dozen", self.level_text())

    # a count
    def test_while_a_location_is_counted_only_sales_change_its_levels(self):
        self.in_step(self.product, there=20)
        self.place.action_freeze()
        self.put(self.product, -15)
        frozen = self.offered()
        move = self.make_move(self.product, 2, reserve=True)
        sold = self.offered()
        move.picked = True
        move._action_done()
        shipped = self.offered()
        self.put(self.product, 40)

        self.assertEqual((frozen, sold, shipped), (20, 18, 18))
        self.assertEqual(self.offered(), 18)
        self.assertIn("being counted", self.level_text())
        self.push()
        self.assertEqual(self.shelf["L1", "item-A"], 18)

        self.place.action_thaw()
        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 43)

    def test_what_leaves_in_the_second_in_which_a_count_begins_is_taken_off(self):
        moment = fields.Datetime.to_datetime("2026-11-28 12:00:00")
        moment += timedelta(microseconds=600000)
        with patch.object(type(self.env.cr), "now", lambda _cr: moment):
            self.place.action_freeze()
        move = self.make_move(self.product, 2, reserve=True)
        move.quantity, move.picked = 2, True
        with patch.object(
            fields.Datetime, "now", lambda: moment.replace(microsecond=0)
        ):
            move._action_done()  # Odoo writes whole seconds

        self.assertEqual(self.offered(), 18)

    def test_only_who_may_manage_locations_freezes_one(self):
        viewer = new_test_user(
            self.env, "rs_freeze", "retail_sync_core.retail_sync_group_viewer"
        )

        with self.assertRaises(AccessError):
            self.place.with_user(viewer).action_freeze()
        self.place.action_freeze()
        self.place.action_ignore()
        with self.assertRaises(UserError):
            self.place.unlink()

    # what no trigger sees
    def test_a_fixed_level_ends_by_itself(self):
        self.listing.write(
            {
                "fixed_qty": 3,
                "fixed_until": fields.Datetime.now() + timedelta(hours=1),
                "fixed_reason": "Kept for a show.",
            }
        )
        self.assertEqual(self.offered(), 3)
        self.marked()
        later = fields.Datetime.now() + timedelta(hours=2)

        with patch.object(fields.Datetime, "now", lambda *_: later):
            self.env["retail.sync.stock.unseen"]._mark_due()

        self.assertIn(self.product.id, self.marked())
        self.assertFalse(self.listing.fixed_until)
        self.assertEqual(self.offered(), 20)

    def test_a_location_that_moves_or_a_product_that_is_tracked_is_marked(self):
        shelf = self.sublocation("Shelf")
        elsewhere = self.env["stock.location"].create({"name": "Elsewhere"})
        self.marked()

        shelf.location_id = elsewhere
        moved = self.marked()
        self.product.product_tmpl_id.is_storable = False
        untracked = self.marked()

        self.assertIn(None, moved)
        self.assertIn(self.product.id, untracked)

    def test_an_expired_lot_is_not_offered_and_its_day_is_noticed(self):
        if "removal_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        self.product.write({"tracking": "lot", "use_expiration_date": True})
        now = fields.Datetime.now()
        lot = self.env["stock.lot"].create(
            {"name": "L", "product_id": self.product.id, "removal_date": now}
        )
        lot.removal_date = now + timedelta(hours=1)
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.stock, 5, lot_id=lot
        )
        self.env["retail.sync.stock.unseen"]._mark_due()
        fresh = self.offered()
        self.marked()
        later = now + timedelta(hours=2)

        with patch.object(fields.Datetime, "now", lambda *_: later):
            self.env["retail.sync.stock.unseen"]._mark_due()
            expired = self.offered()
            self.place.offers_expired = True
            anyway = self.offered()

        self.assertEqual((fresh, expired, anyway), (25, 20, 25))
        self.assertIn(self.product.id, self.marked())

    def test_an_edited_kit_is_marked(self):
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        kit = self.make_product("KIT")
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.product.id, "product_qty": 2})
                ],
            }
        )
        self.env.flush_all()
        self.env["retail.sync.stock.unseen"]._mark_due()
        self.marked()
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_qty = 4,"
            " write_date = write_date + interval '1 minute' WHERE bom_id = %s",
            [bom.id],
        )
        self.env.invalidate_all()

        self.env["retail.sync.stock.unseen"]._mark_due()
        noticed = self.marked()
        self.env["retail.sync.stock.unseen"]._mark_due()

        self.assertIn(kit.id, noticed)
        self.assertEqual(self.marked(), [])

    def test_nothing_is_sent_for_an_archived_product_but_zero(self):
        self.in_step(self.product, there=20)
        self.product.active = False

        self.push()

        self.assertEqual(self.shelf["L1", "item-A"], 0)
        self.assertEqual(len(ShelfAdapter.sent), 1)
