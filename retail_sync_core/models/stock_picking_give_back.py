from odoo import models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """A store gives a delivery, or units of it, back: another one ships them."""

    _inherit = "stock.picking"

    def retail_sync_action_give_back(self):
        """Open the dialog that asks what is given back, and why."""
        self.ensure_one()
        self.check_access("write")
        return self.env["retail.sync.give.back"]._open(self)

    def _retail_sync_give_back(self, units, reason, note=""):
        """Give units back; whoever works with deliveries may.

        :param units: {sale order line: (units, units that were shown)}
        :raises UserError: it changed meanwhile, or the goods have left the shelf
        """
        self.ensure_one()
        self.check_access("write")
        picking = self.sudo()
        order = picking.retail_sync_order_id
        order._claim()
        picking.invalidate_recordset()
        open_units = picking._retail_sync_open_units()
        for sale_line, (wanted, shown) in units.items():
            there = open_units.get(sale_line, 0.0)
            if sale_line.product_uom_id.compare(there, shown) or wanted > there:
                raise UserError(
                    self.env._(
                        "%s changed meanwhile: close this, and look again.",
                        self.display_name,
                    )
                )
        picking._retail_sync_check_give_back()
        wanted = {line: count for line, (count, _shown) in units.items() if count > 0}
        if not wanted:
            raise UserError(self.env._("Say how many units you give back."))
        return order._give_back(picking, wanted, reason, note)

    def _retail_sync_check_give_back(self):
        """Refuse what is stopped, or came from another step of the warehouse."""
        if self._open_entries():
            raise UserError(
                self.env._(
                    "%s was stopped: acknowledge that first, then look again.",
                    self.display_name,
                )
            )
        if any(move.move_orig_ids for move in self.move_ids):
            raise UserError(
                self.env._(
                    "The goods of %s were taken to the exit already: put them back"
                    " on the shelf and ask an operator.",
                    self.display_name,
                )
            )

    def _retail_sync_open_moves(self):
        return self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and move.sale_line_id
        )

    def _retail_sync_open_units(self):
        """Return {sale order line: units of it that are to leave with this delivery}.

        A kit counts in its own units.
        """
        units = {}
        for move in self._retail_sync_open_moves():
            line = move.sale_line_id
            share = move.product_qty / (line._retail_sync_draw(move) or 1.0)
            units[line] = max(units.get(line, 0.0), share)
        return units

    def _retail_sync_held(self, units):
        """Return [(quant, units)]: the shelf that what is given back is reserved on."""
        held = []
        for move in self._retail_sync_open_moves():
            line = move.sale_line_id
            rest = units.get(line, 0.0) * line._retail_sync_draw(move)
            for row in move.move_line_ids:
                part = min(rest, row.quantity_product_uom)
                quant = self.env["stock.quant"]._gather(
                    row.product_id,
                    row.location_id,
                    lot_id=row.lot_id,
                    package_id=row.package_id,
                    owner_id=row.owner_id,
                    strict=True,
                )[:1]
                if part > 0 and quant:
                    held.append((quant, part))
                    rest -= part
        return held

    def _retail_sync_take_off(self, units):
        """Take units of lines off this delivery; what is left is reserved anew."""
        for move in self._retail_sync_open_moves():
            line = move.sale_line_id
            less = units.get(line, 0.0) * line._retail_sync_draw(move)
            if not less:
                continue
            left = move.product_qty - less
            if move.product_id.uom_id.compare(left, 0.0) <= 0:
                move._action_cancel()
                continue
            move._do_unreserve()
            move.product_uom_qty = move.product_id.uom_id._compute_quantity(
                left, move.product_uom
            )
            move._action_assign()
