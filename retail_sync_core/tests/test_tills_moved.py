from odoo.tests import tagged

from ..testing_orders import make_address
from .till_common import TillCommon


class MovedCommon(TillCommon):
    """Two stores, ten shirts each, of which one is asked before the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["stock.warehouse"].create(
            {"name": "Other", "code": "OTH", "company_id": cls.company.id}
        )
        cls.other_shelf = cls.other.lot_stock_id
        cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": "other",
                "name": "Other",
                "warehouse_id": cls.other.id,
            }
        )
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.shirt, cls.other_shelf, 10)

    def asks(self, *places, version=1, gone=(), **values):
        """Import the sale of two shirts that ``places`` {place: units} are asked for.

        The store's own request is closed from the second version on.
        """
        asked = [
            self.asked(
                "line-1", units, place, remaining=units, taken_along=place != "web"
            )
            for place, units in places
        ]
        if version > 1 and "store" not in dict(places):
            asked.insert(0, self.asked("line-1", 2, state="closed"))
        return self.settle(
            self.till_order(
                shipment_orders=tuple(asked),
                shipments=tuple(gone),
                shipping_address=make_address(),
                version=version,
                **values,
            )
        )

    def shelves(self):
        """Return the units on both shelves."""
        self.env.invalidate_all()
        return self.on_shelf(), self.on_shelf(shelf=self.other_shelf)


@tagged("post_install", "-at_install")
class TestTillsMoved(MovedCommon):
    """What another place was asked for meanwhile leaves there, and only there."""

    def test_a_request_that_another_store_gets_leaves_that_store(self):
        order = self.asks(("store", 2))
        self.assertEqual(self.shelves(), (8, 10))

        for version in (2, 3):
            self.asks(("other", 2), version=version)

        self.assertEqual(self.shelves(), (10, 8))
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        self.assertEqual(order.till_booked["taken"], {"line-1": {"other": 2.0}})
        self.assertEqual(set(self.pickings(order).mapped("state")), {"done"})
        self.assertIn("not_handed_over", order.step_ids.mapped("code"))
        self.assertFalse(self.effects(order), "nobody is told of it")

    def test_a_part_of_it_stays(self):
        self.asks(("store", 2))

        order = self.asks(("store", 1), ("other", 1), version=2)

        self.assertEqual(self.shelves(), (9, 9))
        booked = {"line-1": {"other": 1.0, "store": 1.0}}
        self.assertEqual(order.till_booked["taken"], booked)

    def test_what_the_other_store_has_handed_over_left_there(self):
        self.asks(("store", 2))

        self.asks(version=2, gone=(self.gone("line-1", 2, "other"),))

        self.assertEqual(self.shelves(), (10, 8))

    def test_what_is_shipped_after_all_is_delivered_from_there(self):
        order = self.asks(("store", 2))
        self.assertEqual(len(self.pickings(order)), 1)

        for version in (2, 3):
            self.asks(("web", 2), version=version)

        self.assertEqual(self.shelves(), (10, 10))
        parcel = self.pickings(order) - self.at_till(order)
        parcel = parcel.filtered(lambda one: one.state != "cancel")
        self.assertEqual(parcel.picking_type_id.warehouse_id, self.warehouse)
        self.assertEqual(parcel.move_ids.product_uom_qty, 2)
        self.assertFalse(parcel.retail_sync_hold_reason)
        self.ship(parcel)
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        self.assertEqual(self.told(self.effects(order)), {"line-1": 2})

    def test_what_is_asked_for_nowhere_else_stays_as_it_was_booked(self):
        self.asks(("store", 2))

        self.asks(version=2)

        self.assertEqual(self.shelves(), (8, 10))

    def test_what_came_back_already_is_not_put_back_twice(self):
        self.asks(("store", 2))
        refund = self.pay("pay-2", "19.99", kind="refund", gateway="cash")
        values = {
            "payments": (self.pay(gateway="cash"), refund),
            "lines": [self.shirts(current_quantity=1)],
            "returns": (self.back(),),
        }
        returned = self.till_order(
            *values["payments"],
            version=2,
            lines=values["lines"],
            returns=values["returns"],
            shipment_orders=(self.asked("line-1", 2, remaining=2),),
            shipments=(),
        )
        self.settle(returned)
        self.assertEqual(self.shelves(), (9, 10))

        self.asks(("other", 2), version=3, lines=values["lines"])

        self.assertEqual(self.shelves(), (10, 9))


@tagged("post_install", "-at_install")
class TestTillsByHand(MovedCommon):
    """What waits for its lots, and is moved or canceled before anybody names them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.track_shirts(cls.shelf, cls.other_shelf)

    def told_there(self, order):
        return order._told_there(order.line_ids)

    def test_a_delivery_canceled_by_hand_is_not_told(self):
        order = self.settle(self.till_order())
        waiting = self.at_till(order)
        self.assertEqual((waiting.state, self.told_there(order)), ("confirmed", 2))

        waiting.action_cancel()

        self.assertEqual(order.till_booked["taken"], {})
        self.assertEqual(self.told_there(order), 0)
        self.assertFalse(self.issues("till_not_booked"))
        self.assertIn("till_canceled", order.step_ids.mapped("code"))

    def two_lines(self, **values):
        """Return a till's sale of mugs, and of shirts whose lots nobody names."""
        lines = [self.shirts(), self.shirts(1, external_id="line-2", sku="MUG")]
        return self.till_order(
            self.pay(value="59.97", gateway="cash"), lines=lines, **values
        )

    def test_what_moved_to_another_store_is_not_forgotten_with_the_rest(self):
        order = self.settle(
            self.two_lines(
                shipment_orders=(
                    self.asked("line-1", 2, remaining=2),
                    self.asked("line-2", 1, remaining=1),
                ),
                shipments=(),
            )
        )
        waiting = self.at_till(order)
        moved = {
            "shipment_orders": (
                self.asked("line-1", 2, remaining=2),
                self.asked("line-2", 1, "other", remaining=1, taken_along=True),
                self.asked("line-2", 1, state="closed", external_id="fo-old"),
            ),
            "shipments": (),
        }
        self.settle(self.two_lines(version=2, **moved))
        self.assertEqual(order.till_booked["taken"]["line-2"], {"other": 1.0})

        waiting.filtered(lambda one: one.state != "done").action_cancel()

        self.assertEqual(order.till_booked["taken"], {"line-2": {"other": 1.0}})

    def test_a_delivery_deleted_by_hand_is_not_told_and_is_booked_anew(self):
        order = self.settle(self.till_order())
        deleted = self.at_till(order)
        deleted_id = deleted.id

        deleted.unlink()

        self.assertEqual(order.till_booked["taken"], {})
        self.assertEqual(self.told_there(order), 0)
        self.assertIn("till_canceled", order.step_ids.mapped("code"))
        self.assertTrue(order.timeline)

        for version in (2, 3):
            self.settle(self.till_order(version=version, tags=(f"t{version}",)))
        again = self.at_till(order)
        self.assertNotEqual(again.id, deleted_id)
        self.assertEqual(again.move_ids.product_uom_qty, 2)
        self.assertEqual(self.told_there(order), 2)

    def test_what_was_canceled_by_hand_is_booked_anew_with_the_next_version(self):
        order = self.settle(self.till_order())
        canceled = self.at_till(order)
        canceled.action_cancel()

        for version in (2, 3):
            self.settle(self.till_order(version=version, tags=(f"t{version}",)))

        again = self.at_till(order) - canceled
        self.assertEqual(again.move_ids.product_uom_qty, 2)
        self.assertEqual(self.told_there(order), 2)
        self.assertEqual(len(self.issues("till_not_booked")), 1)

    def test_a_rest_that_a_person_leaves_out_is_not_told(self):
        order = self.settle(self.till_order())
        waiting = self.at_till(order)
        waiting.picking_type_id.create_backorder = "never"

        self.complete(waiting, 1)

        self.assertEqual(waiting.state, "done")
        self.assertEqual(order.till_booked["taken"], {"line-1": {"store": 1.0}})

    def test_a_receipt_canceled_by_hand_is_booked_anew(self):
        order = self.settle(self.till_order())
        self.complete(self.at_till(order), 2)
        order.till_booked = {**order.till_booked, "returns": {}}
        receipt = self.env["stock.picking"]._retail_sync_take_back(
            order.order_id.order_line, self.shelf, 1
        )
        order.till_booked = {
            **order.till_booked,
            "returned": {"line-1": 1.0},
            "returns": {"back-line-1": receipt.ids},
        }
        self.assertEqual(self.told_there(order), 1)

        receipt.action_cancel()
        self.assertEqual(self.told_there(order), 2)
        self.settle(self.returned())

        again = self.at_till(order).filtered(
            lambda one: one.move_ids.origin_returned_move_id and one != receipt
        )
        self.assertEqual(again.move_ids.product_uom_qty, 1)
        self.assertEqual(self.told_there(order), 1)

    def test_a_sale_that_is_canceled_leaves_it_told(self):
        order = self.settle(self.till_order())

        order.order_id._action_cancel()

        self.assertEqual(self.told_there(order), 2)

    def test_what_waited_at_the_first_store_waits_at_the_second(self):
        order = self.asks(("store", 2))
        first = self.at_till(order)

        self.asks(("other", 2), version=2)

        second = self.at_till(order) - first
        self.assertEqual(first.state, "cancel")
        self.assertEqual(second.location_id, self.other_shelf)
        self.assertEqual(second.move_ids.product_uom_qty, 2)
        self.assertEqual(self.issues("till_not_booked").res_id, second.id)

    def test_a_part_of_what_waited_stays_at_the_first_store(self):
        order = self.asks(("store", 2))
        first = self.at_till(order)

        self.asks(("store", 1), ("other", 1), version=2)

        second = self.at_till(order) - first
        self.assertEqual(first.move_ids.product_uom_qty, 1)
        self.assertEqual(second.move_ids.product_uom_qty, 1)
