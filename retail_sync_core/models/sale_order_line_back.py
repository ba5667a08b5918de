from odoo import models

from ..domain.refunds import refunded, refunded_of, still_to_ship


class SaleOrderLine(models.Model):
    """Units of a channel's order that were refunded after they had left.

    The channel wants fewer units, and what left has left: Odoo neither fetches them
    back nor sends them again by itself, and invoices what is wanted.
    """

    _inherit = "sale.order.line"

    # what came back
    def _retail_sync_returns(self):
        """Return the moves by which it comes back from the customer, tills apart."""
        return self.move_ids.filtered(
            lambda move: (
                move.origin_returned_move_id
                and move.to_refund
                and move.state != "cancel"
                and move.location_id.usage == "customer"
                and not move.picking_id.retail_sync_at_till
            )
        )

    def _retail_sync_back(self, moves=None):
        """Return (units that are back, units that are expected back).

        Of a kit the part that moved most tells how much of it.

        :param moves: some of its returns; without, all of them
        """
        if moves is None:
            moves = self._retail_sync_returns()
        done = moves.filtered(lambda move: move.state == "done")
        received = max(
            (
                self._retail_sync_units_of(some, some._retail_sync_moved())
                for some in done.grouped("product_id").values()
            ),
            default=0.0,
        )
        return received, self._retail_sync_most_of(moves - done)

    def _retail_sync_refunded(self, wanted=None):
        """Return the units that left here and were refunded over the web.

        :param wanted: the units that the order is for; without, as it is now
        """
        order = self.sudo().order_id.retail_sync_order_ids[:1]
        line_id = self.retail_sync_external_id
        told = refunded(order.returns, line_id) if order and line_id else 0.0
        if not told:
            return 0.0
        return refunded_of(
            told,
            left=self._retail_sync_ever_left(),
            wanted=self.product_uom_qty if wanted is None else wanted,
            remaining=still_to_ship(order.shipment_orders, line_id),
        )

    def _retail_sync_ever_left(self):
        """Return the units that left here; those that came back over the web, too."""
        return self.qty_delivered + self._retail_sync_back()[0]

    def _retail_sync_unrefunded(self, wanted=None):
        """Return the units with the customer that the channel has not taken off."""
        gone = self._retail_sync_ever_left() - self._retail_sync_refunded(wanted)
        return min(gone, self.qty_delivered)

    def _retail_sync_is_over(self, wanted):
        """Return whether more has left than is ``wanted``, and nobody refunded it."""
        unit = self.product_uom_id
        if unit.compare(self.qty_delivered, wanted) <= 0:
            return False
        return unit.compare(self._retail_sync_unrefunded(wanted), wanted) > 0

    # Odoo's own ways
    def _retail_sync_is_kit(self):
        return bool(self.move_ids) and self.product_id not in self.move_ids.product_id

    def _retail_sync_not_refunded(self):
        """Return the units that are back, or expected, and that nobody has refunded.

        Below zero: refunded, and they stay with the customer. Of a rest that is made
        again it is said how many units to deliver: what came back has left before.
        """
        if self.id in (self.env.context.get("retail_sync_rest") or {}):
            return 0.0
        return sum(self._retail_sync_back()) - self._retail_sync_refunded()

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """Count what is refunded as delivered less, whether it came back or not."""
        units = super()._get_qty_procurement(previous_product_uom_qty)
        if self.retail_sync_external_id and not self._retail_sync_is_kit():
            units += self._retail_sync_not_refunded()
        return units

    def _create_procurements(self, product_qty, procurement_uom, values):
        """Fetch no kit back that was refunded and stays with the customer."""
        if self.retail_sync_external_id and self._retail_sync_is_kit():
            kept = self.product_uom_id._compute_quantity(
                self._retail_sync_not_refunded(), procurement_uom
            )
            product_qty -= kept
            if procurement_uom.is_zero(product_qty):
                return []
        return super()._create_procurements(product_qty, procurement_uom, values)

    def _update_line_quantity(self, values):
        """Let the order be for less than has left, as far as that was refunded."""
        wanted = values["product_uom_qty"]
        refunds = self.filtered(
            lambda line: (
                line.retail_sync_external_id
                and line._retail_sync_refunded(wanted)
                and not line._retail_sync_is_over(wanted)
            )
        )
        return super(SaleOrderLine, self - refunds)._update_line_quantity(values)

    def _compute_qty_to_invoice(self):
        """What was refunded is not to be invoiced, wherever it is."""
        result = super()._compute_qty_to_invoice()
        for line in self:
            if (
                line.state == "sale"
                and line.product_id.invoice_policy == "delivery"
                and line._retail_sync_refunded()
            ):
                refunded_units = line.qty_delivered - line._retail_sync_unrefunded()
                line.qty_to_invoice -= refunded_units
        return result

    def _compute_invoice_status(self):
        """Units that were refunded and stay with the customer are no upselling."""
        result = super()._compute_invoice_status()
        for line in self:
            if line.invoice_status == "upselling" and line._retail_sync_refunded():
                line.invoice_status = "invoiced"
        return result
