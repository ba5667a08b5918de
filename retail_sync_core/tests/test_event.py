from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config

from ..adapters import base
from ..adapters.registry import ADAPTERS
from ..domain import documents as doc
from ..models import retail_sync_event_body
from ..testing_orders import make_order
from .common import FakeShopAdapter, RetailSyncCommon


class FileShopAdapter(FakeShopAdapter):
    """Cannot fetch an order by its id: what comes must be kept."""

    capabilities = (base.Orders(by_id=False),)


@tagged("post_install", "-at_install")
class TestEvent(RetailSyncCommon):
    def test_urgent_flows_go_first(self):
        self.deliver(
            self.make_notice("o-1"),
            self.make_notice(
                "o-2", flow=doc.Flow.CANCELLATION, topic="orders/cancelled"
            ),
        )

        self.assertEqual(self.jobs("order.fetch").mapped("lane"), [1, 0])

    def test_a_message_says_what_it_is_and_leads_to_its_order(self):
        order = self.env["retail.sync.order"]._ensure(self.channel, "o-1", "#1001")
        told = self.make_notice("o-1", external_ref="#1001", topic="orders/create")
        found = self.make_notice("o-1", external_ref="#1001", topic="poll")
        stock = self.make_notice("o-1", flow=doc.Flow.STOCK, topic="levels/update")
        event = self.deliver(told)
        turn = self.deliver(found, source="poll")
        level = self.deliver(stock)

        self.assertEqual(event.display_name, "#1001: orders/create")
        self.assertEqual(turn.subject, "Found in a turn")
        self.assertEqual((event | turn).order_id, order)
        self.assertFalse(level.order_id)

    def test_of_two_orders_with_one_number_it_leads_to_the_one_that_is_told(self):
        order = self.env["retail.sync.order"]._ensure(self.channel, "o-1", "#1001")
        self.env["retail.sync.order"]._ensure(self.channel, "o-2", "#1001")

        event = self.deliver(self.make_notice("o-1", external_ref="#1001"))

        self.assertEqual(event.order_id, order)

    def test_a_repeat_gives_no_event_and_no_job(self):
        first = self.deliver(self.make_notice(event_id="e-1"))
        again = self.deliver(self.make_notice(event_id="e-1"))

        self.assertEqual((len(first), len(again)), (1, 0))
        self.assertEqual(len(self.jobs()), 1)

    def test_the_same_id_on_two_channels_are_two_deliveries(self):
        other = self.make_channel(name="Other")

        self.deliver(self.make_notice(event_id="e-1"))
        self.assertEqual(
            len(self.deliver(self.make_notice(event_id="e-1"), channel=other)), 1
        )

    def test_a_workflow_in_turns_leaves_webhooks_to_the_next_turn(self):
        self.channel._workflow(doc.Flow.ORDER).mode = "polling"

        event = self.deliver(self.make_notice())

        self.assertRecordValues(event, [{"state": "ignored", "reason": "later"}])
        self.assertTrue(event.problem)
        self.assertFalse(self.jobs())

    def test_a_paused_workflow_keeps_what_comes_and_acts_on_it_later(self):
        order = self.channel._workflow(doc.Flow.ORDER)
        order.state = "paused"

        event = self.deliver(self.make_notice())
        self.run_jobs()

        self.assertEqual((event.state, event.reason), ("received", False))
        self.assertEqual(self.jobs("order.fetch").mapped("state"), ["held"])

    def test_what_a_poll_found_is_fetched_in_any_mode(self):
        self.channel._workflow(doc.Flow.ORDER).mode = "batch"

        self.deliver(self.make_notice(), source="poll")

        self.assertEqual(self.jobs("order.fetch").lane, 2)

    def test_a_message_about_the_account_asks_who_we_are(self):
        self.deliver(self.make_notice("app", flow=doc.Flow.REPORT, topic="app/gone"))

        self.assertEqual(self.jobs().handler, "connection.test")

    def test_a_privacy_request_is_a_persons(self):
        notice = self.make_notice(
            "Customer/7", flow=doc.Flow.REPORT, topic="customers/redact", body=b"{}"
        )

        event = self.deliver(notice)

        self.assertEqual((event.state, event.reason), ("parked", "privacy"))
        self.assertIn("Customer/7", self.issues("privacy_request").title)

    def test_a_body_is_kept_encrypted_where_nothing_can_be_fetched(self):
        with patch.dict(ADAPTERS, {"manual": FileShopAdapter}):
            event = self.deliver(self.make_notice(body=b"name;Ada Lovelace" * 9))

        self.assertEqual(self.jobs().handler, "order.import")
        self.assertEqual(self.jobs().event_id, event)
        self.assertEqual(event._read_body(), b"name;Ada Lovelace" * 9)
        self.env.cr.execute("SELECT data FROM retail_sync_event_body")
        self.assertNotIn(
            b"Lovelace", b"".join(bytes(d) for (d,) in self.env.cr.fetchall())
        )

    def test_a_large_body_becomes_an_attachment(self):
        body = self.env["retail.sync.event.body"]
        event = self.deliver(self.make_notice())

        with patch.object(retail_sync_event_body, "IN_TABLE_BYTES", 10):
            kept = body._keep(event.id, b"large" * 100)

        self.assertTrue(kept.attachment_id)
        self.assertFalse(kept.attachment_id.public)
        self.assertNotIn(b"large", kept.attachment_id.raw)
        self.assertEqual(event._read_body(), b"large" * 100)

    def test_without_a_key_no_body_is_kept_in_clear(self):
        event = self.deliver(self.make_notice())

        with (
            patch.dict("os.environ", {"RETAIL_SYNC_SECRET_KEYS": ""}),
            patch.dict(config.options, {"retail_sync_secret_keys": ""}),
            self.assertRaisesRegex(UserError, "retail_sync_secret_keys"),
        ):
            self.env["retail.sync.event.body"]._keep(event.id, b"x")

    def test_the_newest_version_settles_all_that_was_told_before(self):
        first = self.deliver(self.make_notice(event_id="e-1"))
        second = self.deliver(self.make_notice(event_id="e-2", topic="orders/paid"))
        other = self.deliver(self.make_notice("order-2", event_id="e-3"))
        self.shop.put(make_order("order-1"))
        fetch = type(self.env["retail.sync.handler.order.fetch"])

        with patch.object(fetch, "_apply", lambda self, job, answer: "imported"):
            self.run_jobs(marks=False)

        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        self.assertEqual(other.state, "received")

    def test_old_events_are_removed_with_their_bodies(self):
        event = self.deliver(self.make_notice())
        self.env["retail.sync.event.body"]._keep(event.id, b"x")
        old = fields.Datetime.now() - timedelta(days=99)
        event.write({"state": "done", "received_at": old})

        self.env["retail.sync.event"]._gc_old()

        self.assertFalse(event.exists())
        self.assertFalse(self.env["retail.sync.event.body"].search([]))


