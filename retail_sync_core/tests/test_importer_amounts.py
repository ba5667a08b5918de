import random
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..domain.amounts import expected_total, own_tax
from ..domain.errors import DataError
from ..testing_orders import make_charge, make_line, make_order
from .common_orders import OrdersCommon

ORDERS = 200
RATES = (("0.2",), ("0.055",), (), ("0.0625", "0.01"))


@tagged("post_install", "-at_install")
class TestImporterAmounts(OrdersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.order_policy = "quotation"
        cls.env["account.tax"].search(
            [("type_tax_use", "=", "sale"), ("company_id", "=", cls.company.id)]
        ).active = False
        for percent in (20, 5.5, 6.25, 1):
            for included in (True, False):
                cls.make_tax(percent, included)

    def random_order(self, number, rng):
        included = rng.random() < 0.5
        rates = rng.choice(RATES)
        lines = []
        for index in range(rng.randint(1, 6)):
            price = Decimal(rng.randint(1, 20000)) / 100
            quantity = rng.choice((1, 1, 2, 3, 7, 12))
            discount = Decimal(0)
            if rng.random() < 0.5:
                discount = Decimal(rng.randint(0, int(price * quantity * 100))) / 100
            lines.append(
                make_line(
                    f"line-{index}",
                    sku=rng.choice(("SHIRT", "MUG")),
                    quantity=quantity,
                    price=price,
                    discount=discount,
                    rates=rng.choice((rates, rates, ())),
                    included=included,
                )
            )
        charges = [make_charge(price="4.95", rates=rates[:1], included=included)]
        return self.order(
            f"random-{number}",
            lines=lines,
            charges=charges if rng.random() < 0.6 else (),
            taxes_included=included,
        )

    def test_every_random_order_comes_to_the_channels_total_and_tax(self):
        rng = random.Random(20261120)
        for number in range(ORDERS):
            document = self.random_order(number, rng)

            order = self.import_order(document)

            with self.subTest(number=number, included=document.taxes_included):
                sale = order.order_id
                self.assertEqual(f"{sale.amount_total:.2f}", f"{document.total:.2f}")
                self.assertEqual(f"{sale.amount_tax:.2f}", f"{own_tax(document):.2f}")
                self.assertFalse(order.hold_code)

    def test_invoices_of_random_orders_come_to_the_same(self):
        rng = random.Random(7)
        for number in range(12):
            document = self.random_order(number, rng)
            sale = self.import_order(document).order_id
            sale.action_confirm()

            invoice = sale._create_invoices()

            with self.subTest(number=number, included=document.taxes_included):
                self.assertEqual(f"{invoice.amount_total:.2f}", f"{document.total:.2f}")
                self.assertEqual(
                    f"{invoice.amount_tax:.2f}", f"{own_tax(document):.2f}"
                )

    def test_invoices_of_parts_add_up_to_the_total(self):
        self.mug.invoice_policy = self.shirt.invoice_policy = "delivery"
        for included in (True, False):
            line = make_line(
                sku="SHIRT",
                quantity=3,
                price="6.99",
                discount="0.97",
                rates=("0.2",),
                included=included,
            )
            document = self.order(
                f"parts-{included}", lines=[line], taxes_included=included
            )
            sale = self.import_order(document).order_id
            sale.action_confirm()
            for _unit in range(3):
                picking = sale.picking_ids.filtered(lambda p: p.state == "assigned")
                self.ship(picking, SHIRT=1)
                sale._create_invoices()

            invoices = sale.invoice_ids
            with self.subTest(included=included):
                self.assertEqual(len(invoices), 3)
                total = sum(invoices.mapped("amount_total"))
                self.assertEqual(f"{total:.2f}", f"{document.total:.2f}")
                tax = sum(invoices.mapped("amount_tax"))
                self.assertEqual(f"{tax:.2f}", f"{own_tax(document):.2f}")

    def test_a_cent_that_does_not_add_up_becomes_a_rounding_line(self):
        document = self.order(total=Decimal("40.01"))

        order = self.import_order(document)

        rounding = order.order_id.order_line[-1]
        self.assertEqual(order.order_id.amount_total, 40.01)
        self.assertRecordValues(
            rounding,
            [{"retail_sync_kind": "rounding", "price_unit": 0.03, "tax_ids": []}],
        )
        self.assertFalse(order.hold_code)

    def test_a_larger_difference_waits_and_is_explained(self):
        self.channel.order_policy = "confirm"
        order = self.import_order(self.order(total=Decimal("45.00")))

        self.assertRecordValues(
            order, [{"state": "hold", "hold_code": "total", "difference": 5.02}]
        )
        self.assertEqual(order.order_id.state, "draft")
        self.assertIn("SHIRT", order.explanation)
        self.assertIn("5.02", order.explanation)
        issue = self.env["retail.sync.issue"].search(
            [("channel_id", "=", self.channel.id), ("kind", "=", "total_mismatch")]
        )
        self.assertEqual(issue.state, "open")

    def test_releasing_it_confirms_it_and_closes_the_issue(self):
        self.channel.order_policy = "confirm"
        order = self.import_order(self.order(total=Decimal("45.00")))

        order.action_release("Agreed")

        self.assertEqual(order.order_id.state, "sale")
        self.assertRecordValues(order, [{"state": "imported", "hold_code": False}])
        self.assertFalse(
            self.env["retail.sync.issue"].search_count(
                [("kind", "=", "total_mismatch"), ("state", "=", "open")]
            )
        )

    def test_a_released_hold_stays_released_with_the_next_version(self):
        order = self.import_order(self.order(total=Decimal("45.00")))
        order.action_release("Agreed")

        self.import_order(self.order(total=Decimal("45.00"), version=2, note="x"))

        self.assertFalse(order.hold_code)

    def test_the_limit_is_the_channels(self):
        self.channel.rounding_limit = 0.0

        order = self.import_order(self.order(total=Decimal("39.99")))

        self.assertEqual(order.hold_code, "total")

    def test_tax_that_the_channel_pays_is_no_tax_of_ours(self):
        tax = doc.Tax(
            title="Sales tax",
            rate=Decimal("0.1"),
            amount=Decimal("1.00"),
            channel_liable=True,
        )

        order = self.import_order(
            self.order(lines=[make_line(sku="SHIRT", taxes=(tax,))])
        )

        self.assertRecordValues(
            order.order_id, [{"amount_total": 11.0, "amount_tax": 0.0}]
        )
        self.assertEqual(
            order.order_id.order_line.mapped("retail_sync_kind"),
            ["product", "channel_tax"],
        )

    def test_an_unknown_tax_is_named_with_its_rate(self):
        line = make_line(sku="SHIRT", rates=("0.17",))

        with self.assertRaises(DataError) as caught:
            self.import_order(self.order(lines=[line]))

        self.assertEqual(caught.exception.kind, "unknown_tax")
        self.assertEqual(caught.exception.value, "VAT 17 % (FR)")

    def test_two_taxes_of_one_rate_are_a_persons_to_decide(self):
        self.make_tax(20, name="Another 20")

        with self.assertRaises(DataError):
            self.import_order(
                self.order(lines=[make_line(sku="SHIRT", rates=("0.2",))])
            )

    def test_of_two_taxes_of_one_rate_the_one_of_that_name_is_meant(self):
        named = self.make_tax(20, name="VAT")

        order = self.import_order(
            self.order(lines=[make_line(sku="SHIRT", rates=("0.2",))])
        )

        self.assertEqual(order.order_id.order_line.tax_ids, named)

    def test_a_mapped_tax_keeps_the_channels_amount(self):
        ours = self.make_tax(19)
        self.map_tax("VAT", 17, False, ours)
        line = make_line(sku="SHIRT", price="10.00", rates=("0.17",))

        order = self.import_order(self.order(lines=[line]))

        self.assertRecordValues(
            order.order_id, [{"amount_total": 11.7, "amount_tax": 1.7}]
        )
        self.assertEqual(order.order_id.order_line.tax_ids, ours)

    def test_one_tax_of_theirs_may_be_two_of_ours(self):
        ours = self.make_tax(5, name="GST") | self.make_tax(9.975, name="QST")
        self.map_tax("Taxes", 14.975, False, ours)
        tax = doc.Tax(title="Taxes", rate=Decimal("0.14975"), amount=Decimal("1.51"))

        order = self.import_order(
            self.order(lines=[make_line(sku="SHIRT", price="10.05", taxes=(tax,))])
        )

        self.assertRecordValues(
            order.order_id, [{"amount_total": 11.56, "amount_tax": 1.51}]
        )

    def test_prices_with_tax_may_be_booked_by_a_tax_on_top(self):
        self.map_tax("VAT", 17, True, self.make_tax(17))
        line = make_line(sku="SHIRT", price="11.70", rates=("0.17",), included=True)

        order = self.import_order(self.order(lines=[line], taxes_included=True))

        self.assertRecordValues(
            order.order_id, [{"amount_total": 11.7, "amount_tax": 1.7}]
        )

    def test_a_tax_that_is_not_booked_is_part_of_the_price(self):
        self.map_tax("VAT", 17, False, self.env["account.tax"], no_tax=True)
        line = make_line(sku="SHIRT", price="10.00", rates=("0.17",))

        order = self.import_order(self.order(lines=[line]))

        self.assertRecordValues(
            order.order_id, [{"amount_total": 11.7, "amount_tax": 0.0}]
        )

    def test_a_row_for_a_country_counts_only_there(self):
        here, abroad = self.make_tax(17, name="Here"), self.make_tax(18, name="Abroad")
        self.map_tax("VAT", 17, False, here)
        self.map_tax("VAT", 17, False, abroad, country_id=self.env.ref("base.de").id)
        line = make_line(sku="SHIRT", rates=("0.17",))

        french = self.import_order(self.order(lines=[line]))
        german = self.import_order(
            self.order(
                "order-2",
                lines=[line],
                shipping_address=doc.Address(name="A", city="B", country_code="DE"),
            )
        )

        self.assertEqual(french.order_id.order_line.tax_ids, here)
        self.assertEqual(german.order_id.order_line.tax_ids, abroad)

    def test_a_currency_without_cents_adds_up(self):
        yen = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", "JPY")])
        )
        yen.active = True
        tax = doc.Tax(
            title="VAT", rate=Decimal("0.2"), amount=Decimal(333), included=True
        )
        line = make_line(sku="SHIRT", quantity=3, price="666", taxes=(tax,))

        order = self.import_order(
            self.order(lines=[line], currency="JPY", taxes_included=True)
        )

        self.assertRecordValues(
            order.order_id,
            [{"amount_total": 1998.0, "amount_tax": 333.0, "currency_id": yen.id}],
        )

    def test_an_order_that_was_edited_before_its_import_comes_as_it_is_wanted(self):
        lines = [
            make_line(sku="SHIRT", quantity=3, current_quantity=1, price="9.99"),
            make_line("line-2", sku="MUG", current_quantity=0),
        ]
        document = self.order(lines=lines)

        order = self.import_order(document)

        self.assertEqual(order.order_id.order_line.mapped("product_uom_qty"), [1.0])
        self.assertEqual(order.order_id.amount_total, float(expected_total(document)))

    def test_a_maker_adds_up(self):
        document = make_order(lines=[make_line(quantity=2, price="3.50")])

        self.assertEqual(document.total, Decimal("7.00"))
