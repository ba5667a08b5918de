from dataclasses import replace
from datetime import datetime, timezone

from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import PLACED_AT, make_address, make_charge
from .common_orders import OrdersCommon


def company(**values):
    return doc.Company(
        **{"external_id": "acme", "name": "Acme SARL", "vat": "XX-12.345", **values}
    )


@tagged("post_install", "-at_install")
class TestImporterCompanies(OrdersCommon):
    def test_a_company_buys_and_a_person_there_orders(self):
        office = make_address(name="Goods in", company="Acme SARL", city="Paris")

        sale = self.import_order(
            self.order(company=company(), shipping_address=office)
        ).order_id

        acme = sale.partner_id.parent_id
        self.assertRecordValues(
            acme, [{"name": "Acme SARL", "is_company": True, "vat": "XX-12.345"}]
        )
        self.assertEqual(sale.partner_id.name, "Camille Durand")
        self.assertEqual(sale.partner_invoice_id.commercial_partner_id, acme)
        self.assertRecordValues(
            sale.partner_shipping_id,
            [{"name": "Goods in", "city": "Paris", "parent_id": acme.id}],
        )

    def test_two_people_of_one_company_share_the_company_only(self):
        first = self.import_order(self.order(company=company())).order_id
        other = doc.Customer(external_id="customer-2", name="Paul", email="p@acme.test")

        second = self.import_order(
            self.order("order-2", company=company(), customer=other)
        ).order_id

        self.assertNotEqual(first.partner_id, second.partner_id)
        self.assertEqual(first.partner_id.parent_id, second.partner_id.parent_id)

    def test_one_person_who_buys_for_two_companies_is_in_both(self):
        first = self.import_order(self.order(company=company())).order_id
        other = company(external_id="beta", name="Beta SARL", vat="")

        second = self.import_order(self.order("order-2", company=other)).order_id

        self.assertEqual(second.partner_id.parent_id.name, "Beta SARL")
        self.assertNotEqual(first.partner_id, second.partner_id)

    def test_a_company_that_is_here_is_found_by_its_vat_number(self):
        known = self.env["res.partner"].create(
            {"name": "ACME", "is_company": True, "vat": "XX12345"}
        )

        sale = self.import_order(self.order(company=company())).order_id

        self.assertEqual(sale.partner_id.parent_id, known)
        self.assertEqual(known.name, "ACME")

    def test_companies_of_one_name_stay_two(self):
        known = self.env["res.partner"].create(
            {"name": "Acme SARL", "is_company": True}
        )

        sale = self.import_order(self.order(company=company(vat=""))).order_id

        self.assertNotEqual(sale.partner_id.parent_id, known)

    def test_two_companies_of_the_channel_stay_two_though_the_vat_is_one(self):
        first = self.import_order(self.order(company=company())).order_id
        branch = company(external_id="acme-2", name="Acme Export")

        second = self.import_order(self.order("order-2", company=branch)).order_id

        self.assertNotEqual(first.partner_id.parent_id, second.partner_id.parent_id)

    def test_a_typed_vat_number_must_come_with_the_companys_name(self):
        known = self.env["res.partner"].create(
            {"name": "Acme SARL", "is_company": True, "vat": "XX12345"}
        )
        typed = company(external_id="")

        same = self.import_order(self.order(company=typed)).order_id
        other = self.import_order(
            self.order("order-2", company=replace(typed, name="Somebody"))
        ).order_id

        self.assertEqual(same.partner_id.parent_id, known)
        self.assertNotEqual(other.partner_id.parent_id, known)

    def test_the_order_number_of_the_customer_is_the_orders_reference(self):
        order = self.import_order(self.order(po_number="PO-77"))

        self.assertEqual(order.order_id.client_order_ref, "PO-77")
        self.assertEqual(order.po_number, "PO-77")
        self.assertIn(order.external_ref, order.order_id.origin)

    def test_what_is_bought_on_account_does_not_wait_for_the_money(self):
        terms = doc.Terms(name="Net 30", days=30)

        order = self.import_order(
            self.order(terms=terms, payment_state=doc.PaymentState.PENDING)
        )

        term = order.order_id.payment_term_id
        self.assertEqual(term.line_ids.mapped("nb_days"), [30])
        self.assertFalse(order.hold_code)
        self.assertEqual(order.order_id.state, "sale")

    def test_the_same_terms_are_made_once(self):
        terms = doc.Terms(name="Net 37", days=37)

        first = self.import_order(self.order(terms=terms)).order_id
        second = self.import_order(self.order("order-2", terms=terms)).order_id

        self.assertEqual(first.payment_term_id, second.payment_term_id)
        self.assertEqual(first.payment_term_id.name, "Net 37")

    def test_a_fixed_day_becomes_days_after_the_order(self):
        due = doc.Terms(
            name="Fixed", due_at=datetime(2026, 12, 31, tzinfo=timezone.utc)
        )

        sale = self.import_order(self.order(terms=due)).order_id

        days = (due.due_at.date() - PLACED_AT.date()).days
        self.assertEqual(sale.payment_term_id.line_ids.nb_days, days)

    def test_a_shared_telephone_merges_nobody(self):
        one = doc.Customer(name="Anna", email="anna@example.com", phone="+33 1 23")
        other = doc.Customer(name="Ben", email="ben@example.com", phone="+33 1 23")

        first = self.import_order(self.order(customer=one)).order_id
        second = self.import_order(self.order("order-2", customer=other)).order_id

        self.assertNotEqual(first.partner_id, second.partner_id)

    def test_one_e_mail_for_two_companies_merges_nobody(self):
        guest = doc.Customer(name="Camille Durand", email="camille@example.com")
        here = make_address(company="Acme SARL")
        there = make_address(company="Beta SARL")

        first = self.import_order(
            self.order(customer=guest, billing_address=here)
        ).order_id
        second = self.import_order(
            self.order("order-2", customer=guest, billing_address=there)
        ).order_id
        again = self.import_order(
            self.order("order-3", customer=guest, billing_address=here)
        ).order_id

        self.assertNotEqual(first.partner_id, second.partner_id)
        self.assertEqual(again.partner_id, first.partner_id)


