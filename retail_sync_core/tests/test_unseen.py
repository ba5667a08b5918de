from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .stock_common import StockCase


@tagged("post_install", "-at_install")
class TestUnseen(StockCase):
    """What changes an offer without a quant or a move is marked by the models."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product("A", 20)
        self.make_listing(self.product)
        self.consume()

    def offered(self):
        """Return what is offered now, by both ways of the statement."""
        level = self.level(self.product)
        self.env.flush_all()
        offered = level._terms(level)[level.id].offered
        self.assertEqual(level._offered(level), {level.id: offered})
        return offered

    def is_raised_by(self, change):
        """Return whether ``change`` raises the level."""
        self.consume()
        before = self.level(self.product).wanted_generation
        change()
        self.consume()
        return self.level(self.product).wanted_generation > before

    def make_location(self, name, parent=None):
        """Make a location, below ``parent`` or beside all."""
        return self.env["stock.location"].create(
            {"name": name, "location_id": parent.id if parent else False}
        )

    def test_a_further_or_left_out_location_that_moves_is_marked(self):
        for name in ("also_ids", "left_out_ids"):
            top = self.make_location("Top")
            part = self.make_location("Part", top)
            inner = self.make_location("Inner", part)
            self.place[name] = part
            for moved in (top, part, inner):
                target = self.make_location("Elsewhere")
                self.assertTrue(
                    self.is_raised_by(
                        lambda m=moved, t=target: m.write({"location_id": t.id})
                    ),
                    (name, moved.name),
                )

    def test_goods_of_an_order_that_are_given_free_are_offered_again(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Waits"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": 3}
                    )
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.action_assign()
        held = self.offered()

        def give_free():
            order.retail_sync_is_given_free = True
            order.picking_ids.do_unreserve()

        def flag_only():
            order.retail_sync_is_given_free = False

        self.assertTrue(self.is_raised_by(give_free))
        free = self.offered()
        self.assertTrue(self.is_raised_by(flag_only))

        self.assertEqual((held, free, self.offered()), (17, 20, 17))

    def test_a_lot_that_is_called_back_is_marked_at_once(self):
        if "removal_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        self.product.write({"tracking": "lot", "use_expiration_date": True})
        now = fields.Datetime.now()
        lot = self.env["stock.lot"].create({"name": "L", "product_id": self.product.id})
        lot.removal_date = now + timedelta(days=90)
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.stock, 5, lot_id=lot
        )
        fresh = self.offered()

        def call_back():
            lot.removal_date = now - timedelta(days=1)

        self.assertTrue(self.is_raised_by(call_back))
        self.assertEqual((fresh, self.offered()), (25, 20))
