"""Going live while the channel is being read: with real connections."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from psycopg2.errors import LockNotAvailable, SerializationFailure

from ..adapters import base
from ..testing_orders import make_order
from .engine_common import EngineCase, ScriptedAdapter

BEFORE = datetime(2026, 11, 20, tzinfo=timezone.utc)
EARLIER = BEFORE - timedelta(days=7)


def page(**values):
    """Return a page on which nothing changed."""
    return base.Page(documents=(), **values)


class PagesAdapter(ScriptedAdapter):
    """Tells page by page what changed, as the script says."""

    capabilities = (*ScriptedAdapter.capabilities, base.Orders(by_id=True))

    def fetch_page(self, flow, cursor, since):
        """Give the next page."""
        return self.ask((cursor, since))


@tagged("post_install", "-at_install")
class TestLiveRace(EngineCase):
    adapter_class = PagesAdapter

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            self.channel(env).write(
                {"state": "watch", "import_since": BEFORE.replace(tzinfo=None)}
            )
            self.channel(env).workflow_ids.next_poll_at = "2099-01-01"

    def channel(self, env):
        return env["retail.sync.channel"].browse(self.channel_id)

    def go_live(self, *_asked):
        """Go live from an earlier date on, on a connection of its own."""
        with self.transaction() as env:
            env.cr.execute("SET LOCAL lock_timeout = '100ms'")
            channel = self.channel(env)
            context = channel.action_ask_live()["context"]
            wizard = env["retail.sync.go.live"].with_context(**context)
            wizard.create({"since": EARLIER.replace(tzinfo=None)}).action_go_live()
            channel.workflow_ids.next_poll_at = "2099-01-01"
        return page(cursor="stale", more=True, as_of=BEFORE)

    def poll(self):
        with self.transaction() as env:
            self.channel(env)._workflow("order")._enqueue_poll()
        self.work()

    def test_a_page_read_before_does_not_write_over_the_date(self):
        self.script(self.go_live, page(as_of=BEFORE))

        self.poll()

        # asked anew from the earlier date, from its first page
        self.assertEqual(self.asked, [("", BEFORE), ("", EARLIER)])
        with self.transaction() as env:
            workflow = self.channel(env)._workflow("order")
            self.assertFalse(workflow.cursor)
            overlap = timedelta(seconds=workflow._overlap_s())
            self.assertEqual(workflow.since, BEFORE.replace(tzinfo=None) - overlap)

    def test_a_page_that_is_being_written_is_waited_for(self):
        answer = page(cursor="2", more=True, as_of=BEFORE)
        with self.registry.cursor() as cr:
            job = self.job(cr)
            handler = job.env["retail.sync.handler.flow.poll"]
            handler._apply(job, (handler._plan(job), answer))
            with self.assertRaises(LockNotAvailable):
                self.go_live()
            cr.rollback()

        self.go_live()

    def test_an_order_being_judged_too_old_is_waited_for(self):
        with self.registry.cursor() as cr:
            self.judge(cr)
            with self.assertRaises(LockNotAvailable):
                self.go_live()
            cr.rollback()

        self.go_live()

    def test_an_order_judged_by_the_date_of_before_is_judged_again(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT 1")  # its snapshot is of before
            self.go_live()
            with self.assertRaises(SerializationFailure):
                self.judge(cr)
            cr.rollback()

    def test_an_order_being_read_when_watching_ends_is_looked_at_again(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT 1")  # its snapshot is of before
            with self.transaction() as env:
                self.channel(env).action_stop_watching()
            env = self.environment(cr)
            channel = self.channel(env)
            document = make_order("order-1", currency=channel.currency_id.name)
            with self.assertRaises(SerializationFailure):
                env["retail.sync.importer.order"]._import(channel, document)
            cr.rollback()

    def job(self, cr):
        env = self.environment(cr)
        job = env["retail.sync.job"]._enqueue(self.channel_id, "flow.poll")
        return env["retail.sync.job"].browse(job.id)

    def judge(self, cr):
        """Import, without committing, an order placed before the date."""
        env = self.environment(cr)
        channel = self.channel(env)
        placed = BEFORE - timedelta(days=1)
        document = replace(
            make_order("order-1", currency=channel.currency_id.name),
            created_at=placed,
            updated_at=placed,
        )
        order = env["retail.sync.importer.order"]._import(channel, document)
        env.flush_all()
        self.assertEqual(order.state, "ignored")
        self.assertIn("too_old", order.step_ids.mapped("code"))

    def environment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})
