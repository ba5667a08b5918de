from odoo import http
from odoo.http import request


class DeliveryController(http.Controller):
    """Where the code on a delivery slip leads."""

    @http.route(
        "/retail_sync/delivery/<int:picking_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def open(self, picking_id, **_query):
        """Lead to the order behind a delivery, or to what the user may see of it."""
        picking = request.env["stock.picking"].browse(picking_id).exists()
        if not picking or not picking.has_access("read"):
            return request.not_found()
        return request.redirect(picking._retail_sync_led_to())
