from datetime import datetime, timezone

from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_address, make_line
from .place_common import PlaceCommon


@tagged("post_install", "-at_install")
class TestPlacing(PlaceCommon):
    """Odoo decides where an order ships from; each order keeps its decision."""

    def test_the_place_that_has_it_all_ships_and_the_timeline_says_why(self):
        self.stock(London=1, Leeds=3)

        order = self.buy(units=3)

        self.assertEqual(self.deliveries(order), {"Leeds": 3})
        why = (
            "Leeds ships it: it has all 3 units. London comes first, but has 1 of 3"
            " units to spare."
        )
        self.assertEqual(self.said(order, "placed"), [why])
        picking = self.delivery(order, "Leeds")
        self.assertEqual(picking.state, "assigned")

    def test_the_channel_decides_by_default(self):
        self.channel.ships_from = "channel"
        self.stock(London=1, Leeds=3)

        order = self.buy(units=3)

        self.assertEqual(self.deliveries(order), {"London": 3})
        self.assertFalse(order.placement_ids)

    def test_a_line_that_no_place_has_whole_ships_from_several(self):
        self.stock(London=2, Leeds=3)

        order = self.buy(units=4)

        self.assertEqual(self.deliveries(order), {"Leeds": 3, "London": 1})
        states = order.order_id.picking_ids.mapped("state")
        self.assertEqual(states, ["assigned", "assigned"])

    def test_lines_ship_together_where_both_are(self):
        self.stock(London=5, Leeds=5)
        self.stock(self.mug, York=5, Leeds=1)
        lines = [make_line(sku="TEE"), make_line("line-2", sku="CUP")]

        order = self.buy(lines=lines)

        self.assertEqual(self.deliveries(order), {"Leeds": 2})
        self.assertEqual(len(order.order_id.picking_ids), 1)

    def test_what_nobody_has_waits_at_the_best_place(self):
        order = self.buy(units=2)

        self.assertEqual(self.deliveries(order), {"London": 2})
        self.assertEqual(self.delivery(order, "London").state, "confirmed")

    def test_units_of_open_deliveries_are_promised_already(self):
        self.stock(London=3, Leeds=3)
        self.buy(1, units=2)

        order = self.buy(2, units=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 2})

    def test_a_batch_does_not_promise_a_unit_twice(self):
        self.stock(London=1, Leeds=1)
        lines = [make_line(sku="TEE")]
        documents = [self.order(f"order-{n}", lines=lines) for n in (1, 2)]

        importer = self.env["retail.sync.importer.order"]
        orders = importer._import_many(self.channel, documents)

        found = [self.deliveries(order) for order in orders]
        self.assertEqual(found, [{"London": 1}, {"Leeds": 1}])

    def test_a_quotation_keeps_its_units_promised(self):
        self.stock(London=1, Leeds=1)
        self.channel.order_policy = "quotation"
        first = self.buy(1)

        second = self.buy(2)

        first.order_id.action_confirm()
        second.order_id.action_confirm()
        self.assertEqual(self.deliveries(first), {"London": 1})
        self.assertEqual(self.deliveries(second), {"Leeds": 1})

    def test_what_may_not_ship_or_is_left_out_is_passed_over(self):
        self.stock(London=5, Leeds=5, York=5)
        self.london.ships_orders = False
        self.leeds.action_ignore()

        order = self.buy()

        self.assertEqual(self.deliveries(order), {"York": 1})

    def test_what_is_kept_for_the_counter_stays_there(self):
        self.stock(London=3, Leeds=5)
        self.london.counter_qty = 3

        order = self.buy()

        self.assertEqual(self.deliveries(order), {"Leeds": 1})

    def test_a_place_that_has_its_orders_for_the_day_gets_no_more(self):
        self.stock(London=9, Leeds=9)
        self.london.ship_limit = 1
        self.buy(1)

        order = self.buy(2)

        self.assertEqual(self.deliveries(order), {"Leeds": 1})
        self.assertIn("has its orders for the day", self.said(order, "placed")[0])

    def test_an_order_that_was_canceled_makes_room_for_another(self):
        self.stock(London=9, Leeds=9)
        self.london.ship_limit = 1
        self.buy(1)
        lines = [make_line(sku="TEE")]
        self.import_order(
            self.order(
                "order-1",
                version=2,
                lines=lines,
                cancelled_at=datetime(2026, 11, 21, tzinfo=timezone.utc),
            )
        )

        self.assertEqual(self.deliveries(self.buy(2)), {"London": 1})

    @freeze_time("2026-11-28 12:00:00")  # a Saturday
    def test_a_place_that_opens_too_late_is_passed_over(self):
        self.stock(London=9, Leeds=9)
        self.london.ship_hours_id = self.env["resource.calendar"].create(
            {
                "name": "Weekdays",
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": str(day),
                                "dayofweek": str(day),
                                "hour_from": 9,
                                "hour_to": 17,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )

        self.assertEqual(self.deliveries(self.buy(1)), {"Leeds": 1})
        asked = self.asked("london", {"line-1": 1})
        late = doc.ShipmentOrder(
            external_id="late",
            location_id="london",
            state="open",
            can_ship=True,
            ship_by=datetime(2026, 11, 30, 12, tzinfo=timezone.utc),
            lines=asked.lines,
        )
        order = self.buy(2, shipment_orders=[late])
        self.assertEqual(self.deliveries(order), {"London": 1})

    def test_a_kit_ships_from_where_all_its_parts_are(self):
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        box = self.make_product("BOX", company_id=False)
        line = {"product_id": self.shirt.id, "product_qty": 1}
        other = {"product_id": self.mug.id, "product_qty": 2}
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": box.product_tmpl_id.id,
                "type": "phantom",
                "company_id": False,
                "bom_line_ids": [Command.create(line), Command.create(other)],
            }
        )
        self.stock(London=9, Leeds=2)
        self.stock(self.mug, London=3, Leeds=4)

        order = self.buy(lines=[make_line(sku="BOX", quantity=2)])

        self.assertEqual(self.deliveries(order), {"Leeds": 6})

    def test_the_nearest_ships_where_the_policy_says_so(self):
        france = self.env.ref("base.fr")
        self.stock(London=9, Leeds=9, York=9)
        self.channel.ships_first = "near"
        self.leeds.warehouse_id.partner_id.write(
            {"country_id": france.id, "zip": "75011"}
        )
        self.york.warehouse_id.partner_id.write(
            {"country_id": france.id, "zip": "69400"}
        )

        order = self.buy(shipping_address=make_address())  # 69001 Lyon

        self.assertEqual(self.deliveries(order), {"York": 1})

    def test_coordinates_count_more_than_postcodes(self):
        ours = self.leeds.warehouse_id.partner_id
        ours.write({"partner_latitude": 45.8, "partner_longitude": 4.8})

        near = self.leeds._nearness(("", "", "69001", 45.76, 4.83))
        far = self.leeds._nearness(("", "", "69001", 48.85, 2.35))

        self.assertLess(near, far)
        self.assertAlmostEqual(near[2], 5.0, delta=1.0)

    def test_the_same_version_again_decides_nothing_anew(self):
        self.stock(London=1, Leeds=3)
        order = self.buy(units=3)
        self.stock(London=9)

        self.buy(units=3, version=2)
        self.buy(units=3, version=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 3})
        self.assertEqual(len(self.said(order, "placed")), 1)

    def test_an_order_from_before_the_policy_stays_where_it_is(self):
        self.stock(London=1, Leeds=3)
        self.channel.ships_from = "channel"
        order = self.buy(units=3)
        self.channel.ships_from = "odoo"

        self.buy(units=3, version=2, note="Changed")

        self.assertEqual(self.deliveries(order), {"London": 3})

    def test_what_is_picked_up_ships_from_where_the_channel_says(self):
        self.stock(Leeds=3)
        pickup = doc.Delivery(kind="pickup", place_id="london")

        order = self.buy(delivery=pickup)

        self.assertEqual(self.deliveries(order), {"London": 1})


