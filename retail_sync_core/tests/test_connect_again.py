from odoo.tests import new_test_user, tagged

from .common import RetailSyncCommon

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestConnectAgain(RetailSyncCommon):
    """Who leaves the guided connection goes on where it was left."""

    def setUp(self):
        super().setUp()
        self.channel.write({"state": "draft", "last_test_ok": True})
        self.place = self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "L1",
                "name": "Main",
                "warehouse_id": self.warehouse.id,
            }
        )
        self.manager = new_test_user(self.env, "connector", groups=GROUP + "manager")

    def go_on(self):
        """Press *Go on connecting*; return the page."""
        action = self.channel.with_user(self.manager).action_next_step()
        wizard = self.env["retail.sync.channel.connect"].with_user(self.manager)
        return wizard.browse(action["res_id"])

    def test_one_goes_on_at_the_page_that_was_left(self):
        for step in ("products", "mappings", "messages", "policies", "outlook"):
            with self.subTest(step):
                wizard = self.go_on()
                self.assertEqual(wizard.step, step)
                self.assertEqual(self.go_on().step, step, "nothing was pressed")
                if step != "outlook":
                    wizard.action_next()

        self.go_on().action_back()
        self.assertEqual(self.go_on().step, "policies")

    def test_the_page_one_goes_on_at_begins_its_work(self):
        self.go_on()
        self.go_on()
        self.run_jobs()

        self.assertEqual(len(self.shop.calls("fetch_page")), 1)

    def test_without_access_one_begins_with_it(self):
        self.go_on().action_next()
        self.channel.last_test_ok = False
        self.assertEqual(self.go_on().step, "access")

        self.channel.last_test_ok = True
        self.place.action_ignore()
        self.place.unlink()
        self.channel.connect_step = False
        self.assertEqual(self.go_on().step, "locations")

    def test_changing_the_access_is_no_step_back(self):
        self.go_on().action_next()
        self.channel.with_user(self.manager).action_change_access()

        self.assertEqual(self.go_on().step, "mappings")

    def test_the_last_page_names_the_pages_nobody_has_looked_at(self):
        wizard = self.go_on()
        wizard.action_next()
        wizard.step = "outlook"

        self.assertIn(
            "Pages nobody has looked at yet: Locations, Messages, Policies.",
            wizard.outlook_open,
        )
        self.channel.connect_pages = [
            "locations",
            "products",
            "mappings",
            "messages",
            "policies",
        ]
        wizard.invalidate_recordset()
        self.assertNotIn("looked at", wizard.outlook_open or "")

    def test_a_copy_is_connected_from_the_beginning(self):
        self.go_on()
        copy = self.channel.copy()

        self.assertFalse(copy.connect_step or copy.connect_pages)
