import random
import string

from odoo import Command
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_address
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestFind(OrdersCommon):
    """Whatever a buyer reads out leads to the order, and to that order alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.env["retail.sync.order"]

    def sold(self, external_id, number, **values):
        return self.import_order(
            self.order(
                external_id,
                external_ref=number,
                customer=doc.Customer(
                    external_id=f"customer-{external_id}",
                    name=values.pop("name", "Ada Example"),
                    email=values.pop("email", f"{external_id}@example.com"),
                    phone=values.pop("phone", ""),
                ),
                **values,
            )
        )

    def found(self, text):
        return self.orders.search([("anything", "ilike", text)])

    def test_a_number_of_any_side_finds_the_order(self):
        order = self.sold("a", "#70123", po_number="PO-77")
        other = self.sold("b", "#70124")
        sale = order.order_id
        self.ship(sale.picking_ids)
        invoice = sale._create_invoices()
        invoice.action_post()

        numbers = [
            *("#70123", "70123", " 70123 ", "a", "PO-77"),
            *(sale.name, sale.name.lower(), sale.picking_ids.name, invoice.name),
        ]
        for number in numbers:
            self.assertEqual(self.found(number), order, number)
        self.assertEqual(self.found("#70124"), other)

    def test_the_beginning_of_a_number_is_enough(self):
        order = self.sold("a", "#70123")
        self.sold("b", "#71123")

        self.assertEqual(self.found("701"), order)
        self.assertEqual(self.found("#701"), order)
        self.assertFalse(self.found("7%3"))
        self.sold("c", "#5", name="Club 701")
        self.assertEqual(self.found("701"), order)

    def test_an_exact_number_hides_names_that_have_it(self):
        order = self.sold("a", "70123")
        named = self.sold("b", "#70124", name="Club 70123")

        self.assertEqual(self.found("70123"), order)
        self.assertEqual(self.found("club 70123"), named)

    def test_each_parcel_of_a_delivery_finds_it(self):
        order = self.sold("a", "#70123")
        self.sold("b", "#70124")
        order.order_id.picking_ids.carrier_tracking_ref = "ZX1001, ZX1002;ZX1003"

        for number in ("ZX1001", "ZX1002", "ZX1003"):
            self.assertEqual(self.found(number), order, number)
        self.assertFalse(self.found("ZX100"))

    def test_a_tracking_text_that_no_index_holds_harms_no_delivery(self):
        picking = self.sold("a", "#70123").order_id.picking_ids
        noise = random.Random(1)
        picking.carrier_tracking_ref = "".join(
            noise.choice(string.ascii_letters) for _ in range(9000)
        )

        self.ship(picking)
        self.env.flush_all()

        self.assertEqual(picking.state, "done")

    def test_what_names_nothing_reads_nothing(self):
        self.sold("a", "#70123").order_id._create_invoices()

        for text in ("/", "  ", "%", "#", "()", "' OR 1=1 --x"):
            self.assertFalse(self.found(text), text)

    def test_a_parcel_that_somebody_else_sent_finds_it(self):
        order = self.sold("a", "#70123")
        order.shipments = [
            {
                "external_id": "s1",
                "state": "success",
                "location_id": "",
                "lines": [],
                "tracking": [["ZX1", "Post", ""], ["ZX2", "Post", ""]],
            }
        ]

        self.assertEqual(self.found("ZX2"), order)

    def test_an_address_finds_all_that_the_person_bought(self):
        buyer = {"email": "ada@example.com"}
        first = self.sold("a", "#70123", **buyer)
        second = self.sold("b", "#70124")
        second.order_id.partner_id = first.order_id.partner_id
        self.sold("c", "#70125")

        self.assertEqual(self.found("ADA@example.com "), first | second)
        self.assertFalse(self.found("nobody@example.com"))

    def test_a_phone_number_is_found_however_it_is_written(self):
        order = self.sold("a", "#70123")
        order.order_id.partner_id.phone = "+33 4 72 00 11 22"
        self.sold("b", "#70124").order_id.partner_id.phone = "+33 4 72 00 11 23"

        for number in ("+33472001122", "04 72 00 11 22", "(04) 72-00-11-22"):
            self.assertEqual(self.found(number), order, number)

    def test_the_name_of_who_receives_it_finds_it(self):
        order = self.sold(
            "a", "#70123", shipping_address=make_address(name="Grace Receiver")
        )

        self.assertEqual(self.found("grace rec"), order)

    def test_a_clerk_finds_what_the_books_name(self):
        order = self.sold("a", "#70123")
        clerk = self.env["res.users"].create(
            {
                "name": "Clerk",
                "login": "clerk",
                "group_ids": [
                    Command.set(
                        [
                            self.env.ref("base.group_user").id,
                            self.env.ref(
                                "retail_sync_core.retail_sync_group_viewer"
                            ).id,
                        ]
                    )
                ],
            }
        )
        mine = self.orders.with_user(clerk)

        self.assertEqual(mine.search([("anything", "ilike", "#70123")]).ids, order.ids)
        self.assertEqual(
            mine.search([("anything", "ilike", order.order_id.name)]).ids, order.ids
        )
