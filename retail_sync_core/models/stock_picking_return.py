from odoo import api, fields, models


class StockPicking(models.Model):
    """Goods that a refund of the channel announces: received as any return is."""

    _inherit = "stock.picking"

    retail_sync_refund_ref = fields.Char(
        string="Refund there",
        readonly=True,
        copy=False,
        help="The channel's id of the refunded units that are expected back.",
    )

    @api.model
    def _retail_sync_expect(self, line, units, back_to, ref):
        """Make the receipts of ``units`` of a sale line; what left last comes first.

        :param back_to: where they go, as values of a picking; empty: where they left
        :param ref: the channel's id of the refund
        """
        pickings = self.browse()
        for origin, wanted in line._retail_sync_to_return(units).items():
            pickings |= origin._retail_sync_return(wanted, back_to)
        pickings.retail_sync_refund_ref = ref
        return pickings

    def _retail_sync_return(self, wanted, back_to=None):
        """Make Odoo's own return of ``wanted`` {move: quantity} of this delivery."""
        wizards = self.env["stock.return.picking"].with_context(
            active_id=self.id, active_ids=self.ids, active_model=self._name
        )
        wizard = wizards.create({"picking_id": self.id})
        for row in wizard.product_return_moves:
            row.quantity = wanted.get(row.move_id, 0.0)
        picking = wizard.with_context(retail_sync_back_to=back_to)._create_return()
        # Odoo has taken their goods off what was expected before
        others = self.move_ids.returned_move_ids - picking.move_ids
        others.filtered(
            lambda one: one.state not in ("done", "cancel")
        )._action_assign()
        return picking

    def _retail_sync_lots_are_certain(self):
        """Return whether it is known which lots come back: all, or the only one."""
        return not any(
            move.has_tracking != "none"
            and len(move.origin_returned_move_id.lot_ids) > 1
            and move.product_uom.compare(
                move.product_uom_qty, move.origin_returned_move_id.quantity
            )
            for move in self.move_ids
        )

    def _is_expected_back(self):
        """Return whether the channel announced these goods."""
        return bool(self.retail_sync_refund_ref)

    def _create_backorder_picking(self):
        """What comes back later belongs to the same refund."""
        rest = super()._create_backorder_picking()
        rest.retail_sync_refund_ref = self.retail_sync_refund_ref
        return rest

    def action_cancel(self):
        """Whoever cancels a sale cancels nothing that is on its way back."""
        expected = self.filtered(
            lambda one: one._is_expected_back() and one.state != "cancel"
        )
        if self.env.context.get("retail_sync_sale_canceled"):
            return super(StockPicking, self - expected).action_cancel()
        result = super().action_cancel()
        for picking in expected.filtered(lambda one: one.state == "cancel").sudo():
            order = picking.retail_sync_order_id
            order._note_about(picking, "return_canceled", name=picking.name)
        return result

    def _tell_retail_sync(self):
        """Say on the timeline what the warehouse has received."""
        result = super()._tell_retail_sync()
        for picking in self.filtered(lambda one: one._is_expected_back()).sudo():
            if picking.state == "done":
                units = sum(
                    line._retail_sync_back(moves)[0]
                    for line, moves in picking.move_ids.grouped("sale_line_id").items()
                )
                picking.retail_sync_order_id._note_about(
                    picking,
                    "came_back",
                    units=f"{units:g}",
                    place=picking.location_dest_id.display_name,
                )
        return result


class RetailSyncLocation(models.Model):
    _inherit = "retail.sync.location"

    def _back_to(self, *, at_once):
        """Return where what comes back to this place is received, values of a picking.

        :param at_once: it lies on the shelf already
        """
        shelf = self._shelf_of_till()
        warehouse = shelf.warehouse_id or self.warehouse_id
        kind = warehouse.out_type_id.return_picking_type_id or warehouse.in_type_id
        if not at_once and shelf == warehouse.lot_stock_id:
            # by the steps in which the warehouse receives
            shelf = kind.default_location_dest_id or shelf
        return {"picking_type_id": kind.id, "location_dest_id": shelf.id}
