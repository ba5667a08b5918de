from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from .day_common import DayCommon


@tagged("post_install", "-at_install")
class TestDayLeftOut(DayCommon):
    """What is not on the invoice of a day, and who sees it."""

    def test_a_company_with_a_vat_number_has_an_invoice_of_its_own(self):
        self.channel.invoice_policy = "import"
        company = doc.Company(
            name="Buyer Ltd", external_id="comp-1", vat="FR23334175221"
        )
        own = self.sell(1, company=company)
        self.sell(2)

        row = self.invoice_day()

        self.assertEqual(row.receipt_count, 1)
        move = own.order_id.invoice_ids
        self.assertNotEqual(move, row.move_id)
        self.assertEqual(move.partner_id.commercial_partner_id.name, "Buyer Ltd")
        self.assertEqual(move.payment_state, "paid")

    def test_web_orders_are_invoiced_as_before(self):
        self.channel.invoice_policy = "import"
        web = self.settle(self.paid_order(external_id="web"))
        self.sell(1)

        row = self.invoice_day()

        self.assertEqual(row.receipt_count, 1)
        self.assertEqual(web.order_id.invoice_ids.amount_total, 39.98)
        self.assertNotEqual(web.order_id.invoice_ids, row.move_id)

    def test_one_on_hold_or_unpaid_blocks_nobody_and_is_told(self):
        self.sell(1)
        held = self.sell(2, total=Decimal("50.00"))
        unpaid = self.import_order(
            self.till_order(
                self.pay(status="pending"),
                external_id="unpaid",
                payment_state=doc.PaymentState.PENDING,
            )
        )
        self.run_jobs()

        row = self.invoice_day()

        self.assertEqual(row.receipt_count, 1)
        self.assertEqual(row.left_out_ids, held | unpaid)
        note = self.day_jobs().filtered(lambda job: job.state == "done")[:1].note
        self.assertIn(held.display_name, note)

        held.action_release("Agreed")
        self.run_jobs()
        self.settle(self.till_order(external_id="unpaid", version=2))
        rows = self.invoice_day()

        self.assertEqual(rows[-1].number, 2)
        self.assertIn(unpaid.order_id.invoice_ids, rows.move_id)
        self.assertNotIn(unpaid, rows[-1].left_out_ids)

    def test_one_that_odoo_refuses_harms_no_other(self):
        orders = self.sell(1, 2, 3)
        bad = orders[1]
        line = bad.order_id.order_line
        right = line.extra_tax_data
        line.extra_tax_data = {
            **line.extra_tax_data,
            "manual_total_excluded_currency": 1.0,
        }

        row = self.invoice_day()

        self.assertEqual(row.receipt_count, 2)
        self.assertFalse(bad.order_id.invoice_ids)
        issue = self.issues("not_booked")
        self.assertEqual(issue.value, bad.display_name)

        line.extra_tax_data = right
        self.day_jobs().filtered(lambda job: job.state == "parked").action_retry()
        rows = self.invoice_day()

        self.assertRecordValues(
            rows,
            [{"number": 1, "receipt_count": 2}, {"number": 2, "receipt_count": 1}],
        )
        self.assertEqual(bad.order_id.invoice_ids, rows[-1].move_id)

    def test_more_than_one_invoice_takes_are_several_of_the_day(self):
        orders = self.sell(1, 2, 3)
        with patch.object(self.env.registry["retail.sync.order"], "_most_on_day", 2):
            rows = self.invoice_day()

        self.assertEqual(rows.mapped("receipt_count"), [2, 1])
        self.assertEqual(orders.order_id.invoice_ids, rows.move_id)
        self.assertEqual(set(orders.order_id.mapped("invoice_status")), {"invoiced"})

    def test_a_viewer_opens_the_days_and_a_stranger_does_not(self):
        self.sell(1, 2)
        row = self.invoice_day()
        viewer = new_test_user(
            self.env, "eyes", groups="retail_sync_core.retail_sync_group_viewer"
        )

        seen = row.with_user(viewer)
        self.assertEqual(len(seen.receipt_ids), 2)
        self.assertFalse(seen.left_out_ids)
        self.assertIn("2026-11-20", seen.display_name)
        self.assertEqual(self.channel.with_user(viewer).day_count, 1)
        action = self.channel.with_user(viewer).action_open_days()
        self.assertEqual(action["domain"], [("channel_id", "in", self.channel.ids)])
        self.assertEqual(row.action_open_invoice()["res_id"], row.move_id.id)

        stranger = new_test_user(self.env, "none", groups="base.group_user")
        with self.assertRaises(AccessError):
            row.with_user(stranger).action_open_invoice()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        viewer.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            row.with_user(viewer).action_open_invoice()

    def test_a_closed_period_waits_and_offers_the_first_open_day(self):
        orders = self.sell(1, 2)
        self.company.fiscalyear_lock_date = "2026-11-21"

        self.assertFalse(self.invoice_day())
        issue = self.issues("closed_period")
        self.assertEqual(issue.mend_label, "Book on 11/22/2026")

        self.book_on_open_day(issue)
        row = self.invoice_day()

        self.assertEqual(str(row.day), "2026-11-20")
        self.assertEqual(str(row.move_id.date), "2026-11-22")
        self.assertEqual(orders.order_id.invoice_ids, row.move_id)
        self.assertFalse(self.issues("closed_period"))

    def test_taking_the_policy_back_leaves_nobody_behind(self):
        order = self.sell(1)
        self.channel.write({"receipt_policy": "each", "invoice_policy": "import"})

        self.assertFalse(self.invoice_day())
        self.run_jobs()

        self.assertEqual(order.order_id.invoice_ids.amount_total, 39.98)
        self.assertFalse(order.receipt_day)