@tagged("post_install", "-at_install")
class TestPoll(RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.workflow = self.channel._workflow(doc.Flow.ORDER)
        self.startPatcher(
            patch.object(
                type(self.env["retail.sync.handler.order.fetch"]),
                "_plan",
                lambda self, job: None,
            )
        )
        self.startPatcher(
            patch.object(
                type(self.env["retail.sync.handler.order.fetch"]),
                "_apply",
                lambda self, job, answer: None,
            )
        )

    def lay(self, *ids, **values):
        notices = tuple(
            self.make_notice(one, topic="poll", version=f"v-{one}") for one in ids
        )
        values.setdefault("as_of", self.shop.now)
        self.shop.pages["order"].append(base.Page(documents=notices, **values))

    def poll(self):
        self.workflow._enqueue_poll()
        self.run_jobs(marks=False)

    def test_each_page_is_a_job_and_the_next_turn_overlaps(self):
        self.lay("o-1", "o-2", cursor="2", more=True)
        later = self.shop.now + timedelta(minutes=9)
        self.lay("o-3", as_of=later)

        self.poll()

        self.assertEqual(len(self.jobs("flow.poll")), 2)
        self.assertEqual(
            self.shop.calls("fetch_page"), [["order", "", None], ["order", "2", None]]
        )
        self.assertEqual(len(self.jobs("order.fetch")), 3)
        began = self.shop.now.replace(tzinfo=None)
        self.assertEqual(self.workflow.since, began - timedelta(seconds=300))
        self.assertFalse(self.workflow.cursor or self.workflow.as_of)

    def test_the_next_turn_asks_since_the_channels_own_time(self):
        self.lay("o-1")
        self.poll()
        self.poll()

        _flow, _cursor, since = self.shop.calls("fetch_page")[1]
        expected = datetime(2026, 11, 20, 11, 55, tzinfo=timezone.utc)
        self.assertEqual(since, expected)

    def test_versions_we_hold_are_passed_over(self):
        orders = self.env["retail.sync.order"]
        orders._ensure(self.channel, "o-1", "#1")
        orders.search([("external_id", "=", "o-1")]).version = "v-o-1"
        self.lay("o-1", "o-2")

        self.poll()

        self.assertEqual(self.jobs("order.fetch").mapped("order_key"), ["order:o-2"])

    def test_an_error_keeps_the_cursor(self):
        self.workflow.cursor = "7"
        self.shop.problems.append(RuntimeError("a bug"))

        with self.assertLogs("odoo.addons.retail_sync_core", "ERROR"):
            self.poll()

        self.assertEqual(self.workflow.cursor, "7")
        self.assertFalse(self.workflow.since)
