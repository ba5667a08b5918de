from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .counted_common import CountedCase

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestCountedLosses(CountedCase):
    """A figure that would take much stock away waits for a person."""

    def setUp(self):
        super().setUp()
        self.place.write({"drop_share": 30.0, "drop_units": 20.0})
        self.take(self.count(self.mug, 60), self.count(self.shirt, 40))

    def test_what_empties_a_shop_waits(self):
        self.take(self.count(self.mug, 0, 1), self.count(self.shirt, 0, 1))

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (60, 40))
        self.assertEqual(self.reading(self.mug).state, "held")
        issue = self.issues("count_drop")
        self.assertIn("100 units of 2 products are gone, of 100", issue.message)
        self.assertIn("Mug: from 60 to 0", issue.message)

    def test_one_press_books_it_and_tells_who(self):
        self.take(self.count(self.mug, 0, 1), self.count(self.shirt, 0, 1))
        operator = new_test_user(self.env, "rs_op_counted", GROUP + "operator")

        self.issues("count_drop").with_user(operator).action_mend()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (0, 0))
        self.assertFalse(self.issues("count_drop"))
        self.assertEqual(self.adjustments(self.mug)[-1].approved_by_id, operator)
        audit = self.env["retail.sync.audit"].search(
            [("action", "=", "stock.drop_approved")]
        )
        self.assertEqual(audit.detail, {"readings": 2, "units": -100.0})

    def test_a_viewer_cannot_book_it(self):
        self.say(self.mug, 0, minute=1)
        viewer = new_test_user(self.env, "rs_viewer_counted", GROUP + "viewer")

        with self.assertRaises(AccessError):
            self.reading(self.mug).with_user(viewer).action_apply()
        with self.assertRaises(AccessError):
            self.issues("count_drop").with_user(viewer).action_mend()

    def test_a_right_figure_closes_it_by_itself(self):
        self.say(self.mug, 0, minute=1)
        self.assertTrue(self.issues("count_drop"))

        self.say(self.mug, 59, minute=2)

        self.assertEqual(self.held(self.mug), 59)
        self.assertFalse(self.issues("count_drop"))

    def test_a_location_that_is_renamed_keeps_its_issue(self):
        self.say(self.mug, 0, minute=1)
        self.place.name = "New name"

        self.say(self.mug, 1, minute=2)
        self.assertEqual(len(self.issues("count_drop")), 1)
        self.say(self.mug, 59, minute=3)

        self.assertFalse(self.issues("count_drop"))

    def test_page_by_page_it_is_no_less(self):
        """22 units a page are within the limit, twice a day they are not."""
        self.say(self.mug, 38, minute=1)
        self.assertEqual(self.held(self.mug), 38)

        self.say(self.shirt, 18, minute=2)

        self.assertEqual(self.held(self.shirt), 40)
        self.assertEqual(self.reading(self.shirt).state, "held")

    def test_what_waits_counts_as_lost_for_the_next_page(self):
        self.say(self.mug, 0, minute=1)

        self.say(self.shirt, 39, minute=2)

        self.assertEqual(self.held(self.shirt), 40)

    def test_more_is_booked_beside_what_waits(self):
        self.take(self.count(self.mug, 0, 1), self.count(self.shirt, 50, 1))

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (60, 50))

    def test_a_small_loss_is_booked(self):
        self.say(self.mug, 41, minute=1)

        self.assertEqual(self.held(self.mug), 41)

    def test_what_was_approved_is_asked_again_for_another_figure(self):
        self.say(self.mug, 0, minute=1)
        self.reading(self.mug).action_apply()
        self.say(self.mug, 60, minute=2)

        self.say(self.mug, 0, minute=3)

        self.assertEqual(self.held(self.mug), 60)

    def test_a_sale_is_no_loss(self):
        self.note(self.mug, 50, minute=1)

        self.say(self.mug, 10, minute=2)
        self.settle()

        self.assertEqual(self.held(self.mug), 60)
        self.assertFalse(self.issues("count_drop"))


