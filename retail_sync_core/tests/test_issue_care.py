from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common_orders import OrdersCommon

OPERATOR = "retail_sync_core.retail_sync_group_operator"


@tagged("post_install", "-at_install")
class TestIssueCare(OrdersCommon):
    """An issue has a person and a time; late, it goes to the next one, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["retail.sync.issue.rule"].search([]).unlink()
        cls.ann = new_test_user(cls.env, "care_ann", groups=OPERATOR)
        cls.bob = new_test_user(cls.env, "care_bob", groups=OPERATOR)
        cls.place = cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": "L1",
                "name": "Leeds",
                "warehouse_id": cls.warehouse.id,
            }
        )

    def rule(self, **values):
        return self.env["retail.sync.issue.rule"].create({"due_h": 4.0, **values})

    def raised(self, kind="unknown_sku", value="MUG-9", record=None, channel=None):
        return self.env["retail.sync.issue"]._raise(
            channel or self.channel, kind, field="SKU", value=value, record=record
        )

    def notices(self, user):
        return self.env["mail.message"].search(
            [
                ("model", "=", "retail.sync.issue"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def make_late(self, issue):
        issue.write(
            {
                "due_at": fields.Datetime.now() - timedelta(minutes=1),
                "late_told_at": False,
            }
        )

    def test_without_a_rule_it_is_the_channels_responsible_and_never_late(self):
        self.channel.owner_id = self.ann

        issue = self.raised()

        self.assertEqual(issue.owner_id, self.ann)
        self.assertFalse(issue.due_at)
        self.assertFalse(issue.is_late)

    def test_the_first_rule_that_fits_counts(self):
        other = self.make_channel(name="Other")
        self.rule(sequence=1, channel_id=other.id, user_id=self.ann.id)
        self.rule(sequence=2, kind="unknown_sku", user_id=self.bob.id, due_h=2.0)
        self.rule(sequence=3, user_id=self.ann.id)

        issue = self.raised()

        self.assertEqual(issue.owner_id, self.bob)
        self.assertEqual(issue.due_at - issue.opened_at, timedelta(hours=2))
        self.assertEqual(self.raised("unknown_tax").owner_id, self.ann)
        self.assertEqual(self.raised(channel=other).owner_id, self.ann)

    def test_a_rule_of_another_company_does_not_count(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.rule(sequence=1, company_id=company.id, user_id=self.ann.id)
        self.rule(sequence=2, user_id=self.bob.id)

        self.assertEqual(self.raised().owner_id, self.bob)

    def test_what_is_about_a_place_goes_to_who_sees_to_it(self):
        place = self.place
        self.rule(sequence=1, location_id=place.id, user_id=self.ann.id)
        self.rule(sequence=2, user_id=self.bob.id)

        self.assertEqual(self.raised("count_silent", record=place).owner_id, self.ann)
        self.assertEqual(self.raised("count_silent", "x").owner_id, self.bob)

    def test_an_order_is_about_the_place_it_leaves_from(self):
        self.rule(sequence=1, location_id=self.place.id, user_id=self.ann.id)
        self.rule(sequence=2, user_id=self.bob.id)
        order = self.import_order(self.order())

        issue = self.raised("total_mismatch", record=order)

        self.assertEqual(issue.owner_id, self.ann)

    def test_late_it_goes_to_the_next_person_once(self):
        self.rule(user_id=self.ann.id, next_user_id=self.bob.id)
        issue = self.raised()
        self.make_late(issue)

        self.assertEqual(self.env["retail.sync.issue"]._pass_on_late(), 1)
        self.assertEqual(self.env["retail.sync.issue"]._pass_on_late(), 0)

        self.assertEqual(issue.owner_id, self.bob)
        self.assertEqual(issue.passed_from_id, self.ann)
        self.assertGreater(issue.due_at, fields.Datetime.now())
        self.assertEqual(len(self.notices(self.bob)), 1)
        self.assertIn("MUG-9", self.notices(self.bob).body)
        self.assertFalse(self.notices(self.ann))
        entry = self.env["retail.sync.audit"].search(
            [("action", "=", "issue.passed_on"), ("res_id", "=", issue.id)]
        )
        self.assertEqual(entry.detail, {"from": self.ann.id, "to": self.bob.id})

    def test_with_nobody_else_its_own_person_is_told_once(self):
        self.rule(user_id=self.ann.id)
        issue = self.raised()
        self.make_late(issue)

        self.env["retail.sync.queue"]._sweep()
        self.env["retail.sync.queue"]._sweep()

        self.assertEqual(issue.owner_id, self.ann)
        self.assertEqual(len(self.notices(self.ann)), 1)

    def test_what_is_closed_in_time_is_not_passed_on(self):
        self.rule(user_id=self.ann.id, next_user_id=self.bob.id)
        issue = self.raised()
        self.make_late(issue)
        issue._close("Done.")

        self.assertEqual(self.env["retail.sync.issue"]._pass_on_late(), 0)
        self.assertEqual(issue.owner_id, self.ann)

    def test_a_person_gives_it_more_time_and_it_may_be_late_again(self):
        self.rule(user_id=self.ann.id)
        issue = self.raised()
        self.make_late(issue)
        self.env["retail.sync.issue"]._pass_on_late()

        past = fields.Datetime.now() - timedelta(hours=1)
        with Form(issue.with_user(self.ann)) as form:
            form.due_at = past
            form.note = "Waits for the supplier's answer."

        self.assertFalse(issue.late_told_at)
        self.assertEqual(self.env["retail.sync.issue"]._pass_on_late(), 1)
        self.assertEqual(issue.note, "Waits for the supplier's answer.")

    def test_late_ones_are_found_by_the_filter(self):
        self.rule(user_id=self.ann.id)
        late, other = self.raised(), self.raised(value="CUP-1")
        self.make_late(late)

        found = self.env["retail.sync.issue"].search(
            [("state", "=", "open"), ("due_at", "<", "now")]
        )

        self.assertIn(late, found)
        self.assertNotIn(other, found)
        self.assertTrue(late.is_late)

    def test_each_rule_says_in_words_what_it_does(self):
        told = [
            self.rule(
                kind="unknown_sku", user_id=self.ann.id, next_user_id=self.bob.id
            ),
            self.rule(due_h=0.0),
        ]
        self.assertEqual(
            [rule.story for rule in told],
            [
                f"{self.ann.name} sees to it within 4 h, then {self.bob.name}.",
                "Any cause: The channel's responsible sees to it; it is never late.",
            ],
        )

    def test_only_managers_say_who_sees_to_what(self):
        rule = self.rule(user_id=self.ann.id)

        with self.assertRaises(AccessError):
            rule.with_user(self.ann).due_h = 1.0
