from decimal import Decimal

from lxml import etree
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from .common_orders import OrdersCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestRelease(OrdersCommon):
    """Who lets a held order go says why, and what differs stays to be seen."""

    def setUp(self):
        super().setUp()
        self.operator = self.make_user("operator")

    def make_user(self, group):
        groups = f"{GROUP}{group},stock.group_stock_user,sales_team.group_sale_salesman"
        return new_test_user(self.env, f"release-{group}", groups=groups)

    def differing(self, **values):
        return self.import_order(self.order(total=Decimal("45.00"), **values))

    def ask(self, record, verb, **answers):
        """Press the button of ``record`` and answer its dialog."""
        wizard = self.open(record, verb)
        wizard.write(answers)
        wizard.action_release()

    def open(self, record, verb="action_ask_release"):
        action = getattr(record.with_user(self.operator), verb)()
        return (
            self.env[action["res_model"]]
            .with_user(self.operator)
            .browse(action["res_id"])
        )

    def notes(self, order):
        return " ".join(order.order_id.message_ids.mapped("body"))

    def test_where_amounts_differ_a_reason_is_asked_for(self):
        order = self.differing()

        for nothing in ("", "  ", False):
            with self.assertRaisesRegex(UserError, "Say in a few words"):
                self.ask(order, "action_ask_release", why=nothing)
            self.assertEqual(order.hold_code, "total")

        self.ask(order, "action_ask_release", why="A voucher on paper.")
        self.assertFalse(order.hold_code)

    def test_a_hold_that_came_after_the_dialog_is_not_overruled(self):
        order = self.import_order(self.order(risk=doc.RiskLevel.CANCEL))
        wizard = self.open(order)
        order.write({"hold_code": "cancel"})

        with self.assertRaisesRegex(UserError, "Something else holds"):
            wizard.action_release()
        self.assertEqual(order.hold_code, "cancel")

    def test_another_difference_than_the_one_shown_is_not_accepted(self):
        order = self.differing()
        wizard = self.open(order)
        wizard.why = "A voucher on paper."
        self.import_order(self.order(version=2, total=Decimal("46.00")))

        with self.assertRaisesRegex(UserError, "Something else holds"):
            wizard.action_release()
        self.assertEqual(order.hold_code, "total")

    def test_a_hold_that_is_gone_meanwhile_needs_no_release(self):
        order = self.differing()
        wizard = self.open(order)
        self.import_order(self.order(version=2))

        wizard.action_release()

        self.assertFalse(order.released_code)

    def test_a_held_quotation_that_was_deleted_can_be_released(self):
        order = self.differing()
        order.order_id.unlink()

        self.ask(order, "action_ask_release", why="It is gone.")

        self.assertFalse(order.hold_code)

    def test_the_reason_is_kept_beside_the_sale_order_and_on_the_timeline(self):
        order = self.differing()

        self.ask(order, "action_ask_release", why="A voucher on paper.")

        self.assertIn("A voucher on paper.", self.notes(order))
        self.assertEqual(
            order.order_id.message_ids[0].author_id, self.operator.partner_id
        )
        said = " ".join(order.step_ids.mapped("text"))
        self.assertIn("A voucher on paper.", said)

    def test_it_reads_as_accepted_as_long_as_that_very_difference_stands(self):
        order = self.differing()
        self.ask(order, "action_ask_release", why="A voucher on paper.")
        sale = order.order_id
        self.assertEqual(sale.retail_sync_state, "accepted")

        self.import_order(self.order(version=2))
        sale.invalidate_recordset()

        self.assertEqual(sale.retail_sync_state, "ok")

    def test_elsewhere_a_reason_may_be_left_out(self):
        order = self.import_order(self.order(risk=doc.RiskLevel.CANCEL))

        self.ask(order.order_id, "retail_sync_action_release")

        self.assertFalse(order.hold_code)
        self.assertEqual(order.order_id.retail_sync_state, "ok")
        self.assertIn("risk of fraud", self.notes(order))

    def test_a_refused_delivery_says_what_to_do_and_who_may(self):
        order = self.import_order(self.order(risk=doc.RiskLevel.CANCEL))
        picking = order.order_id.picking_ids

        with self.assertRaisesRegex(UserError, "“Release the order”"):
            picking.with_user(self.operator).button_validate()
        with self.assertRaisesRegex(UserError, "ask an operator"):
            picking.with_user(self.make_user("viewer")).button_validate()

        later = self.import_order(self.order("order-2"))
        self.import_order(self.order("order-2", version=2, total=Decimal("30.00")))
        with self.assertRaisesRegex(UserError, "“See what differs”"):
            later.order_id.picking_ids.with_user(self.operator).button_validate()

    def test_a_held_delivery_does_not_offer_to_validate_first(self):
        arch = self.env["stock.picking"].get_view(view_type="form")["arch"]
        buttons = etree.fromstring(arch).xpath("//header/button[@class]")

        first = [
            (button.get("name"), "hold_reason" in button.get("invisible", ""))
            for button in buttons
            if "oe_highlight" in button.get("class")
        ]
        self.assertEqual(first[0][0], "retail_sync_action_release")
        self.assertIn(("button_validate", True), first)
        self.assertNotIn(("button_validate", False), first)
