"""Refunds that wait for an approver: limits, what was paid, the same units again."""

from decimal import Decimal

from matrix_check import ask
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from test_refund_here import RefundHere

GROUP = "retail_sync_core.retail_sync_group_"
SALES = "sales_team.group_sale_salesman,stock.group_stock_user"


@tagged("post_install", "-at_install")
class TestRefundApproval(RefundHere):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.refund_limit = 12
        cls.agent, cls.other, cls.boss = (
            new_test_user(
                cls.env,
                login=f"refund_{name}",
                groups=f"{GROUP}{role},{SALES}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for name, role in (
                ("agent", "operator"),
                ("other", "operator"),
                ("boss", "manager"),
            )
        )

    def refunded(self, placed):
        rows = self.shop.order(placed["name"])["transactions"]
        return [row for row in rows if row["kind"] == "REFUND"]

    def answer(self, refund, user, verb="action_approve", why="The photos show it"):
        action = refund.with_user(user).action_answer()
        dialog = (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create({"why": why})
        )
        result = getattr(dialog, verb)()
        self.work()
        self.hear()
        return result

    def test_below_the_limit_it_goes_at_once(self):
        placed, order = self.bought(shipped=3)

        refund = self.decide(self.dialog(order, self.agent, kept=1))

        self.assertEqual((refund.state, refund.user_id), ("done", self.agent))
        self.assertEqual(len(self.refunded(placed)), 1)

    def test_no_limit_is_split(self):
        placed, order = self.bought(shipped=3)
        self.decide(self.dialog(order, self.agent, kept=1))

        dialog = self.dialog(order, self.agent, kept=1)
        self.assertIn("19.98", dialog.why_waits)
        refund = self.decide(dialog)

        self.assertEqual(refund.state, "waiting")
        self.assertEqual(len(self.refunded(placed)), 1)
        issue = self.issues("refund_waits")
        self.assertIn("19.98", issue.message)
        self.assertEqual(issue.mend_label, "Approve or decline")
        # what another one gives back counts for that one
        goes = self.decide(self.dialog(order, self.other, kept=1))
        self.assertEqual(goes.state, "done")

    def test_another_one_approves_and_it_goes_once(self):
        placed, order = self.bought(shipped=3)
        refund = self.decide(self.dialog(order, self.agent, kept=2))
        self.assertEqual(refund.state, "waiting")

        self.answer(refund, self.boss)

        self.assertEqual((refund.state, refund.answered_by_id), ("done", self.boss))
        self.assertEqual(len(self.refunded(placed)), 1)
        self.assertFalse(self.issues("refund_waits"))
        trail = self.env["retail.sync.audit"].search(
            [("res_model", "=", refund._name), ("res_id", "=", refund.id)], order="id"
        )
        self.assertEqual(
            trail.mapped(lambda row: (row.action, row.user_id)),
            [("refund.asked", self.agent), ("refund.approved", self.boss)],
        )
        with self.assertRaisesRegex(UserError, "does not wait"):
            self.answer(refund, self.boss)
        self.agree(placed, order)

    def test_declined_nothing_goes_and_the_units_are_free(self):
        placed, order = self.bought(shipped=3)
        refund = self.decide(self.dialog(order, self.agent, kept=2))
        self.assertEqual(order._refundable_money(), 14.89)

        with self.assertRaisesRegex(UserError, "why"):
            self.answer(refund, self.boss, "action_decline", " ")
        self.answer(refund, self.boss, "action_decline", "No damage to be seen")

        self.assertEqual(refund.state, "declined")
        self.assertFalse(self.refunded(placed))
        self.assertEqual(order._refundable_money(), 34.87)
        self.assertFalse(self.issues("refund_waits"))

    def test_four_eyes(self):
        _placed, order = self.bought(shipped=3)
        refund = self.decide(self.dialog(order, self.agent, kept=2))
        with self.assertRaises(AccessError):
            self.answer(refund, self.agent)
        self.assertEqual(refund.state, "waiting")
        # a manager has no limit; the same units again still need another manager
        goes = self.decide(self.dialog(order, self.boss, kept=1))
        self.assertEqual(goes.state, "done")
        again = self.decide(self.dialog(order, self.boss, kept=1))
        self.assertEqual(again.state, "waiting")
        self.assertIn("Refunded before", again.why)
        with self.assertRaisesRegex(UserError, "another manager"):
            self.answer(again, self.boss)

    def test_who_is_alone_approves_alone(self):
        _placed, order = self.bought(shipped=3)
        managers = self.env.ref(f"{GROUP}manager").all_user_ids - self.boss
        managers.filtered(lambda user: user != self.env.user).group_ids -= self.env.ref(
            f"{GROUP}manager"
        )
        self.decide(self.dialog(order, self.boss, kept=3))
        again = self.decide(self.dialog(order, self.boss, kept=1))
        self.assertEqual(again.state, "waiting")
        others = again._other_approvers()
        self.assertEqual(others, others & self.env.user)

    def test_a_second_refund_of_the_same_units_waits_and_goes_as_money(self):
        placed, order = self.bought(shipped=3)
        self.decide(self.dialog(order, self.boss, kept=3))

        dialog = self.dialog(order, self.agent, kept=1)
        refund = self.decide(dialog, goods=4.9)

        self.assertEqual(refund.state, "waiting")
        self.assertIn("1 × Mug", refund.why)
        self.answer(refund, self.boss)
        self.assertEqual(refund.state, "done")
        self.assertEqual(ask(self.shop, placed["id"]).refunded, Decimal("34.87"))
        self.agree(placed, order)

    def test_above_what_was_paid_waits_and_goes_when_approved(self):
        placed, order = self.bought(shipped=3)

        refund = self.decide(self.dialog(order, self.boss), goodwill=40)

        self.assertEqual(refund.state, "waiting")
        self.assertIn("34.87", refund.why)
        self.assertFalse(self.refunded(placed))
        self.answer(refund, self.env.ref("base.user_admin"))
        self.assertEqual(refund.state, "done")
        self.assertEqual(len(self.refunded(placed)), 1)

    def test_what_came_up_since_is_shown_before_anything_goes(self):
        placed, order = self.bought(shipped=3)
        refund = self.decide(self.dialog(order, self.agent, kept=3))
        self.shop.advance(60)
        self.shop.refund(
            placed["name"], lines=[{"line": "MUG", "quantity": 2, "restock": False}]
        )
        self.hear()

        result = self.answer(refund, self.boss)

        self.assertEqual(refund.state, "waiting")
        self.assertIn("Look again", result["name"])
        self.assertIn("2 × Mug", refund.why)
        self.assertEqual(len(self.refunded(placed)), 1)

    def test_withdrawn_by_who_asked(self):
        placed, order = self.bought(shipped=3)
        refund = self.decide(self.dialog(order, self.agent, kept=2))
        with self.assertRaises(AccessError):
            refund.with_user(self.other).action_withdraw()

        refund.with_user(self.agent).action_withdraw()

        self.assertEqual(refund.state, "withdrawn")
        self.assertFalse(self.refunded(placed))
        self.assertFalse(self.issues("refund_waits"))
