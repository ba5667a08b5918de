from odoo import api, models

NOTED = {"qty", "product_id", "order_id"}


class PosOrderLine(models.Model):
    """Marks what a till sold that books when its session is closed.

    Until then no quant and no move changes, so no trigger sees the sale.
    """

    _inherit = "pos.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._retail_sync_mark()
        return lines

    def write(self, vals):
        changes = bool(NOTED & vals.keys())
        if changes:
            self._retail_sync_mark()
        result = super().write(vals)
        if changes:
            self._retail_sync_mark()
        return result

    def unlink(self):
        self._retail_sync_mark()
        return super().unlink()

    def _retail_sync_mark(self):
        """Have the levels looked at again that these sold lines lower."""
        sold = self.sudo().filtered(
            lambda line: (
                line.order_id.session_id.update_stock_at_closing
                and line.order_id.state not in ("draft", "cancel")
            )
        )
        self.env["retail.sync.stock.mark"]._append(
            [
                (
                    line.product_id.id,
                    line.order_id.picking_type_id.default_location_src_id.id,
                    None,
                )
                for line in sold
            ]
        )
