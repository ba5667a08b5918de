from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import TransientError
from ..testing_orders import make_charge, make_line
from .common_orders import OrdersCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestConnect(OrdersCommon):
    """The guided connection shows what the last orders name and what will happen."""

    def setUp(self):
        super().setUp()
        self.channel.write({"state": "draft", "last_test_ok": True})
        self.env["retail.sync.map.tax"].search(
            [("channel_id", "=", self.channel.id)]
        ).unlink()
        self.manager = new_test_user(self.env, "connector", groups=GROUP + "manager")

    def wizard(self, step="mappings"):
        wizard = self.env["retail.sync.channel.connect"].with_user(self.manager)
        return wizard.create({"channel_id": self.channel.id, "step": step})

    def look(self, *orders):
        """Let the channel have ``orders``, and look at them."""
        for order in orders:
            self.shop.put(order)
        notices = [
            self.make_notice(order.external_id, topic="poll") for order in orders
        ]
        self.shop.pages["order"] = [base.Page(documents=notices, more=True)]
        wizard = self.wizard()
        wizard._enter()
        self.run_jobs()
        wizard.invalidate_recordset()
        return wizard

    def taxed(self, external_id, title, rate, **values):
        tax = doc.Tax(title=title, rate=Decimal(rate), amount=Decimal(1))
        paid = doc.Payment(
            external_id=f"payment-{external_id}",
            kind="sale",
            status="success",
            gateway="card_gate",
            amount=Decimal(11),
            currency=self.currency_name,
        )
        line = make_line(sku="SHIRT", taxes=(tax,))
        return self.order(external_id, lines=[line], payments=(paid,), **values)

    def test_what_the_last_orders_name_is_laid_before_the_manager(self):
        self.env["delivery.carrier"].search([]).name = "Other"
        tax = self.env["account.tax"].create(
            {
                "name": "Odd 13",
                "amount": 13.0,
                "type_tax_use": "sale",
                "company_id": self.channel.company_id.id,
            }
        )
        ship = make_charge(title="Express", code="EXP")
        known = self.taxed("order-1", "Odd", "0.13", charges=(ship,))
        unknown = self.taxed("order-2", "Odder", "0.1777")

        wizard = self.look(known, unknown)

        found = {row.title: row.tax_ids for row in wizard.map_tax_ids}
        self.assertEqual(found, {"Odd": tax, "Odder": tax.browse()})
        self.assertEqual(wizard.map_carrier_ids.mapped("service"), ["Express"])
        self.assertEqual(wizard.map_gateway_ids.mapped("gateway"), ["card_gate"])
        self.assertIn("2 orders", wizard.sample_words)
        imported = self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertFalse(imported)

    def test_a_second_look_adds_nothing_twice_and_changes_no_row(self):
        wizard = self.look(self.taxed("order-1", "Odder", "0.1777"))
        wizard.map_tax_ids.no_tax = True
        before = (wizard.map_tax_ids, wizard.map_gateway_ids, wizard.map_carrier_ids)

        wizard = self.look(self.taxed("order-1", "Odder", "0.1777"))
        wizard.action_run()
        self.run_jobs()
        wizard.invalidate_recordset()

        after = (wizard.map_tax_ids, wizard.map_gateway_ids, wizard.map_carrier_ids)
        self.assertEqual(after, before)
        self.assertTrue(wizard.map_tax_ids.no_tax)

    def test_a_channel_without_orders_says_so(self):
        self.shop.pages["order"] = []
        wizard = self.wizard()
        wizard._enter()
        self.run_jobs()
        wizard.invalidate_recordset()

        self.assertIn("no order for two months", wizard.sample_words)
        self.assertEqual(len(self.shop.calls("fetch_page")), 3, "longer windows each")

    def test_an_order_that_is_gone_leaves_the_others(self):
        gone = self.make_notice("order-9", topic="poll")
        here = self.taxed("order-1", "Odder", "0.1777")
        self.shop.put(here)
        notice = self.make_notice("order-1", topic="poll")
        page = base.Page(documents=(gone, notice), more=True)
        self.shop.pages["order"] = [page]
        wizard = self.wizard()
        wizard.action_run()
        self.run_jobs()
        wizard.invalidate_recordset()

        self.assertEqual(wizard.map_tax_ids.title, "Odder")

    def test_a_look_that_fails_says_why(self):
        self.shop.problems.append(TransientError("no connection"))
        wizard = self.wizard()
        wizard.action_run()
        self.run_jobs()
        wizard.invalidate_recordset()

        self.assertFalse(wizard.is_busy)
        self.assertIn("no connection", wizard.work_problem)

    def test_who_does_not_wait_for_the_answer_is_told_so(self):
        self.channel.last_test_ok = False
        wizard = self.wizard("access")
        wizard.action_run()

        with self.assertRaisesRegex(UserError, "under way"):
            wizard.action_next()

        self.run_jobs()
        wizard.invalidate_recordset()
        wizard.action_next()
        self.assertEqual(wizard.step, "locations")

    def test_the_last_page_says_what_will_happen(self):
        self.channel.write(
            {
                "import_since": "2026-11-20 00:00:00",
                "import_from_number": 1002,
                "post_payments": True,
            }
        )
        self.look(self.taxed("order-1", "Odder", "0.1777"))

        wizard = self.wizard("outlook")

        self.assertIn("1002", wizard.outlook)
        there = wizard.with_context(tz="America/New_York")
        self.assertIn("11/19/26, 7:00", there.outlook, "the reader's own time")
        self.assertIn("confirmed sales order", wizard.outlook)
        self.assertIn("is booked in the payment method", wizard.outlook)
        self.assertIn("waits until somebody releases it", wizard.outlook)
        self.assertIn("while nothing is picked", wizard.outlook)
        self.assertIn("Odder 17.77", wizard.outlook_open)
        self.assertIn("without a journal", wizard.outlook_open)
        self.channel.write(
            {
                "order_policy": "quotation",
                "stock_push": False,
                "post_payments": False,
                "hold_risky": False,
                "cancel_policy": "ask",
                "cancel_there": True,
            }
        )
        wizard.invalidate_recordset()
        self.assertIn("none is booked", wizard.outlook)
        self.assertIn("delivered as others", wizard.outlook)
        self.assertIn("waits for a person to decide", wizard.outlook)
        self.assertIn("is canceled there, too", wizard.outlook)
        self.assertIn("nothing is reserved", wizard.outlook)
        self.assertIn("No stock is told", wizard.outlook)

    def test_going_live_from_the_last_page_asks_from_when_on(self):
        self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "1",
                "name": "Main",
                "warehouse_id": self.channel.warehouse_id.id,
            }
        )
        action = self.wizard("outlook").action_go_live()
        self.assertEqual(self.channel.state, "draft")

        asked = self.env[action["res_model"]].with_user(self.manager)
        shown = asked.with_context(**action["context"]).create({}).action_go_live()

        self.assertEqual(self.channel.state, "live")
        self.assertEqual(shown["res_model"], "retail.sync.channel")
        self.assertEqual(shown["res_id"], self.channel.id)

    def test_the_last_page_names_locations_that_are_left_out(self):
        wizard = self.wizard("outlook")
        self.assertNotIn("left out", str(wizard.outlook_open))

        self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "attic",
                "name": "Attic",
                "state": "ignored",
            }
        )
        wizard.invalidate_recordset()

        self.assertIn("left out: Attic", wizard.outlook_open)

    def test_a_tax_that_ours_fits_by_now_is_not_open_anymore(self):
        self.look(self.taxed("order-1", "Odder", "0.1777"))
        wizard = self.wizard("outlook")
        self.assertIn("Odder", wizard.outlook_open)

        self.make_tax(17.77, self.channel.map_tax_ids.included)

        wizard.invalidate_recordset()
        self.assertNotIn("Odder", wizard.outlook_open)

    def test_without_a_date_the_last_page_names_none(self):
        self.channel.write({"import_since": False, "import_from_number": 0})
        wizard = self.wizard("outlook")

        self.assertIn("<li>All orders are imported, however old.</li>", wizard.outlook)
        self.assertNotIn("placed since", wizard.outlook)

        self.channel.import_from_number = 1002
        wizard.invalidate_recordset()
        self.assertIn("number from 1002 on are imported, however old", wizard.outlook)
        self.assertNotIn("placed since", wizard.outlook)

    def test_the_last_page_names_a_currency_that_is_not_active(self):
        wizard = self.wizard("outlook")
        self.assertNotIn("sells in", str(wizard.outlook_open))

        self.channel.currency_id = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("active", "=", False)], limit=1)
        )
        wizard.invalidate_recordset()

        name = self.channel.currency_id.name
        self.assertIn(f"sells in {name}, which is not active", wizard.outlook_open)

    def test_one_walks_from_the_products_to_the_last_page_and_back(self):
        wizard = self.wizard("products")
        seen = []
        for _step in range(4):
            wizard.action_next()
            seen.append(wizard.step)
        wizard.action_back()

        self.assertEqual(seen, ["mappings", "messages", "policies", "outlook"])
        self.assertEqual(wizard.step, "policies")

    def test_the_owner_reads_a_failure_in_words(self):
        self.shop.problems.append(TransientError("refused", code="unreachable"))

        self.channel.action_test_connection()
        self.run_jobs()

        self.assertIn("cannot be reached", self.channel.last_test_message)
        self.assertIn(self.channel.name, self.channel.last_test_message)

    def test_another_companys_channel_is_not_mine_to_connect(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = self.make_channel(
            name="Elsewhere", company_id=company.id, warehouse_id=False
        )
        wizard = self.env["retail.sync.channel.connect"].with_user(self.manager)
        with self.assertRaises(AccessError):
            wizard.create(
                {"channel_id": elsewhere.id, "step": "mappings"}
            ).action_next()
