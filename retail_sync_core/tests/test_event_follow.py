from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from ..testing_orders import make_line, make_order
from .common import RetailSyncCommon


@tagged("post_install", "-at_install")
class TestEventFollow(RetailSyncCommon):
    """An event follows the work it asked for, to the order and back to a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shirt = cls.make_product("SHIRT", 10)

    def order(self, external_id="order-1", sku="SHIRT"):
        return make_order(
            external_id,
            currency=self.company.currency_id.name,
            lines=[make_line(sku=sku, quantity=1, price="20.00")],
        )

    def test_an_event_is_done_when_its_order_is_imported(self):
        self.shop.put(self.order())
        event = self.deliver(self.make_notice(event_id="evt-1"))

        self.run_jobs()

        order = self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(order.state, "imported")
        self.assertEqual(event.state, "done")
        self.assertTrue(event.done_at)

    def test_one_fetch_answers_for_many_topics(self):
        self.shop.put(self.order())
        events = self.deliver(
            self.make_notice(event_id="evt-1", topic="orders/create"),
            self.make_notice(event_id="evt-2"),
            self.make_notice(event_id="evt-3", flow=doc.Flow.CANCELLATION),
        )

        self.run_jobs()

        self.assertEqual(len(self.shop.calls("fetch")), 1)
        self.assertEqual(events.mapped("state"), ["done", "done", "done"])

    def test_an_event_whose_order_needs_a_person_waits_with_it(self):
        self.shop.put(self.order(sku="NOBODY"))
        event = self.deliver(self.make_notice(event_id="evt-1"))

        self.run_jobs()

        self.assertEqual(event.state, "parked")
        self.assertTrue(event.problem)

    def test_an_event_goes_on_when_the_cause_is_mended(self):
        self.shop.put(self.order(sku="NOBODY"))
        event = self.deliver(self.make_notice(event_id="evt-1"))
        self.run_jobs()

        self.make_product("NOBODY")
        self.issues("unknown_sku")._close()
        self.run_jobs()

        self.assertRecordValues(event, [{"state": "done", "problem": False}])

    def test_a_channel_that_cannot_be_reached_lets_the_event_wait(self):
        self.shop.problems.append(ConnectionResetError("reset"))
        event = self.deliver(self.make_notice(event_id="evt-1"))

        self.run_jobs()

        self.assertEqual(event.state, "received")

    def test_what_a_new_order_takes_counts_once_however_often_it_is_told(self):
        demand = doc.Demand(
            order_id="order-1", line_id="line-1", sku="SHIRT", quantity=3
        )

        for number in range(3):
            self.deliver(self.make_notice(event_id=f"evt-{number}", demand=(demand,)))

        rows = self.env["retail.sync.demand"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertRecordValues(rows, [{"sku": "SHIRT", "quantity": 3}])

    def test_a_retried_event_is_worked_off_and_put_on_the_trail(self):
        workflow = self.channel._workflow("order")
        workflow.state = "paused"
        event = self.deliver(self.make_notice(event_id="evt-1"))
        workflow.state = "on"
        self.shop.put(self.order())

        event.action_retry()
        self.run_jobs()

        self.assertEqual(event.state, "done")
        trail = self.env["retail.sync.audit"].search([("action", "=", "event.retried")])
        self.assertEqual(trail.res_id, event.id)

    def test_what_nobody_can_read_cannot_be_retried(self):
        notice = self.make_notice("", body=b"nonsense")
        event = self.env["retail.sync.event"]._receive(
            self.channel, [notice], "webhook", "no JSON"
        )

        with self.assertRaises(UserError):
            event.action_retry()

    def test_a_viewer_cannot_retry(self):
        viewer = new_test_user(
            self.env, "viewer", groups="retail_sync_core.retail_sync_group_viewer"
        )
        event = self.deliver(self.make_notice(event_id="evt-1"))

        with self.assertRaises(AccessError):
            event.with_user(viewer).action_retry()
