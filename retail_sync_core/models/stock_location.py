from odoo import models

OFFERED_BY = {"location_id", "usage", "active"}


class StockLocation(models.Model):
    """Has the channels told when a location moves, or changes its usage."""

    _inherit = "stock.location"

    def write(self, vals):
        changes = bool(OFFERED_BY & vals.keys())
        if changes:
            self._retail_sync_mark()
        result = super().write(vals)
        if changes:
            self._retail_sync_mark()
        return result

    def _retail_sync_mark(self):
        """Have every level of mapped locations above or below looked at again."""
        places = (
            self.env["retail.sync.location"]
            .sudo()
            .search(
                [
                    ("state", "=", "mapped"),
                    "|",
                    ("location_id", "parent_of", self.ids),
                    ("location_id", "child_of", self.ids),
                ]
            )
        )
        places._mark()
