from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..domain import documents as doc
from ..domain.errors import DataError
from ..testing_orders import make_charge, make_line
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestImporterOrder(OrdersCommon):
    def test_an_order_becomes_one_confirmed_sale_order(self):
        order = self.import_order(self.order())

        self.assertRecordValues(
            order, [{"state": "imported", "payment_state": "paid", "hold_code": False}]
        )
        self.assertRecordValues(
            order.order_id,
            [
                {
                    "state": "sale",
                    "amount_total": 39.98,
                    "client_order_ref": "#order-1",
                    "warehouse_id": self.warehouse.id,
                }
            ],
        )
        self.assertEqual(order.order_id.picking_ids.state, "assigned")

    def test_the_same_order_again_changes_nothing(self):
        order = self.import_order(self.order())
        written = order.order_id.write_date

        again = self.import_order(self.order())
        touched = self.import_order(self.order(version=7))

        self.assertEqual((again, touched), (order, order))
        self.assertEqual(order.order_id.write_date, written)
        self.assertEqual(
            len(self.env["sale.order"].search([("origin", "like", "#order-1")])), 1
        )

    def test_an_older_version_changes_nothing(self):
        order = self.import_order(self.order(version=9))

        self.import_order(self.order(version=2, payment_state=doc.PaymentState.PENDING))

        self.assertRecordValues(order, [{"payment_state": "paid", "state": "imported"}])

    def test_the_date_of_the_order_survives_its_confirmation(self):
        order = self.import_order(self.order())

        self.assertEqual(str(order.order_id.date_order), "2026-11-20 12:00:00")

    def test_a_price_survives_a_change_of_quantity(self):
        order = self.import_order(self.order())
        line = order.order_id.order_line

        line.product_uom_qty = 5

        self.assertEqual(line.price_unit, 19.99)

    def test_a_free_line_stays_free(self):
        line = make_line(sku="MUG", quantity=1, price="10.00", discount="10.00")
        order = self.import_order(self.order(lines=[line]))

        order.order_id.order_line.product_uom_qty = 2

        self.assertEqual(order.order_id.amount_total, 0.0)

    def test_a_test_order_is_left_out_unless_it_is_wanted(self):
        order = self.import_order(self.order(test=True))
        self.assertRecordValues(order, [{"state": "ignored", "order_id": False}])

        self.channel.import_test_orders = True
        self.import_order(self.order(test=True))

        self.assertEqual(order.state, "imported")

    def test_an_order_from_before_the_start_is_left_out(self):
        self.channel.import_since = "2026-11-21 00:00:00"

        order = self.import_order(self.order())

        self.assertRecordValues(order, [{"state": "ignored", "order_id": False}])

    def test_an_order_canceled_before_its_import_makes_nothing(self):
        document = self.order()
        order = self.import_order(self.order(cancelled_at=document.created_at))

        self.assertRecordValues(order, [{"state": "cancelled", "order_id": False}])

    def test_the_policy_may_leave_it_a_quotation(self):
        self.channel.order_policy = "quotation"

        order = self.import_order(self.order())

        self.assertEqual(order.order_id.state, "draft")

    def test_a_quotation_confirmed_by_hand_keeps_its_date(self):
        self.channel.order_policy = "quotation"
        order = self.import_order(self.order())

        order.order_id.action_confirm()

        self.assertEqual(str(order.order_id.date_order), "2026-11-20 12:00:00")

    def test_an_unknown_sku_writes_nothing_and_names_it(self):
        lines = [make_line(sku="SHIRT"), make_line("line-2", sku="NOBODY-KNOWS")]

        with self.assertRaises(DataError) as caught:
            self.import_order(self.order(lines=lines))

        self.assertEqual(caught.exception.kind, "unknown_sku")
        self.assertEqual(caught.exception.value, "NOBODY-KNOWS")

    def test_two_products_with_one_sku_are_a_persons_to_decide(self):
        self.make_product("SHIRT")

        with self.assertRaises(DataError) as caught:
            self.import_order(self.order())

        self.assertEqual(caught.exception.kind, "ambiguous_sku")

    def test_a_listing_decides_before_the_sku(self):
        self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-9",
                "title": "Mug",
                "variant_id": "variant-9",
                "sku": "SHIRT",
                "product_id": self.mug.id,
                "state": "matched",
            }
        )
        line = make_line(sku="SHIRT", item_id="item-9", variant_id="variant-9")

        order = self.import_order(self.order(lines=[line]))

        self.assertEqual(order.order_id.order_line.product_id, self.mug)
        self.assertEqual(order.line_ids.listing_id.variant_id, "variant-9")

    def test_a_barcode_decides_before_the_sku(self):
        self.mug.barcode = "4006381333931"
        line = make_line(sku="SHIRT", barcode="4006381333931")

        order = self.import_order(self.order(lines=[line]))

        self.assertEqual(order.order_id.order_line.product_id, self.mug)

    def test_a_product_of_another_company_is_not_sold_here(self):
        other = self.env["res.company"].create({"name": "Somebody else"})
        self.make_product("THEIRS", company_id=other.id)

        with self.assertRaises(DataError):
            self.import_order(self.order(lines=[make_line(sku="THEIRS")]))

    def test_tips_gift_cards_and_custom_lines_are_services(self):
        lines = [
            make_line("tip", kind=doc.LineKind.TIP, price="3.00"),
            make_line("card", kind=doc.LineKind.GIFT_CARD, price="50.00"),
            make_line("custom", kind=doc.LineKind.CUSTOM, title="Engraving", price="7"),
        ]

        order = self.import_order(self.order(lines=lines))

        self.assertRecordValues(
            order.order_id.order_line,
            [
                {"retail_sync_kind": "tip", "price_unit": 3.0},
                {"retail_sync_kind": "gift_card", "price_unit": 50.0},
                {"retail_sync_kind": "custom", "price_unit": 7.0},
            ],
        )
        self.assertEqual(
            set(order.order_id.order_line.product_id.mapped("type")), {"service"}
        )
        self.assertFalse(order.order_id.picking_ids)

    def test_charges_are_lines_of_their_own(self):
        charges = [
            make_charge("shipping", price="4.90"),
            make_charge("duty", price="11.20"),
            make_charge("fee", price="2.00"),
        ]

        order = self.import_order(self.order(charges=charges))

        lines = order.order_id.order_line
        self.assertEqual(
            lines.mapped("retail_sync_kind"), ["product", "shipping", "duty", "fee"]
        )
        self.assertEqual(order.order_id.amount_total, 58.08)

    def test_a_second_order_uses_the_same_service(self):
        self.import_order(self.order(charges=[make_charge()]))
        first = self.channel.product_shipping_id

        order = self.import_order(self.order("order-2", charges=[make_charge()]))

        self.assertEqual(order.order_id.order_line[-1].product_id, first)

    def test_an_order_for_two_warehouses_makes_two_deliveries(self):
        store = self.make_place("place-2")
        self.env["stock.quant"]._update_available_quantity(
            self.mug, store.lot_stock_id, 5
        )
        lines = [make_line(sku="SHIRT"), make_line("line-2", sku="MUG")]
        requests = [self.request("fo-2", "place-2", {"line-2": 1})]
        place = self.make_place("place-1", self.warehouse)
        requests.append(self.request("fo-1", "place-1", {"line-1": 1}))

        order = self.import_order(self.order(lines=lines, shipment_orders=requests))

        moves = order.order_id.order_line.move_ids
        self.assertEqual(
            moves.warehouse_id | moves.location_id.warehouse_id, store | place
        )
        self.assertEqual(len(order.order_id.picking_ids), 2)

    def make_place(self, external_id, warehouse=None):
        """Map a place of the channel to a warehouse, a new one by default."""
        warehouse = warehouse or self.env["stock.warehouse"].create(
            {"name": "Store", "code": "STORE", "company_id": self.company.id}
        )
        self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": external_id,
                "name": external_id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "state": "mapped",
            }
        )
        return warehouse

    def request(self, external_id, place, units):
        return doc.ShipmentOrder(
            external_id=external_id,
            location_id=place,
            state="open",
            can_ship=True,
            lines=tuple(
                doc.ShipmentOrderLine(
                    external_id=f"{external_id}-{line_id}",
                    line_id=line_id,
                    quantity=Decimal(quantity),
                    remaining=Decimal(quantity),
                )
                for line_id, quantity in units.items()
            ),
        )

    def test_the_order_moves_when_the_channel_asks_another_place(self):
        store = self.make_place("place-2")
        order = self.import_order(self.order())
        first = order.order_id.picking_ids

        requests = [self.request("fo-2", "place-2", {"line-1": 2})]
        self.import_order(self.order(version=2, shipment_orders=requests))

        self.assertEqual(first.state, "cancel")
        second = order.order_id.picking_ids - first
        self.assertEqual(second.picking_type_id.warehouse_id, store)
        self.assertEqual(second.move_ids.product_uom_qty, 2)

    def test_the_timeline_tells_what_was_decided(self):
        order = self.import_order(self.order())

        entries = order.timeline["entries"]

        self.assertEqual(
            [entry["kind"] for entry in entries], ["came", "decided", "decided"]
        )
        self.assertIn(order.order_id.name, entries[1]["title"])

    def test_a_sale_order_that_was_deleted_is_not_made_again(self):
        self.channel.order_policy = "quotation"
        order = self.import_order(self.order())
        order.order_id.unlink()

        self.import_order(self.order(version=2, note="Changed"))

        self.assertFalse(order.order_id)

    def test_an_unknown_currency_is_named(self):
        with self.assertRaises(DataError) as caught:
            self.import_order(self.order(currency="XTS"))

        self.assertEqual(caught.exception.kind, "unknown_currency")

    def test_a_currency_that_is_switched_on_lets_its_orders_go_on(self):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", "SEK")])
        currency.active = False
        self.shop.put(self.order(currency="SEK"))
        self.deliver(self.make_notice())
        self.run_jobs()
        self.assertTrue(self.issues("unknown_currency"))

        currency.active = True

        self.assertFalse(self.issues("unknown_currency"))
        self.run_jobs()
        order = self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(order.state, "imported")

    def test_the_channels_shipping_method_gives_our_delivery_method(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Parcel",
                "product_id": self.channel._charge_product("shipping").id,
                "delivery_type": "fixed",
            }
        )
        self.env["retail.sync.map.carrier"].create(
            {
                "channel_id": self.channel.id,
                "service": "express",
                "carrier_id": carrier.id,
            }
        )

        order = self.import_order(
            self.order(charges=[make_charge(code="Express", title="Fast")])
        )

        self.assertEqual(order.order_id.picking_ids.carrier_id, carrier)

    def test_a_note_and_tags_travel(self):
        order = self.import_order(self.order(note="Ring twice", tags=("vip", "gift")))

        self.assertIn("Ring twice", order.order_id.picking_ids.note)
        self.assertEqual(set(order.order_id.tag_ids.mapped("name")), {"vip", "gift"})

    def test_nobody_but_an_operator_releases_a_hold(self):
        order = self.import_order(self.order(payment_state=doc.PaymentState.PENDING))
        user = self.env["res.users"].create(
            {
                "name": "Viewer",
                "login": "orders_viewer",
                "group_ids": [
                    (4, self.env.ref("retail_sync_core.retail_sync_group_viewer").id)
                ],
            }
        )

        with self.assertRaises(UserError):
            order.with_user(user).action_release()
