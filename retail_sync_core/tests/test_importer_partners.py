from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_address
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestImporterPartners(OrdersCommon):
    def guest(self, name="Camille Durand", email="camille@example.com", **values):
        return doc.Customer(name=name, email=email, **values)

    def test_goods_go_where_this_order_says(self):
        first = self.import_order(self.order())
        gift = make_address(name="Paul Martin", street="9 quai Voltaire", city="Paris")

        second = self.import_order(self.order("order-2", shipping_address=gift))

        sale = second.order_id
        self.assertEqual(sale.partner_id, first.order_id.partner_id)
        self.assertRecordValues(
            sale.partner_shipping_id,
            [{"name": "Paul Martin", "city": "Paris", "parent_id": sale.partner_id.id}],
        )
        self.assertEqual(sale.picking_ids.partner_id, sale.partner_shipping_id)
        self.assertEqual(sale.partner_invoice_id.city, "Lyon")

    def test_the_same_address_again_is_the_same_contact(self):
        gift = make_address(name="Paul Martin", street="9 quai Voltaire", city="Paris")
        first = self.import_order(self.order(shipping_address=gift))

        again = make_address(
            name="paul  martin", street="9 Quai Voltaire", city="PARIS"
        )
        second = self.import_order(self.order("order-2", shipping_address=again))

        self.assertEqual(
            first.order_id.partner_shipping_id, second.order_id.partner_shipping_id
        )

    def test_an_address_a_person_mended_is_left_alone(self):
        first = self.import_order(self.order())
        first.order_id.partner_id.street = "5 bis rue de la Paix"

        second = self.import_order(self.order("order-2"))

        self.assertEqual(first.order_id.partner_id.street, "5 bis rue de la Paix")
        self.assertEqual(second.order_id.partner_shipping_id.street, "5 rue de la Paix")

    def test_the_channels_customer_id_decides_before_anything_else(self):
        first = self.import_order(self.order())
        renamed = doc.Customer(
            external_id="customer-1", name="Camille Martin", email="new@example.com"
        )

        second = self.import_order(self.order("order-2", customer=renamed))

        self.assertEqual(first.order_id.partner_id, second.order_id.partner_id)

    def test_two_customers_with_one_e_mail_stay_two_people(self):
        first = self.import_order(self.order())
        other = doc.Customer(
            external_id="customer-2", name="Camille Durand", email="camille@example.com"
        )

        second = self.import_order(self.order("order-2", customer=other))

        self.assertNotEqual(first.order_id.partner_id, second.order_id.partner_id)

    def test_a_guest_with_the_same_e_mail_and_name_is_the_same_person(self):
        first = self.import_order(self.order(customer=self.guest()))

        second = self.import_order(
            self.order("order-2", customer=self.guest("CAMILLE DURAND"))
        )

        self.assertEqual(first.order_id.partner_id, second.order_id.partner_id)

    def test_a_guest_with_the_same_e_mail_but_another_name_is_not(self):
        first = self.import_order(self.order(customer=self.guest()))

        second = self.import_order(
            self.order("order-2", customer=self.guest("Paul Martin"))
        )

        self.assertNotEqual(first.order_id.partner_id, second.order_id.partner_id)

    def test_guests_without_e_mail_are_never_merged(self):
        first = self.import_order(self.order(customer=self.guest(email="")))

        second = self.import_order(self.order("order-2", customer=self.guest(email="")))

        self.assertNotEqual(first.order_id.partner_id, second.order_id.partner_id)

    def test_two_contacts_with_this_e_mail_and_name_are_not_guessed_between(self):
        twins = self.env["res.partner"].create(
            [{"name": "Camille Durand", "email": "camille@example.com"}] * 2
        )

        order = self.import_order(self.order(customer=self.guest()))

        self.assertNotIn(order.order_id.partner_id, twins)

    def test_a_customer_without_a_name_gets_a_neutral_one(self):
        order = self.import_order(
            self.order(
                customer=doc.Customer(external_id="gid://shopify/Customer/77"),
                shipping_address=None,
                billing_address=None,
            )
        )

        self.assertEqual(
            order.order_id.partner_id.name, f"{self.channel.name} customer 77"
        )

    def test_a_state_is_found_by_its_code_or_name(self):
        texas = self.env.ref("base.state_us_44")
        by_code = make_address(country_code="US", state_code="TX", city="Austin")
        by_name = make_address(country_code="US", state_name="texas", city="Dallas")

        first = self.import_order(self.order(shipping_address=by_code))
        second = self.import_order(self.order("order-2", shipping_address=by_name))

        self.assertEqual(first.order_id.partner_shipping_id.state_id, texas)
        self.assertEqual(second.order_id.partner_shipping_id.state_id, texas)

    def test_an_unknown_state_stops_nothing_and_is_kept_as_a_note(self):
        address = make_address(country_code="US", state_name="Jefferson", city="Yreka")

        order = self.import_order(self.order(shipping_address=address))

        contact = order.order_id.partner_shipping_id
        self.assertFalse(contact.state_id)
        self.assertIn("Jefferson", contact.comment)

    def test_a_mapped_state_is_used(self):
        self.env["retail.sync.map.state"].create(
            {
                "country_id": self.env.ref("base.us").id,
                "code": "Jefferson",
                "state_id": self.env.ref("base.state_us_5").id,
            }
        )
        address = make_address(country_code="US", state_name="Jefferson", city="Yreka")

        order = self.import_order(self.order(shipping_address=address))

        self.assertEqual(
            order.order_id.partner_shipping_id.state_id, self.env.ref("base.state_us_5")
        )

    def test_the_address_follows_while_nobody_has_begun_to_pick(self):
        order = self.import_order(self.order())
        new = make_address(street="1 place Bellecour")

        self.import_order(self.order(version=2, shipping_address=new))

        sale = order.order_id
        self.assertEqual(sale.partner_shipping_id.street, "1 place Bellecour")
        self.assertEqual(sale.picking_ids.partner_id, sale.partner_shipping_id)

    def test_one_customer_makes_one_contact(self):
        before = self.env["res.partner"].search_count([])

        self.import_order(self.order())
        self.import_order(self.order("order-2"))

        self.assertEqual(self.env["res.partner"].search_count([]), before + 1)
