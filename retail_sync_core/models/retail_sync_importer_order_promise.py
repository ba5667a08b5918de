from odoo import models

from .retail_sync_movement import naive_utc

ENDED = ("closed", "cancelled", "incomplete")


class RetailSyncImporterOrder(models.AbstractModel):
    """The channel's deadline for leaving becomes the sales order's delivery date."""

    _inherit = "retail.sync.importer.order"

    def _prepare_facts(self, order, document, digest):
        return {
            **super()._prepare_facts(order, document, digest),
            "ship_by": self._find_ship_by(document),
        }

    def _find_ship_by(self, document):
        """Return the earliest deadline of what is still to leave; UTC, or False."""
        moments = [
            naive_utc(asked.ship_by)
            for asked in document.shipment_orders
            if asked.ship_by and asked.state not in ENDED and not asked.taken_along
        ]
        return min(moments, default=False)

    def _prepare_order_values(self, channel, document):
        return {
            **super()._prepare_order_values(channel, document),
            "commitment_date": self._find_ship_by(document),
        }

    def _memory(self, order):
        return {**super()._memory(order), "ship_by": order.ship_by}

    def _follow(self, order, document, before):
        result = super()._follow(order, document, before)
        if order.order_id.state == "sale" and not order._is_all_shipped():
            order._follow_promise(before["ship_by"])
        return result
