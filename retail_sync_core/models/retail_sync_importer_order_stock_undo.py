from odoo import models


class RetailSyncImporterOrder(models.AbstractModel):
    """What the channel put back, or not, when an order was canceled from here."""

    _inherit = "retail.sync.importer.order"

    def _tell_levels(self, order, taken, listings):
        """Look at the levels again once the channel has put units back.

        It raises its own level; units that may not be sold again are not in ours, and
        were looked at before the channel's word came. Where it was told to put nothing
        back, its level has not moved.
        """
        if order.cancelled_at and order._was_not_restocked():
            return None
        result = super()._tell_levels(order, taken, listings)
        if order.is_rest_cancelled:
            products = self.env["product.product"].union(
                *(listing.product_id for listing in listings.values())
            )
            self.env["retail.sync.stock.mark"]._append(
                [(product.id, None, order.channel_id.id) for product in products]
            )
        return result
