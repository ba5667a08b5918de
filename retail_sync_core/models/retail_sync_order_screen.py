from odoo import api, fields, models


class RetailSyncOrder(models.Model):
    """What the screens need beside what is stored."""

    _inherit = "retail.sync.order"

    timezone = fields.Char(related="channel_id.timezone")
    status_note = fields.Char("Why", compute="_compute_status_note")
    paid_by = fields.Char(string="Paid by", compute="_compute_paid_by")
    picking_count = fields.Integer(
        string="Number of deliveries", compute="_compute_picking_count"
    )

    @api.depends("state", "hold_code")
    @api.depends_context("lang")
    def _compute_status_note(self):
        for order in self:
            waits = order.state == "waiting" and order.waiting_for
            order.status_note = order.hold_reason or waits or False

    @api.depends("gateways")
    def _compute_paid_by(self):
        name = self.env["retail.sync.map.gateway"]._namer(self.channel_id)
        for order in self:
            named = (order.gateways or "").split(", ")
            names = [name(order.channel_id, gateway) for gateway in named]
            order.paid_by = ", ".join(filter(None, names))

    def _compute_picking_count(self):
        for order in self:
            order.picking_count = len(order.sudo().picking_ids)

    def action_fetch(self):
        """Ask the channel for the newest version of the orders."""
        self._check_operator()
        for order in self:
            order._fetch_soon()
        return True

    def action_open_sale_order(self):
        """Open the sale order this became."""
        return self.order_id.get_formview_action()

    def action_open_deliveries(self):
        """Open the deliveries of the sale order."""
        return self.order_id.action_view_delivery()

    def action_open_issues(self):
        """Open what keeps this order from going on."""
        jobs = self.env["retail.sync.job"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("order_key", "=", self._order_key()),
                ("issue_id", "!=", False),
            ]
        )
        action = self.channel_id._open(
            "retail_sync_issue_action", search_default_open=1
        )
        if jobs:
            action["domain"] = [("id", "in", jobs.issue_id.ids)]
        return action
