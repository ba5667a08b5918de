from datetime import timezone
from decimal import Decimal

from odoo import models

from ..domain import documents as doc


class RetailSyncOrder(models.Model):
    """What the channel is told of an order's deliveries."""

    _inherit = "retail.sync.order"

    def _intend_shipment(self, picking):
        """Append the intent to tell of ``picking``; part of the user's transaction."""
        units = self._units_to_tell(picking)
        if not units:
            self._note_about(picking, "shipment_none", name=picking.name)
            return
        for line, quantity in units.items():
            line.shipped_qty += quantity
        document = self._prepare_shipment(picking, units)
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "shipment",
            picking,
            document,
            self._order_key(),
            handler="shipment.push",
        )
        count = f"{sum(units.values()):g}"
        self._note_about(picking, "shipment", name=picking.name, units=count)

    def _units_to_tell(self, picking):
        """Return {line: whole units} that have left and that nobody has told yet.

        The delivered quantity of the sale order line counts, so a kit counts when all
        its parts have left, in its own units, and a service never ships.
        """
        elsewhere = self._shipped_elsewhere()
        sale_lines = picking.move_ids.filtered(lambda m: m.state == "done").sale_line_id
        units = {}
        for line in self.line_ids.filtered(
            lambda line: line.sale_line_id in sale_lines
        ):
            told, sold = self._told_there(line), line.sale_line_id
            # what was canceled there and left all the same is told as it was ordered
            ordered = line.quantity
            if not self.cancelled_at:
                ordered = line.current_quantity + sold._retail_sync_refunded(
                    line.current_quantity
                )
            wanted = ordered - elsewhere.get(line.external_id, 0.0)
            # what came back over the web had left, and was told
            gone = sold._retail_sync_with_customer() + sold._retail_sync_back()[0]
            delivered = min(gone, wanted)
            quantity = int(delivered - told + 1e-6)
            if quantity > 0:
                units[line] = quantity
        return units

    def _prepare_shipment(self, picking, units):
        """Return the document that tells of ``picking``."""
        channel = self.channel_id
        return doc.Shipment(
            order_id=self.external_id,
            reference=picking.name,
            location_id=self._place_of(picking, units),
            lines=tuple(
                (line.external_id, Decimal(quantity))
                for line, quantity in units.items()
            ),
            tracking=self.env["retail.sync.map.carrier"]._tracking(channel, picking),
            notify_customer=channel._writes("shipped", "channel"),
            shipped_at=picking.date_done.replace(tzinfo=timezone.utc),
            known=self._known_shipment_ids(),
        )

    def _place_of(self, picking, units):
        """Return the channel's id of the place the goods left from, or nothing."""
        rows = self.env["retail.sync.location"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                "|",
                ("location_id", "parent_of", picking.location_id.id),
                ("warehouse_id", "=", picking.picking_type_id.warehouse_id.id),
            ]
        )
        found = rows.mapped("external_id")
        line_ids = {line.external_id for line in units}
        asked = [place for line_id, place in self._place_ids() if line_id in line_ids]
        return next((place for place in asked if place in found), (found or [""])[0])

    def _note_about(self, record, code, **params):
        """Append a step that leads to ``record``."""
        self.env["retail.sync.order.step"]._append(self, [(code, params)], record)

    def _find_by_key(self, channel, order_key):
        """Return the order whose jobs carry ``order_key``."""
        return self.search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "=", (order_key or "").partition(":")[2]),
            ]
        )