@tagged("post_install", "-at_install")
class TestCountedBlocked(CountedCase):
    """What cannot be booked is kept, with a word, until a person has mended it."""

    def blocked(self, product):
        """Return the code of why the figure is not booked, with its state."""
        reading = self.reading(product)
        return reading.state, reading.reason_code

    def test_a_listing_that_is_renamed_keeps_its_issue(self):
        self.say(self.mug, 6)
        self.mug.active = False
        self.say(self.mug, 3, minute=1)
        self.listing(self.mug).title = "New name"

        self.say(self.mug, 2, minute=2)
        self.assertEqual(len(self.issues("count_blocked")), 1)
        self.mug.active = True
        self.settle()

        self.assertFalse(self.issues("count_blocked"))

    def test_a_product_that_is_renamed_keeps_its_issue(self):
        self.say(self.mug, 6)
        other = self.env["stock.location"].create({"name": "Elsewhere"})
        move = self.env["stock.move"].create(
            {
                "product_id": self.mug.id,
                "product_uom_qty": 5,
                "location_id": self.stock.id,
                "location_dest_id": other.id,
            }
        )
        move._action_confirm()
        self.say(self.mug, 2, minute=1)
        self.assertTrue(self.issues("count_short"))
        self.mug.name = "New name"

        self.say(self.mug, 7, minute=2)

        self.assertFalse(self.issues("count_short"))

    def test_an_archived_product_waits(self):
        self.say(self.mug, 6)
        self.mug.active = False
        self.say(self.mug, 3, minute=1)
        self.assertEqual(self.blocked(self.mug), ("blocked", "archived"))
        self.assertEqual(self.held(self.mug), 6)

        self.mug.active = True
        self.settle()

        self.assertEqual(self.held(self.mug), 3)

    def test_what_is_not_kept_in_stock_is_left_out(self):
        card = self.make_counted("CARD", is_storable=False)

        self.say(card, 6)

        self.assertEqual(self.blocked(card), ("ignored", "not_stored"))
        self.assertFalse(self.issues())

    def test_a_kit_is_left_out_and_its_parts_are_counted(self):
        if "mrp.bom" not in self.env:
            self.skipTest("manufacturing is not installed")
        kit = self.make_counted("SET")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [(0, 0, {"product_id": self.mug.id, "product_qty": 4})],
            }
        )
        self.say(self.mug, 20)
        order = self.sell(kit, 2, minute=5)
        self.take(self.count(kit, 3, 6), self.count(self.mug, 12, 6))
        self.settle()

        self.assertEqual(self.blocked(kit), ("ignored", "kit"))
        self.assertEqual(self.held(self.mug), 20)
        self.ship(order)
        self.settle()
        self.assertEqual(self.held(self.mug), 12)

    def test_a_figure_of_a_thousand_million_digits_is_only_said(self):
        self.say(self.mug, 12)

        self.say(self.mug, "1E+999999999", minute=1)

        self.assertEqual(self.held(self.mug), 12)
        self.assertIn("says 1E+999999999 of", self.issues("count_blocked").message)

    def test_a_kit_of_another_company_is_a_product_here(self):
        if "mrp.bom" not in self.env:
            self.skipTest("manufacturing is not installed")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        kit = self.make_counted("SET")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "company_id": elsewhere.id,
                "bom_line_ids": [(0, 0, {"product_id": self.mug.id, "product_qty": 4})],
            }
        )

        self.say(kit, 3)

        self.assertEqual(self.held(kit), 3)

    def test_one_press_books_all_listings_of_a_product(self):
        self.place.drop_units = 1.0
        self.place.drop_share = 1.0
        self.list_product(self.mug, external_id="twin", variant_id="twin", sku="TWIN")
        self.take(self.count(self.mug, 12), self.count(None, 8, item_id="twin"))
        self.assertEqual(self.held(self.mug), 20)
        self.take(self.count(self.mug, 1, 1), self.count(None, 1, 1, item_id="twin"))
        self.assertEqual(self.held(self.mug), 20)

        self.reading(self.mug)[:1].action_apply()

        self.assertEqual(self.held(self.mug), 2)

    def test_what_cannot_be_booked_waits_for_no_orders(self):
        self.say(self.mug, 12)
        self.mug.active = False
        readings = self.env["retail.sync.stock.reading"]

        readings._take(
            self.place, [self.count(self.mug, 1, 1)], "told", orders_first=True
        )

        self.assertEqual(self.blocked(self.mug), ("blocked", "archived"))

    def test_no_shelf_holds_that_many(self):
        self.kind = "on_hand"
        self.say(self.mug, 12)
        for minute, quantity in enumerate((-3, 10**9, "NaN", "Infinity"), start=1):
            self.say(self.mug, quantity, minute=minute)
            self.assertEqual(self.held(self.mug), 12)
            self.assertEqual(self.blocked(self.mug), ("blocked", "absurd"))
        self.assertIn("says Infinity of", self.issues("count_blocked").message)

        self.say(self.mug, 11, minute=9)

        self.assertEqual(self.held(self.mug), 11)
        self.assertFalse(self.issues("count_blocked"))

    def test_more_was_sold_than_was_there(self):
        self.say(self.mug, 2)
        self.sell(self.mug, 5, minute=5)

        self.say(self.mug, -3, minute=6)

        self.assertEqual(self.held(self.mug), 2)
        self.assertEqual(self.blocked(self.mug), ("applied", False))

    def test_an_absurd_figure_stays_said_while_the_last_one_is_kept(self):
        self.say(self.mug, 12)
        self.say(self.mug, 10**9, minute=1)

        self.env["stock.quant"]._update_available_quantity(self.mug, self.stock, 5)
        self.settle()

        self.assertEqual(self.held(self.mug), 12)
        self.assertEqual(self.blocked(self.mug), ("blocked", "absurd"))

    def test_an_unknown_sku_waits_until_it_is_matched(self):
        self.take(self.count(None, 7, item_id="", sku="LAMP"))
        self.assertEqual(self.issues("unknown_sku").value, "LAMP")
        listing = self.env["retail.sync.listing"].search([("sku", "=", "LAMP")])
        self.assertEqual(listing.state, "missing")
        lamp = self.make_product("OUR-LAMP", company_id=False)

        listing.product_id = lamp
        self.settle()

        self.assertEqual(self.held(lamp), 7)
        self.assertFalse(self.issues("unknown_sku"))

    def test_a_sku_that_is_ours_is_matched_at_once(self):
        lamp = self.make_product("LAMP", company_id=False)

        self.take(self.count(None, 7, item_id="", sku="LAMP"))

        self.assertEqual(self.held(lamp), 7)

    def test_a_flood_of_unknown_skus_is_no_flood_of_issues(self):
        self.take(
            *(self.count(None, 1, item_id="", sku=f"X{n}") for n in range(50)),
            self.count(None, 1, item_id="", sku=""),
        )

        self.assertEqual(len(self.issues("unknown_sku")), 20)
        count = self.env["retail.sync.listing"].search_count([("sku", "=like", "X%")])
        self.assertEqual(count, 50)

    def test_what_is_left_out_is_not_read(self):
        self.listing(self.mug).action_ignore()

        self.assertEqual(self.say(self.mug, 7), 0)

        self.assertEqual(self.held(self.mug), 0)

    def test_what_odoo_refuses_of_one_product_keeps_no_other_away(self):
        Move = type(self.env["stock.move"])
        done = Move._action_done

        def refuse(moves, **kwargs):
            if self.mug in moves.product_id:
                # pylint: disable-next=translation-required
                raise UserError("The period is closed.")
            return done(moves, **kwargs)

        with patch.object(Move, "_action_done", refuse):
            self.take(self.count(self.mug, 5), self.count(self.shirt, 4))
        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (0, 4))
        self.assertIn("The period is closed", self.issues("count_blocked").message)

        self.reading(self.mug).action_try_again()

        self.assertEqual(self.held(self.mug), 5)
        self.assertFalse(self.issues("count_blocked"))

    def test_less_than_is_promised_is_said(self):
        self.say(self.mug, 12)
        self.sell(self.mug, 8, minute=50)

        self.say(self.mug, 5, minute=6)

        issue = self.issues("count_short")
        self.assertIn("5 are there; open deliveries need 8", issue.message)
        self.say(self.mug, 9, minute=7)
        self.assertFalse(self.issues("count_short"))
