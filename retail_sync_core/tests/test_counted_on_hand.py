from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..stock_terms_books import BOOKS, _parameters
from .counted_common import CountedCase, at


@tagged("post_install", "-at_install")
class TestCountedOnHand(CountedCase):
    """The figure says what lies there: a sale is in it until it is shipped there."""

    kind = "on_hand"

    def setUp(self):
        super().setUp()
        self.say(self.mug, 12)

    def assert_held(self, units):
        self.settle()
        self.assertEqual(self.held(self.mug), units)

    def test_a_sale_that_is_not_shipped_is_on_hand_still(self):
        order = self.sell(self.mug, 2, minute=5)
        self.say(self.mug, 12, minute=6)
        self.assert_held(12)

        self.ship(order, minute=7)

        self.assert_held(10)

    def test_what_left_here_is_counted_there_once_it_was_told(self):
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order, minute=7)
        self.say(self.mug, 12, minute=8)
        self.assert_held(10)  # told just now, and the figure is of long before

        order._effects().write({"settled_at": at(9).replace(tzinfo=None)})
        self.say(self.mug, 12, minute=8.5)
        self.assert_held(10)
        self.say(self.mug, 10, minute=10)

        self.assert_held(10)

    def test_the_channel_shipped_and_here_it_is_open(self):
        order = self.sell(self.mug, 2, minute=5)
        shipped = doc.Shipped(
            external_id="s-1",
            location_id="W",
            created_at=at(7),
            lines=(("line-1", Decimal(2)),),
        )
        self.sell(
            self.mug,
            2,
            minute=5,
            version=2,
            updated_at=at(7),
            shipments=(shipped,),
        )
        self.say(self.mug, 10, minute=8)
        self.assert_held(12)
        self.say(self.mug, 12, minute=6)
        self.assert_held(12)

        order.write({"hold_code": False})
        self.ship(order, minute=60)

        self.assert_held(10)

    def test_a_return_is_on_hand_from_its_receipt(self):
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order, minute=7)
        self.settle()
        order._effects().write({"settled_at": at(7).replace(tzinfo=None)})
        customers = self.env.ref("stock.stock_location_customers")
        self.move(self.mug, 1, customers, self.stock, minute=9)

        self.say(self.mug, 10, minute=8)
        self.assert_held(11)
        self.say(self.mug, 11, minute=10)

        self.assert_held(11)

    def test_what_is_picked_lies_there_until_it_is_shipped(self):
        self.house.delivery_steps = "pick_ship"
        order = self.sell(self.mug, 4, minute=5)
        self.ship(order, minute=7)
        self.say(self.mug, 12, minute=8)
        self.assert_held(8)

        self.ship(order, units=1, minute=9)
        self.settle()
        order._effects().write({"settled_at": at(9).replace(tzinfo=None)})
        self.say(self.mug, 11, minute=10)
        self.assert_held(8)
        self.ship(order, minute=11)
        self.settle()
        order._effects().write({"settled_at": at(11).replace(tzinfo=None)})
        self.say(self.mug, 8, minute=12)

        self.assert_held(8)

    def test_what_is_picked_and_shipped_is_off_once_it_was_told(self):
        self.house.delivery_steps = "pick_ship"
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order, minute=7)
        self.ship(order, minute=9)
        self.settle()
        order._effects().write({"settled_at": at(11).replace(tzinfo=None)})

        self.say(self.mug, 12, minute=10)
        self.assert_held(10)
        self.say(self.mug, 10, minute=12)

        self.assert_held(10)

    def test_what_is_picked_and_put_back_never_left(self):
        self.house.delivery_steps = "pick_ship"
        order = self.sell(self.mug, 2, minute=5)
        pick = self.ship(order, minute=7)
        returns = self.env["stock.return.picking"].create({"picking_id": pick.id})
        returns.product_return_moves.quantity = 2
        back = returns._create_return()
        back.button_validate()
        self.date(back.move_ids, 9)

        self.say(self.mug, 12, minute=8)
        self.assert_held(12)
        self.say(self.mug, 12, minute=10)

        self.assert_held(12)

    def test_what_somebody_else_sold_lies_there_until_it_is_shipped(self):
        self.house.delivery_steps = "pick_ship"
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "warehouse_id": self.house.id,
                "order_line": [
                    (0, 0, {"product_id": self.mug.id, "product_uom_qty": 3})
                ],
            }
        )
        sale.action_confirm()
        pick = sale.picking_ids.filtered(lambda p: p.location_id == self.stock)
        pick.button_validate()
        self.date(pick.move_ids, 7)

        self.say(self.mug, 12, minute=8)
        self.assert_held(9)
        ship = sale.picking_ids - pick
        ship.button_validate()
        self.date(ship.move_ids, 9)
        self.say(self.mug, 9, minute=10)

        self.assert_held(9)

    def test_figures_of_what_is_free_do_not_ask_what_was_shipped(self):
        """Shipments and deliveries told decide only where shelves are counted."""
        self.ship(self.sell(self.mug, 2, minute=5), minute=7)
        reading = self.reading(self.mug)
        touched = {}
        for kind in ("available", "on_hand"):
            reading.kind = kind
            rows = self.explain(reading)
            touched[kind] = {
                node.get("Relation Name") for node in rows if node["Actual Loops"]
            }

        self.assertIn("retail_sync_effect", touched["on_hand"])
        self.assertNotIn("retail_sync_effect", touched["available"])

    def explain(self, reading):
        """Return the nodes of the plan by which the books are read."""
        self.env.flush_all()
        figures = _parameters(self.env, self.place, reading._figures())
        self.env.cr.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {BOOKS}", figures)
        waiting, nodes = [self.env.cr.fetchone()[0][0]["Plan"]], []
        while waiting:
            node = waiting.pop()
            nodes.append(node)
            waiting += node.get("Plans", ())
        return nodes

    def test_an_order_known_only_by_name_is_on_hand(self):
        self.note(self.mug, 2, minute=5)

        self.say(self.mug, 12, minute=6)

        self.assert_held(12)

    def test_two_figures_of_two_products_do_not_mix(self):
        self.say(self.shirt, 5)
        order = self.sell(self.mug, 2, minute=5)

        self.take(self.count(self.mug, 11, 6), self.count(self.shirt, 4, 6))
        self.ship(order, minute=7)

        self.assert_held(9)
        self.assertEqual(self.held(self.shirt), 4)
