from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestUnreserved(StockCase):
    """What is asked for above a place, beside it or by a group is promised once."""

    def setUp(self):
        super().setUp()
        self.shelf, self.other_shelf = self.env["stock.location"].create(
            [
                {"name": "Shelf", "location_id": self.stock.id},
                {"name": "Other Shelf", "location_id": self.stock.id},
            ]
        )
        self.product = self.make_product("A", 10, self.shelf)
        self.make_listing(self.product)
        self.place.location_id = self.shelf
        self.consume()

    def offered(self, place=None):
        """Return what is offered now, by both ways of the statement."""
        level = self.level(self.product, place)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def after(self, change):
        """Return (units offered, whether the level was raised) after ``change``."""
        before = self.level(self.product).wanted_generation
        change()
        self.consume()
        raised = self.level(self.product).wanted_generation > before
        return self.offered(), raised

    def test_demand_above_the_mapped_location_counts_and_is_marked(self):
        moves = []
        asked = self.after(lambda: moves.append(self.make_move(self.product, 3)))
        changed = self.after(lambda: moves[0].write({"product_uom_qty": 4}))
        gone = self.after(moves[0]._action_cancel)

        self.assertEqual((asked, changed, gone), ((7, True), (6, True), (10, True)))

    def test_what_is_reserved_elsewhere_is_not_asked_for_here(self):
        self.put(self.product, 2, self.other_shelf)
        move = self.make_move(self.product, 3)
        move.product_uom_qty = 3

        def take_there():
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "product_id": self.product.id,
                    "location_id": self.other_shelf.id,
                    "location_dest_id": self.customers.id,
                    "quantity": 1,
                }
            )

        first = self.after(take_there)

        def take_more():
            move.move_line_ids.quantity = 2

        self.assertEqual((first, self.after(take_more)), ((8, True), (9, True)))

    def test_a_move_from_above_into_the_place_takes_nothing_away(self):
        move = self.make_move(self.product, 3, target=self.shelf)
        self.consume()

        self.assertEqual((move.state, self.offered()), ("confirmed", 10))

    def test_demand_of_a_neighbour_does_not_count(self):
        self.make_move(self.product, 3, source=self.other_shelf)
        self.consume()

        self.assertEqual(self.offered(), 10)

    def test_a_group_that_sells_takes_from_all_that_it_offers(self):
        second = self.env["retail.sync.channel"].create(
            {"name": "Second", "code": "manual", "state": "live"}
        )
        theirs = self._make_place("S2", self.warehouse, channel_id=second.id)
        theirs.location_id = self.shelf
        self.make_listing(self.product, channel=second)
        self.place.write(
            {
                "location_id": self.env["stock.warehouse"]
                .create({"name": "Shop", "code": "SHOP"})
                .lot_stock_id.id,
                "also_ids": self.shelf.ids,
            }
        )
        self.consume()
        before = self.offered(), self.offered(theirs)
        self.note(self.product, 4, location_id="L1")
        self.consume()

        self.assertEqual(
            (before, (self.offered(), self.offered(theirs))), ((10, 10), (6, 6))
        )
        self.assertGreater(self.level(self.product, theirs).wanted_generation, 1)
