from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from ..testing_orders import make_charge, make_line
from .history_common import FIRST, GROUP, LAST_YEAR, HistoryCommon, PastShopAdapter


@tagged("post_install", "-at_install")
class TestHistory(HistoryCommon):
    """Past orders: customers and statistics, with no effect on stock or books."""

    def marks(self):
        return self.env["retail.sync.stock.mark"].search_count([])

    def books(self):
        """Return all that must not be made of a past order."""
        company = [("company_id", "=", self.company.id)]
        return {
            name: self.env[name].search_count(company)
            for name in ("stock.move", "stock.picking", "account.move")
        } | {
            "payment": self.env["account.payment"].search_count([]),
            "demand": self.env["retail.sync.demand"].search_count([]),
            "marks": self.marks(),
            "effects": self.env["retail.sync.effect"].search_count([]),
        }

    def test_the_channel_counts_first_and_nothing_is_imported_before_begin(self):
        self.past()

        run = self.ask()
        self.assertEqual(run.state, "counting")
        self.run_jobs()

        self.assertRecordValues(run, [{"state": "ready", "total": 1}])
        self.assertIn("1", run.summary)
        self.assertFalse(self.theirs())
        self.assertFalse(run.scope_warning)

    def test_a_past_order_is_sold_at_its_own_day_with_nothing_left_to_do(self):
        self.env["retail.sync.stock.mark"]._consume()
        before = self.books()
        paid = doc.Payment(
            external_id="pay-1",
            kind="sale",
            status="success",
            gateway="card",
            amount=self.past().total,
            currency=self.currency_name,
        )
        self.channel.write({"post_payments": True, "invoice_policy": "import"})
        self.past(payments=(paid,), charges=[make_charge(price="4.90")])

        run = self.run_history()

        self.assertRecordValues(run, [{"state": "done", "imported_count": 1}])
        sale = self.theirs().order_id
        self.assertRecordValues(
            sale,
            [
                {
                    "state": "sale",
                    "locked": True,
                    "invoice_status": "no",
                    "date_order": LAST_YEAR.replace(tzinfo=None),
                    "amount_total": 44.88,
                    "amount_to_invoice": 0.0,
                    "delivery_status": False,
                    "retail_sync_is_history": True,
                }
            ],
        )
        self.assertEqual(set(sale.order_line.mapped("qty_to_invoice")), {0.0})
        self.assertEqual(self.books(), before)
        self.assertFalse(self.jobs("order.settle"))
        self.assertEqual(self.shop.sent, [])

    def test_it_counts_in_the_sales_statistics_of_last_year(self):
        self.past()
        self.run_history()
        sale = self.theirs().order_id
        self.env.flush_all()

        rows = self.env["sale.report"]._read_group(
            [("order_reference", "=", f"sale.order,{sale.id}"), ("state", "=", "sale")],
            ["date:year"],
            [
                "product_uom_qty:sum",
                "price_total:sum",
                "qty_to_deliver:sum",
                "qty_to_invoice:sum",
                "untaxed_amount_to_invoice:sum",
            ],
        )

        self.assertEqual(rows[0][0].year, 2025)
        self.assertEqual(rows[0][1], 2.0)
        self.assertAlmostEqual(rows[0][2], 39.98)
        self.assertEqual(rows[0][3:], (0.0, 0.0, 0.0))

    def test_it_takes_no_credit_limit_and_makes_no_invoice(self):
        self.past()
        self.run_history()
        sale = self.theirs().order_id

        self.assertEqual(sale.partner_id.credit_to_invoice, 0.0)
        with self.assertRaises(UserError):
            sale._create_invoices()

    def test_pages_are_read_with_a_cursor_and_each_order_comes_once(self):
        for number in range(8):
            self.past(f"order-{number}", at=LAST_YEAR + timedelta(days=number))

        run = self.run_history()

        self.assertEqual(self.shop.calls("fetch_past"), [[""], ["3"], ["6"]])
        self.assertRecordValues(
            run, [{"state": "done", "imported_count": 8, "progress": 100.0}]
        )
        fetched = [args[1] for args in self.shop.calls("fetch")]
        self.assertEqual(sorted(fetched), sorted(set(fetched)))

    def test_a_second_run_finds_all_there_and_fetches_nothing(self):
        self.past()
        self.run_history()
        sale = self.theirs().order_id
        self.shop.asked.clear()

        run = self.run_history()

        self.assertRecordValues(run, [{"known_count": 1, "imported_count": 0}])
        self.assertEqual(self.shop.calls("fetch"), [])
        self.assertEqual(self.theirs().order_id, sale)

    def test_a_page_read_twice_makes_no_second_line(self):
        self.past()
        run = self.ask()
        self.run_jobs()
        page = self.channel._make_adapter().fetch_past("", *run._span())

        run.sudo()._take_page(page)
        run.sudo()._take_page(page)

        self.assertEqual(len(run.line_ids), 1)

    def test_what_comes_in_as_usual_is_left_to_the_usual_import(self):
        self.past("order-new", at=FIRST + timedelta(days=1))
        self.past("order-old")

        run = self.run_history(until=fields.Datetime.now())

        self.assertEqual(self.line_of(run, "order-new").reason, "live")
        self.assertEqual(self.line_of(run, "order-old").state, "imported")
        self.assertFalse(self.theirs("order-new"))

    def test_each_that_is_left_out_says_why(self):
        self.past("order-test", test=True)
        self.past("order-canceled", cancelled_at=LAST_YEAR)
        gone = [make_line(sku="SHIRT", quantity=2, current_quantity=0)]
        self.past("order-empty", lines=gone)

        run = self.run_history()

        self.assertEqual(run.left_count, 3)
        reasons = {line.external_id: line.reason for line in run.line_ids}
        self.assertEqual(
            reasons,
            {
                "order-test": "test",
                "order-canceled": "cancelled",
                "order-empty": "empty",
            },
        )
        self.assertIn("Canceled there: 1", run.left_words)
        self.assertFalse(self.theirs("order-test"))

    def test_an_order_that_was_left_out_as_too_old_is_taken_up_as_history(self):
        self.past()
        self.deliver(self.make_notice())
        self.run_jobs()
        self.assertEqual(self.theirs().state, "ignored")

        self.run_history()

        self.assertRecordValues(
            self.theirs(), [{"state": "imported", "is_history": True}]
        )

    def test_an_order_the_channel_does_not_give_is_left_out(self):
        order = self.past()
        run = self.ask()
        self.run_jobs()
        run.action_begin()
        self.shop.orders.clear()
        with patch.object(PastShopAdapter, "_placed", lambda *a: [order]):
            self.work(run)

        self.assertRecordValues(run.line_ids, [{"state": "left", "reason": "gone"}])
        self.assertEqual(run.state, "done")

    def test_it_says_which_days_cannot_be_read_and_why(self):
        self.past()
        with patch.object(PastShopAdapter, "visible_since", FIRST):
            run = self.ask()
            self.run_jobs()

        self.assertIn("read_all_orders", run.scope_warning)
        self.assertIn("06/01/2026", run.scope_warning)

    def test_days_are_written_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        run = self.ask(since="2024-12-31 23:30:00", until="2025-02-01 12:00:00")

        here = run.with_context(lang="en_US", tz="UTC")
        self.assertIn("12/31/2024", here.display_name)
        there = run.with_context(lang="fr_FR", tz="Europe/Paris")
        self.assertIn("01/01/2025", there.display_name)

    def test_where_there_is_no_order_other_days_are_asked_for(self):
        run = self.ask(what="customers", until="2025-02-01 12:00:00")
        self.run_jobs()
        self.assertIn("Choose other days", run.summary)

        action = run.action_ask_again()

        self.assertEqual(run.state, "cancelled")
        self.assertEqual(action["context"]["default_what"], "customers")
        asked = self.env[action["res_model"]].with_context(**action["context"])
        self.assertEqual(
            asked.create({}).until, fields.Datetime.to_datetime("2025-02-01 12:00:00")
        )
        with self.assertRaisesRegex(UserError, "load the page anew"):
            run.action_ask_again()

    # a person's verbs
    def test_stopped_it_begins_nothing_and_goes_on_where_it_was(self):
        for number in range(5):
            self.past(f"order-{number}")
        run = self.ask()
        self.run_jobs()
        run.action_begin()
        self.run_jobs(limit=2)
        run.action_stop()
        self.work(run)
        fetched = len(self.shop.calls("fetch"))
        here = run.imported_count

        self.work(run)
        self.assertEqual(len(self.shop.calls("fetch")), fetched)
        self.assertEqual(run.state, "stopped")

        run.action_go_on()
        self.work(run)
        self.assertRecordValues(run, [{"state": "done", "imported_count": 5}])
        self.assertLess(here, 5)

    def test_canceled_it_ends_and_what_is_here_stays(self):
        for number in range(5):
            self.past(f"order-{number}")
        run = self.ask()
        self.run_jobs()
        run.action_begin()
        self.run_jobs(limit=3)
        run.action_cancel()
        self.work(run)

        self.assertEqual(run.state, "cancelled")
        self.assertFalse(run.wait_count)
        self.assertFalse(
            self.jobs("order.history").filtered(lambda j: j.state == "pending")
        )

    def test_one_import_of_a_channel_at_a_time(self):
        self.past()
        first, second = self.ask(), self.ask()
        self.run_jobs()
        first.action_begin()

        with self.assertRaises(UserError):
            second.action_begin()

    def test_only_a_live_channel_that_leaves_older_orders_out_has_a_history(self):
        self.channel.state = "watch"
        with self.assertRaises(UserError):
            self.ask()
        self.channel.write({"state": "live", "import_since": False})
        with self.assertRaises(UserError):
            self.ask()

    def test_days_that_are_imported_as_usual_are_refused(self):
        with self.assertRaises(UserError):
            self.ask(since=FIRST.replace(tzinfo=None), until=fields.Datetime.now())
        with self.assertRaises(UserError):
            self.ask(since="2025-02-01 00:00:00", until="2025-01-01 00:00:00")

    def test_managers_begin_operators_pause_and_others_look(self):
        operator = new_test_user(self.env, "op", groups=GROUP + "operator")
        viewer = new_test_user(self.env, "look", groups=GROUP + "viewer")
        self.past()
        with self.assertRaises(AccessError):
            self.channel.with_user(operator).action_import_history()
        run = self.ask()
        self.run_jobs()
        with self.assertRaises(AccessError):
            run.with_user(operator).action_begin()
        run.action_begin()
        with self.assertRaises(AccessError):
            run.with_user(viewer).action_stop()
        run.with_user(operator).action_stop()
        with self.assertRaises(AccessError):
            run.with_user(viewer).action_cancel()
        self.assertTrue(run.with_user(viewer).summary)
        for verb in ("imported", "known", "left", "failed"):
            self.assertTrue(getattr(run.with_user(viewer), f"action_open_{verb}")())

    def test_another_companys_import_is_out_of_reach(self):
        self.past()
        run = self.run_history()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups=GROUP + "manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )

        with self.assertRaises(AccessError):
            run.with_user(stranger).action_cancel()
        found = self.env["retail.sync.history.line"].with_user(stranger).search([])
        self.assertFalse(found & run.line_ids)
