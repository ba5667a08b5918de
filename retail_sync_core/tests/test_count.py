from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestCount(StockCase):
    """Stock is counted once: every channel that offers it waits, and shows no sale."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 20)
        self.listing = self.make_listing(self.product)
        self.second = self.env["retail.sync.channel"].create(
            {"name": "Second", "code": "manual", "state": "live"}
        )
        self.theirs = self._make_place("S2", self.warehouse, channel_id=self.second.id)
        self.make_listing(self.product, channel=self.second)
        self.env["retail.sync.bucket"]._ensure()
        self.consume()

    def offered(self, place=None):
        """Return what is offered now, by both ways of the statement."""
        level = self.level(self.product, place)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def finish(self, move, **context):
        """Do ``move`` as it is planned."""
        move._action_assign()
        move.quantity, move.picked = move.product_uom_qty, True
        move._action_done()

    def elsewhere(self, code="ELSE"):
        """Make a warehouse and a place of the second channel that offers it."""
        house = self.env["stock.warehouse"].create({"name": code, "code": code})
        return house, self._make_place(code, house, channel_id=self.second.id)

    # for whom
    def test_a_count_begins_and_ends_on_every_channel_that_offers_the_stock(self):
        _house, other = self.elsewhere()
        self.place.action_freeze()
        self.put(self.product, 30)

        self.assertEqual((self.offered(), self.offered(self.theirs)), (20, 20))
        self.assertTrue(self.theirs.frozen_at)
        self.assertFalse(other.frozen_at)

        self.theirs.action_thaw()

        self.assertFalse(self.place.frozen_at or self.place.is_counted)
        self.assertEqual((self.offered(), self.offered(self.theirs)), (50, 50))

    def test_a_place_of_two_counts_waits_for_both(self):
        house, other = self.elsewhere()
        self.theirs.also_ids = house.lot_stock_id
        self.place.action_freeze()
        other.action_freeze()

        self.place.action_thaw()
        self.assertEqual(
            [bool(p.frozen_at) for p in (self.place, self.theirs, other)],
            [False, True, True],
        )

        other.action_thaw()
        self.assertFalse(self.theirs.frozen_at or other.frozen_at)

    def test_levels_are_kept_in_one_statement(self):
        for number in range(5):
            self.make_listing(self.make_product(f"N{number}", 3))
        self.consume()
        asked = []
        execute = type(self.env.cr).execute

        def noted(cr, query, *args, **kwargs):
            asked.append(str(getattr(query, "code", query)))
            return execute(cr, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", noted):
            self.place.action_freeze()

        kept = [text for text in asked if "SET frozen_qty" in text]
        self.assertEqual(len(kept), 1)
        self.assertEqual(
            sorted(self.place.level_ids.mapped("frozen_qty")), [3] * 5 + [20]
        )

    # what is taken off
    def test_a_sale_that_was_not_told_yet_is_not_offered_during_the_count(self):
        self.in_step(self.product, there=20)
        self.make_move(self.product, 3, reserve=True)

        self.place.action_freeze()

        self.assertEqual(self.offered(), 17)

    def test_units_that_came_and_were_not_told_yet_wait_for_the_end(self):
        self.in_step(self.product, there=20)
        self.put(self.product, 5)

        self.place.action_freeze()

        self.assertEqual(self.offered(), 20)

    def pick(self, units):
        """Make the first step of a delivery in two steps: to the output."""
        self.warehouse.delivery_steps = "pick_ship"
        move = self.make_move(
            self.product, units, target=self.warehouse.wh_output_stock_loc_id
        )
        move.location_final_id = self.customers
        return move

    def test_what_is_picked_during_the_count_is_not_offered_again(self):
        self.place.action_freeze()
        move = self.pick(2)
        move._action_assign()
        reserved = self.offered()

        self.finish(move)

        self.assertEqual((reserved, self.offered()), (18, 18))

    def test_what_was_reserved_before_and_is_picked_hides_no_sale(self):
        move = self.pick(3)
        move._action_assign()
        self.env.flush_all()
        before = self.offered()
        self.place.action_freeze()
        self.finish(move)
        picked = self.offered()

        self.make_move(self.product, 2, reserve=True)

        self.assertEqual((before, picked, self.offered()), (17, 17, 15))

    def test_what_is_shipped_from_a_shelf_below_is_taken_off(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.place.location_id = shelf
        self.put(self.product, 9, shelf)
        self.consume()
        self.place.action_freeze()
        move = self.make_move(self.product, 2)
        move._action_assign()
        line = move.move_line_ids
        line.location_id = shelf
        self.finish(move)

        self.assertEqual(self.offered(), 7)

    def test_what_moves_within_the_place_is_still_there(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.place.action_freeze()

        self.finish(self.make_move(self.product, 4, target=shelf))

        self.assertEqual(self.offered(), 20)

    def test_what_the_count_corrects_waits_for_its_end(self):
        scrap = self.env["stock.location"].create(
            {"name": "Lost", "usage": "inventory"}
        )
        self.place.action_freeze()

        self.finish(self.make_move(self.product, 4, target=scrap))

        self.assertEqual(self.offered(), 20)

    def test_a_till_sale_booked_at_its_own_earlier_time_is_taken_off(self):
        self.place.action_freeze()
        move = self.make_move(self.product, 2, reserve=True)
        self.finish(move)
        move.date = fields.Datetime.now() - timedelta(hours=3)

        self.assertEqual(self.offered(), 18)

    def test_what_had_left_before_the_count_is_not_taken_off_twice(self):
        move = self.make_move(self.product, 2, reserve=True)
        self.finish(move)
        move.date = fields.Datetime.now() - timedelta(hours=3)
        self.place.action_freeze()
        move.reference = "touched later"

        self.assertEqual(self.offered(), 18)

    # its end
    def test_a_count_that_was_not_ended_is_asked_for_once_a_day(self):
        self.place.action_freeze()
        now = fields.Datetime.now()

        def remind(hours):
            later = now + timedelta(hours=hours)
            self.env["retail.sync.location"]._remind_of_counts(later)
            return len(self.issues("count_open"))

        told = [remind(1), remind(13), remind(14)]
        self.issues("count_open")._close()
        told += [remind(15), remind(38)]
        theirs = self.env["retail.sync.issue"].search_count(
            [("channel_id", "=", self.second.id), ("kind", "=", "count_open")]
        )

        self.assertEqual((told, theirs), ([0, 1, 1, 0, 1], 0))
        self.assertIn("still being counted", self.issues("count_open").title)
        self.place.action_thaw()
        self.assertFalse(self.issues("count_open"))
