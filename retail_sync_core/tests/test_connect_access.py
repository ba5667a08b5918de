from odoo.tests import new_test_user, tagged

from .common import RetailSyncCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestConnectAccess(RetailSyncCommon):
    """The guided connection's access page says what the test found, and what to do."""

    def setUp(self):
        super().setUp()
        self.channel.write({"state": "draft", "environment": "production"})
        self.manager = new_test_user(self.env, "connector", groups=GROUP + "manager")

    def wizard(self, step="access"):
        wizard = self.env["retail.sync.channel.connect"].with_user(self.manager)
        return wizard.create({"channel_id": self.channel.id, "step": step})

    def tested(self):
        """Test the connection; return the page as it is then."""
        wizard = self.wizard()
        wizard.action_run()
        self.run_jobs(marks=False)
        wizard.invalidate_recordset()
        return wizard

    # the same shop under another channel
    def test_a_passed_test_says_that_the_shop_works_here_already(self):
        twin = self.make_channel(name="First", account_id="shop-1")

        self.assertFalse(self.wizard().twin_note, "not known before the test")
        wizard = self.tested()

        self.assertIn("Test shop is connected as First already", wizard.twin_note)
        self.assertEqual(wizard.twin_id, twin)
        action = wizard.action_open_twin()
        self.assertEqual(action["res_id"], twin.id)
        self.assertIn("connected as First", self.wizard("outlook").outlook_open)
        twin.state = "draft"
        wizard.invalidate_recordset()
        self.assertFalse(wizard.twin_note)

    def test_a_channel_of_another_company_is_not_named(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        twin = self.make_channel(
            name="First", account_id="shop-1", company_id=company.id, warehouse_id=False
        )

        wizard = self.tested()

        self.assertIn("a channel of another company already", wizard.twin_note)
        self.assertNotIn("First", wizard.twin_note)
        self.assertFalse(wizard.twin_id)
        self.manager.company_ids |= company
        both = wizard.with_context(allowed_company_ids=[self.company.id, company.id])
        self.assertIn("connected as First already", both.twin_note)
        self.assertEqual(both.twin_id, twin)
        one = wizard.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(one.twin_id, "the companies that are switched on decide")
