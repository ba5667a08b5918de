from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestExpected(StockCase):
    """What is to come counts until it is here; whatever becomes of it is marked."""

    def setUp(self):
        super().setUp()
        self.supplier = self.env.ref("stock.stock_location_suppliers")
        self.product = self.make_product("A", 20)
        self.make_listing(self.product)
        self.place.incoming_days = 5
        self.consume()

    def offered(self, place=None):
        """Return what is offered now, by both ways of the statement."""
        level = self.level(self.product, place)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def expect(self, units, days=2, target=None, **values):
        """Make an expected receipt; Odoo has it ready at once, suppliers have all."""
        move = self.make_move(
            self.product, units, source=self.supplier, target=target or self.stock
        )
        move.write({"date": fields.Datetime.now() + timedelta(days=days), **values})
        self.consume()
        return move

    def after(self, change):
        """Return (units offered, whether the level was raised) after ``change``."""
        before = self.level(self.product).wanted_generation
        change()
        self.consume()
        raised = self.level(self.product).wanted_generation > before
        return self.offered(), raised

    def finish(self, move):
        """Do ``move`` as it is planned."""
        move.quantity, move.picked = move.product_uom_qty, True
        move._action_done()

    def test_a_receipt_that_comes_and_is_canceled_raises_the_level(self):
        made = []
        coming = self.after(lambda: made.append(self.expect(8)))
        self.assertEqual((made[0].state, coming), ("assigned", (28, True)))

        self.assertEqual(self.after(made[0]._action_cancel), (20, True))

    def test_a_receipt_that_is_postponed_or_changed_raises_the_level(self):
        move = self.expect(8)

        def postpone():
            move.date = fields.Datetime.now() + timedelta(days=30)

        def hurry():
            move.date = fields.Datetime.now() + timedelta(days=1)

        self.assertEqual(self.after(postpone), (20, True))
        self.assertEqual(self.after(hurry), (28, True))
        fewer = self.after(lambda: move.write({"product_uom_qty": 3}))
        self.assertEqual(fewer, (23, True))

    def test_a_receipt_to_another_shelf_raises_the_level(self):
        move = self.expect(8)
        other = self.env["stock.warehouse"].create({"name": "Shop", "code": "SHOP"})

        def redirect():
            move.location_dest_id = other.lot_stock_id

        self.assertEqual(self.after(redirect), (20, True))

    def test_what_has_come_counts_as_stock_and_not_twice(self):
        move = self.expect(8)

        offered, _raised = self.after(lambda: self.finish(move))

        self.assertEqual(offered, 28)

    def two_steps(self):
        """Have the warehouse receive in two steps; return a receipt of 8 units."""
        self.warehouse.reception_steps = "two_steps"
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.supplier.id,
                "location_dest_id": self.warehouse.wh_input_stock_loc_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 8,
                            "location_id": self.supplier.id,
                            "location_dest_id": (
                                self.warehouse.wh_input_stock_loc_id.id
                            ),
                            "location_final_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        return picking.move_ids

    def test_what_waits_at_the_input_is_to_come_still(self):
        made = []
        coming = self.after(lambda: made.append(self.two_steps()))
        at_input = self.after(lambda: self.finish(made[0]))
        onward = made[0].move_dest_ids
        self.assertEqual(onward.location_id, self.warehouse.wh_input_stock_loc_id)
        onward._action_assign()
        here, _raised = self.after(lambda: self.finish(onward))

        self.assertEqual((coming, at_input[0], here), ((28, True), 28, 28))

    def test_what_waits_at_the_input_and_is_given_up_raises_the_level(self):
        move = self.two_steps()
        self.finish(move)
        self.consume()

        self.assertEqual(self.after(move.move_dest_ids._action_cancel), (20, True))

    def test_a_chain_of_receipts_counts_once(self):
        entry = self.warehouse.wh_input_stock_loc_id
        self.warehouse.reception_steps = "two_steps"
        first = self.expect(8, target=entry, location_final_id=self.stock.id)
        second = self.make_move(self.product, 8, source=entry, target=self.stock)
        second.move_orig_ids = first
        self.consume()

        self.assertEqual(self.offered(), 28)

    def test_without_days_ahead_nothing_to_come_counts(self):
        self.expect(8)
        self.finish(self.two_steps())
        self.place.incoming_days = 0

        self.assertEqual(self.offered(), 20)

    def test_a_canceled_supply_leaves_its_demand_uncovered_and_marked(self):
        self.place.incoming_days = 0
        supply = self.expect(5)
        demand = self.make_move(self.product, 5)
        demand.move_orig_ids = supply
        supply.propagate_cancel = False
        self.consume()
        covered = self.offered()

        uncovered = self.after(supply._action_cancel)

        self.assertEqual((covered, uncovered), (20, (15, True)))

    def test_a_smaller_supply_leaves_its_demand_uncovered_and_marked(self):
        self.place.incoming_days = 0
        supply = self.expect(5)
        self.make_move(self.product, 5).move_orig_ids = supply
        self.consume()

        smaller = self.after(lambda: supply.write({"product_uom_qty": 2}))

        self.assertEqual(smaller, (17, True))

    def test_a_receipt_for_an_order_is_not_offered_to_others(self):
        supply = self.expect(5)
        demand = self.make_move(self.product, 3)
        demand.move_orig_ids = supply
        self.consume()

        self.assertEqual(self.offered(), 22)
