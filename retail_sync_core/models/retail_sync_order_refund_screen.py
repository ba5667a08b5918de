from odoo import fields, models


class RetailSyncOrder(models.Model):
    """What the order's page and the sales order offer about refunds."""

    _inherit = "retail.sync.order"

    def action_refund(self):
        """Ask what is refunded, how much, and to which payment."""
        self.ensure_one()
        return self.env["retail.sync.order.refund.ask"]._open(self)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    retail_sync_can_refund = fields.Boolean(
        string="Can be refunded at the channel",
        compute="_compute_retail_sync_can_refund",
        groups="retail_sync_core.retail_sync_group_viewer",
    )

    def _compute_retail_sync_can_refund(self):
        for sale in self:
            sale.retail_sync_can_refund = sale.retail_sync_order_ids[:1].can_refund

    def retail_sync_action_refund(self):
        """Open the dialog that refunds an order of a channel."""
        self.ensure_one()
        self.check_access("read")
        return self.retail_sync_order_ids[:1].action_refund()


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )
    refund_limit = fields.Monetary(
        string="Refunds without an approver",
        currency_field="company_currency_id",
        default=100.0,
        help="How much an operator may give back of one order, in all, before a manager"
        " must approve it. 0: each refund waits for a manager.",
    )

    _refund_limit_range = models.Constraint(
        "CHECK(refund_limit >= 0)", "The limit of refunds cannot be negative."
    )
