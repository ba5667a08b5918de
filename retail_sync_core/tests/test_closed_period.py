from odoo.tests import tagged
from odoo.tests.common import new_test_user

from ..domain import documents as doc
from ..testing_orders import make_line
from .money_common import MoneyCommon
from .undo_common import CANCELED_AT

VAT = {"rates": [0.2], "included": True}


@tagged("post_install", "-at_install")
class TestClosedPeriod(MoneyCommon):
    """What belongs to a closed period: a person sees the day, and what is booked."""

    def setUp(self):
        super().setUp()
        self.operator = new_test_user(
            self.env, "rs-operator", "retail_sync_core.retail_sync_group_operator"
        )

    def money(self, amount):
        return self.company.currency_id.format(amount)

    def wait(self, **values):
        """Sell something whose period is closed; return (the order, the issue)."""
        order = self.settle_closed(self.paid_order(**values))
        return order, self.issues("closed_period")

    def test_the_dialog_names_the_day_and_each_document(self):
        _order, issue = self.wait()

        dialog = self.ask_for_open_day(issue.with_user(self.operator))

        self.assertEqual(str(dialog.day), "2026-11-22")
        self.assertEqual(
            dialog.documents.splitlines(),
            [
                f"#order-1: payment of {self.money(39.98)}, 11/21/2026",
                f"#order-1: invoice of {self.money(39.98)}, due 11/20/2026",
            ],
        )

    def test_a_day_is_written_as_the_reader_writes_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        _order, issue = self.wait()
        issue._close("Booked on 2026-11-22.")

        french = issue.with_context(lang="fr_FR")

        self.assertIn("21/11/2026", french.title)
        self.assertIn("22/11/2026", french.mend_label)
        self.assertIn("22/11/2026", french.read(["close_note"])[0]["close_note"])
        self.assertNotIn("2026-11-22", issue.read(["close_note"])[0]["close_note"])

    def test_what_was_closed_further_meanwhile_is_not_booked(self):
        order, issue = self.wait()
        dialog = self.ask_for_open_day(issue)
        self.company.fiscalyear_lock_date = "2026-11-25"

        dialog.action_book()
        self.run_jobs()

        self.assertFalse(order.payment_ids.payment_id)
        self.assertEqual(self.issues("closed_period").mend_label, "Book on 11/26/2026")

    def test_only_what_the_dialog_showed_is_booked(self):
        order, issue = self.wait()
        dialog = self.ask_for_open_day(issue)
        later, _issue = self.wait(external_id="order-2")

        dialog.action_book()
        self.run_jobs()

        self.assertTrue(order.payment_ids.payment_id)
        self.assertFalse(later.payment_ids.payment_id)
        self.assertTrue(self.issues("closed_period"))

    def test_who_may_post_earlier_books_on_the_day_of_whom_the_channel_works_as(self):
        order, issue = self.wait()
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.operator.id,
                "fiscalyear_lock_date": False,
            }
        )
        mine = issue.with_user(self.operator)

        self.assertEqual(mine.mend_label, "Book on 11/22/2026")
        dialog = self.ask_for_open_day(mine)
        self.assertEqual(len(dialog.documents.splitlines()), 2)
        dialog.action_book()
        self.run_jobs()

        self.assertEqual(str(order.payment_ids.payment_id.date), "2026-11-22")
        self.assertFalse(self.issues("closed_period"))

    def test_a_credit_note_and_money_given_back_are_named(self):
        self.settle(self.paid_order())
        self.import_order(
            self.paid_order(
                self.pay(),
                self.pay("back", kind="refund", processed_at=CANCELED_AT),
                cancelled_at=CANCELED_AT,
                payment_state=doc.PaymentState.REFUNDED,
                version=2,
            )
        )
        self.company.fiscalyear_lock_date = "2026-11-25"
        self.run_jobs()
        issue = self.issues("closed_period")

        dialog = self.ask_for_open_day(issue)

        self.assertEqual(
            dialog.documents.splitlines(),
            [
                f"#order-1: {self.money(39.98)} given back on 11/24/2026",
                f"#order-1: credit note of {self.money(39.98)}, due 11/24/2026",
            ],
        )

    def test_what_is_not_invoiced_yet_makes_no_credit_note_smaller(self):
        self.settle(self.paid_order())
        lines = [
            make_line(
                sku="SHIRT", quantity=2, current_quantity=1, price="19.99", **VAT
            ),
            make_line("line-2", sku="MUG", price="5.00", **VAT),
        ]
        self.import_order(
            self.paid_order(lines=lines, updated_at=CANCELED_AT, version=2)
        )
        self.company.fiscalyear_lock_date = "2026-11-25"
        self.run_jobs()

        dialog = self.ask_for_open_day(self.issues("closed_period"))

        self.assertEqual(
            dialog.documents.splitlines(),
            [
                f"#order-1: invoice of {self.money(5)}, due 11/20/2026",
                f"#order-1: credit note of {self.money(19.99)}, due 11/24/2026",
            ],
        )
