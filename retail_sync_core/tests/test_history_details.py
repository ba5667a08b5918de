from odoo.exceptions import UserError
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_address, make_charge, make_line
from .history_common import LAST_YEAR, HistoryCommon


@tagged("post_install", "-at_install")
class TestHistoryDetails(HistoryCommon):
    """Whose a past order was, what it was of, and what happens to it later."""

    # products
    def strange(self, **values):
        return self.past(
            lines=[
                make_line("line-1", sku="SHIRT", quantity=1, price="19.99"),
                make_line("line-2", sku="GONE-9", quantity=3, price="6.67"),
            ],
            charges=[make_charge(price="4.90")],
            **values,
        )

    def test_a_product_nobody_knows_has_a_stand_in_and_the_total_stays_exact(self):
        order = self.strange()

        run = self.run_history()

        self.assertEqual(run.imported_count, 1)
        sale = self.theirs().order_id
        self.assertAlmostEqual(sale.amount_total, float(order.total))
        line = sale.order_line.filtered(lambda one: one.product_uom_qty == 3)
        self.assertEqual(line.product_id, self.channel.product_past_id)
        self.assertEqual(line.name, "GONE-9")
        self.assertFalse(self.issues("unknown_sku"))

    def test_or_the_order_is_left_out(self):
        self.strange()

        run = self.run_history(unknown_policy="skip")

        self.assertRecordValues(
            run.line_ids,
            [{"state": "left", "reason": "unknown_product", "message": "GONE-9"}],
        )
        self.assertFalse(self.theirs().order_id)
        self.assertFalse(self.issues())

    def test_or_a_person_is_asked_and_it_goes_on_by_itself(self):
        self.strange()
        run = self.run_history(unknown_policy="ask")
        line = run.line_ids
        self.assertEqual(line.state, "failed")
        self.assertEqual(line.issue_id, self.issues("unknown_sku"))
        self.assertEqual(run.state, "done")
        self.assertFalse(self.env["retail.sync.demand"].search([]))

        self.make_product("GONE-9", 0, company_id=False)
        line.issue_id.action_try_again()
        self.work(run)

        self.assertEqual(line.state, "imported")
        self.assertEqual(self.theirs().order_id.state, "sale")

    def test_an_archived_product_keeps_its_statistics(self):
        self.mug.active = False
        self.past(lines=[make_line(sku="MUG", quantity=2, price="8.00")])

        self.run_history()

        line = self.theirs().order_id.order_line
        self.assertEqual(line.product_id, self.mug)

    def test_taxes_come_to_the_cent(self):
        tax = self.make_tax(19, included=True)
        self.map_tax("VAT", 0.19, True, tax)
        order = self.past(
            taxes_included=True,
            lines=[
                make_line(
                    sku="SHIRT", quantity=3, price="6.67", rates=[0.19], included=True
                )
            ],
        )

        self.run_history()

        sale = self.theirs().order_id
        self.assertAlmostEqual(sale.amount_total, float(order.total))
        self.assertAlmostEqual(sale.amount_tax, float(order.total_tax))

    def test_what_does_not_add_up_is_not_counted_before_a_person_has_looked(self):
        self.past(total=self.past().total + 7)

        run = self.run_history()

        order = self.theirs()
        self.assertEqual((order.hold_code, order.order_id.state), ("total", "draft"))
        self.assertEqual(run.line_ids.state, "failed")
        self.assertEqual(run.line_ids.issue_id, self.issues("total_mismatch"))

        wizard = self.env["retail.sync.order.correct"].create(
            {"order_id": order.id, "reason": "A gift that the shop forgot"}
        )
        wizard.action_accept()
        self.assertEqual(order.order_id.state, "sale")
        self.assertFalse(order.order_id.picking_ids)
        self.assertEqual(run.line_ids.state, "imported")

    # customers
    def test_two_people_are_not_made_one(self):
        known = self.env["res.partner"].create(
            {"name": "Robin Durand", "email": "camille@example.com"}
        )
        self.past()

        self.run_history()

        self.assertNotEqual(self.theirs().order_id.partner_id, known)

    def test_customers_alone_make_no_order(self):
        self.past()

        run = self.run_history(what="customers")

        self.assertEqual(run.imported_count, 1)
        self.assertFalse(self.theirs())
        customer = self.env["retail.sync.customer"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(customer.partner_id.name, "Camille Durand")

    def test_a_contact_that_was_erased_is_not_written_anew(self):
        erased = self.env["res.partner"].create({"name": "Erased", "active": False})
        self.env["retail.sync.customer"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "customer-1",
                "partner_id": erased.id,
            }
        )
        self.past()

        self.run_history()

        self.assertEqual(self.theirs().order_id.partner_id, erased)
        self.assertFalse(self.theirs().order_id.partner_shipping_id.street)
        self.assertFalse(
            self.env["res.partner"].search([("email", "=", "camille@example.com")])
        )

    def test_the_run_keeps_no_personal_data(self):
        self.past(shipping_address=make_address(name="Secret Person"))
        run = self.run_history()

        kept = str(run.read()) + str(run.line_ids.read())
        self.assertNotIn("Secret", kept)
        self.assertNotIn("camille", kept.lower())

    # afterwards
    def test_a_refund_of_today_follows_in_the_figures_and_tells_a_person(self):
        self.past()
        self.run_history()
        order = self.theirs()
        moves = self.env["stock.move"].search_count([])
        invoices = self.env["account.move"].search_count([])
        self.shop.asked.clear()

        self.change(
            lines=[
                make_line(sku="SHIRT", quantity=2, current_quantity=1, price="19.99")
            ],
            payment_state=doc.PaymentState.PARTIALLY_REFUNDED,
            payments=(self.refund("19.99"),),
        )

        sale = order.order_id
        self.assertAlmostEqual(sale.amount_total, 19.99)
        self.assertRecordValues(
            sale, [{"state": "sale", "locked": True, "invoice_status": "no"}]
        )
        self.assertEqual(sale.order_line.qty_delivered, 1.0)
        issue = self.issues("history_changed")
        self.assertEqual(len(issue), 1)
        self.assertIn("19.99", issue.message)
        self.assertIn("1 fewer", issue.message)
        self.assertEqual(self.env["stock.move"].search_count([]), moves)
        self.assertEqual(self.env["account.move"].search_count([]), invoices)
        self.assertEqual(self.shop.sent, [])

    def test_the_same_version_again_tells_nobody_twice(self):
        self.past()
        self.run_history()
        for number in range(2):
            self.change(payments=(self.refund("5.00"),))
            self.deliver(self.make_notice(event_id=f"again-{number}"))
            self.run_jobs()

        issue = self.issues("history_changed")
        self.assertEqual(issue.message.count("given back"), 1)
        self.assertAlmostEqual(self.theirs().order_id.amount_total, 39.98)

    def test_a_second_change_is_added_to_the_same_issue(self):
        self.past()
        self.run_history()
        self.change(payments=(self.refund("5.00"),))
        one_less = make_line(sku="SHIRT", quantity=2, current_quantity=1, price="19.99")
        self.change(version=3, lines=[one_less], payments=(self.refund("5.00"),))

        issue = self.issues("history_changed")
        self.assertEqual(len(issue), 1)
        self.assertIn("given back", issue.message)
        self.assertIn("1 fewer", issue.message)

    def test_a_tag_or_a_note_tells_nobody(self):
        self.past()
        self.run_history()

        self.change(tags=("vip",), note="Ring twice")

        self.assertFalse(self.issues())
        self.assertAlmostEqual(self.theirs().order_id.amount_total, 39.98)

    def test_a_cancellation_of_today_takes_it_out_of_the_figures(self):
        self.past()
        self.run_history()

        self.change(cancelled_at=LAST_YEAR)

        self.assertEqual(self.theirs().order_id.state, "cancel")
        self.assertIn("canceled", self.issues("history_changed").message)
        self.assertFalse(self.issues("refund_open"))
        self.assertEqual(self.shop.sent, [])

    def test_canceled_here_the_channel_is_not_told(self):
        self.past()
        self.run_history()
        self.channel.cancel_there = True
        sale = self.theirs().order_id
        sale.action_unlock()
        sale._action_cancel()
        self.run_jobs()

        self.assertEqual(self.shop.sent, [])

    def test_its_cancel_button_asks_nothing_and_tells_nobody(self):
        self.past()
        self.run_history()
        sale = self.theirs().order_id
        with self.assertRaises(UserError):
            self.theirs().action_cancel_order()
        sale.action_unlock()

        sale.retail_sync_action_cancel()

        self.assertEqual(sale.state, "cancel")
        self.run_jobs()
        self.assertEqual(self.shop.sent, [])

    def test_each_line_leads_to_its_order_or_its_issue(self):
        self.past()
        self.past("order-2", lines=[make_line(sku="GONE-9", quantity=1)])
        run = self.run_history(unknown_policy="ask")

        shown = self.line_of(run).action_open_order()
        self.assertEqual(shown["res_id"], self.theirs().order_id.id)
        failed = self.line_of(run, "order-2")
        self.assertEqual(failed.action_open_issue()["res_id"], failed.issue_id.id)
        self.assertEqual(failed.action_open_order()["res_id"], failed.issue_id.id)

    def test_an_order_whose_job_was_lost_is_fetched_all_the_same(self):
        self.past()
        run = self.ask()
        self.run_jobs()
        run.action_begin()
        self.run_jobs(limit=1)
        self.jobs("order.history")._cancel("lost")

        self.work(run)

        self.assertEqual(run.imported_count, 1)

    def test_unlocked_and_raised_by_hand_it_still_moves_nothing(self):
        self.past()
        self.run_history()
        sale = self.theirs().order_id
        sale.action_unlock()
        sale.order_line.product_uom_qty = 5

        self.assertFalse(sale.picking_ids)
        self.assertEqual(sale.invoice_status, "no")

    # companies
    def test_it_belongs_to_its_channels_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.channel.user_id.company_ids |= other
        channel = self.make_channel(
            name="Elsewhere",
            company_id=other.id,
            warehouse_id=False,
            import_since=self.channel.import_since,
            order_policy="confirm",
        )
        self.past()
        run = (
            self.env["retail.sync.history"]
            .sudo()
            .create(
                {
                    "channel_id": channel.id,
                    "since": "2025-01-01",
                    "until": "2026-01-01",
                    "state": "ready",
                }
            )
        )
        run.action_begin()
        self.work(run)

        self.assertEqual(run.imported_count, 1)
        sale = run.line_ids.order_id.order_id
        self.assertEqual(sale.company_id, other)
        self.assertEqual(sale.retail_sync_channel_id, channel)
        self.assertFalse(self.theirs())
