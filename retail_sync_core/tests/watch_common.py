from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.tests import new_test_user

from .common_orders import OrdersCommon

GROUP = "retail_sync_core.retail_sync_group_"
CHANGES = ("send", "subscribe", "unsubscribe")
NEVER = fields.Datetime.to_datetime("2099-01-01")
PLACED = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


class WatchCommon(OrdersCommon):
    """A channel that a manager has tested and not yet switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write({"state": "draft", "last_test_ok": True})
        cls.manager = new_test_user(cls.env, "watcher", groups=GROUP + "manager")
        cls.channel = cls.channel.with_user(cls.manager)

    def watch(self):
        self.channel.action_watch()
        self.channel.workflow_ids.sudo().next_poll_at = NEVER

    def tell(self, *orders):
        """Let the shop have ``orders`` and tell of them; work until nothing is due."""
        for order in orders:
            self.shop.put(order)
        self.deliver(*(self.make_notice(order.external_id) for order in orders))
        self.run_jobs()

    def theirs(self, external_id="order-1"):
        return self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("external_id", "=", external_id),
            ]
        )

    def sales(self):
        return self.env["sale.order"].search(
            [("retail_sync_channel_id", "=", self.channel.id)]
        )

    def go_live(self, since=PLACED - timedelta(days=1), **answers):
        """Press the button and answer; work until nothing is due."""
        action = self.channel.action_ask_live()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).create(
            {"since": since.replace(tzinfo=None), **answers}
        )
        wizard.action_go_live()
        self.channel.workflow_ids.sudo().next_poll_at = NEVER
        self.run_jobs()
        self.run_jobs()
