from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import base
from ..waking import wake_after_commit

WATCH_OLD = timedelta(hours=1)  # shops sell, and so do we


class RetailSyncChannel(models.Model):
    """Looked at before it is live: orders are read, levels compared, nothing changed.

    What may change something over there is refused at two doors: the engine begins no
    such work (``_mutates``), and the transport lets no such request through.
    """

    _inherit = "retail.sync.channel"

    live_at = fields.Datetime(
        string="Live since", readonly=True, copy=False, help="When it first went live."
    )
    import_from_number = fields.Integer(
        string="First order number",
        aggregator=None,
        help="Orders with a lower number are left out; 0: all since the date.",
    )
    shipped_policy = fields.Selection(
        [
            ("deliver", "Import as delivered, without moving stock"),
            ("skip", "Leave out"),
        ],
        string="Orders already shipped",
        default="deliver",
        required=True,
        help="Orders placed since the date that had left before the channel went live.",
    )
    differs_count = fields.Integer(
        string="Levels that would change", compute="_compute_watch_counts"
    )
    watched_order_count = fields.Integer(
        string="Orders that would be imported", compute="_compute_watch_counts"
    )
    watch_read_at = fields.Datetime(
        string="Levels read", compute="_compute_watch_read_at"
    )
    watch_is_old = fields.Boolean(
        string="Out of date", compute="_compute_watch_read_at"
    )

    def _compute_watch_counts(self):
        levels = self._counts("retail.sync.stock.before", [("difference", "!=", 0)])
        orders = self._counts("retail.sync.order", [("state", "=", "watched")])
        for channel in self:
            channel.differs_count = levels.get(channel.id, 0)
            channel.watched_order_count = orders.get(channel.id, 0)

    def _compute_watch_read_at(self):
        rows = self.env["retail.sync.stock.before"]._read_group(
            [("channel_id", "in", self.ids)], ["channel_id"], ["read_at:max"]
        )
        moments = {channel.id: read_at for channel, read_at in rows}
        long_ago = fields.Datetime.now() - WATCH_OLD
        for channel in self:
            read_at = moments.get(channel.id)
            channel.watch_read_at = read_at
            channel.watch_is_old = (
                channel.state == "watch" and read_at and read_at < long_ago
            )

    def action_watch(self):
        """Read orders and levels, and change nothing over there or here."""
        self._check_group("manager")
        self._check_ready()
        self._check_only_one()
        for channel in self:
            channel._check_watch()
        self.sudo().write({"state": "watch", "next_check_at": False})
        self.sudo().workflow_ids.write({"next_poll_at": False})
        for channel in self:
            self.env["retail.sync.audit"]._record(channel, channel, "channel.watched")
        self._take_up(("watched", "waiting"))
        self._look()
        wake_after_commit(self.env.cr)
        return True

    def _only_looks(self):
        """Return whether orders are read and none is made, be it paused or stopped.

        What was under way when somebody paused or stopped it ends so as well.
        """
        was = self.paused_from if self.state == "paused" else self.state
        return was == "watch" or (was == "draft" and not self.live_at)

    def _lock_date(self):
        """Have whoever goes live wait for what is judged by the date right now.

        It finds then what this transaction wrote. Where the date was changed meanwhile,
        the database refuses, and the work is done again.
        """
        self.env.execute_query(
            SQL("SELECT id FROM retail_sync_channel WHERE id = %s FOR SHARE", self.id)
        )

    def _check_watch(self):
        orders = self.env["retail.sync.order"].sudo()
        if self.live_at or orders.search_count(
            [("channel_id", "=", self.id), ("order_id", "!=", False)], limit=1
        ):
            raise UserError(
                self.env._("%s was live already: pause it instead.", self.name)
            )
        if self._has_port(base.Connection) and not self.last_test_ok:
            raise UserError(self.env._("Test the connection first."))
        capability = self._adapter_class().capability(base.Orders)
        if capability and not capability.by_id:
            raise UserError(
                self.env._(
                    "This system hands each order over once: it cannot be watched."
                )
            )

    def _look(self):
        """Read all levels beside ours, where the channel tells its levels."""
        for channel in self.filtered(lambda c: c._has_port(base.Levels)):
            self.env["retail.sync.stock.run"].sudo()._start(channel, "watch")

    def action_look_again(self):
        """Read the levels anew; what is shown is loaded again."""
        self.ensure_one()
        self._check_group("operator")
        if self.state != "watch":
            raise UserError(self.env._("Only a watched channel is looked at so."))
        self._look()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The levels are being read; what would change is shown as it comes."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_changes(self):
        """Show each level that would change, what hurts most first."""
        self.ensure_one()
        action = self._open(
            "retail_sync_stock_before_watch_action", watched=self.state == "watch"
        )
        action["domain"] = [*action["domain"], ("difference", "!=", 0)]
        return {
            **action,
            "name": self.env._("What would change at %s", self.name),
        }

    def action_open_watched(self):
        """Show what would become of each order that was read."""
        self.ensure_one()
        action = self._open("retail_sync_order_watched_action")
        action["domain"] = [*action["domain"], ("order_id", "=", False)]
        return {
            **action,
            "name": self.env._("What would become of orders of %s", self.name),
        }

    def action_open_unmatched(self):
        """Show the products that are not matched yet."""
        self.ensure_one()
        return self._open("retail_sync_listing_work_action")

    def action_ask_live(self):
        """Ask from when on, and go live."""
        self.ensure_one()
        self._check_group("manager")
        return self.env["retail.sync.go.live"]._open(self)

    def action_go_live(self):
        """Start to work; the first time, take up what was only looked at."""
        begun = self.filtered(lambda c: c.state in ("draft", "watch"))
        first = begun.filtered(lambda c: not c.live_at)
        result = super().action_go_live()
        first.sudo().write({"live_at": fields.Datetime.now()})
        first._take_up(("watched", "ignored", "waiting"))
        again = begun - first
        again._take_up(("waiting",))
        again.sudo()._ask_for_orders()
        return result

    def _take_up(self, states):
        """Fetch the known orders of these states once more.

        No turn brings them: their messages came before, and their work may be canceled.
        """
        for channel in self:
            self.env["retail.sync.job"].sudo()._enqueue(
                channel,
                "order.watched",
                identity=f"order.watched:{'-'.join(states)}",
                lane=1,
                payload={"states": list(states)},
            )

    def action_next_step(self):
        """Open a watched channel."""
        self.ensure_one()
        if self.state == "watch" and self.is_live_database:
            return self.get_formview_action()
        return super().action_next_step()
