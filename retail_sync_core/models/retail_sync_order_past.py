from odoo import Command, fields, models
from odoo.exceptions import UserError


class RetailSyncOrder(models.Model):
    """An order that had left before the channel went live: delivered, nothing moved."""

    _inherit = "retail.sync.order"

    shipped_before = fields.Boolean(
        string="Shipped before",
        readonly=True,
        help="All of it was shipped before the channel went live.",
    )

    def _hold_cause(self):
        """Hold nothing that is gone; what does not add up waits all the same."""
        if not self.shipped_before:
            return super()._hold_cause()
        return "total" if self.does_not_add_up else ""

    def _confirm_if_wanted(self):
        result = super()._confirm_if_wanted()
        self._deliver_before()
        return result

    def _deliver_before(self):
        """Take a past order's deliveries from nowhere: our stock stays as it is."""
        sale = self.order_id
        if not self.shipped_before or sale.state != "sale":
            return
        moves = sale.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        if not moves:
            return
        last = moves.filtered(
            lambda m: (m.location_final_id or m.location_dest_id).usage == "customer"
        )
        nowhere = self._nowhere()
        last._do_unreserve()
        last.write(
            {
                "location_id": nowhere.id,
                "procure_method": "make_to_stock",
                "move_orig_ids": [Command.clear()],
            }
        )
        (moves - last)._action_cancel()
        for move in last:
            target = move.location_final_id or move.location_dest_id
            move.location_dest_id = target
            move.picking_id.write(
                {"location_id": nowhere.id, "location_dest_id": target.id}
            )
            move.write({"quantity": move.product_uom_qty, "picked": True})
        last.picking_id._action_done()
        self._note("delivered_before")

    def _nowhere(self):
        """Return where goods come from that were never counted here."""
        found = self.env["stock.location"].search(
            [
                ("usage", "=", "inventory"),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            limit=1,
        )
        if not found:
            raise UserError(
                self.env._(
                    "%s needs a location for inventory differences: make one first.",
                    self.company_id.name,
                )
            )
        return found


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        """What had left before the channel went live is delivered, whoever confirms."""
        result = super().action_confirm()
        for order in self.sudo().retail_sync_order_ids:
            order._deliver_before()
        return result
