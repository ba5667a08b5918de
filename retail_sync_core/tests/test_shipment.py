from decimal import Decimal

from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import InDoubtError, TransientError
from ..testing_orders import make_charge, make_line
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestShipment(OrdersCommon):
    """A delivery that is done here is told there, once, in whole units."""

    def two_lines(self, **values):
        lines = [
            make_line(sku="SHIRT", quantity=3, price="19.99"),
            make_line("line-2", sku="MUG", quantity=2, price="5.00"),
        ]
        return self.order(lines=lines, charges=[make_charge()], **values)

    def test_a_delivery_that_is_done_is_told_with_its_units_and_parcel(self):
        order = self.import_order(self.two_lines())
        picking = order.order_id.picking_ids
        picking.carrier_tracking_ref = "TRACK-1"

        self.ship(picking)
        self.assertEqual(picking.retail_sync_state, "waiting")
        self.run_jobs()

        effect = self.effects(order)
        self.assertEqual(self.told(effect), {"line-1": 3, "line-2": 2})
        document = effect._get_document()
        self.assertEqual(document.reference, picking.name)
        self.assertEqual(document.tracking[0].number, "TRACK-1")
        self.assertRecordValues(
            picking,
            [{"retail_sync_state": "told", "retail_sync_external_id": effect.key}],
        )
        self.assertEqual(order.timeline["entries"][-1]["kind"], "answered")

    def test_a_part_and_its_backorder_are_told_each_for_itself(self):
        order = self.import_order(self.two_lines())

        self.ship(order.order_id.picking_ids, SHIRT=1)
        backorder = order.order_id.picking_ids.filtered(lambda p: p.state != "done")
        self.ship(backorder, SHIRT=2, MUG=2)
        self.run_jobs()

        self.assertEqual(
            [self.told(effect) for effect in self.effects(order)],
            [{"line-1": 1}, {"line-1": 2, "line-2": 2}],
        )
        self.assertEqual(len(self.shop.sent), 2)

    def test_validating_tells_nothing_before_the_transaction_is_committed(self):
        order = self.import_order(self.order())

        self.ship(order.order_id.picking_ids)

        self.assertEqual(self.effects(order).state, "intended")
        self.assertFalse(self.shop.sent)

    def test_what_others_have_shipped_is_not_told_again(self):
        shipped = doc.Shipped(external_id="f-1", lines=(("line-1", Decimal(2)),))
        order = self.import_order(self.two_lines(shipments=(shipped,)))

        self.ship(order.order_id.picking_ids)

        self.assertEqual(self.told(self.effects(order)), {"line-1": 1, "line-2": 2})

    def test_our_own_shipment_coming_back_changes_nothing(self):
        order = self.import_order(self.order())
        self.ship(order.order_id.picking_ids)
        self.run_jobs()
        effect = self.effects(order)

        ours = doc.Shipped(external_id=effect.external_id, lines=(("line-1", 2),))
        self.import_order(self.order(version=2, shipments=(ours,)))

        self.assertFalse(order.hold_code)
        self.assertFalse(order._shipped_elsewhere())
        self.assertEqual(len(self.effects(order)), 1)

    def test_more_than_was_ordered_is_not_told(self):
        order = self.import_order(self.order())
        picking = order.order_id.picking_ids
        picking.move_ids.write({"quantity": 5, "picked": True})

        self.ship(picking)

        self.assertEqual(self.told(self.effects(order)), {"line-1": 2})

    def test_a_product_put_on_by_hand_is_not_told(self):
        order = self.import_order(self.order())
        order.order_id.write(
            {"order_line": [(0, 0, {"product_id": self.mug.id, "product_uom_qty": 1})]}
        )

        for picking in order.order_id.picking_ids:
            self.ship(picking)

        self.assertEqual(self.told(self.effects(order)), {"line-1": 2})

    def test_a_return_is_not_told_as_a_shipment(self):
        order = self.import_order(self.order())
        picking = order.order_id.picking_ids
        self.ship(picking)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )

        self.ship(back)

        self.assertEqual(len(self.effects(order)), 1)

    def test_a_delivery_done_while_the_channel_is_paused_is_told_later(self):
        order = self.import_order(self.order())
        self.channel.state = "paused"

        self.ship(order.order_id.picking_ids)
        self.run_jobs()
        self.assertFalse(self.shop.sent)
        self.channel.state = "live"
        self.run_jobs()

        self.assertEqual(self.effects(order).state, "applied")

    def test_a_shipment_that_did_not_arrive_is_told_again_by_itself(self):
        order = self.import_order(self.order())
        self.shop.problems.append(TransientError("no connection"))

        self.ship(order.order_id.picking_ids)
        self.run_jobs()
        self.run_jobs(ahead_s=60)

        self.assertEqual(self.effects(order).state, "applied")
        self.assertEqual(len(self.shop.sent), 1)

    def test_a_shipment_in_doubt_is_looked_up_and_not_sent_twice(self):
        order = self.import_order(self.order())
        self.shop.problems.append(InDoubtError("no answer"))
        self.shop.read_backs.append(
            base.Outcome(state="applied", external_id="fulfillment-9")
        )

        self.ship(order.order_id.picking_ids)
        self.run_jobs(ahead_s=60)
        self.run_jobs(ahead_s=60)

        effect = self.effects(order)
        self.assertRecordValues(
            effect, [{"state": "applied", "external_id": "fulfillment-9"}]
        )
        self.assertFalse(self.shop.sent)

    def test_a_refused_shipment_says_so_on_the_delivery_and_asks_a_person(self):
        order = self.import_order(self.order())
        picking = order.order_id.picking_ids
        self.shop.outcomes.append(
            base.Outcome(state="refused", code="CLOSED", message="nothing to ship")
        )

        self.ship(picking)
        self.run_jobs()

        self.assertEqual(picking.retail_sync_state, "refused")
        self.assertEqual(order.order_id.retail_sync_state, "trouble")
        self.assertEqual(len(self.issues("effect_refused")), 1)
        self.assertIn("nothing to ship", order.timeline["entries"][-1]["title"])

    def test_the_carrier_is_named_as_the_channel_knows_it(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Our parcel service",
                "product_id": self.channel._charge_product("shipping").id,
                "delivery_type": "fixed",
            }
        )
        self.env["retail.sync.map.carrier"].create(
            {
                "channel_id": self.channel.id,
                "carrier_id": carrier.id,
                "name": "UPS",
                "url_template": "https://track.example.com/{number}",
            }
        )
        order = self.import_order(self.order())
        picking = order.order_id.picking_ids
        picking.write({"carrier_id": carrier.id, "carrier_tracking_ref": "1Z9, 1Z8"})

        self.ship(picking)

        self.assertEqual(
            self.effects(order)._get_document().tracking,
            (
                doc.Tracking(
                    number="1Z9", carrier="UPS", url="https://track.example.com/1Z9"
                ),
                doc.Tracking(
                    number="1Z8", carrier="UPS", url="https://track.example.com/1Z8"
                ),
            ),
        )

    def test_the_place_the_goods_left_from_is_named(self):
        self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "place-1",
                "name": "Warehouse",
                "warehouse_id": self.warehouse.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "state": "mapped",
            }
        )
        order = self.import_order(self.order())

        self.ship(order.order_id.picking_ids)

        document = self.effects(order)._get_document()
        self.assertEqual(document.location_id, "place-1")

    def test_an_order_of_services_alone_has_nothing_to_tell(self):
        line = make_line("tip", kind=doc.LineKind.TIP, price="3.00")

        order = self.import_order(self.order(lines=[line]))

        self.assertFalse(order.order_id.picking_ids)
        self.assertFalse(self.effects(order))

    def test_a_kit_is_told_in_whole_kits(self):
        if "mrp.bom" not in self.env:
            self.skipTest("kits need the module mrp")
        kit = self.make_product("KIT", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.shirt.id, "product_qty": 1}),
                    (0, 0, {"product_id": self.mug.id, "product_qty": 2}),
                ],
            }
        )
        order = self.import_order(
            self.order(lines=[make_line(sku="KIT", quantity=2, price="30.00")])
        )

        self.ship(order.order_id.picking_ids, SHIRT=2, MUG=2)
        backorder = order.order_id.picking_ids.filtered(lambda p: p.state != "done")
        self.ship(backorder)

        self.assertEqual(
            [self.told(effect) for effect in self.effects(order)],
            [{"line-1": 1}, {"line-1": 1}],
        )
