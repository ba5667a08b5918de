from odoo import models


class SaleOrderLine(models.Model):
    """A line that several places ship has a delivery at each."""

    _inherit = "sale.order.line"

    def _create_procurements(self, product_qty, procurement_uom, values):
        """Ask each place for what it was decided to ship of the line."""
        # whoever sells need not see our orders
        order = self.sudo().order_id.retail_sync_order_ids[:1]
        rows = order.placement_ids.filtered(
            lambda row: (
                row.state == "ships"
                and row.line_external_id == self.retail_sync_external_id
            )
        )
        procurements, rest = [], product_qty
        for row, units in self._retail_sync_shares(rows, product_qty, procurement_uom):
            warehouse = row.location_id._ship_warehouse()
            there = {
                **values,
                "warehouse_id": warehouse.sudo(False),
                "route_ids": warehouse.delivery_route_id.sudo(False),
            }
            procurements += super()._create_procurements(units, procurement_uom, there)
            rest -= units
        if not rows or not procurement_uom.is_zero(rest):
            procurements += super()._create_procurements(rest, procurement_uom, values)
        return procurements

    def _retail_sync_shares(self, rows, quantity, uom):
        """Return [(placement, quantity)]: who is asked for ``quantity`` in ``uom``.

        Who was asked for less than was decided gets it, or for more gives it back.
        """
        shares, sign = [], 1 if quantity > 0 else -1
        for row in rows:
            gap = sign * (row.units - row.launched)
            units = min(
                self.product_uom_id._compute_quantity(max(0.0, gap), uom),
                sign * quantity - sum(abs(part) for _row, part in shares),
            )
            if uom.compare(units, 0.0) > 0:
                shares.append((row, sign * units))
                row.launched += sign * uom._compute_quantity(units, self.product_uom_id)
        return shares
