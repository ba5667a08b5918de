from odoo import fields, models
from odoo.exceptions import UserError

from ..adapters import base


class RetailSyncChannel(models.Model):
    """The way to a channel's past orders."""

    _inherit = "retail.sync.channel"

    lists_past_orders = fields.Boolean(
        string="Lists past orders", compute="_compute_lists_past_orders"
    )
    history_count = fields.Integer(
        string="Past orders", compute="_compute_history_count"
    )

    def _compute_lists_past_orders(self):
        for channel in self:
            channel.lists_past_orders = channel._has_port(base.History)

    def _compute_history_count(self):
        counts = self._counts("retail.sync.order", [("is_history", "=", True)])
        for channel in self:
            channel.history_count = counts.get(channel.id, 0)

    def action_import_history(self):
        """Ask from when to when past orders are to be imported."""
        self.ensure_one()
        self._check_group("manager")
        self._check_history()
        return self.env["retail.sync.history.ask"]._open(self)

    def action_open_history(self):
        """Show the imports of past orders."""
        self.ensure_one()
        return self._open("retail_sync_history_action")

    def _check_history(self):
        if self.state != "live":
            raise UserError(
                self.env._(
                    "%s is not live: take it live first, then import past orders.",
                    self.name,
                )
            )
        if not self._has_port(base.History):
            raise UserError(self.env._("%s does not list its past orders.", self.name))
        if not self.import_since and not self.import_from_number:
            raise UserError(
                self.env._(
                    "%s imports all its orders, however old: no past ones are left."
                    " Set “Orders placed since” on the channel to leave older ones to"
                    " this import.",
                    self.name,
                )
            )
