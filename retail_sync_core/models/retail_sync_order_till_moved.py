from odoo import models

from ..domain.tills import less, moved_away, parcels
from .retail_sync_order_till import BLOCKED


class RetailSyncOrder(models.Model):
    """What was booked as gone from a store's till, and has not left there after all.

    The channel asked another place for it meanwhile, or a person canceled the delivery
    that was to book it.
    """

    _inherit = "retail.sync.order"

    def _book_tills(self):
        """Put back first what another place was asked for meanwhile."""
        again = {order: order._put_back_moved() for order in self}
        result = super()._book_tills()
        for order, lines in again.items():
            if lines and order.order_id.state == "sale":
                order._launch_again(lines)
        return result

    def _put_back_moved(self):
        """Book back at its store what is asked for elsewhere; return the sale lines."""
        ordered = {line.external_id: line.quantity for line in self.line_ids}
        moved = moved_away(
            self._units_taken(),
            self._booked_there("taken"),
            parcels(self.shipment_orders, self.shipments),
            ordered,
        )
        lines, changed = self._stock_lines(), self.env["sale.order.line"]
        for (line_id, place), units in self._at_places(moved).items():
            line = lines.get(line_id)
            if line and self._put_back(line, place, units):
                changed |= line
        return changed

    def _put_back(self, line, place, units):
        """Take ``units`` of a line back to the shelf of ``place``; return whether."""
        shelves = place._shelf_of_till() | self._nowhere()
        waiting = self._waiting_at(line, shelves)
        left = units - self._cancel_waiting(line, waiting, units)
        pickings = self.env["stock.picking"]
        for shelf in shelves:
            back = min(left, line._retail_sync_gone_from(shelf))
            if line.product_uom_id.compare(back, 0) > 0:
                pickings |= pickings._retail_sync_take_back(line, shelf, back, shelf)
                left -= back
        done = units - left
        if line.product_uom_id.compare(done, 0) <= 0:
            return False
        self._forget_taken({line: done}, [place.external_id])
        self._note("not_handed_over", units=f"{done:g}", place=place.name)
        for picking in pickings:
            self._finish_till(picking, self.changed_at)
        return True

    def _waiting_at(self, line, shelves):
        """Return the moves of a line that wait for a person to book them."""
        return line.move_ids.filtered(
            lambda move: (
                move.picking_id.retail_sync_at_till
                and move.state not in ("done", "cancel")
                and move.location_id in shelves
                and not move.origin_returned_move_id
            )
        )

    def _cancel_waiting(self, line, waiting, units):
        """Cancel up to ``units`` of what was not booked yet; return how many.

        What waits for more than that is for less from then on.
        """
        done = 0.0
        for picking in waiting.picking_id:
            moves = waiting.filtered(lambda move, of=picking: move.picking_id == of)
            whole = line._retail_sync_most_of(moves)
            part = min(whole, units - done)
            if line.product_uom_id.compare(part, 0) <= 0:
                break
            if line.product_uom_id.compare(part, whole) == 0:
                moves.product_uom_qty = 0.0  # they are not left out by a person
                moves._action_cancel()
            else:
                for move in moves:
                    move.product_uom_qty *= 1 - part / whole
            if picking.state == "cancel":
                self._close_blocked(picking)
            done += part
        return done

    def _close_blocked(self, picking):
        self.env["retail.sync.issue"]._close_matching(
            self.channel_id, BLOCKED, picking.display_name
        )

    def _forget_taken(self, units, first=()):
        """Note that ``units`` {sale line: units} are not booked as taken along anymore.

        :param first: the channel's ids of the places that had booked them
        """
        taken = self._booked_there("taken")
        for line, count in units.items():
            line_id = line.retail_sync_external_id
            taken[line_id] = less(taken.get(line_id), count, first)
        taken = {line_id: places for line_id, places in taken.items() if places}
        self.till_booked = {**(self.till_booked or {}), "taken": taken}

    # by hand
    def _till_canceled(self, picking, units):
        """Count no more what a person canceled; the channel's word is booked anew.

        :param units: {sale line: units} that were to leave, or to come back
        """
        self._close_blocked(picking)
        if picking.move_ids.origin_returned_move_id:
            self._forget_returns(picking, units)
        else:
            places = self.env["retail.sync.location"].search(
                [("channel_id", "=", self.channel_id.id), ("state", "=", "mapped")]
            )
            here = places.filtered(
                lambda place: place._shelf_of_till() == picking.location_id
            )
            self._forget_taken(units, here.mapped("external_id"))
        self._note_about(picking, "till_canceled", name=picking.name)

    def _till_booked_by_hand(self, picking):
        """Count no more what a person left out for good."""
        units = picking.move_ids._retail_sync_left_out()
        if units:
            self._till_canceled(picking, units)
        return super()._till_booked_by_hand(picking)

    def _forget_returns(self, picking, units):
        booked, known = dict(self.till_booked or {}), self._booked_there("returned")
        for line, count in units.items():
            line_id = line.retail_sync_external_id
            left = known.get(line_id, 0.0) - count
            known[line_id] = max(left, 0.0)
        pickings = self.env["stock.picking"]
        returns = {
            external_id: ids
            for external_id, ids in self._booked_there("returns").items()
            if picking.id not in ids
            or any(one.state == "done" for one in pickings.browse(ids).exists())
        }
        self.till_booked = {**booked, "returned": known, "returns": returns}


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "not_handed_over": (
                "came",
                self.env._(
                    "%(units)s units did not leave at %(place)s after all: another"
                    " place is asked for them. They are on its shelf again."
                ),
            ),
            "till_canceled": (
                "decided",
                self.env._(
                    "%(name)s, or a part of it, was canceled by hand. The goods"
                    " changed hands at a till: with the order's next version they are"
                    " booked anew."
                ),
            ),
        }
