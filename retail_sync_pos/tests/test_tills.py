"""What stores and tills do reaches the channels, whenever it is booked."""

from odoo import Command, fields
from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import TillCase


@tagged("post_install", "-at_install")
class TestTills(TillCase):
    def setUp(self):
        super().setUp()
        self.mug = self.make_product("MUG", 20, available_in_pos=True)
        self.make_listing(self.mug, there=0)
        self.orders_are_in()
        self.assertEqual(self.told(self.mug), 20)

    def test_a_till_in_real_time_is_told_at_once(self):
        session = self.open_till(books="real")
        self.ring_up(session, (self.mug, 2))
        self.assertEqual(self.told(self.mug), 18)

    def test_a_till_that_books_at_closing_is_told_at_once_and_not_twice(self):
        session = self.open_till(books="closing")
        self.ring_up(session, (self.mug, 2))
        self.ring_up(session, (self.mug, 3))
        self.assertEqual(self.mug.qty_available, 20, "the till has booked nothing")
        self.assertEqual(self.told(self.mug), 15)
        level = self.level(self.mug)
        self.assertIn("5 sold at tills still open", level.explanation)
        self.close_till(session)
        self.assertEqual(self.mug.qty_available, 15)
        self.assertEqual(self.told(self.mug), 15)
        self.assertNotIn("still open", level.explanation)

    def test_an_unpaid_order_of_the_till_is_no_sale(self):
        session = self.open_till(books="closing")
        order = self.ring_up(session, (self.mug, 4), state="draft")
        self.assertEqual(order.state, "draft")
        self.assertEqual(self.told(self.mug), 20)

    def test_an_order_that_is_paid_later_is_told_when_it_is_paid(self):
        session = self.open_till(books="closing")
        order = self.ring_up(session, (self.mug, 4), state="draft")
        self.push()
        order.add_payment(
            {
                "amount": 40.0,
                "payment_method_id": self.till.payment_method_ids[0].id,
                "pos_order_id": order.id,
            }
        )
        order.action_pos_order_paid()
        self.assertEqual(self.told(self.mug), 16)

    def test_the_same_order_sent_again_counts_once(self):
        session = self.open_till(books="closing")
        order = self.ring_up(session, (self.mug, 4))
        self.ring_up(session, (self.mug, 4), uid=order.uuid)
        self.assertEqual(self.told(self.mug), 16)

    def test_what_comes_back_counts_when_it_is_booked(self):
        session = self.open_till(books="closing")
        self.ring_up(session, (self.mug, 5))
        self.ring_up(session, (self.mug, -2))
        self.assertEqual(self.told(self.mug), 15, "nobody has looked at it yet")
        self.close_till(session)
        self.assertEqual(self.told(self.mug), 17)

    def test_what_comes_back_in_real_time_counts_at_once(self):
        session = self.open_till(books="real")
        self.ring_up(session, (self.mug, 5))
        self.ring_up(session, (self.mug, -2))
        self.assertEqual(self.told(self.mug), 17)

    def test_an_order_to_be_shipped_later_counts_by_its_delivery(self):
        session = self.open_till(books="closing")
        buyer = self.env["res.partner"].create({"name": "Ship To"})
        self.till.write(
            {"ship_later": True, "warehouse_id": self.warehouse.id, "route_id": False}
        )
        order = self.ring_up(
            session,
            (self.mug, 3),
            partner_id=buyer.id,
            shipping_date=fields.Date.to_string(fields.Date.today()),
        )
        self.assertTrue(order.shipping_date)
        self.assertEqual(self.told(self.mug), 17)

    def test_an_invoiced_order_that_moves_at_once_is_counted_once(self):
        self.company.anglo_saxon_accounting = True
        session = self.open_till(books="closing")
        buyer = self.env["res.partner"].create({"name": "Invoiced"})
        order = self.ring_up(session, (self.mug, 3), partner_id=buyer.id)
        self.assertEqual(self.told(self.mug), 17)
        order.with_user(self.cashier).action_pos_order_invoice()
        self.env.flush_all()
        self.assertTrue(order.picking_ids, "Odoo moves invoiced goods at once")
        self.assertEqual(self.told(self.mug), 17)

    def test_a_kit_sold_at_the_till_takes_its_parts(self):
        kit = self.make_product("SET", available_in_pos=True)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.mug.id, "product_qty": 4})
                ],
            }
        )
        self.make_listing(kit, there=0)
        session = self.open_till(books="closing")
        self.assertEqual(self.told(kit), 5)
        self.ring_up(session, (kit, 2))
        self.assertEqual(self.told(self.mug), 12)
        self.assertEqual(self.told(kit), 3)
        self.close_till(session)
        self.assertEqual((self.told(self.mug), self.told(kit)), (12, 3))

    def test_another_stores_till_lowers_nothing_here(self):
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FARA"})
        session = self.open_till(books="closing", till=self.make_till("Far", far))
        self.ring_up(session, (self.mug, 2))
        self.assertEqual(self.told(self.mug), 20)

    def test_a_rule_keeps_units_back_while_the_till_is_open(self):
        self.env["retail.sync.stock.rule"].create(
            {"quantity": 3, "while_till_is_open": True}
        )
        self.assertEqual(self.told(self.mug), 20)
        session = self.open_till(books="closing")
        self.assertEqual(self.told(self.mug), 17)
        self.ring_up(session, (self.mug, 2))
        self.assertEqual(self.told(self.mug), 15)
        self.close_till(session)
        self.assertEqual(self.told(self.mug), 18)

    def test_a_till_in_real_time_needs_no_units_kept_back(self):
        self.env["retail.sync.stock.rule"].create(
            {"quantity": 3, "while_till_is_open": True}
        )
        self.open_till(books="real")
        self.assertEqual(self.told(self.mug), 20)

    def test_a_count_that_freezes_the_place_still_takes_off_till_sales(self):
        self.place.action_freeze()
        session = self.open_till(books="closing")
        self.ring_up(session, (self.mug, 2))
        self.assertEqual(self.told(self.mug), 18)
        self.close_till(session)
        self.assertEqual(self.told(self.mug), 18)

    def test_when_the_module_comes_what_was_sold_this_morning_is_told(self):
        session = self.open_till(books="closing")
        self.ring_up(session, (self.mug, 2))
        self.env.cr.execute("DELETE FROM retail_sync_stock_mark")  # nobody marked it

        post_init_hook(self.env)

        self.assertEqual(self.told(self.mug), 18)

    def test_the_location_tells_which_tills_book_late(self):
        self.company.point_of_sale_update_stock_quantities = "real"
        self.assertFalse(self.place.late_tills)
        self.company.point_of_sale_update_stock_quantities = "closing"
        self.place.invalidate_recordset()
        self.assertEqual(self.place.late_tills, "Counter")


