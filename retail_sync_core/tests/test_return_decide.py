from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from .return_common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnDecide(ReturnCommon):
    """A person approves or declines what a buyer asks for."""

    def setUp(self):
        super().setUp()
        self.come_back = self.came_and_left()
        self.tell(self.ask())
        self.asked = self.come_back.return_ids
        self.operator = new_test_user(
            self.env, "returns-operator", "retail_sync_core.retail_sync_group_operator"
        )

    def decline(self, **values):
        action = self.asked.with_user(self.operator).action_decline()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.operator)
            .with_context(**action["context"])
        )
        wizard.create(values).action_decline()

    def decisions(self):
        return [(body.action, body.reason, body.note) for body in self.sent("return")]

    def test_an_approval_is_told_once_and_then_the_goods_are_expected(self):
        self.asked.with_user(self.operator).action_approve()
        self.asked.invalidate_recordset()
        self.assertTrue(self.asked.is_under_way)
        self.assertFalse(self.asked.can_decide)
        self.newer(return_requests=(self.ask(state="open"),))

        self.work()

        self.assertEqual(self.decisions(), [("approve", "other", "")])
        self.assertEqual(self.asked.state, "open")
        self.assertEqual(self.asked.decided_by_id, self.operator)
        receipt = self.coming_back(self.come_back)
        self.assertEqual(receipt.move_ids.product_uom_qty, 2)

    def test_a_refusal_has_its_reason_and_a_note(self):
        self.decline(reason="period_over", note="Too late.")
        self.newer(return_requests=(), return_state="no_return")

        self.work()

        self.assertEqual(self.decisions(), [("decline", "period_over", "Too late.")])
        self.assertRecordValues(
            self.asked,
            [
                {
                    "state": "declined",
                    "decline_reason": "period_over",
                    "decline_note": "Too late.",
                }
            ],
        )
        self.assertFalse(self.coming_back(self.come_back))

    def test_it_is_decided_once(self):
        self.asked.with_user(self.operator).action_approve()

        with self.assertRaisesRegex(UserError, "wait a moment"):
            self.decline()
        self.work()
        self.tell(self.ask(state="open"))
        with self.assertRaisesRegex(UserError, "not asked for anymore"):
            self.asked.with_user(self.operator).action_approve()

    def test_what_the_channel_refuses_stands_on_the_return(self):
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        self.asked.with_user(self.operator).action_approve()

        self.work()

        self.assertEqual((self.asked.state, self.asked.refusal), ("requested", "Nein."))
        issue = self.issues("return_refused")
        self.assertIn("Nein.", issue.message)
        self.assertTrue(self.asked.can_decide)

        self.asked.with_user(self.operator).action_approve()
        self.assertFalse(self.asked.refusal)
        self.work()
        self.assertEqual(issue.state, "closed")

    def test_a_lost_answer_is_read_back_and_not_repeated(self):
        self.shop.outcomes.append(base.Outcome(state="unknown"))
        self.asked.with_user(self.operator).action_approve()

        self.work()

        self.assertEqual(len(self.sent("return")), 1)
        effect = self.effects(self.come_back, "return")
        self.assertEqual(effect.state, "applied")

    def test_a_viewer_decides_nothing(self):
        viewer = new_test_user(
            self.env, "returns-viewer", "retail_sync_core.retail_sync_group_viewer"
        )

        with self.assertRaises(AccessError):
            self.asked.with_user(viewer).action_approve()
        with self.assertRaises(AccessError):
            self.asked.with_user(viewer).action_decline()
