from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    retail_sync_is_history = fields.Boolean(
        string="Past order of a channel",
        readonly=True,
        copy=False,
        help="Imported for customers and statistics: nothing of it is delivered,"
        " invoiced or booked.",
    )

    def retail_sync_action_cancel(self):
        """Ask nothing of a past order: there is no money, parcel or channel to tell."""
        if self.retail_sync_is_history:
            return self.action_cancel()
        return super().retail_sync_action_cancel()

    def _retail_sync_count_delivered(self):
        """Count all that was ordered as delivered: it left long ago."""
        for line in self.order_line:
            if line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty):
                line.qty_delivered = line.product_uom_qty


class SaleOrderLine(models.Model):
    """A past order's lines have nothing left to deliver or invoice."""

    _inherit = "sale.order.line"

    def _retail_sync_past(self):
        return self.filtered("order_id.retail_sync_is_history")

    def _action_launch_stock_rule(self, **kwargs):
        others = self - self._retail_sync_past()
        if not others:
            return True
        return super(SaleOrderLine, others)._action_launch_stock_rule(**kwargs)

    def _prepare_qty_delivered(self):
        quantities = super()._prepare_qty_delivered()
        for line in self._retail_sync_past():
            quantities[line] = line.product_uom_qty
        return quantities

    def _compute_qty_to_invoice(self):
        past = self._retail_sync_past()
        past.qty_to_invoice = 0.0
        return super(SaleOrderLine, self - past)._compute_qty_to_invoice()

    def _compute_invoice_status(self):
        past = self._retail_sync_past()
        past.invoice_status = "no"
        return super(SaleOrderLine, self - past)._compute_invoice_status()

    def _compute_untaxed_amount_to_invoice(self):
        past = self._retail_sync_past()
        past.untaxed_amount_to_invoice = 0.0
        return super(SaleOrderLine, self - past)._compute_untaxed_amount_to_invoice()

    def _compute_amount_to_invoice(self):
        past = self._retail_sync_past()
        past.amount_to_invoice = 0.0
        return super(SaleOrderLine, self - past)._compute_amount_to_invoice()
