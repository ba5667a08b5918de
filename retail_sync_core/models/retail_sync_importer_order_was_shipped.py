from odoo import models


class RetailSyncImporterOrder(models.AbstractModel):
    """While a channel catches up, what has left is booked before all that follows it:
    what came back can only come back after it has left."""

    _inherit = "retail.sync.importer.order"

    def _follow(self, order, document, before):
        lines = self._lines_catching_up(order)
        if lines and order.order_id.state == "sale":
            self._note_shipments(order, before["shipment_ids"])
            before = {**before, "shipment_ids": set(order._known_shipment_ids())}
            self._book_before(order, lines)
        return super()._follow(order, document, before)

    def _create_all(self, arrivals):
        result = super()._create_all(arrivals)
        for one in arrivals:
            lines = self._lines_catching_up(one.order)
            if lines:
                self._book_before(one.order, lines)
        return result

    def _lines_catching_up(self, order):
        return (
            self.env["retail.sync.restoration.line"]
            .sudo()
            .search(
                [("channel_id", "=", order.channel_id.id), ("state", "!=", "released")]
            )
        )

    def _book_before(self, order, lines):
        for line in lines:
            booked, _blocked = order._book_shipped_before(line.restoration_id)
            if booked:
                line.booked += booked
