from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..adapters import base
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestOverdue(OrdersCommon):
    """Deliveries that left and that the channel does not know are found."""

    def delivery(self, number=1, **values):
        order = self.import_order(self.order(f"order-{number}", **values))
        picking = order.order_id.picking_ids
        self.ship(picking)
        return picking

    def age(self, picking, minutes=10):
        """Have ``picking`` and what was to be told of it be some minutes older."""
        then = fields.Datetime.now() - timedelta(minutes=minutes)
        picking.date_done = then
        effects = self.env["retail.sync.effect"].search([("res_id", "=", picking.id)])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE retail_sync_effect SET create_date = %s WHERE id = ANY(%s)",
            [then, effects.ids],
        )
        self.env.invalidate_all()

    def forget(self, picking):
        """Lose what was to be told of ``picking``, as if it had never been written."""
        effects = self.env["retail.sync.effect"].search([("res_id", "=", picking.id)])
        effects.job_id.unlink()
        effects.unlink()
        picking.retail_sync_order_id.line_ids.shipped_qty = 0

    def sweep(self):
        self.channel._workflow("shipment").next_poll_at = False
        self.env["retail.sync.workflow"]._enqueue_due()
        self.run_jobs()

    def test_a_delivery_nobody_ever_told_of_is_told(self):
        picking = self.delivery()
        self.forget(picking)
        self.age(picking)

        self.sweep()
        self.sweep()

        self.assertEqual(len(self.shop.sent), 1)
        self.assertEqual(picking.retail_sync_state, "told")
        self.assertFalse(self.issues())

    def test_what_left_just_now_is_left_to_its_own_job(self):
        picking = self.delivery()
        self.forget(picking)

        self.sweep()

        self.assertFalse(self.shop.sent)

    def test_what_the_channel_needs_not_know_is_looked_at_once(self):
        order = self.import_order(self.order())
        order.line_ids.shipped_qty = 2  # another delivery told of all units
        picking = order.order_id.picking_ids
        self.ship(picking)
        self.age(picking)
        steps = len(order.step_ids)

        self.sweep()

        self.assertEqual(len(order.step_ids), steps)
        self.assertFalse(self.shop.sent)

    def test_a_delivery_of_before_the_channel_went_live_is_not_told(self):
        picking = self.delivery()
        self.forget(picking)
        self.age(picking)
        self.channel.live_at = fields.Datetime.now() - timedelta(minutes=7)

        self.sweep()

        self.assertFalse(self.shop.sent)

    def test_what_is_not_confirmed_in_time_asks_a_person_until_it_is(self):
        pickings = self.delivery(1) | self.delivery(2)
        self.shop.outcomes += [base.Outcome(state="accepted", handle="h")] * 2
        self.run_jobs()
        for picking in pickings:
            self.age(picking)

        self.sweep()
        issue = self.issues("shipment_overdue")
        self.assertIn("by now: 2", issue.message)
        for picking in pickings:
            self.assertIn(picking.name, issue.message)
        self.assertEqual(issue.action_mend()["domain"], [("id", "in", pickings.ids)])
        self.shop.outcomes += [base.Outcome(state="applied", external_id="f")] * 2
        self.run_jobs(ahead_s=600)
        self.sweep()

        self.assertEqual(issue.state, "closed")

    def test_what_waits_within_the_target_asks_nobody(self):
        picking = self.delivery()
        self.channel._workflow("shipment").target_s = 3600
        self.shop.outcomes.append(base.Outcome(state="accepted", handle="h"))
        self.run_jobs()
        self.age(picking)

        self.sweep()

        self.assertFalse(self.issues("shipment_overdue"))

    def test_what_a_pause_has_kept_may_take_its_time(self):
        picking = self.delivery()
        self.shop.outcomes.append(base.Outcome(state="accepted", handle="h"))
        self.run_jobs()
        self.age(picking)
        self.channel._workflow("shipment").resumed_at = fields.Datetime.now()

        self.sweep()

        self.assertFalse(self.issues("shipment_overdue"))

    def test_an_action_whose_job_is_lost_gets_another_one(self):
        picking = self.delivery()
        self.age(picking)
        self.effects(picking.retail_sync_order_id).job_id.unlink()

        self.sweep()

        self.assertEqual(len(self.shop.sent), 1)
        self.assertEqual(picking.retail_sync_state, "told")

    def test_a_paused_workflow_is_not_swept(self):
        self.channel._workflow("shipment").with_user(
            self.env.ref("base.user_admin")
        ).action_pause("Stocktaking")

        self.sweep()

        self.assertFalse(self.jobs("shipment.sweep"))