@tagged("post_install", "-at_install")
class TestImporterPickup(OrdersCommon):
    def test_what_is_picked_up_in_a_store_goes_to_the_store(self):
        place = make_address(name="Store Kiel", street="Markt 1", city="Kiel")
        pickup = doc.Delivery(kind="pickup", title="Pickup at Kiel", place=place)

        order = self.import_order(self.order(delivery=pickup, shipping_address=None))

        sale = order.order_id
        self.assertRecordValues(
            sale.partner_shipping_id,
            [{"name": "Store Kiel", "city": "Kiel", "parent_id": sale.partner_id.id}],
        )
        self.assertEqual(sale.partner_invoice_id.city, "Lyon")
        self.assertEqual(sale.picking_ids.partner_id, sale.partner_shipping_id)
        self.assertEqual(sale.carrier_id.name, "Pickup in store")
        self.assertEqual(order.delivery_kind, "pickup")

    def test_our_own_address_stands_in_for_a_place_without_one(self):
        self.warehouse.partner_id.write({"city": "Bremen", "street": "Kai 3"})
        self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "place-9",
                "name": "Bremen",
                "warehouse_id": self.warehouse.id,
            }
        )
        pickup = doc.Delivery(kind="pickup", title="Bremen store", place_id="place-9")

        sale = self.import_order(
            self.order(delivery=pickup, shipping_address=None)
        ).order_id

        self.assertRecordValues(
            sale.partner_shipping_id, [{"name": "Bremen store", "city": "Bremen"}]
        )

    def test_a_parcel_shop_gets_the_customers_name_and_its_own(self):
        point = make_address(name="Kiosk am Markt", street="Markt 2", city="Kiel")
        pickup = doc.Delivery(kind="pickup_point", place=point)

        sale = self.import_order(self.order(delivery=pickup)).order_id

        self.assertRecordValues(
            sale.partner_shipping_id,
            [
                {
                    "name": "Camille Durand",
                    "street": "Markt 2",
                    "street2": "Kiosk am Markt",
                }
            ],
        )
        self.assertEqual(sale.carrier_id.name, "Pickup point")

    def test_a_mapped_method_is_preferred_and_none_is_made_twice(self):
        pickup = doc.Delivery(kind="pickup", place=make_address(name="Store"))
        first = self.import_order(self.order(delivery=pickup)).order_id
        second = self.import_order(self.order("order-2", delivery=pickup)).order_id
        ours = first.carrier_id.copy({"name": "Click and collect"})
        self.env["retail.sync.map.carrier"].create(
            {
                "channel_id": self.channel.id,
                "carrier_id": ours.id,
                "service": "Standard",
            }
        )

        third = self.import_order(
            self.order(
                "order-3",
                delivery=pickup,
                charges=[make_charge(price="0", title="Standard")],
            )
        ).order_id

        self.assertEqual(first.carrier_id, second.carrier_id)
        self.assertEqual(third.carrier_id, ours)

    def test_a_newer_version_leaves_the_pickup_place_alone(self):
        place = make_address(name="Store Kiel", street="Markt 1", city="Kiel")
        pickup = doc.Delivery(kind="pickup", place=place)
        sale = self.import_order(self.order(delivery=pickup)).order_id
        contact = sale.partner_shipping_id

        self.import_order(self.order(delivery=pickup, version=2, note="x"))

        self.assertEqual(sale.partner_shipping_id, contact)

    def test_a_subscriptions_order_is_tagged(self):
        order = self.import_order(self.order(is_subscription=True, tags=("vip",)))

        names = set(order.order_id.tag_ids.mapped("name"))
        self.assertEqual(names, {"vip", "Subscription"})
        self.assertTrue(order.is_subscription)

    def test_both_currencies_are_kept(self):
        order = self.import_order(
            self.order(other_currency="EUR", other_total=doc.ZERO + 37)
        )

        self.assertEqual(order.other_currency_id.name, "EUR")
        self.assertEqual(order.other_total, 37.0)