@tagged("post_install", "-at_install")
class TestStores(TillCase):
    """Transfers, scrap and counts, from the button to the channel's shelf."""

    def setUp(self):
        super().setUp()
        self.mug = self.make_product("MUG", 20)
        self.make_listing(self.mug, there=0)
        self.orders_are_in()
        self.assertEqual(self.told(self.mug), 20)

    def test_a_transfer_between_stores_moves_the_offer(self):
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FARA"})
        self._make_place("L2", far)
        self.shelf["L2", "item-MUG"] = 0
        move = self.make_move(self.mug, 6, target=far.lot_stock_id, reserve=True)
        self.push()
        self.assertEqual(self.shelf["L1", "item-MUG"], 14)
        self.assertEqual(self.shelf["L2", "item-MUG"], 0, "it is still on its way")
        move.quantity, move.picked = 6, True
        move._action_done()
        self.push()
        self.assertEqual(self.shelf["L2", "item-MUG"], 6)
        self.assertEqual(self.shelf["L1", "item-MUG"], 14)

    def test_a_scrap_lowers_the_offer(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.mug.id,
                "scrap_qty": 3,
                "location_id": self.stock.id,
            }
        )
        scrap.action_validate()
        self.assertEqual(self.told(self.mug), 17)

    def test_an_inventory_count_sets_the_offer(self):
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.mug.id), ("location_id", "=", self.stock.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 11
        quant.action_apply_inventory()
        self.assertEqual(self.told(self.mug), 11)

    def test_a_return_at_the_counter_raises_the_offer(self):
        move = self.make_move(self.mug, 5, reserve=True)
        move.quantity, move.picked = 5, True
        move._action_done()
        self.assertEqual(self.told(self.mug), 15)
        back = self.make_move(self.mug, 2, source=self.customers, target=self.stock)
        back.quantity, back.picked = 2, True
        back._action_done()
        self.assertEqual(self.told(self.mug), 17)