@tagged("post_install", "-at_install")
class TestPlacedAndChanged(PlaceCommon):
    """A later version changes what it names, and a person over there is followed."""

    def test_more_units_ship_from_where_the_rest_does(self):
        self.stock(London=1, Leeds=3)
        order = self.buy(units=2)
        self.stock(London=9)

        self.buy(units=3, version=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 3})

    def test_more_units_than_there_are_come_from_another_place(self):
        self.stock(London=1, Leeds=2)
        order = self.buy(units=2)
        self.stock(London=4)

        self.buy(units=4, version=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 2, "London": 2})

    def test_fewer_units_are_taken_off_the_smaller_part(self):
        self.stock(London=2, Leeds=3)
        order = self.buy(units=5)
        self.assertEqual(self.deliveries(order), {"Leeds": 3, "London": 2})

        lines = [make_line(sku="TEE", quantity=5, current_quantity=3)]
        self.buy(lines=lines, version=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 3})

    def test_an_added_line_is_placed_and_the_rest_stays(self):
        self.stock(London=1, Leeds=3)
        self.stock(self.mug, London=5)
        order = self.buy(units=3)
        lines = [
            make_line(sku="TEE", quantity=3),
            make_line("line-2", sku="CUP", quantity=2),
        ]

        self.buy(lines=lines, version=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 3, "London": 2})

    def test_the_echo_of_our_own_move_moves_nothing(self):
        self.stock(Leeds=3)
        order = self.buy(units=2)
        before = order.order_id.picking_ids

        self.buy(units=2, at="leeds", version=2)

        self.assertEqual(order.order_id.picking_ids, before)
        self.assertEqual(self.deliveries(order), {"Leeds": 2})

    def test_the_channels_own_first_routing_moves_nothing(self):
        self.stock(Leeds=3)
        order = self.buy(units=2, at="")

        self.buy(units=2, at="london", version=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 2})

    def test_a_person_who_moves_it_over_there_is_followed(self):
        self.stock(Leeds=3)
        order = self.buy(units=2)
        self.buy(units=2, at="leeds", version=2)

        self.buy(units=2, at="york", version=3)

        self.assertEqual(self.deliveries(order), {"York": 2})
        self.buy(units=2, at="york", version=4, note="Again")
        self.assertEqual(self.deliveries(order), {"York": 2})

    def test_both_parts_of_a_line_follow_to_one_place(self):
        self.stock(London=2, Leeds=3)
        order = self.buy(units=5)

        self.buy(units=5, at="york", version=2)

        self.assertEqual(self.deliveries(order), {"York": 5})

    def test_what_is_being_picked_is_not_taken_away(self):
        self.stock(Leeds=3)
        order = self.buy(units=2)
        self.delivery(order, "Leeds").printed = True

        self.buy(units=2, at="york", version=2)

        self.assertEqual(self.deliveries(order), {"Leeds": 2})
        self.assertEqual(len(self.issues("order_changed")), 1)

    def test_what_has_left_is_not_placed_again(self):
        self.stock(London=2, Leeds=3)
        order = self.buy(units=5)
        self.ship(self.delivery(order, "London"))

        self.buy(units=5, version=2, note="Changed")

        self.assertEqual(self.deliveries(order), {"Leeds": 3, "London": 2})
        self.assertEqual(sum(order.placement_ids.mapped("units")), 5)
