from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..testing_orders import make_line
from .place_common import PlaceCommon


@tagged("post_install", "-at_install")
class TestGiveBack(PlaceCommon):
    """A store gives a delivery back: the next place ships it, and why is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = new_test_user(
            cls.env, "counter", name="Ada Counter", groups="stock.group_stock_user"
        )

    def dialog(self, picking, user=None):
        action = picking.with_user(user or self.staff).retail_sync_action_give_back()
        dialog = self.env["retail.sync.give.back"].with_user(user or self.staff)
        return dialog.browse(action["res_id"])

    def give_back(self, picking, reason="busy", units=None, note=""):
        dialog = self.dialog(picking)
        dialog.write({"reason": reason, "note": note})
        if units is not None:
            dialog.line_ids.units = units
        return dialog.action_give_back()

    def moved(self, order):
        """Return {place: units} that the channel is told last."""
        effect = self.effects(order, "move")[-1:]
        return {p: int(n) for _l, p, n in effect._get_document().wanted}

    def test_the_next_place_ships_it_and_the_channel_is_told(self):
        self.stock(London=3, Leeds=3)
        order = self.buy(units=2)

        self.give_back(self.delivery(order, "London"))

        self.assertEqual(self.deliveries(order), {"Leeds": 2})
        self.assertEqual(self.delivery(order, "Leeds").state, "assigned")
        self.assertEqual(self.moved(order), {"leeds": 2})
        self.assertEqual(
            self.said(order, "given_back"),
            ["Ada Counter at London gave back 2 × TEE. Too busy"],
        )
        self.assertEqual(
            self.said(order, "handed_on"), ["Shipped instead by: Leeds 2."]
        )

    def test_a_unit_of_a_line_goes_and_the_rest_leaves_from_here(self):
        self.stock(London=3, Leeds=3)
        order = self.buy(units=3)

        self.give_back(self.delivery(order, "London"), units=1)

        self.assertEqual(self.deliveries(order), {"London": 2, "Leeds": 1})
        self.assertEqual(self.moved(order), {"leeds": 1, "london": 2})
        for name in ("London", "Leeds"):
            self.ship(self.delivery(order, name))
        self.assertEqual(order.order_id.order_line.qty_delivered, 3)
        told = [sum(self.told(one).values()) for one in self.effects(order)]
        self.assertEqual(told, [2, 1])

    def test_what_the_channel_placed_can_be_given_back_too(self):
        self.channel.ships_from = "channel"
        self.stock(London=3, Leeds=3)
        order = self.buy(units=2)

        self.give_back(self.delivery(order, "London"))
        self.buy(units=2, version=2, note="Changed")
        self.buy(units=2, at="leeds", version=3)

        self.assertEqual(self.deliveries(order), {"Leeds": 2})

    def test_who_gave_it_back_does_not_get_it_again(self):
        self.stock(London=9, Leeds=9, York=9)
        order = self.buy(units=2)

        self.give_back(self.delivery(order, "London"))
        self.give_back(self.delivery(order, "Leeds"))

        self.assertEqual(self.deliveries(order), {"York": 2})

    def test_nobody_else_has_it_so_it_stays_and_an_operator_is_asked(self):
        self.stock(London=3, Leeds=1)
        order = self.buy(units=2)

        self.give_back(self.delivery(order, "London"))

        self.assertEqual(self.deliveries(order), {"London": 2})
        self.assertEqual(len(self.issues("no_other_place")), 1)
        self.assertFalse(self.effects(order, "move"))

    def test_what_was_not_found_is_offered_no_more_and_is_to_be_counted(self):
        self.stock(London=3, Leeds=3)
        order = self.buy(units=2)

        self.give_back(self.delivery(order, "London"), "missing", units=1)

        shelf = self.london.warehouse_id.lot_stock_id
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.shirt.id), ("location_id", "child_of", shelf.id)]
        )
        self.assertEqual(sum(quants.mapped("quantity")), 2)
        aside = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.shirt.id),
                ("location_id", "=", self.london._aside().id),
            ]
        )
        self.assertEqual(aside.quantity, 1)
        self.assertTrue(aside.inventory_date)
        self.assertEqual(self.deliveries(order), {"London": 1, "Leeds": 1})
        self.assertEqual(self.delivery(order, "London").state, "assigned")

    def test_what_was_not_found_and_nobody_has_waits_here(self):
        self.stock(London=2)
        order = self.buy(units=2)

        self.give_back(self.delivery(order, "London"), "missing")

        self.assertEqual(self.deliveries(order), {"London": 2})
        self.assertNotEqual(self.delivery(order, "London").state, "assigned")
        self.assertEqual(len(self.issues("no_other_place")), 1)

    def test_too_busy_leaves_the_shelf_as_it_is(self):
        self.stock(London=3, Leeds=3)
        order = self.buy(units=2)

        self.give_back(self.delivery(order, "London"), "busy")

        free = self.shirt.with_context(
            location=self.london.warehouse_id.lot_stock_id.id
        ).free_qty
        self.assertEqual(free, 3)

    def test_who_looked_before_it_changed_looks_again(self):
        self.stock(London=3, Leeds=3)
        order = self.buy(units=2)
        picking = self.delivery(order, "London")
        first, second = self.dialog(picking), self.dialog(picking)
        first.reason = second.reason = "busy"
        first.action_give_back()

        with self.assertRaisesRegex(UserError, "look again"):
            second.action_give_back()

        self.assertEqual(self.deliveries(order), {"Leeds": 2})

    def test_a_reason_and_units_are_asked_for(self):
        self.stock(London=3, Leeds=3)
        picking = self.delivery(self.buy(units=2), "London")

        with self.assertRaisesRegex(UserError, "why"):
            self.dialog(picking).action_give_back()
        with self.assertRaisesRegex(UserError, "how many"):
            self.give_back(picking, units=0)
        with self.assertRaisesRegex(UserError, "look again"):
            self.give_back(picking, units=3)

    def test_whoever_may_not_touch_deliveries_gives_nothing_back(self):
        self.stock(London=3, Leeds=3)
        picking = self.delivery(self.buy(units=2), "London")
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_manager"
        )

        with self.assertRaises(AccessError):
            picking.with_user(seller).retail_sync_action_give_back()

    def test_a_kit_is_given_back_by_its_units(self):
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        box = self.make_product("BOX", company_id=False)
        parts = [(self.shirt, 1), (self.mug, 2)]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": box.product_tmpl_id.id,
                "type": "phantom",
                "company_id": False,
                "bom_line_ids": [
                    (0, 0, {"product_id": part.id, "product_qty": count})
                    for part, count in parts
                ],
            }
        )
        for part, count in parts:
            self.stock(part, London=3 * count, Leeds=3 * count)
        order = self.buy(lines=[make_line(sku="BOX", quantity=3)])
        self.assertEqual(self.deliveries(order), {"London": 9})

        self.give_back(self.delivery(order, "London"), units=1)

        self.assertEqual(self.deliveries(order), {"London": 6, "Leeds": 3})
