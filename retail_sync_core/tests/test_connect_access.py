from dataclasses import replace
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from lxml import etree
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..adapters import base
from ..domain.errors import ConfigurationError, ThrottledError
from .common import FakeShopAdapter, RetailSyncCommon

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

    # what the test found
    def test_a_failed_test_is_said_once(self):
        refused = ConfigurationError("no token", code="401")
        self.shop.problems += [refused, refused]
        self.startPatcher(patch.object(FakeShopAdapter, "renewal_due", lambda _s: True))
        wizard = self.tested()

        self.assertIn("no token", wizard.work_problem)
        self.assertIn("no token", wizard.last_test_message)
        self.assertEqual(self.boxes(wizard), {"test_failed"})

    def test_why_a_test_is_tried_again_is_said_meanwhile(self):
        self.shop.problems.append(ThrottledError("too much", retry_after_s=900))
        self.channel.write({"last_test_at": "2026-11-20 12:00:00"})
        wizard = self.wizard()
        wizard.action_run()
        self.jobs("connection.test").failures = 1
        self.jobs("connection.test").error_message = "once more"
        wizard.invalidate_recordset()

        self.assertEqual(self.boxes(wizard), {"work_problem"})

    def boxes(self, wizard):
        """Return which boxes tell of a failure on the page."""
        arch = etree.fromstring(wizard.get_view(view_type="form")["arch"])
        return {
            box.get("name")
            for box in arch.iter("div")
            if box.get("name") in ("test_failed", "work_problem")
            and not safe_eval(
                box.get("invisible"),
                {name: wizard[name] for name in ("test_failed", "work_problem")},
            )
        }

    def test_a_passed_test_says_that_no_permission_is_missing(self):
        wizard = self.tested()
        self.assertEqual(
            wizard.last_test_message,
            "Test shop answers. It grants all permissions that are needed.",
        )

        warned = replace(self.shop.info, warnings=("The version ends soon.",))
        self.shop.info = warned
        wizard = self.tested()
        self.assertEqual(wizard.connection_warning, "The version ends soon.")
        self.assertNotIn("version", wizard.last_test_message, "it has its own box")

        self.shop.info = replace(self.shop.info, missing_scopes=("write_stock",))
        self.assertNotIn("grants", self.tested().last_test_message)

        self.shop.info = replace(self.shop.info, missing_scopes=(), warnings=())
        self.startPatcher(patch.object(FakeShopAdapter, "scopes", ()))
        self.assertEqual(self.tested().last_test_message, "Test shop answers.")

    # what lets us in
    def test_what_was_fetched_is_not_called_stored(self):
        credentials = (
            *FakeShopAdapter.credentials,
            base.Credential(name="access_token", label="Fixed access token"),
        )
        self.startPatcher(patch.object(FakeShopAdapter, "credentials", credentials))
        secrets = self.env["retail.sync.secret"]
        moment = datetime(2026, 11, 30, 7, 5, tzinfo=timezone.utc)
        secrets._store(self.channel, "access_token", "one", moment)
        secrets._store(self.channel, "access_token", "two", moment + timedelta(days=1))
        wizard = self.wizard().with_context(tz="Europe/Berlin")

        said = {item["name"]: item for item in wizard.credentials["asked"]}
        self.assertIn("valid until 12/1/26, 8:05", said["access_token"]["fetched"])
        self.assertTrue(said["access_token"]["stored"])
        self.assertEqual(said["webhook_secret"]["fetched"], "")

        secrets._store(self.channel, "access_token", "entered by a person")
        wizard.invalidate_recordset()
        said = {item["name"]: item for item in wizard.credentials["asked"]}
        self.assertEqual(said["access_token"]["fetched"], "")

    def test_what_stands_for_something_else_says_so_and_answers_are_offered(self):
        credentials = (
            base.Credential(name="key", label="Key", required=False, note="or a card"),
            base.Credential(
                name="side",
                label="Side",
                secret=False,
                choices=(("", "Left"), ("right", "Right")),
            ),
        )
        self.startPatcher(patch.object(FakeShopAdapter, "credentials", credentials))

        key, side = self.wizard().credentials["asked"]

        self.assertEqual((key["note"], key["choices"]), ("or a card", []))
        self.assertEqual(side["choices"], [["", "Left"], ["right", "Right"]])

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
