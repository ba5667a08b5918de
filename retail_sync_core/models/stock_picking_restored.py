from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

BOOKING = "retail_sync_booking_restored"


class StockPicking(models.Model):
    """Books a delivery as the channel has it: the database that made it is lost."""

    _inherit = "stock.picking"

    @api.model
    def _retail_sync_book(self, order, units, moment, shipment):
        """Book ``units`` ({order line: count}) as done at ``moment``.

        :param shipment: the channel's own words of it
        :return: the deliveries
        :raises UserError: Odoo cannot book it without a person
        """
        parts = {}
        for line, count in units.items():
            for move, part in line.sale_line_id._retail_sync_open_parts(count).items():
                parts[move] = parts.get(move, 0.0) + part
        if not parts:
            raise UserError(self.env._("nothing of it is to be delivered here"))
        moves = self.env["stock.move"].union(*parts)
        for picking in moves.picking_id:
            mine = {m: part for m, part in parts.items() if m.picking_id == picking}
            picking._retail_sync_book_moves(mine, moment)
        moves.picking_id._retail_sync_note_parcels(shipment)
        return moves.picking_id

    def _retail_sync_book_moves(self, parts, moment):
        """Book ``parts`` ({move: quantity}) of this picking; first what is before."""
        self.ensure_one()
        before = {}
        for move, part in parts.items():
            left = part
            for origin in move.move_orig_ids:
                if left > 0 and origin.state not in ("done", "cancel"):
                    took = min(left, origin.product_uom_qty)
                    before.setdefault(origin.picking_id, {})[origin] = took
                    left -= took
        for picking, moves in before.items():
            picking._retail_sync_book_moves(moves, moment)
        (self.move_ids - self.env["stock.move"].union(*parts)).picked = False
        for move, part in parts.items():
            move._action_assign()
            move.quantity = part
            move.picked = True
        day = self.company_id._retail_sync_open_moment(moment)
        local = self.sale_id.retail_sync_channel_id._own_day(day)
        self.with_context(
            force_period_date=local, retail_sync_finishing=True, **{BOOKING: True}
        )._action_done()
        if any(move.state != "done" for move in parts):
            raise UserError(self.env._("%s could not be booked as done", self.name))
        self.write({"date_done": day, "retail_sync_counted_at": moment})

    def _retail_sync_note_parcels(self, shipment):
        numbers = ",".join(row[0] for row in shipment.get("tracking") or [] if row[0])
        for picking in self.filtered(lambda one: not one.carrier_tracking_ref):
            if numbers:
                picking.with_context(**{BOOKING: True}).carrier_tracking_ref = numbers

    def _check_retail_sync_hold(self):
        """Nothing holds what has left before the database was restored."""
        if self.env.context.get(BOOKING):
            return None
        return super()._check_retail_sync_hold()

    def _tell_retail_sync(self):
        """The channel is not told what it has told us."""
        if self.env.context.get(BOOKING):
            return None
        return super()._tell_retail_sync()

    def _send_confirmation_email(self):
        """The buyer was written to when it left."""
        if self.env.context.get(BOOKING):
            return None
        return super()._send_confirmation_email()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _retail_sync_open_parts(self, units):
        """Return {open move to the customer: quantity} that make up ``units``.

        Of a kit each part leaves in its share.

        :raises UserError: fewer are to be delivered
        """
        moves = self.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.location_dest_id.usage == "customer"
                and not move.picking_id.retail_sync_at_till
            )
        )
        open_units = self.product_uom_qty - self.qty_delivered
        if self.product_id.type == "consu" and (
            not moves or float_compare(open_units, units, precision_digits=6) < 0
        ):
            raise UserError(
                self.env._(
                    "of %(product)s %(count)g are to be delivered here, %(units)g left",
                    product=self.product_id.display_name,
                    count=max(open_units, 0.0) if moves else 0.0,
                    units=units,
                )
            )
        found = {}
        for product in moves.product_id:
            mine = moves.filtered(lambda move, p=product: move.product_id == p)
            wanted = sum(mine.mapped("product_uom_qty")) * units / open_units
            for move in mine:
                part = move.product_uom.round(min(move.product_uom_qty, wanted))
                if part > 0:
                    found[move] = part
                    wanted -= part
        return found
