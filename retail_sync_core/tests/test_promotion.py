from decimal import Decimal

from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from ..testing_orders import make_charge, make_line
from .common_orders import OrdersCommon


def off(amount, code="", title="", kind=""):
    return doc.Discount(amount=Decimal(amount), code=code, title=title, kind=kind)


@tagged("post_install", "-at_install")
class TestPromotion(OrdersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shirt.standard_price = 4.0

    def rows(self, order):
        return order.promotion_ids.sorted(lambda row: (row.name, row.id))

    def test_a_code_is_kept_with_its_amount_and_margin(self):
        line = make_line(
            sku="SHIRT", quantity=2, price="10.00", discounts=(off("5.00", "SUMMER"),)
        )

        order = self.import_order(self.order(lines=[line]))

        self.assertRecordValues(
            self.rows(order),
            [
                {
                    "name": "SUMMER",
                    "kind": "code",
                    "product_id": self.shirt.id,
                    "units": 2.0,
                    "amount_discount": 5.0,
                    "amount_net": 15.0,
                    "amount_cost": 8.0,
                    "amount_margin": 7.0,
                    "channel_id": self.channel.id,
                }
            ],
        )

    def test_two_discounts_of_a_line_share_its_turnover(self):
        discounts = (
            off("1.00", "A"),
            off("2.00", title="Two for one", kind="automatic"),
        )
        line = make_line(sku="SHIRT", price="10.00", discounts=discounts)

        rows = self.rows(self.import_order(self.order(lines=[line])))

        self.assertEqual(rows.mapped("name"), ["A", "Two for one"])
        self.assertEqual(rows.mapped("kind"), ["code", "automatic"])
        self.assertEqual(rows.mapped("amount_net"), [2.33, 4.67])
        self.assertEqual(round(sum(rows.mapped("amount_cost")), 2), 4.0)

    def test_taxes_in_the_price_are_no_turnover(self):
        self.make_tax(20, included=True, name="VAT")
        line = make_line(
            sku="SHIRT", price="14.00", discount="2.00", rates=("0.2",), included=True
        )

        rows = self.rows(
            self.import_order(self.order(lines=[line], taxes_included=True))
        )

        self.assertEqual(rows.amount_net, 10.0)

    def test_cheaper_shipping_is_a_promotion_too(self):
        shipping = make_charge(price="4.90", discounts=(off("4.90", "FREESHIP"),))

        order = self.import_order(self.order(charges=[shipping]))

        self.assertRecordValues(
            self.rows(order),
            [{"name": "FREESHIP", "amount_discount": 4.9, "amount_net": 0.0}],
        )

    def test_units_that_are_taken_off_take_their_discount_along(self):
        def line(units):
            return make_line(
                sku="SHIRT",
                quantity=2,
                current_quantity=units,
                price="10.00",
                discount="4.00",
            )

        order = self.import_order(self.order(lines=[line(2)]))

        self.import_order(self.order(lines=[line(1)], version=2))

        self.assertRecordValues(
            self.rows(order), [{"units": 1.0, "amount_discount": 2.0}]
        )

    def test_the_same_version_again_leaves_the_rows_alone(self):
        lines = [make_line(sku="SHIRT", price="10.00", discount="1.00")]
        order = self.import_order(self.order(lines=lines))
        before = order.promotion_ids

        self.import_order(self.order(lines=lines, version=2, note="x"))

        self.assertEqual(order.promotion_ids, before)

    def test_an_order_without_discounts_has_no_rows(self):
        self.assertFalse(self.import_order(self.order()).promotion_ids)

    def test_amounts_are_in_the_companys_currency(self):
        euro = self.env["res.currency"].with_context(active_test=False)
        euro = euro.search([("name", "=", "EUR")])
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": "2020-01-01",
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        line = make_line(sku="SHIRT", price="10.00", discount="1.00")

        order = self.import_order(self.order(lines=[line], currency="EUR"))

        self.assertRecordValues(
            self.rows(order), [{"amount_discount": 2.0, "amount_net": 18.0}]
        )

    def test_a_viewer_sees_his_companys_promotions_only(self):
        lines = [make_line(sku="SHIRT", price="10.00", discount="1.00")]
        row = self.import_order(self.order(lines=lines)).promotion_ids
        other = self.env["res.company"].create({"name": "Elsewhere"})
        groups = "retail_sync_core.retail_sync_group_viewer"
        here = new_test_user(self.env, "here-p", groups=groups)
        there = new_test_user(
            self.env,
            "there-p",
            groups=groups,
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        Promotion = self.env["retail.sync.promotion"]

        domain = [("id", "=", row.id)]
        self.assertTrue(Promotion.with_user(here).search(domain))
        self.assertFalse(Promotion.with_user(there).search(domain))
        self.assertFalse(row.with_user(here).has_access("write"))
