from urllib.parse import urlencode

from odoo import models


class StockPicking(models.Model):
    """The code on a delivery slip: whoever scans it is led to the order."""

    _inherit = "stock.picking"

    def _retail_sync_code(self):
        """Return the address of the picture of the code.

        An image beside the document: a slip must be printed without it, too.
        """
        page = f"{self.get_base_url()}/retail_sync/delivery/{self.id}"
        asked = {"barcode_type": "QR", "value": page, "width": 200, "height": 200}
        return f"/report/barcode/?{urlencode(asked)}"

    def _retail_sync_led_to(self):
        """Return the page that the user may see: the order's, or the delivery's."""
        order = self.sudo().retail_sync_order_id.with_env(self.env)
        if order and order.has_access("read"):
            return f"/odoo/retail-sync-orders/{order.id}"
        return f"/odoo/deliveries/{self.id}"
