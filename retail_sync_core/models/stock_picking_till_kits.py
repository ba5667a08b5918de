from odoo import models

MANY = 1000  # Odoo rounds the parts of a kit up: of many kits that is next to nothing


class SaleOrderLine(models.Model):
    """How many units of a kit its parts make up, whatever is ordered by now."""

    _inherit = "sale.order.line"

    def _retail_sync_parts(self):
        """Return {product: its count in one unit of this line}; none where unknown.

        As its bill of materials says today, in the products' own units.
        """
        if "mrp.bom" not in self.env or self.product_id in self.move_ids.product_id:
            return {}
        boms = self.env["mrp.bom"].sudo()
        bom = boms._bom_find(
            self.product_id, company_id=self.company_id.id, bom_type="phantom"
        )[self.product_id]
        if not bom:
            return {}
        units = self.product_uom_id._compute_quantity(1.0, bom.product_uom_id)
        parts = {}
        for row, data in bom.explode(self.product_id, MANY * units / bom.product_qty)[
            1
        ]:
            count = row.product_uom_id._compute_quantity(
                data["qty"], row.product_id.uom_id, round=False
            )
            parts[row.product_id] = parts.get(row.product_id, 0.0) + count / MANY
        return parts

    def _retail_sync_units_of(self, moves, count=None):
        """Return how many units ``moves`` make up: by the kit, else by their share."""
        each = self._retail_sync_parts().get(moves.product_id)
        if not each:
            return super()._retail_sync_units_of(moves, count)
        if count is None:
            count = sum(moves.mapped("product_qty"))
        return count / each

    def _retail_sync_share(self, moves, units, left, shelf=None):
        """Return what of a part of a kit belongs to ``units``, in the moves' unit.

        :param moves: by which the part left, ``shelf`` or anywhere
        :param left: what of them has not come back
        """
        part, unit = moves.product_id, moves[0].product_uom
        each = self._retail_sync_parts().get(part)
        if each:
            return part.uom_id._compute_quantity(units * each, unit)
        whole = self._retail_sync_gone_from(shelf) if shelf else self.qty_delivered
        return left * units / whole if whole else 0.0
