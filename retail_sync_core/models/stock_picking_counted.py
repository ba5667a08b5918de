from odoo import fields, models


class StockPicking(models.Model):
    """When whoever keeps the stock counted a delivery or receipt: their shipment's
    time, where it differs from the time at which it was validated here."""

    _inherit = "stock.picking"

    retail_sync_counted_at = fields.Datetime(
        string="Counted there",
        copy=False,
        readonly=True,
        help="When the warehouse that counts this stock booked it, by its own clock.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "retail_sync_counted_at" in vals:
            self.env["retail.sync.stock.mark"].sudo()._append(
                [(product.id, None, None) for product in self.move_ids.product_id]
            )
        return result
