from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .money_common import MoneyCommon

LOCKS = (
    "fiscalyear_lock_date",
    "tax_lock_date",
    "sale_lock_date",
    "hard_lock_date",
)


@tagged("post_install", "-at_install")
class TestInvoicePolicies(MoneyCommon):
    """When an invoice is made, of what, and what becomes of orders nobody pays."""

    def pending(self, **values):
        """Return an order whose money is awaited."""
        return self.paid_order(
            self.pay(status="pending"),
            payment_state=doc.PaymentState.PENDING,
            **values,
        )

    def ship_some(self, sale, units):
        """Let so many shirts leave; the rest waits."""
        picking = sale.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        self.ship(picking, SHIRT=units)
        self.run_jobs()

    def invoices(self, order):
        """Return the posted invoices, oldest first."""
        order.order_id.invalidate_recordset()
        return order.order_id.invoice_ids.filtered(
            lambda move: move.state == "posted"
        ).sorted("id")

    def test_where_money_decides_the_invoice_waits_for_it(self):
        self.channel.write({"invoice_policy": "paid", "book_since": False})
        order = self.settle(self.pending())
        self.assertFalse(self.invoices(order))

        self.settle(self.paid_order(version=2))

        invoice = self.invoices(order)
        self.assertEqual(invoice.amount_total, 39.98)
        self.assertEqual(str(invoice.invoice_date), "2026-11-21")
        self.assertEqual(invoice.payment_state, "paid")

    def test_what_was_shipped_is_invoiced_part_by_part_to_the_cent(self):
        self.channel.write({"invoice_policy": "shipped", "book_since": False})
        lines = [
            make_line(sku="SHIRT", quantity=3, price="6.67", rates=[0.2], included=True)
        ]
        order = self.settle(self.paid_order(self.pay(value="20.01"), lines=lines))
        self.assertFalse(self.invoices(order))

        self.ship_some(order.order_id, 1)
        first = self.invoices(order)
        self.ship_some(order.order_id, 2)

        both = self.invoices(order)
        self.assertEqual((len(first), len(both)), (1, 2))
        self.assertEqual(first.invoice_line_ids.quantity, 1)
        self.assertEqual(round(sum(both.mapped("amount_total")), 2), 20.01)
        self.assertEqual(
            round(sum(both.mapped("amount_tax")), 2), order.order_id.amount_tax
        )
        self.assertEqual(set(both.mapped("payment_state")), {"paid"})

    def test_what_takes_more_than_a_part_is_worth_waits_for_the_next(self):
        """A gift left first; the cash rounding alone would be an invoice below zero."""
        self.channel.write({"invoice_policy": "shipped", "book_since": False})
        order = self.settle(
            self.paid_order(
                self.pay(value="9.98"),
                lines=[
                    make_line("line-1", sku="SHIRT", price="0.00"),
                    make_line("line-2", sku="MUG", price="10.00"),
                ],
                cash_rounding=Decimal("-0.02"),
            )
        )

        picking = order.order_id.picking_ids
        self.ship(picking, SHIRT=1, MUG=0)
        self.run_jobs()
        self.assertEqual(self.invoices(order).mapped("amount_total"), [0.0])
        self.assertFalse(self.issues("not_booked"))
        self.ship(order.order_id.picking_ids - picking, MUG=1)
        self.run_jobs()

        self.assertEqual(self.invoices(order).mapped("amount_total"), [0.0, 9.98])

    def test_by_hand_means_by_hand(self):
        self.channel.invoice_policy = "manual"

        order = self.settle(self.paid_order())

        self.assertFalse(order.order_id.invoice_ids)
        self.assertTrue(order.payment_ids.payment_id)

    def test_what_a_person_confirms_is_invoiced_at_once(self):
        self.channel.order_policy = "quotation"
        for policy in ("import", "paid"):
            with self.subTest(policy):
                self.channel.invoice_policy = policy
                order = self.settle(self.paid_order(external_id=f"by-{policy}"))
                self.assertFalse(self.invoices(order))

                order.order_id.action_confirm()
                self.run_jobs()

                self.assertEqual(self.invoices(order).payment_state, "paid")

    def test_what_a_person_puts_right_is_invoiced_at_once(self):
        order = self.settle(self.paid_order(total=Decimal("40.98")))
        self.assertEqual(order.hold_code, "total")
        self.assertFalse(self.invoices(order))

        order._accept_difference("fee", "A fee")
        self.run_jobs()

        self.assertEqual(self.invoices(order).amount_total, 40.98)

    def test_what_a_person_releases_with_a_difference_is_left_to_a_person(self):
        order = self.settle(self.paid_order(total=Decimal("40.98")))

        order.action_release("A voucher on paper.")
        self.run_jobs()

        self.assertFalse(order.hold_code)
        self.assertFalse(self.invoices(order))

    def test_each_kind_of_lock_makes_the_document_wait_for_the_first_open_day(self):
        for lock in LOCKS:
            with self.subTest(lock), self.env.cr.savepoint() as savepoint:
                order = self.settle_closed(self.paid_order(), lock)
                issue = self.issues("closed_period")
                self.assertIn("Books are closed until 11/21/2026", issue.title)
                self.assertEqual(issue.mend_label, "Book on 11/22/2026")
                self.assertFalse(self.invoices(order))

                self.book_on_open_day(issue)
                self.run_jobs()

                self.assertEqual(str(self.invoices(order).date), "2026-11-22")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_books_of_the_channel_name_journal_and_analytic_account(self):
        plan = self.env["account.analytic.plan"].create({"name": "Channels"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Web", "plan_id": plan.id}
        )
        journal = self.env["account.journal"].create(
            {"name": "Web sales", "code": "WEBS", "type": "sale"}
        )
        self.channel.write(
            {"invoice_journal_id": journal.id, "analytic_account_id": analytic.id}
        )

        invoice = self.invoices(self.settle(self.paid_order()))

        self.assertEqual(invoice.journal_id, journal)
        self.assertEqual(
            invoice.invoice_line_ids.analytic_distribution, {str(analytic.id): 100.0}
        )

    # orders that wait for their money
    def test_a_quotation_is_confirmed_when_its_money_comes(self):
        self.channel.write({"order_policy": "paid", "release_on": "paid"})
        order = self.settle(self.pending())
        waiting = order.order_id.state

        self.settle(self.paid_order(version=2))

        self.assertEqual((waiting, order.order_id.state), ("draft", "sale"))
        self.assertEqual(self.invoices(order).payment_state, "paid")

    def test_goods_of_an_order_nobody_pays_are_free_until_it_is_paid(self):
        self.channel.write({"release_on": "paid", "unpaid_days": 3000})
        order = self.settle(self.pending())
        picking = order.order_id.picking_ids
        self.assertEqual(picking.state, "assigned")

        order.placed_at = fields.Datetime.now() - timedelta(days=3001)
        order._expire_unpaid()
        freed = picking.state
        picking.action_assign()
        still = picking.state
        self.settle(self.paid_order(version=2))

        self.assertEqual((freed, still), ("confirmed", "confirmed"))
        self.assertEqual(picking.state, "assigned")

    def test_an_order_nobody_pays_is_canceled_on_both_sides_by_policy(self):
        self.channel.write(
            {"release_on": "paid", "unpaid_days": 3000, "unpaid_action": "cancel"}
        )
        order = self.settle(self.pending())
        order.placed_at = fields.Datetime.now() - timedelta(days=3001)

        order._expire_unpaid()
        order._expire_unpaid()

        self.assertEqual(order.order_id.state, "cancel")
        told = order._effects().filtered(lambda e: e.kind == "cancellation")
        self.assertEqual(len(told), 1)

    def test_an_order_paid_in_time_stays(self):
        self.channel.write({"unpaid_days": 3000, "unpaid_action": "cancel"})
        order = self.settle(self.paid_order())
        order.placed_at = fields.Datetime.now() - timedelta(days=3001)

        order._expire_unpaid()

        self.assertEqual(order.order_id.state, "sale")

    def overdue(self):
        """Return an order that has been waiting for its money for two days."""
        moment = datetime.now(timezone.utc) - timedelta(days=2)
        return self.settle(self.pending(created_at=moment))

    def test_turning_it_on_reaches_the_orders_that_are_here_already(self):
        self.channel.release_on = "paid"
        order = self.overdue()
        self.run_jobs()
        self.assertFalse(order.order_id.retail_sync_is_given_free)

        self.channel.unpaid_days = 1
        self.run_jobs()

        self.assertTrue(order.order_id.retail_sync_is_given_free)
        self.assertEqual(order.order_id.picking_ids.state, "confirmed")

    def test_a_shorter_time_counts_at_once(self):
        self.channel.write({"release_on": "paid", "unpaid_days": 3000})
        order = self.overdue()

        self.channel.unpaid_days = 1
        self.run_jobs()

        self.assertTrue(order.order_id.retail_sync_is_given_free)

    def test_who_is_to_be_canceled_now_is_canceled_after_it_was_given_free(self):
        self.channel.write({"release_on": "paid", "unpaid_days": 1})
        order = self.overdue()
        self.run_jobs()
        self.assertEqual(order.order_id.state, "sale")

        self.channel.unpaid_action = "cancel"
        self.run_jobs()

        self.assertEqual(order.order_id.state, "cancel")

    # an order that came after its period was closed
    def test_an_order_of_a_closed_period_is_confirmed_and_delivered(self):
        placed = datetime.now(timezone.utc) - timedelta(days=30)
        closed = (placed + timedelta(days=20)).date()
        payment = self.pay(processed_at=placed)
        for lock in ("fiscalyear_lock_date", "hard_lock_date"):
            with self.subTest(lock), self.env.cr.savepoint() as savepoint:
                self.company[lock] = closed
                order = self.settle(self.paid_order(payment, created_at=placed))
                picking = order.order_id.picking_ids

                self.assertEqual(order.order_id.state, "sale")
                self.assertEqual(order.order_id.date_order.date(), placed.date())
                planned = picking.scheduled_date.date()
                self.assertEqual(planned, closed + timedelta(days=1))
                self.assertFalse(self.invoices(order))
                self.assertTrue(self.issues("closed_period"))
                self.ship(picking)
                savepoint.rollback()
                self.env.invalidate_all()
