from odoo import models


class StockPicking(models.Model):
    """Deliveries and receipts of a till that a person cancels or deletes."""

    _inherit = "stock.picking"

    def action_cancel(self):
        """What a person cancels of a till's goods is booked no more."""
        units = {
            picking: picking.move_ids._retail_sync_units_by_line()
            for picking in self
            if picking.retail_sync_at_till and picking.state not in ("done", "cancel")
        }
        result = super().action_cancel()
        for picking, by_line in units.items():
            if picking.state == "cancel":
                order = picking.sudo().retail_sync_order_id
                order._till_canceled(picking, by_line)
        return result

    def unlink(self):
        """What a person deletes of a till's goods is canceled first, as by hand."""
        waiting = self.filtered(
            lambda one: one.retail_sync_at_till and one.state not in ("done", "cancel")
        )
        if waiting:
            waiting.action_cancel()
        return super().unlink()


class StockMove(models.Model):
    _inherit = "stock.move"

    def _retail_sync_units_by_line(self):
        """Return {sale line: units} that those of these moves make up that wait."""
        waiting = self.filtered(lambda move: move.state not in ("done", "cancel"))
        return {
            line: line._retail_sync_most_of(moves)
            for line, moves in waiting.grouped("sale_line_id").items()
            if line
        }

    def _retail_sync_left_out(self):
        """Return {sale line: units} that were to be moved here, and never will be.

        A move that is done is so in part where a person wanted no backorder.
        """
        found = {}
        for line, moves in self.grouped("sale_line_id").items():
            units = max(
                line._retail_sync_units_of(some, some._retail_sync_missing())
                for some in moves.grouped("product_id").values()
            )
            if line and line.product_uom_id.compare(units, 0) > 0:
                found[line] = units
        return found

    def _retail_sync_missing(self):
        return sum(
            move.product_qty - (move.state == "done") * move._retail_sync_moved()
            for move in self
            if move.state in ("done", "cancel")
        )

    def _retail_sync_moved(self):
        """Return what was moved, in the product's own unit."""
        return sum(
            move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            for move in self
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _retail_sync_most_of(self, moves):
        """Return how many units ``moves`` make up: of a kit the part that has most."""
        return max(
            map(self._retail_sync_units_of, moves.grouped("product_id").values()),
            default=0.0,
        )

    def _retail_sync_gone_from(self, shelf):
        """Return the units that left from ``shelf`` and stayed away.

        Of a kit those of which all parts did.
        """
        return min(
            (
                self._retail_sync_units_of(moves, self._retail_sync_stayed_away(moves))
                for moves in self._retail_sync_left(shelf)
                .grouped("product_id")
                .values()
            ),
            default=0.0,
        )

    def _retail_sync_stayed_away(self, moves):
        back = moves.returned_move_ids.filtered(lambda move: move.state == "done")
        return moves._retail_sync_moved() - back._retail_sync_moved()
