from odoo import models

from ..domain.stock import Movement
from ..domain.tills import time_of


class RetailSyncImporterOrder(models.AbstractModel):
    """What the channel put back of returns: its level has risen already."""

    _inherit = "retail.sync.importer.order"

    def _tell_levels(self, order, taken, listings):
        """Tell the levels, too, what the channel put back of returns."""
        result = super()._tell_levels(order, taken, listings)
        movements = [
            Movement(
                movement_id=f"disposed:{order.external_id}:{row['external_id']}",
                item_id=listings[line.line_external_id].external_id,
                location_id=row["location_id"],
                quantity=int(row["units"]),
                occurred_at=time_of(row["at"]) or order.changed_at or None,
            )
            for line in order.return_ids.line_ids
            for row in line.disposed or []
            if row["kind"] == "restocked"
            and row["location_id"]
            and line.line_external_id in listings
        ]
        if movements:
            self._put_back_on(order.channel_id, movements)
        return result
