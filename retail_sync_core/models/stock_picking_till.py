from odoo import Command, api, fields, models
from odoo.tools import float_is_zero

# kinds of charges whose lines below zero are money given back
GIVEN_BACK = ("shipping", "duty", "back")


class StockPicking(models.Model):
    """Goods that changed hands at a till of a channel: booked, not worked on."""

    _inherit = "stock.picking"

    retail_sync_at_till = fields.Boolean(
        string="Over the counter",
        readonly=True,
        copy=False,
        help="The goods changed hands at a till: the channel knows of it already.",
    )
    retail_sync_unfit_at = fields.Datetime(
        string="Came back unfit",
        readonly=True,
        copy=False,
        help="When goods came back that may not be sold again: they are scrapped as"
        " soon as this is done.",
    )

    retail_sync_counted_before = fields.Boolean(
        string="On the shelf already",
        readonly=True,
        copy=False,
        help="The goods came back before the channel went live: whoever counted the"
        " shelf has counted them.",
    )

    @api.model
    def _retail_sync_hand_over(self, order, place, shelf, pairs, moment):
        """Make the delivery of ``pairs`` (sale line, units) at ``place``.

        :param shelf: the location they left
        """
        warehouse = shelf.warehouse_id or place.warehouse_id
        sale = order.order_id
        if not sale.stock_reference_ids:
            self.env["stock.reference"].create(pairs[0][0]._prepare_reference_vals())
        customers = pairs[0][0]._get_location_final()
        picking = self.create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "partner_id": sale.partner_shipping_id.id,
                "origin": sale.name,
                "company_id": sale.company_id.id,
                "location_id": shelf.id,
                "location_dest_id": customers.id,
                "scheduled_date": sale.company_id._retail_sync_open_moment(moment),
                "retail_sync_at_till": True,
            }
        )
        for line, units in pairs:
            values = line._retail_sync_till_move(picking, warehouse, units)
            self.env["stock.move"].create(values)
        picking.action_confirm()
        return picking

    @api.model
    def _retail_sync_take_back(self, line, shelf, units, left=None):
        """Make the receipts of ``units`` of a sale line at the location ``shelf``.

        :param left: the location that they left; without, the last ones come back first
        """
        pickings = self.browse()
        for origin, wanted in line._retail_sync_to_return(units, left).items():
            picking = origin._retail_sync_return(wanted)
            picking.retail_sync_at_till = True
            picking.location_dest_id = shelf
            picking.move_ids.location_dest_id = shelf
            pickings |= picking
        return pickings

    def _retail_sync_finish(self, moment):
        """Book as done at ``moment`` (UTC, naive), stock or not.

        :raises UserError: Odoo cannot book it without a person
        """
        for move in self.move_ids:
            move._action_assign()
            move.quantity = move.product_uom_qty
            move.picked = True
        day = self.company_id._retail_sync_open_moment(moment)
        local = self.sale_id.retail_sync_channel_id._own_day(day)
        self.with_context(
            force_period_date=local,
            cancel_backorder=True,
            retail_sync_finishing=True,
        )._action_done()
        self.write({"date_done": day, "retail_sync_counted_at": moment})

    def _retail_sync_scrap(self):
        """Scrap what came back and may not be sold again, lot by lot."""
        moment = self.company_id._retail_sync_open_moment(self.retail_sync_unfit_at)
        lines = self.move_line_ids.filtered(
            lambda line: line.quantity > 0 and line.product_id.is_storable
        )
        scraps = self.env["stock.scrap"].create(
            [
                {
                    "product_id": line.product_id.id,
                    "product_uom_id": line.product_uom_id.id,
                    "scrap_qty": line.quantity,
                    "location_id": line.location_dest_id.id,
                    "lot_id": line.lot_id.id,
                    "package_id": line.result_package_id.id,
                    "owner_id": line.owner_id.id,
                    "company_id": line.company_id.id,
                    "origin": self.name,
                }
                for line in lines
            ]
        )
        for scrap in scraps:
            scrap.do_scrap()
            scrap.write({"date_done": moment})
        self.retail_sync_order_id._note_about(
            self,
            "came_back_unfit",
            units=f"{sum(self.move_ids.mapped('quantity')):g}",
            place=self.location_dest_id.display_name,
        )

    def _retail_sync_take_off_again(self):
        """Take off the shelf what was counted there already before it was received."""
        nowhere = self.retail_sync_order_id._nowhere()
        for line in self.move_line_ids.filtered(lambda line: line.quantity > 0):
            values = {
                "product_id": line.product_id.id,
                "product_uom_id": line.product_uom_id.id,
                "quantity": line.quantity,
                "lot_id": line.lot_id.id,
                "owner_id": line.owner_id.id,
                "package_id": line.result_package_id.id,
                "location_id": line.location_dest_id.id,
                "location_dest_id": nowhere.id,
                "company_id": line.company_id.id,
                "picked": True,
            }
            move = self.env["stock.move"].create(
                {
                    "product_id": line.product_id.id,
                    "product_uom": line.product_uom_id.id,
                    "product_uom_qty": line.quantity,
                    "location_id": line.location_dest_id.id,
                    "location_dest_id": nowhere.id,
                    "company_id": line.company_id.id,
                    "origin": self.name,
                    "is_inventory": True,
                    "picked": True,
                    "move_line_ids": [Command.create(values)],
                }
            )
            move._action_done()

    def _retail_sync_is_gone(self):
        """Return whether the goods have left: done, or no longer here to be done."""
        return self.state == "done" or (
            self.retail_sync_at_till and self.state != "cancel"
        )

    def _create_backorder_picking(self):
        """What a person left out is gone, or back, as well."""
        rest = super()._create_backorder_picking()
        rest.write(
            {
                "retail_sync_at_till": self.retail_sync_at_till,
                "retail_sync_unfit_at": self.retail_sync_unfit_at,
                "retail_sync_counted_before": self.retail_sync_counted_before,
            }
        )
        return rest

    def action_cancel(self):
        """Whoever cancels a sale cancels nothing that is gone."""
        if not self.env.context.get("retail_sync_sale_canceled"):
            return super().action_cancel()
        kept = self.filtered("retail_sync_at_till")
        return super(StockPicking, self - kept).action_cancel()

    def _check_retail_sync_hold(self):
        """Nothing holds goods that are gone."""
        held = self.filtered(lambda picking: not picking.retail_sync_at_till)
        return super(StockPicking, held)._check_retail_sync_hold()

    def _compute_retail_sync_hold_reason(self):
        """Nothing holds goods that are gone."""
        result = super()._compute_retail_sync_hold_reason()
        self.filtered("retail_sync_at_till").retail_sync_hold_reason = False
        return result

    def _tell_retail_sync(self):
        """The channel is not told what it told us."""
        gone = self.filtered(lambda one: one.retail_sync_at_till)
        by_hand = not self.env.context.get("retail_sync_finishing")
        for picking in gone.filtered(lambda one: one.state == "done").sudo():
            if picking.retail_sync_unfit_at:
                picking._retail_sync_scrap()
            elif picking.retail_sync_counted_before:
                picking._retail_sync_take_off_again()
            picking.retail_sync_order_id._settle_shipped()
            if by_hand:
                picking.retail_sync_order_id._till_booked_by_hand(picking)
        return super(StockPicking, self - gone)._tell_retail_sync()

    def _send_confirmation_email(self):
        """Nobody is told by mail that the goods in their hands are on the way."""
        others = self.filtered(lambda picking: not picking.retail_sync_at_till)
        return super(StockPicking, others)._send_confirmation_email()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _retail_sync_with_customer(self):
        """Return the units that customers have: delivered, or gone and not booked.

        Of a kit the part that moved most tells how much of it.
        """
        waiting = self.move_ids.filtered(
            lambda move: (
                move.picking_id.retail_sync_at_till
                and move.state not in ("done", "cancel")
            )
        )
        units = self.qty_delivered
        for moves, sign in (
            (waiting.filtered(lambda move: not move.origin_returned_move_id), 1),
            (waiting.filtered("origin_returned_move_id"), -1),
        ):
            units += sign * self._retail_sync_most_of(moves)
        return units

    def _retail_sync_units_of(self, moves, count=None):
        """Return how many units of this line ``moves`` of one product make up.

        :param count: of how many of the product, in its own unit; without, of all
        """
        product = moves.product_id
        if count is None:
            count = sum(moves.mapped("product_qty"))
        if product == self.product_id:
            return product.uom_id._compute_quantity(count, self.product_uom_id)
        whole = sum(
            move.product_qty
            for move in self.move_ids
            if move.product_id == product
            and (move.state != "cancel" or move in moves)
            and not move.origin_returned_move_id
        )
        return self.product_uom_qty * count / whole if whole else 0.0

    def _retail_sync_till_move(self, picking, warehouse, units):
        """Return the values of the move for ``units`` that left over the counter.

        It carries the rule by which Odoo would have delivered them: only so does Odoo
        count it when it works out what is still to be delivered.
        """
        values = self.with_company(self.company_id)._prepare_procurement_values()
        values["warehouse_id"] = warehouse
        values["route_ids"] = warehouse.delivery_route_id
        rule = self.env["stock.rule"]._get_rule(
            self.product_id, picking.location_dest_id, values
        )
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": units,
            "product_uom": self.product_uom_id.id,
            "picking_id": picking.id,
            "picking_type_id": picking.picking_type_id.id,
            "location_id": picking.location_id.id,
            "location_dest_id": picking.location_dest_id.id,
            "location_final_id": picking.location_dest_id.id,
            "sale_line_id": self.id,
            "reference_ids": [(6, 0, self.order_id.stock_reference_ids.ids)],
            "warehouse_id": warehouse.id,
            "rule_id": rule.id,
            "origin": self.order_id.name,
            "company_id": self.company_id.id,
            "date": picking.scheduled_date,
            "procure_method": "make_to_stock",
        }

    def _is_given_back(self):
        """Return whether this is money given back, for a charge or by rounding cash.

        It belongs on a credit note, and on no invoice.
        """
        if (self.retail_sync_external_id or "").startswith("cash_rounding:"):
            return True
        return self.retail_sync_kind in GIVEN_BACK and self.price_unit < 0

    def _retail_sync_left(self, shelf=None):
        """Return the moves by which it has left, from ``shelf`` or from anywhere."""
        return self.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.location_dest_id.usage == "customer"
                and (not shelf or move.location_id == shelf)
            )
        )

    def _retail_sync_to_return(self, units, shelf=None):
        """Return {picking: {move: quantity}} that make up ``units`` of this line.

        What left last comes back first; of a kit each part in its share.
        """
        moves = self._retail_sync_left(shelf).sorted("id", reverse=True)
        found = {}
        for product in moves.product_id:
            ours = moves.filtered(lambda move, p=product: move.product_id == p)
            left = {move: move.quantity - _returned(move) for move in ours}
            if product == self.product_id:
                wanted = self.product_uom_id._compute_quantity(
                    units, ours[0].product_uom
                )
            else:
                wanted = self._retail_sync_share(ours, units, sum(left.values()), shelf)
            for move, quantity in left.items():
                part = move.product_uom.round(min(quantity, wanted))
                if not float_is_zero(max(part, 0.0), precision_digits=6):
                    found.setdefault(move.picking_id, {})[move] = part
                    wanted -= part
        return found

    def _action_launch_stock_rule(self, **kwargs):
        """Deliver what left over the counter from there; the rest as ever."""
        sales = self.sudo().order_id.filtered("retail_sync_channel_id")
        at_tills = sales.retail_sync_order_ids.filtered(lambda one: one._due_at_till())
        at_tills._book_tills()
        result = super()._action_launch_stock_rule(**kwargs)
        for order in at_tills:
            order._judge_hold()
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    def _retail_sync_open_moment(self, moment):
        """Return ``moment`` (UTC, naive), or now where its books are closed."""
        locked = self._get_lock_date_violations(
            moment.date(),
            fiscalyear=True,
            sale=False,
            purchase=False,
            tax=False,
            hard=True,
        )
        return fields.Datetime.now() if locked else moment


class RetailSyncLocation(models.Model):
    _inherit = "retail.sync.location"

    def _shelf_of_till(self):
        """Return the location that goods over this place's counter leave and enter."""
        shelf = self.location_id
        if shelf.usage == "internal":
            return shelf
        return (self.warehouse_id or shelf.warehouse_id).lot_stock_id


def _returned(move):
    """Return what of ``move`` is back, or is expected back."""
    return sum(
        back.product_uom._compute_quantity(
            back.quantity if back.state == "done" else back.product_uom_qty,
            move.product_uom,
        )
        for back in move.returned_move_ids
        if back.state != "cancel"
    )
