from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .undo_common import UndoCommon

GROUP = "retail_sync_core.retail_sync_group_"
SALES = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"


@tagged("post_install", "-at_install")
class TestRefundLimit(UndoCommon):
    """No way to give money back leads past the limit of the one who asks."""

    def setUp(self):
        super().setUp()
        self.channel.refund_limit = 20.0
        self.operator = self.user("operator")
        self.bought = self.bring()

    def user(self, group):
        name = f"limit_{group}"
        return new_test_user(self.env, name, groups=f"{GROUP}{group},{SALES}")

    def dialog(self, order, user=None, **values):
        sale = order.order_id.with_user(user or self.operator)
        action = sale.retail_sync_action_cancel()
        wizard = self.env[action["res_model"]].with_user(user or self.operator)
        return wizard.with_context(**action["context"]).create(values)

    def give_back(self, user, amount):
        """Give money of the canceled order back by *Payments*."""
        wizard = self.env["retail.sync.order.money"].with_user(user)
        wizard.create(
            {"order_id": self.bought.id, "action": "refund", "amount": amount}
        ).action_do()

    def test_who_cancels_gives_no_more_back_than_the_limit(self):
        with self.assertRaisesRegex(UserError, "Ask a manager"):
            self.dialog(self.bought).action_cancel_order()

        self.assertNotEqual(self.bought.state, "cancelled")
        self.assertFalse(self.effects(self.bought, "cancellation"))

    def test_canceled_without_the_money_it_stays_open(self):
        self.dialog(self.bought, money="keep").action_cancel_order()

        self.assertEqual(self.bought.state, "cancelled")
        self.assertTrue(self.effects(self.bought, "cancellation"))

    def test_up_to_the_limit_and_as_a_manager_it_goes(self):
        self.channel.refund_limit = 30.0
        self.dialog(self.bought).action_cancel_order()
        self.assertEqual(self.bought.state, "cancelled")

        self.channel.refund_limit = 0.0
        other = self.bring(self.three(external_id="order-2"))
        self.dialog(other, self.user("manager")).action_cancel_order()
        self.assertEqual(other.state, "cancelled")

    def test_money_of_a_canceled_order_has_the_same_limit(self):
        self.dialog(self.bought, money="keep", tell=False).action_cancel_order()

        with self.assertRaisesRegex(UserError, "Ask a manager"):
            self.give_back(self.operator, 20.01)
        self.give_back(self.operator, 20.0)

        self.assertEqual(len(self.effects(self.bought, "payment")), 1)

    def test_what_went_back_before_counts_whichever_way_it_went(self):
        self.dialog(self.bought, money="keep", tell=False).action_cancel_order()
        self.give_back(self.operator, 12.0)

        with self.assertRaisesRegex(UserError, "24.00"):
            self.give_back(self.operator, 12.0)

        reasons = self.bought._why_above_limit(8.01, self.operator)
        self.assertEqual([row["code"] for row in reasons], ["limit"])
        self.assertFalse(self.bought._why_above_limit(8.0, self.operator))
        other = self.user("manager")
        self.assertFalse(self.bought._why_above_limit(24.0, other))
