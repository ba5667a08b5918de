"""After a usual day both sides agree; what somebody did outside is found."""

from odoo.tests import tagged
from story import ShopifyStory


@tagged("post_install", "-at_install")
class TestReconciliation(ShopifyStory):
    def reconcile(self, **given):
        run = self.env["retail.sync.reconciliation"]._start(self.channel, **given)
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        return self.env["retail.sync.reconciliation.line"].search(
            [("channel_id", "=", self.channel.id), ("state", "=", "open")]
        )

    def said(self, lines):
        return [
            (line.kind, line.name, line.detail, line.there, line.here) for line in lines
        ]

    def test_a_usual_day_leaves_no_mismatch(self):
        shipped, part, back, gone, waits = [self.buy(2) for _number in range(5)]
        self.hear()
        self.ship(self.ours(shipped).order_id.picking_ids, tracking="T1")
        self.ship(self.ours(part).order_id.picking_ids, units=1)
        self.ship(self.ours(back).order_id.picking_ids)
        self.shop.refund(back["name"], amount="5.00")
        self.shop.cancel(gone["name"])
        self.hear()
        self.assertTrue(self.ours(waits).order_id)

        self.assertEqual(self.said(self.reconcile()), [])

    def test_an_order_whose_message_was_lost_is_found_and_fetched(self):
        self.shop.fault("webhook_lost", "*", times=10)
        placed = self.buy()
        self.hear()
        self.assertFalse(self.ours(placed))
        self.patch_fresh()

        # a comparison of stock would fetch the orders first
        (line,) = self.reconcile(by_hand=False)
        self.assertEqual((line.kind, line.name), ("missing", placed["name"]))
        line.action_mend()
        self.work()

        self.assertTrue(self.ours(placed).order_id)
        self.assertFalse(self.reconcile())
        self.assertEqual(line.state, "equal")

    def patch_fresh(self):
        """Let what changed a moment ago count as old."""
        handlers = self.registry["retail.sync.handler.reconcile"]
        self.patch(handlers, "_is_due", lambda _self, _notice: True)
