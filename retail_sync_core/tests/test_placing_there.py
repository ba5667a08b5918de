from odoo.tests import tagged

from ..adapters import base
from ..testing_orders import make_line
from .place_common import PlaceCommon


@tagged("post_install", "-at_install")
class TestPlacingThere(PlaceCommon):
    """The channel is told once where an order ships from, when it asks another."""

    def moves(self, order):
        return self.effects(order, "move")

    def wanted(self, effect):
        return {place: int(units) for _l, place, units in effect._get_document().wanted}

    def test_the_channel_is_asked_to_have_another_place_ship(self):
        self.stock(London=1, Leeds=3)

        order = self.buy(units=3)
        self.run_jobs()

        self.assertEqual(self.wanted(self.moves(order)), {"leeds": 3})
        self.assertEqual(self.moves(order).state, "applied")
        self.assertEqual(
            self.said(order, "move_told"), ["The channel has it shipped by Leeds."]
        )

    def test_a_place_that_is_asked_already_needs_no_telling(self):
        self.stock(London=3)

        self.assertFalse(self.moves(self.buy(units=3)))

    def test_where_the_channel_has_not_asked_yet_it_is_told_with_the_next_version(self):
        self.stock(Leeds=3)
        order = self.buy(units=2, at="")
        self.assertFalse(self.moves(order))

        self.buy(units=2, version=2)

        self.assertEqual(self.wanted(self.moves(order)), {"leeds": 2})

    def test_it_is_told_once_however_often_the_order_comes(self):
        self.stock(Leeds=3)
        order = self.buy(units=2)
        self.buy(units=2, version=2, note="Changed")
        self.run_jobs()
        self.buy(units=2, version=3, note="Again")
        self.buy(units=2, at="leeds", version=4)

        self.assertEqual(len(self.moves(order)), 1)
        self.assertEqual(self.deliveries(order), {"Leeds": 2})

    def test_a_part_goes_to_each_place(self):
        self.stock(London=2, Leeds=3)

        order = self.buy(units=5)

        self.assertEqual(self.wanted(self.moves(order)), {"leeds": 3, "london": 2})

    def test_a_refusal_stays_with_a_person_and_the_delivery_where_it_is(self):
        self.stock(Leeds=3)
        order = self.buy(units=2)
        self.shop.outcomes.append(base.Outcome(state="refused", message="Not stocked."))

        self.run_jobs()

        self.assertEqual(self.moves(order).state, "refused")
        self.assertEqual(self.deliveries(order), {"Leeds": 2})
        issue = self.issues("move_refused")
        self.assertEqual(len(issue), 1)
        self.assertIn("Not stocked.", self.said(order, "move_refused")[0])
        self.buy(units=2, version=2, note="Changed")
        self.assertEqual(len(self.moves(order)), 1)
        self.ship(self.delivery(order, "Leeds"))
        self.run_jobs()
        self.assertEqual(self.effects(order).state, "applied")

    def test_what_is_sent_is_how_it_is_then(self):
        self.stock(Leeds=3)
        self.buy(units=2)
        lines = [make_line(sku="TEE", quantity=2, current_quantity=1)]
        asked = [self.asked("london", {"line-1": 1})]
        self.buy(lines=lines, version=2, shipment_orders=asked)

        self.run_jobs()

        [first, *_rest] = [one for one in self.shop.sent if one.kind == "move"]
        self.assertEqual([int(row[2]) for row in first.body.wanted], [1])

    def test_a_held_order_is_told_when_it_goes_on(self):
        self.stock(Leeds=3)
        asked = [self.asked("london", {"line-1": 2}, state="on_hold")]
        order = self.buy(units=2, shipment_orders=asked)
        self.assertFalse(self.moves(order))

        self.buy(units=2, version=2)

        self.assertEqual(len(self.moves(order)), 1)

    def test_a_lost_answer_is_read_back_before_anything_is_sent_again(self):
        self.stock(Leeds=3)
        order = self.buy(units=2)
        self.moves(order).sudo().write({"state": "sent", "sent_at": "2020-01-01"})

        self.shop.read_backs.append(base.Outcome(state="applied"))
        self.run_jobs()

        self.assertEqual(self.moves(order).state, "applied")
        self.assertFalse([one for one in self.shop.sent if one.kind == "move"])
