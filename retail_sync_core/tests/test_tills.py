from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..domain.errors import DataError
from ..testing_orders import make_address, make_charge, make_line
from .till_common import SOLD_AT, TillCommon

UTC_SOLD_AT = SOLD_AT.replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestTills(TillCommon):
    """Sales at a channel's tills: gone, paid, told to nobody."""

    def test_a_sale_is_delivered_from_its_store_at_its_own_time(self):
        order = self.settle(self.till_order())

        picking = self.pickings(order)
        self.assertRecordValues(
            picking,
            [
                {
                    "state": "done",
                    "retail_sync_at_till": True,
                    "location_id": self.shelf.id,
                    "date_done": UTC_SOLD_AT,
                }
            ],
        )
        self.assertEqual(picking.move_ids.mapped("date"), [UTC_SOLD_AT])
        self.assertEqual(self.on_shelf(), 8)
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        self.assertRecordValues(
            order, [{"state": "imported", "hold_code": False, "till_id": "store"}]
        )

    def test_the_channel_is_not_told_what_it_told_us(self):
        order = self.settle(self.till_order())

        self.assertFalse(self.effects(order))
        self.assertFalse(order._shipped_elsewhere())
        codes = order.step_ids.mapped("code")
        self.assertIn("handed_over", codes)
        self.assertFalse({"shipment", "shipped_elsewhere"} & set(codes))

    def test_it_is_invoiced_and_paid_in_cash(self):
        order = self.settle(self.till_order())

        invoice = order.order_id.invoice_ids
        self.assertRecordValues(
            invoice, [{"amount_total": 39.98, "payment_state": "paid"}]
        )
        self.assertEqual(self.balance(self.accounts["cash"]), 39.98)

    def test_split_tenders_and_cash_rounding_are_what_was_paid(self):
        card = self.pay("pay-1", "20.00")
        cash = self.pay("pay-2", "20.00", gateway="cash")
        rounded = self.till_order(card, cash, cash_rounding=Decimal("0.02"))

        order = self.settle(rounded)

        self.assertEqual(order.order_id.amount_total, 40.0)
        self.assertEqual(self.balance(self.accounts["cash"]), 20.0)
        self.assertEqual(self.balance(self.accounts["card"]), 20.0)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")

    def test_change_that_was_given_back_is_not_kept(self):
        paid = self.pay("pay-1", "50.00", gateway="cash")
        change = self.pay("pay-2", "10.02", gateway="cash", kind="change")

        order = self.settle(self.till_order(paid, change))

        self.assertEqual(self.balance(self.accounts["cash"]), 39.98)
        self.assertEqual(order.order_id.invoice_ids.payment_state, "paid")

    def test_the_same_sale_again_changes_nothing(self):
        order = self.settle(self.till_order())
        for version in (1, 2, 3):
            self.settle(self.till_order(version=version))
        self.settle(self.till_order(version=4, tags=("looked at",)))

        self.assertEqual(len(self.pickings(order)), 1)
        self.assertEqual(self.on_shelf(), 8)

    def test_it_is_confirmed_whatever_the_policy_for_web_orders(self):
        for number, policy in enumerate(("quotation", "paid")):
            self.channel.order_policy = policy
            order = self.settle(self.till_order(external_id=f"sale-{number}"))
            self.assertEqual(order.order_id.state, "sale")

        self.assertEqual(self.on_shelf(), 6)

    def test_walk_in_customers_share_one_contact(self):
        orders = [
            self.settle(self.till_order(external_id=f"sale-{number}"))
            for number in range(3)
        ]

        partners = {order.order_id.partner_id for order in orders}
        self.assertEqual(len(partners), 1)
        self.assertIn(self.channel.name, partners.pop().name)

    def test_a_customer_with_a_name_is_that_customer(self):
        buyer = doc.Customer(external_id="c-7", name="Ann", email="ann@example.com")

        order = self.settle(self.till_order(customer=buyer))

        self.assertEqual(order.order_id.partner_id.name, "Ann")

    # stock
    def test_a_sale_without_stock_is_booked_below_zero_and_says_so(self):
        self.env["stock.quant"]._update_available_quantity(self.shirt, self.shelf, -9)

        order = self.settle(self.till_order())

        self.assertEqual(self.pickings(order).state, "done")
        self.assertEqual(self.on_shelf(), -1)
        issue = self.issues("till_short")
        self.assertEqual(issue.value, self.shirt.display_name)
        self.assertIn("handed_over_short", order.step_ids.mapped("code"))

    def test_what_others_have_reserved_is_gone_all_the_same(self):
        reserved = self.env["stock.move"].create(
            {
                "product_id": self.shirt.id,
                "product_uom_qty": 10,
                "location_id": self.shelf.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        reserved._action_confirm()
        reserved._action_assign()

        order = self.settle(self.till_order())

        self.assertEqual(self.pickings(order).state, "done")
        self.assertEqual(self.on_shelf(), 8)
        self.assertFalse(self.issues("till_short"))

    def test_a_warehouse_that_picks_and_packs_delivers_over_the_counter_at_once(self):
        self.store.delivery_steps = "pick_pack_ship"

        order = self.settle(self.till_order())

        self.assertRecordValues(
            self.pickings(order), [{"state": "done", "location_id": self.shelf.id}]
        )
        self.assertEqual(self.on_shelf(), 8)

    def test_a_place_that_is_a_shelf_of_a_warehouse_gives_from_that_shelf(self):
        corner = self.env["stock.location"].create(
            {"name": "Corner", "location_id": self.shelf.id}
        )
        self.place.write({"location_id": corner.id})
        self.env["stock.quant"]._update_available_quantity(self.shirt, corner, 3)

        self.settle(self.till_order())

        self.assertEqual(self.on_shelf(shelf=corner), 1)

    def test_lots_that_nobody_scanned_are_left_to_a_person(self):
        self.shirt.tracking = "lot"
        self.env["stock.quant"]._update_available_quantity(self.shirt, self.shelf, -10)

        order = self.settle(self.till_order())

        picking = self.pickings(order)
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(self.issues("till_not_booked").res_id, picking.id)
        lot = self.env["stock.lot"].create(
            {"name": "L1", "product_id": self.shirt.id, "company_id": self.company.id}
        )
        picking.move_ids.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": self.shirt.id,
                "quantity": 2,
                "lot_id": lot.id,
                "location_id": self.shelf.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.effects(order))

    def test_lots_nobody_scanned_stay_with_the_person_when_more_is_taken_along(self):
        self.shirt.tracking = "lot"
        self.env["stock.quant"]._update_available_quantity(self.shirt, self.shelf, -10)
        first = (self.asked("line-1", 1), self.asked("line-1", 1, "web", remaining=1))
        order = self.settle(
            self.till_order(shipment_orders=first, shipping_address=make_address())
        )
        blocked = self.pickings(order).filtered("retail_sync_at_till")

        self.settle(
            self.till_order(
                shipment_orders=(self.asked("line-1", 2),),
                shipping_address=make_address(),
                version=2,
            )
        )

        self.assertNotEqual(blocked.state, "cancel", "what is gone is not sent again")
        there = self.pickings(order).filtered("retail_sync_at_till")
        wanted = there.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(wanted.mapped("product_uom_qty")), 2)
        others = self.pickings(order) - there
        self.assertFalse(others.filtered(lambda picking: picking.state != "cancel"))

    def test_a_closed_period_is_not_posted_into(self):
        self.company.fiscalyear_lock_date = SOLD_AT.date() + timedelta(days=1)

        order = self.import_order(self.till_order())

        done = self.pickings(order).date_done
        self.assertEqual(self.pickings(order).state, "done")
        self.assertGreater(done, UTC_SOLD_AT + timedelta(days=1))

    # where
    def test_a_store_that_is_not_mapped_waits_for_its_mapping(self):
        self.place.write({"warehouse_id": False, "location_id": False})

        with self.assertRaises(DataError) as caught:
            self.import_order(self.till_order())

        self.assertEqual(caught.exception.kind, "unknown_location")
        self.assertEqual(caught.exception.value, "store")
        self.assertFalse(self.env["sale.order"].search([("origin", "like", "#order")]))

    def test_a_store_that_is_left_out_is_held_as_before(self):
        self.place.action_ignore()

        order = self.settle(self.till_order())

        self.assertEqual(order.hold_code, "elsewhere")
        self.assertEqual(self.on_shelf(), 10)

    def test_a_part_is_shipped_from_elsewhere_and_told(self):
        lines = [self.shirts(), self.shirts(1, external_id="line-2", sku="MUG")]
        document = self.till_order(
            self.pay(value="59.97", gateway="cash"),
            lines=lines,
            shipment_orders=(
                self.asked("line-1", 2),
                self.asked("line-2", 1, "web", remaining=1),
            ),
            delivery=doc.Delivery(kind="shipping"),
            shipping_address=make_address(),
        )

        order = self.settle(document)

        till, parcel = self.pickings(order)
        self.assertRecordValues(
            till + parcel,
            [
                {"state": "done", "location_id": self.shelf.id},
                {"state": "assigned", "location_id": self.warehouse.lot_stock_id.id},
            ],
        )
        self.assertEqual(parcel.move_ids.product_id, self.mug)
        self.assertFalse(order.hold_code)
        self.ship(parcel)
        self.assertEqual(self.told(self.effects(order)), {"line-2": 1})

    def test_one_line_is_partly_taken_along_and_partly_shipped(self):
        document = self.till_order(
            self.pay(value="59.97", gateway="cash"),
            lines=[self.shirts(3)],
            shipment_orders=(
                self.asked("line-1", 2),
                self.asked("line-1", 1, "web", remaining=1),
            ),
            shipments=(self.gone("line-1", 2),),
            shipping_address=make_address(),
        )

        order = self.settle(document)

        till, parcel = self.pickings(order)
        self.assertEqual(till.move_ids.quantity, 2)
        self.assertEqual(parcel.move_ids.product_uom_qty, 1)
        self.assertEqual(parcel.location_id, self.warehouse.lot_stock_id)
        self.ship(parcel)
        self.assertEqual(self.told(self.effects(order)), {"line-1": 1})
        self.assertEqual(order.order_id.order_line.qty_delivered, 3)
        self.assertEqual(len(self.pickings(order)), 2)

    def test_the_part_to_ship_waits_for_its_money_what_is_gone_does_not(self):
        lines = [self.shirts(), self.shirts(1, external_id="line-2", sku="MUG")]
        document = self.till_order(
            self.pay(value="20.00", gateway="cash"),
            lines=lines,
            shipment_orders=(
                self.asked("line-1", 2),
                self.asked("line-2", 1, "web", remaining=1),
            ),
            payment_state=doc.PaymentState.PARTIALLY_PAID,
        )

        order = self.settle(document)

        self.assertEqual(order.hold_code, "payment")
        till, parcel = self.pickings(order)
        self.assertEqual(till.state, "done")
        self.assertTrue(parcel.retail_sync_hold_reason)

    def test_the_order_is_told_before_its_store_has_handed_over(self):
        early = self.till_order(shipment_orders=(), shipments=())
        order = self.settle(early)
        self.assertEqual(self.pickings(order).location_id, self.shelf)

        self.settle(self.till_order(version=2))

        states = self.pickings(order).mapped("state")
        self.assertEqual(sorted(states), ["cancel", "done"])
        self.assertEqual(self.on_shelf(), 8)
        self.assertEqual(order.order_id.order_line.qty_delivered, 2)
        free = self.shirt.with_context(location=self.shelf.id).free_qty
        self.assertEqual(free, 8)

    def test_a_service_of_the_till_needs_no_shelf(self):
        lines = [make_line("line-1", sku="SHIRT", quantity=2, price="19.99")]
        tip = make_charge("tip", price="2.00")
        document = self.till_order(
            self.pay(value="41.98", gateway="cash"), lines=lines, charges=[tip]
        )

        order = self.settle(document)

        self.assertEqual(order.order_id.amount_total, 41.98)
        self.assertEqual(len(self.pickings(order).move_ids), 1)

    def test_amounts_that_do_not_add_up_wait_and_the_goods_leave_with_the_release(self):
        order = self.settle(self.till_order(total=Decimal("50.00")))
        self.assertEqual(order.hold_code, "total")
        self.assertEqual(self.on_shelf(), 10)

        order.action_release("Agreed")

        self.assertEqual(self.on_shelf(), 8)
        self.assertFalse(order.hold_code)

    def test_a_backlog_of_sales_is_imported_together(self):
        documents = [
            self.till_order(external_id=f"sale-{number}") for number in range(4)
        ]
        importer = self.env["retail.sync.importer.order"].with_user(
            self.channel.user_id
        )

        orders = importer._import_many(
            self.channel.with_user(self.channel.user_id), documents
        )

        self.assertEqual(orders.order_id.picking_ids.mapped("state"), ["done"] * 4)
        self.assertEqual(self.on_shelf(), 2)

    def test_a_sale_is_invoiced_when_shipped_where_that_is_the_policy(self):
        self.channel.invoice_policy = "shipped"

        order = self.settle(self.till_order())

        day = order.order_id.invoice_ids.invoice_date
        self.assertEqual(str(day), "2026-11-20")
