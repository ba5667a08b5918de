from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..adapters import base
from ..adapters.registry import ADAPTERS
from ..domain import errors
from .common import FakeShopAdapter, RetailSyncCommon


class ExpiredShopAdapter(FakeShopAdapter):
    """Its access has ended, and is not renewed."""

    def renewal_due(self):
        """Return True: the access has ended."""
        return True

    def renew(self):
        """Refuse."""
        raise errors.ConfigurationError("the client secret is wrong", code="401")


@tagged("post_install", "-at_install")
class TestChannel(RetailSyncCommon):
    def use(self, cls):
        self.startPatcher(patch.dict(ADAPTERS, {"manual": cls}))

    def reach(self, address="https://shop.example.com"):
        self.env["ir.config_parameter"].set_param("web.base.url", address)
        self.channel.invalidate_recordset()

    def test_a_copy_of_a_live_channel_must_be_connected_first(self):
        copy = self.channel.copy()

        self.assertEqual(self.channel.state, "live")
        self.assertEqual(copy.state, "draft")

    def test_the_adapter_gets_the_secrets_and_no_environment(self):
        adapter = self.channel._make_adapter()

        self.assertIsInstance(adapter, base.Inbox)
        self.assertFalse(hasattr(adapter, "env"))
        self.assertTrue(adapter.account.secret("webhook_secret"))

    def test_each_channel_has_an_address_of_its_own(self):
        other = self.make_channel(name="Other")

        self.assertNotEqual(other.token, self.channel.token)
        self.assertGreaterEqual(len(other.token), 40)
        self.assertTrue(other.public_url.endswith(f"/retail_sync/manual/{other.token}"))

    def test_a_channel_without_its_module_says_so_and_does_nothing(self):
        with patch.dict(ADAPTERS, clear=True):
            self.channel.invalidate_recordset()
            self.assertTrue(self.channel.adapter_missing)
            self.assertTrue(self.channel.webhook_note)
            with self.assertRaisesRegex(UserError, "module"):
                self.channel._make_adapter()
            with self.assertRaises(UserError):
                self.channel.action_go_live()
            self.channel.workflow_ids.next_poll_at = False
            self.assertEqual(self.env["retail.sync.workflow"]._enqueue_due(), 0)

    def test_a_test_runs_in_the_background_and_its_result_arrives(self):
        self.channel.action_test_connection()
        self.assertFalse(self.shop.asked)

        self.run_jobs(marks=False)

        self.assertTrue(self.channel.last_test_ok)
        self.assertIn("Test shop", self.channel.last_test_message)
        self.assertEqual(self.channel.account_id, "shop-1")

    def test_a_test_says_which_permissions_are_missing(self):
        self.shop.info = base.ChannelInfo(name="Shop", missing_scopes=("read_orders",))
        self.channel.action_test_connection()
        self.run_jobs(marks=False)

        self.assertEqual(self.channel.missing_scopes, "read_orders")
        self.assertIn("read_orders", self.channel.last_test_message)
        self.channel.state = "draft"
        with self.assertRaisesRegex(UserError, "read_orders"):
            self.channel.action_go_live()

    def test_a_warning_that_the_version_ends_is_kept(self):
        warning = "Version 2026-10 ends on 2027-10-01."
        self.shop.info = base.ChannelInfo(
            name="Shop", api_version="2026-10", warnings=(warning,)
        )
        self.channel.action_test_connection()
        self.run_jobs(marks=False)

        self.assertEqual(self.channel.connection_warning, warning)
        self.assertEqual(self.channel.api_version, "2026-10")

    def test_a_failed_test_ends_and_tells_why(self):
        self.channel.state = "draft"
        self.shop.problems.append(errors.TransientError("no connection"))
        self.channel.action_test_connection()

        self.run_jobs(marks=False)

        self.assertEqual(self.jobs("connection.test").state, "done")
        self.assertFalse(self.channel.last_test_ok)
        self.assertIn("no connection", self.channel.last_test_message)
        self.assertEqual(self.channel.state, "draft")

    def test_access_that_cannot_be_renewed_ends_the_test(self):
        self.use(ExpiredShopAdapter)
        self.channel.state = "draft"
        self.channel.action_test_connection()

        self.assertEqual(self.run_jobs(marks=False), 1)

        self.assertEqual(self.jobs("connection.test").state, "dead")
        self.assertIn("client secret", self.channel.last_test_message)
        self.assertFalse(self.issues("gave_up"))

    def test_pressing_again_starts_at_once(self):
        self.channel.action_test_connection()
        self.channel.action_test_connection()

        self.run_jobs(marks=False)

        self.assertEqual(len(self.shop.calls("test")), 1)

    def test_a_refused_access_pauses_and_tells_the_owner_once(self):
        self.shop.problems += [errors.ConfigurationError("401 Unauthorized")] * 2
        self.channel.action_test_connection()
        self.run_jobs(marks=False)
        self.channel._pause("once more")

        self.assertEqual(self.channel.state, "paused")
        self.assertIn("401", self.channel.paused_reason)
        self.assertEqual(len(self.channel.activity_ids), 1)
        self.assertEqual(self.channel.activity_ids.user_id, self.channel.owner_id)
        self.assertEqual(len(self.issues("channel_paused")), 1)

    def test_resuming_clears_what_was_told(self):
        self.channel._pause("401")
        self.channel.invalidate_recordset()

        self.channel.action_resume()

        self.assertEqual(self.channel.state, "live")
        self.assertFalse(self.channel.paused_reason)
        self.assertFalse(self.channel.activity_ids)
        self.assertFalse(self.issues())

    def test_another_account_than_before_stops_the_channel(self):
        self.channel.account_id = "shop-0"
        self.channel.action_test_connection()

        self.run_jobs(marks=False)

        self.assertFalse(self.channel.last_test_ok)
        self.assertEqual(self.channel.state, "paused")
        self.assertEqual(self.channel.account_id, "shop-0")

    def test_a_channel_is_tested_before_it_goes_live(self):
        self.channel.write({"state": "draft", "last_test_ok": False})
        with self.assertRaisesRegex(UserError, "Test the connection"):
            self.channel.action_go_live()

        self.channel.last_test_ok = True
        self.channel.action_go_live()
        self.assertEqual(self.channel.state, "live")

    def test_one_shop_works_under_one_channel(self):
        self.channel.account_id = "shop-7"
        twin = self.make_channel(name="Twin", state="draft", last_test_ok=True)
        twin.account_id = "shop-7"
        for press in (twin.action_go_live, twin.action_watch):
            with self.assertRaisesRegex(UserError, "connected as Test channel already"):
                press()

        twin.environment = "sandbox"
        twin.action_go_live()
        self.assertEqual(twin.state, "live")

    def test_no_error_shows_a_secret(self):
        self.shop.problems.append(
            errors.PermanentError("refused: access_token=shpat_0123456789abcdef")
        )
        self.channel.action_test_connection()
        self.run_jobs(marks=False)

        self.assertNotIn("shpat_", self.channel.last_test_message)

    def test_an_unknown_time_zone_is_refused_and_a_vendors_one_passed_over(self):
        with self.assertRaises(ValidationError):
            self.channel.timezone = "Mars/Olympus"
        self.channel._note_tested(base.ChannelInfo(name="S", timezone="Mars/Olympus"))
        self.assertEqual(self.channel.timezone, "UTC")

    def test_missing_subscriptions_are_made_and_wrong_ones_removed(self):
        self.reach()
        url = self.channel.public_url
        stale = f"https://old.example.com/retail_sync/manual/{self.channel.token}"
        foreign = base.Subscription(
            external_id="f", topic="orders/create", uri="https://x.example.com/other"
        )
        self.shop.subscriptions += [
            base.Subscription(external_id="a", topic="orders/create", uri=url),
            base.Subscription(external_id="b", topic="orders/updated", uri=stale),
            foreign,
        ]
        self.channel._enqueue_check("subscriptions.check")

        self.run_jobs(marks=False)

        ours = sorted(s.topic for s in self.shop.subscriptions if s.uri == url)
        self.assertEqual(ours, sorted(FakeShopAdapter.webhook_topics))
        self.assertIn(foreign, self.shop.subscriptions)
        self.assertNotIn("b", [s.external_id for s in self.shop.subscriptions])
        self.assertTrue(self.channel.subscriptions_checked_at)

    def test_subscriptions_of_other_databases_and_channels_are_left_alone(self):
        self.reach()
        here = self.channel.public_url.rpartition("/")[0]
        other = self.make_channel(name="Another channel of the same account")
        kept = [
            "https://erp.example.org/retail_sync/manual/another-databases-token",
            other.public_url,
        ]
        for number, uri in enumerate([*kept, f"{here}/our-token-of-last-year"]):
            self.shop.subscriptions.append(
                base.Subscription(external_id=str(number), topic="orders/paid", uri=uri)
            )
        self.channel._enqueue_check("subscriptions.check")

        self.run_jobs(marks=False)

        left = {s.uri for s in self.shop.subscriptions if s.topic == "orders/paid"}
        self.assertEqual(left, set(kept))

    def test_where_nothing_can_reach_us_the_form_says_so_and_nothing_is_subscribed(
        self,
    ):
        self.reach("http://localhost:8069")
        self.assertIn("localhost", self.channel.webhook_note)
        self.channel._enqueue_check("subscriptions.check")
        self.run_jobs(marks=False)
        self.assertFalse(self.shop.subscriptions)

        self.reach()
        self.assertFalse(self.channel.webhook_note)
        self.channel.webhook_reachable = False
        self.assertTrue(self.channel.webhook_note)

    def test_a_sandbox_may_be_reached_on_this_machine(self):
        self.reach("http://localhost:8069")
        self.channel.environment = "sandbox"

        self.assertFalse(self.channel.webhook_note)

    def test_a_live_channel_is_checked_once_a_day(self):
        self.channel.next_check_at = False
        self.env["retail.sync.channel"]._enqueue_checks()
        self.env["retail.sync.channel"]._enqueue_checks()

        names = sorted(self.jobs().mapped("handler"))
        self.assertEqual(
            names,
            ["connection.test", "reconcile", "stock.compare", "subscriptions.check"],
        )

    def test_a_channel_whose_system_changes_drops_what_waited(self):
        self.deliver(self.make_notice())
        self.channel._disconnect()

        self.assertEqual(self.jobs().mapped("state"), ["cancelled"])
        self.assertEqual(self.channel.state, "draft")

    def test_the_address_of_a_sandbox_counts_for_sandboxes_only(self):
        self.channel.base_url = "http://127.0.0.1:9"
        self.assertEqual(self.channel._make_account().base_url, "")

        self.channel.environment = "sandbox"
        self.assertEqual(self.channel._make_account().base_url, "http://127.0.0.1:9")
