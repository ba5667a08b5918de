from odoo import models
from odoo.tools import SQL


class RetailSyncStockMark(models.Model):
    """A mark also says: what was read of this product may mean something else now."""

    _inherit = "retail.sync.stock.mark"

    def _raise_levels(self, taken):
        self._settle_readings(taken)
        return super()._raise_levels(taken)

    def _settle_readings(self, taken):
        """Have what was read of the marked products worked out again, where the number
        is the channel's: an order, a delivery or a count became known."""
        if not self._any_counted_there():
            return
        products = {row[0] for row in taken if row[0]}
        touched = self._find_touched(products)
        products.update(*touched.values())
        rows = self.env.execute_query(
            SQL(
                """SELECT r.location_id, array_agg(DISTINCT r.product_id)
                     FROM retail_sync_stock_reading r
                     JOIN retail_sync_location p ON p.id = r.location_id
                          AND p.stock_owner = 'channel' AND p.state = 'mapped'
                    WHERE r.as_of IS NOT NULL AND r.product_id = ANY(%s)
                    GROUP BY r.location_id ORDER BY r.location_id""",
                sorted(products),
            )
        )
        Reading = self.env["retail.sync.stock.reading"]
        for place_id, product_ids in rows:
            place = self.env["retail.sync.location"].browse(place_id)
            Reading._enqueue_settle(place, product_ids)

    def _any_counted_there(self):
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM retail_sync_location
                        WHERE stock_owner = 'channel' AND state = 'mapped' LIMIT 1"""
                )
            )
        )
