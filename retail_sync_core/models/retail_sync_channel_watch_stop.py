from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

# not read before, so that who watches again or goes live looks at all of them anew
FORGET = """
UPDATE retail_sync_order SET version = NULL, fingerprint = NULL
 WHERE channel_id = %s AND order_id IS NULL
"""
UNPAUSED = {
    "paused_from": False,
    "paused_reason": False,
    "paused_by_id": False,
    "paused_at": False,
}


class RetailSyncChannel(models.Model):
    """Nobody looks anymore: the channel is as it was before it was watched."""

    _inherit = "retail.sync.channel"

    def action_stop_watching(self):
        """Read no orders and levels anymore, and go back to connecting."""
        self._check_group("manager")
        for channel in self:
            if channel.state == "draft" or not channel._only_looks():
                raise UserError(self.env._("%s is not watched.", channel.name))
            channel._stop_watching()
        return True

    def _stop_watching(self):
        """Leave nothing of the look that would count, wait or be taken for new.

        What is being read right now waits for this to end and then finds that nobody
        watches: a job that is under way makes no sale order.
        """
        channel_sudo = self.sudo()
        self._forget_orders()  # an import, too, locks its order before the channel
        channel_sudo.with_context(mail_notrack=True).write(
            {"state": "draft", **UNPAUSED}
        )
        channel_sudo._end_runs()
        channel_sudo._cancel_waiting("the channel is not watched anymore")
        self.env["retail.sync.demand"].sudo()._drop_unimported(channel_sudo)
        self._forget_what_was_read()
        channel_sudo.activity_unlink(["mail.mail_activity_data_todo"])
        self.env["retail.sync.issue"]._close_matching(self, "channel_paused", self.name)
        self._post_pause(self.env._("The channel is not watched anymore."))
        self.env["retail.sync.audit"]._record(self, self, "channel.unwatched")

    def _forget_what_was_read(self):
        """Forget levels that were only looked at, and how far orders were read."""
        mine = [("channel_id", "=", self.id)]
        self.env["retail.sync.stock.run"].sudo().search(
            [*mine, ("kind", "=", "watch")]
        ).unlink()
        self.env["retail.sync.stock.before"].sudo().search(
            [*mine, ("kept_at", "=", False)]
        ).unlink()
        self.sudo()._workflow("order").write(
            {"since": False, "cursor": False, "as_of": False, "last_success_at": False}
        )

    def _forget_orders(self):
        """Take no order for known that has no sale order."""
        orders = self.env["retail.sync.order"]
        orders.flush_model()
        self.env.cr.execute(SQL(FORGET, self.id))
        orders.invalidate_model()
