from odoo import fields, models

STOCK_FIELDS = {"state", "stock_push", "buffer_qty", "share", "active"}


class RetailSyncChannel(models.Model):
    """What a channel offers, and where."""

    _inherit = "retail.sync.channel"

    location_ids = fields.One2many("retail.sync.location", "channel_id", "Locations")
    listing_ids = fields.One2many("retail.sync.listing", "channel_id", "Products")

    def write(self, vals):
        result = super().write(vals)
        if STOCK_FIELDS & vals.keys():
            self._mark_stock()
        return result

    def _mark_stock(self):
        """Have all levels of the channel looked at again."""
        self.env["retail.sync.stock.mark"].sudo()._append(
            [(None, None, channel.id) for channel in self]
        )
