from odoo import models
from odoo.fields import Domain

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
        """Have every level looked at again whose stock is above or below.

        What is offered beside the mapped location counts, and what is left out of it.
        """
        domain = Domain.OR(
            Domain(name, operator, self.ids)
            for name in ("location_id", "also_ids", "left_out_ids")
            for operator in ("parent_of", "child_of")
        )
        places = self.env["retail.sync.location"].sudo()
        places.search(Domain("state", "=", "mapped") & domain)._mark()
