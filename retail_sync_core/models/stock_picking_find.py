from odoo import api, models
from odoo.tools import SQL


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # several parcels of one delivery stand in one field; what no index row could hold
    # is no parcel's number, and a delivery must not fail for it
    _retail_sync_parcels_idx = models.Index(
        r"USING gin (regexp_split_to_array(carrier_tracking_ref, '[,;+\s]+'))"
        " WHERE length(carrier_tracking_ref) < 2000"
    )

    @api.model
    def _retail_sync_with_parcel(self, number):
        """Return the deliveries one of whose parcels has this number."""
        self.flush_model(["carrier_tracking_ref"])
        # ORM: no operator asks what a list holds
        rows = self.env.execute_query(
            SQL(
                r"""SELECT id FROM stock_picking
                     WHERE length(carrier_tracking_ref) < 2000
                       AND regexp_split_to_array(carrier_tracking_ref, '[,;+\s]+')
                           @> ARRAY[%s]""",
                number,
            )
        )
        return self.browse(row[0] for row in rows)
