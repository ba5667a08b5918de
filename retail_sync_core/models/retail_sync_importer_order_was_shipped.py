from dataclasses import replace

from odoo import models

from ..domain import documents as doc
from .retail_sync_importer_order import NOT_HERE


class RetailSyncImporterOrder(models.AbstractModel):
    """While a channel catches up, what has left is booked before all that follows it:
    what came back can only come back after it has left."""

    _inherit = "retail.sync.importer.order"

    def _import_quietly(self, channel, document):
        """Import what came back after it had left as it happened: in two steps."""
        if self._came_back_meanwhile(channel, document):
            super()._import_quietly(channel, _as_it_left(document))
        return super()._import_quietly(channel, document)

    def _plan_all(self, news, apart):
        apart |= {
            order.external_id
            for order, document, _digest in news
            if self._came_back_meanwhile(order.channel_id, document)
        }
        return [] if apart else super()._plan_all(news, apart)

    def _came_back_meanwhile(self, channel, document):
        """Return whether an order that is not here has left and was then refunded."""
        if document.cancelled_at or not _has_come_back(document):
            return False
        if not self._lines_catching_up(channel):
            return False
        order = self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "=", document.external_id),
            ]
        )
        return not order or (not order.order_id and order.state in NOT_HERE)

    def _follow(self, order, document, before):
        lines = self._lines_catching_up(order.channel_id)
        if lines and order.order_id.state == "sale":
            self._note_shipments(order, before["shipment_ids"])
            before = {**before, "shipment_ids": set(order._known_shipment_ids())}
            self._book_before(order, lines)
        return super()._follow(order, document, before)

    def _create_all(self, arrivals):
        result = super()._create_all(arrivals)
        lines = self._lines_catching_up(arrivals[0].order.channel_id)
        for one in arrivals if lines else ():
            self._book_before(one.order, lines)
        return result

    def _lines_catching_up(self, channel):
        lines = self.env["retail.sync.restoration.line"].sudo()
        if not self.env["retail.sync.restoration"]._is_catching_up(channel.id):
            return lines
        return lines.search(
            [("channel_id", "=", channel.id), ("state", "!=", "released")]
        )

    def _book_before(self, order, lines):
        for line in lines:
            order._book_shipped_before(line.restoration_id, again=True)


def _has_come_back(document):
    """Return whether more has left than is still wanted."""
    shipped = {}
    for shipment in document.shipments:
        for line_id, units in shipment.lines if shipment.state == "success" else ():
            shipped[line_id] = shipped.get(line_id, 0) + units
    return bool(shipped) and (
        bool(document.returns)
        or any(
            shipped.get(line.external_id, 0) > line.current_quantity
            for line in document.lines
        )
    )


def _as_it_left(document):
    """Return the order as it was placed and shipped, before anything came back."""
    return replace(
        document,
        lines=tuple(
            replace(line, current_quantity=line.quantity) for line in document.lines
        ),
        payments=tuple(one for one in document.payments if one.kind != "refund"),
        payment_state=doc.PaymentState.PAID,
        current_total=document.total,
        return_state="",
        returns=(),
        return_requests=(),
        refunded=(),
        refund_ids=(),
        not_put_back=(),
    )
