from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SECRET, RetailSyncCommon

GROUP = "retail_sync_core.retail_sync_group_"
# those with no row of a channel of their own
WITHOUT_COMPANY = {
    "retail.sync.setup",  # the server is everybody's
    "retail.sync.setup.line",
    "retail.sync.slot",
    "retail.sync.fuse",
    "retail.sync.restoration",  # so is the database; its channels have rules
}


@tagged("post_install", "-at_install")
class TestSecurity(RetailSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(cls.env, login=f"sync_{name}", groups=GROUP + name)
            for name in ("viewer", "operator", "manager")
        }
        cls.stranger = new_test_user(cls.env, login="sync_none")
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.elsewhere = cls.make_channel(
            name="Elsewhere", company_id=cls.other_company.id, warehouse_id=False
        )

    def models(self):
        return [
            model
            for name, model in self.env.items()
            if name.startswith("retail.sync.")
            and not model._abstract
            and not model._transient
            and model._auto
        ]

    def test_every_model_has_access_rights_and_none_for_strangers(self):
        for model in self.models():
            with self.subTest(model=model._name):
                self.assertTrue(
                    model.with_user(self.users["manager"]).has_access("read")
                )
                self.assertFalse(model.with_user(self.stranger).has_access("read"))

    def test_every_model_of_a_channel_has_a_rule_by_company(self):
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        ruled = set(rules.model_id.mapped("model"))
        missing = {model._name for model in self.models()} - ruled - WITHOUT_COMPANY

        self.assertFalse(missing)

    def test_a_channel_of_another_company_is_not_seen(self):
        for name, user in self.users.items():
            with self.subTest(user=name):
                seen = self.env["retail.sync.channel"].with_user(user).search([])
                self.assertIn(self.channel.id, seen.ids)
                self.assertNotIn(self.elsewhere.id, seen.ids)

    def test_what_belongs_to_another_companys_channel_is_not_seen(self):
        self.deliver(self.make_notice(), channel=self.elsewhere)
        self.env["retail.sync.issue"]._raise(self.elsewhere, "bug", value="x")
        names = (
            "retail.sync.workflow",
            "retail.sync.secret",
            "retail.sync.event",
            "retail.sync.job",
            "retail.sync.issue",
            "retail.sync.audit",
        )
        for name in names:
            with self.subTest(model=name):
                own = [("channel_id", "=", self.elsewhere.id)]
                self.assertTrue(self.env[name].search(own))
                user = self.users["manager"]
                self.assertFalse(self.env[name].with_user(user).search(own))

    def test_a_viewer_changes_nothing(self):
        channel = self.channel.with_user(self.users["viewer"])
        for verb in ("action_pause", "action_resume", "action_test_connection"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(channel, verb)()
        with self.assertRaises(AccessError):
            channel.name = "Mine"

    def test_an_operator_pauses_and_resumes_and_does_not_go_live(self):
        channel = self.channel.with_user(self.users["operator"])

        channel.action_pause("Stocktaking")
        self.assertEqual(self.channel.state, "paused")
        channel.action_resume()
        self.assertEqual(self.channel.state, "live")

        with self.assertRaises(AccessError):
            channel.action_go_live()

    def test_nobody_reads_a_secret(self):
        secret = self.channel.secret_ids
        manager = self.users["manager"]

        with self.assertRaises(AccessError):
            secret.with_user(manager).read(["ciphertext"])
        with self.assertRaises(AccessError):
            secret.with_user(self.users["operator"]).read(["name"])
        self.assertNotIn(SECRET, str(secret.read()))

    def test_only_a_manager_sees_the_token(self):
        with self.assertRaises(AccessError):
            self.channel.with_user(self.users["viewer"]).read(["token"])
        with self.assertRaises(AccessError):
            self.channel.with_user(self.users["viewer"]).read(["public_url"])
        self.assertTrue(self.channel.with_user(self.users["viewer"]).webhook_note)
        self.assertTrue(self.channel.with_user(self.users["manager"]).token)

    def test_nobody_touches_the_trail(self):
        entry = self.env["retail.sync.audit"]._record(self.channel, None, "test.done")

        with self.assertRaises(AccessError):
            entry.action = "other"
        with self.assertRaises(AccessError):
            entry.sudo().unlink()

    def test_a_stranger_cannot_close_an_issue(self):
        issue = self.env["retail.sync.issue"]._raise(self.channel, "bug", value="x")

        with self.assertRaises(AccessError):
            issue.with_user(self.users["viewer"]).action_close()
        issue.with_user(self.users["operator"]).action_close()
        self.assertEqual(issue.state, "closed")
