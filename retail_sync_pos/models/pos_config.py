from odoo import models


class PosConfig(models.Model):
    """Where a till takes its goods from, and when it books them."""

    _inherit = "pos.config"

    def _retail_sync_spot(self):
        """Return the location whose stock the till sells."""
        return self.picking_type_id.default_location_src_id

    def _retail_sync_books_late(self):
        """Return whether goods leave stock only when the session is closed."""
        session = self.current_session_id
        if session:
            return session.update_stock_at_closing
        return self.company_id.point_of_sale_update_stock_quantities == "closing"
