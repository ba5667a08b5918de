from odoo import fields, models

from ..adapters import base


class RetailSyncChannel(models.Model):
    """Both sides of the channel are compared every day, or when a person asks."""

    _inherit = "retail.sync.channel"

    reconcile_daily = fields.Boolean(
        string="Reconcile every day",
        default=True,
        help="Orders that changed, their shipments and refunds, and stock.",
    )
    mismatch_count = fields.Integer(
        string="Mismatches", compute="_compute_mismatch_count"
    )

    def _compute_mismatch_count(self):
        counts = self._counts(
            "retail.sync.reconciliation.line", [("state", "=", "open")]
        )
        for channel in self:
            channel.mismatch_count = counts.get(channel.id, 0)

    def _can_reconcile(self):
        """Return whether its orders can be fetched and listed."""
        adapter = self._adapter_class()
        orders = adapter.capability(base.Orders) if adapter else None
        return bool(orders and orders.by_id and self._has_port(base.Pages))

    def action_reconcile(self):
        """Compare orders, shipments, refunds and stock of both sides now."""
        self.ensure_one()
        self._check_group("operator")
        run = self.env["retail.sync.reconciliation"]._start(self)
        return run.get_formview_action()

    def action_open_mismatches(self):
        """Open what differs between both sides."""
        return self._open(
            "retail_sync_reconciliation_line_action", search_default_open=1
        )
