from odoo import api, fields, models


class SaleOrder(models.Model):
    """The channel's side of a sale order, on its own form."""

    _inherit = "sale.order"

    retail_sync_external_ref = fields.Char(
        related="retail_sync_order_ids.external_ref", string="Number at the channel"
    )
    retail_sync_payment_state = fields.Selection(
        related="retail_sync_order_ids.payment_state", string="Payment there"
    )
    retail_sync_fulfillment_state = fields.Selection(
        related="retail_sync_order_ids.fulfillment_state", string="Shipped there"
    )
    retail_sync_hold_code = fields.Selection(related="retail_sync_order_ids.hold_code")
    retail_sync_timeline = fields.Json(
        string="Timeline",
        compute="_compute_retail_sync_timeline",
        groups="retail_sync_core.retail_sync_group_viewer",
    )

    @api.depends("retail_sync_order_ids")
    @api.depends_context("lang")
    def _compute_retail_sync_timeline(self):
        for order in self:
            order.retail_sync_timeline = order.retail_sync_order_ids[:1].timeline

    def retail_sync_action_open_order(self):
        """Open the channel's order behind this sale order."""
        self.ensure_one()
        return self.retail_sync_order_ids[:1].get_formview_action()

    def retail_sync_action_release(self):
        """Ask to release the channel's order behind it; operators only.

        Where amounts or goods differ it is opened instead: that has to be seen.
        """
        self.check_access("read")
        return self.retail_sync_order_ids[:1]._release_or_open()
