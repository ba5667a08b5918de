from dataclasses import replace
from decimal import Decimal

from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .day_common import DayCommon


@tagged("post_install", "-at_install")
class TestDayInvoice(DayCommon):
    """All receipts of a day on one invoice, each with its own amounts and money."""

    def test_the_receipts_of_a_day_are_one_invoice_of_that_day(self):
        orders = self.sell(1, 2, 3)
        self.assertFalse(orders.order_id.invoice_ids)
        self.assertEqual(set(map(str, orders.mapped("receipt_day"))), {"2026-11-20"})

        row = self.invoice_day()

        move = row.move_id
        self.assertRecordValues(row, [{"number": 1, "receipt_count": 3}])
        self.assertEqual(orders.order_id.invoice_ids, move)
        self.assertEqual(str(move.invoice_date), "2026-11-20")
        self.assertRecordValues(
            move,
            [
                {
                    "state": "posted",
                    "amount_total": 119.94,
                    "amount_tax": sum(orders.mapped("amount_tax")),
                    "payment_state": "paid",
                }
            ],
        )
        self.assertEqual(set(orders.order_id.mapped("invoice_status")), {"invoiced"})
        self.assertEqual(set(orders.order_id.order_line.mapped("qty_invoiced")), {2.0})
        self.assertEqual(self.balance(self.accounts["cash"]), 119.94)
        self.assertFalse(any(orders.mapped("receipt_day")))
        self.assertFalse(self.issues("invoices_differ"))
        for order in orders:
            self.assertIn("invoiced", order.step_ids.mapped("code"))

    def test_it_is_made_out_to_the_contact_of_all_or_to_whom_the_channel_says(self):
        self.sell(1)
        first = self.invoice_day().move_id.partner_id
        self.assertIn(self.channel.name, first.name)

        shop = self.env["res.partner"].create({"name": "Till receipts"})
        self.channel.receipt_partner_id = shop
        self.sell(2)
        rows = self.invoice_day()

        self.assertEqual(rows[-1].move_id.partner_id, shop)
        self.assertEqual(rows[-1].move_id.payment_state, "paid")

    def test_a_named_customer_without_a_vat_number_is_on_it_too(self):
        buyer = doc.Customer(external_id="c-7", name="Ann", email="ann@example.com")
        order = self.sell(1, customer=buyer) | self.sell(2)

        move = self.invoice_day().move_id

        self.assertEqual(order.order_id.invoice_ids, move)
        self.assertEqual(move.payment_state, "paid")

    def test_it_waits_until_the_day_is_over_where_the_books_are_kept(self):
        self.sell(1)

        # 22:59 UTC is 23:59 in Paris, 23:01 is the next day
        self.read_until("2026-11-20 22:58:00")
        self.assertFalse(self.invoice_day("2026-11-20 22:59:00", limit=5))
        self.assertEqual(self.day_jobs()[:1].explanation, "The day is not over yet.")
        self.read_until("2026-11-20 23:00:00")
        self.assertTrue(self.invoice_day("2026-11-20 23:01:00"))

    def test_it_waits_until_the_orders_of_the_day_are_read(self):
        self.sell(1)
        self.read_until("2026-11-20 20:00:00")

        self.assertFalse(self.invoice_day(limit=5))

        self.read_until("2026-11-20 23:00:01")
        self.assertTrue(self.invoice_day())

    def test_it_waits_for_orders_that_are_still_to_be_fetched(self):
        self.sell(1)
        late = self.till_order(external_id="sale-2")
        self.shop.put(late)
        job = self.env["retail.sync.job"]._enqueue(
            self.channel,
            "order.fetch",
            order_key="order:sale-2",
            payload={"external_id": "sale-2"},
            delay_s=5 * 86400.0,
        )

        self.assertFalse(self.invoice_day(limit=5))

        self.env.cr.execute(
            "UPDATE retail_sync_job SET scheduled_at = create_date WHERE id = %s",
            [job.id],
        )
        row = self.invoice_day()
        self.assertRecordValues(row, [{"number": 1, "receipt_count": 2}])

    def test_a_backlog_is_not_awaited_for_ever(self):
        self.sell(1)
        self.env["retail.sync.job"]._enqueue(
            self.channel, "order.fetch", order_key="order:x", delay_s=5 * 86400.0
        )
        self.assertFalse(self.invoice_day(limit=5))

        self.assertTrue(self.invoice_day("2026-11-21 12:00:01", limit=5))

    def test_again_is_harmless(self):
        orders = self.sell(1, 2)
        row = self.invoice_day()
        for version in (1, 2):
            self.sell(1, 2, version=version)
            orders._settle_soon()
            orders[0]._enqueue_day(row.day)
            self.invoice_day()

        self.assertEqual(self.days(), row)
        self.assertEqual(orders.order_id.invoice_ids, row.move_id)

    def test_what_comes_late_is_on_a_further_invoice_of_the_same_day(self):
        self.sell(1)
        self.invoice_day()

        late = self.sell(2, 3)
        first, second = self.invoice_day()

        self.assertRecordValues(
            first | second,
            [
                {"number": 1, "receipt_count": 1, "amount_total": 39.98},
                {"number": 2, "receipt_count": 2, "amount_total": 79.96},
            ],
        )
        self.assertEqual(late.order_id.invoice_ids, second.move_id)
        self.assertEqual(str(second.move_id.invoice_date), "2026-11-20")
        self.assertEqual(second.move_id.payment_state, "paid")

    def test_each_day_is_one_of_its_own(self):
        self.sell(1)
        next_day = self.pay(gateway="cash", processed_at=self.later(60 * 24))
        order = self.import_order(
            self.till_order(next_day, external_id="x", created_at=self.later(60 * 24))
        )
        self.run_jobs()
        self.read_until("2026-11-23 00:00:00")

        rows = self.invoice_day("2026-11-23 06:00:00")

        days = sorted(map(str, rows.mapped("day")))
        self.assertEqual(days, ["2026-11-20", "2026-11-21"])
        self.assertEqual(str(order.order_id.invoice_ids.invoice_date), "2026-11-21")

    def test_each_currency_has_its_own(self):
        other = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", "KWD")])
        )
        other.active = True
        other.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 0.25, "name": "2026-01-01"}
        )
        self.sell(1)
        line = make_line(
            sku="SHIRT", quantity=3, price="1.335", rates=[0.2], included=True
        )
        paid = self.pay(value="4.005", gateway="cash", currency="KWD")
        order = self.import_order(
            self.till_order(paid, external_id="kw", lines=[line], currency="KWD")
        )
        self.run_jobs()

        rows = self.invoice_day()

        self.assertEqual(rows.mapped("number"), [1, 1])
        move = order.order_id.invoice_ids
        self.assertEqual((move.currency_id, move.amount_total), (other, 4.005))
        self.assertEqual(set(rows.move_id.mapped("payment_state")), {"paid"})

    def test_no_decimals(self):
        self.sell_in("JPY", rate=160.0)
        lines = [
            make_line(sku="SHIRT", quantity=3, price="400", rates=[0.2], included=True)
        ]
        orders = self.env["retail.sync.order"]
        for number in range(3):
            paid = self.pay(value="1200", gateway="cash", currency="JPY")
            orders |= self.import_order(
                self.till_order(
                    paid, external_id=f"jp-{number}", lines=lines, currency="JPY"
                )
            )
        self.run_jobs()

        move = self.invoice_day().move_id

        self.assertEqual(move.amount_total, 3600)
        self.assertEqual(move.amount_tax, sum(orders.mapped("amount_tax")))
        self.assertEqual(move.payment_state, "paid")

    def sell_with_taxes(self, on_top, reduced):
        """Sell at taxes inside and on top, and at two of them at once."""
        self.map_tax("VAT", 0.2, False, on_top)
        self.map_tax("TVA", 0.055, True, reduced)
        inside = [self.shirts(3)]
        (tax,) = make_line(price="7.00", rates=[0.055], included=True).taxes
        mug = make_line("line-2", sku="MUG", quantity=1, price="7.00")
        mug = replace(mug, taxes=(replace(tax, title="TVA"),))
        orders = self.import_order(
            self.till_order(
                self.pay(value="66.97", gateway="cash"),
                external_id="inside",
                lines=[*inside, mug],
            )
        )
        top = [make_line(sku="SHIRT", quantity=3, price="6.67", rates=[0.2])]
        orders |= self.import_order(
            self.till_order(
                self.pay(value="24.01", gateway="cash"),
                external_id="on-top",
                lines=top,
                taxes_included=False,
            )
        )
        self.run_jobs()
        return orders

    def test_taxes_on_top_and_inside_and_several_are_each_the_sum(self):
        on_top = self.make_tax(20.0)
        reduced = self.make_tax(5.5, included=True)
        orders = self.sell_with_taxes(on_top, reduced)

        move = self.invoice_day().move_id

        self.assertEqual(orders.order_id.invoice_ids, move)
        booked = {
            line.tax_line_id: -line.amount_currency
            for line in move.line_ids.filtered("tax_line_id")
        }
        self.assertEqual(
            {one.id: round(amount, 2) for one, amount in booked.items()},
            {self.vat.id: 10.0, reduced.id: 0.36, on_top.id: 4.0},
        )
        self.assertEqual(move.amount_total, sum(orders.mapped("amount_total")))
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(self.issues("invoices_differ"))

    def test_cash_rounding_change_and_split_tenders(self):
        card = self.pay("pay-1", "20.00")
        cash = self.pay("pay-2", "20.00", gateway="cash")
        rounded = self.till_order(
            card, cash, external_id="rounded", cash_rounding=Decimal("0.02")
        )
        paid = self.pay("pay-1", "50.00", gateway="cash")
        change = self.pay("pay-2", "10.02", gateway="cash", kind="change")
        with_change = self.till_order(paid, change, external_id="change")
        for document in (rounded, with_change):
            self.import_order(document)
        self.run_jobs()

        move = self.invoice_day().move_id

        self.assertEqual(move.amount_total, 79.98)
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.balance(self.accounts["cash"]), 59.98)
        self.assertEqual(self.balance(self.accounts["card"]), 20.0)
