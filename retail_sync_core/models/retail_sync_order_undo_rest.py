from odoo import fields, models
from odoo.exceptions import UserError

from .retail_sync_effect import SETTLED


class RetailSyncOrder(models.Model):
    """What of an order has not left, and nobody wants anymore."""

    _inherit = "retail.sync.order"

    rest_stays = fields.Json(
        string="Without the rest",
        readonly=True,
        copy=False,
        help="Units by line that were still wanted beside the rest that was canceled.",
    )

    def _cancel_rest(self, decision):
        """Cancel what has not left; what has left stays sold."""
        rest = self._rest()
        if not rest:
            raise UserError(self._why_no_rest())
        self._open_deliveries().action_cancel()
        self.is_rest_cancelled = True
        asked, elsewhere = self._asked_to_cancel(), self._shipped_elsewhere()
        # and what somebody else had shipped of it by then
        self.rest_stays = {
            line.external_id: (
                line.current_quantity - asked[line] - left,
                elsewhere.get(line.external_id, 0.0),
            )
            for line, left in rest.items()
        }
        units = f"{sum(rest.values()):g}"
        self._note_about(self.order_id, "rest_cancelled", units=units)
        self._intend_cancellation(decision, rest)
        self._close_issues("cancel")
        self._judge_hold()

    def _why_no_rest(self):
        name = self.display_name
        if self.is_rest_cancelled:
            return self.env._("What had not left of %s is canceled already.", name)
        return self.env._("All of %s has left: make a return.", name)

    def _rest(self):
        """Return {line: units} of the goods that have not left and are still wanted.

        A unit that came back has left, and is not among those that are still wanted
        once it is refunded. What the channel was asked to cancel is not wanted anymore,
        whether it has told so or not.
        """
        asked = self._asked_to_cancel()
        rest = {}
        for line in self.line_ids:
            sold = line.sale_line_id
            if sold.product_id.type != "consu":
                continue
            gone = self._units_gone(line)
            kept = gone - min(self._units_back(line), gone)
            wanted = line.current_quantity - asked.get(line, 0.0)
            left = sold.product_uom_id.round(wanted - kept)
            if left > 0:
                rest[line] = left
        return rest

    def _units_gone(self, line):
        """Return the units of ``line`` that left, in its unit, returned or not.

        From here and from elsewhere; a parcel that both sides know, by the channel's
        id, counts once. Of a kit, whose parts leave, what was told to the channel
        counts.
        """
        sold = line.sale_line_id
        moves = sold.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.product_id == sold.product_id
                and move.location_dest_id.usage == "customer"
                and not move.origin_returned_move_id
            )
        )
        gone = sum(
            move.product_uom._compute_quantity(move.quantity, sold.product_uom_id)
            for move in moves
        )
        told = line.shipped_qty + self._booked_units(line)
        ours = max(gone, sold.qty_delivered, told)
        # what left here and was not told, or has no id there yet, may be the parcel
        # that the channel speaks of: it left once
        same = ours - told + self._told_without_id(line)
        elsewhere = self._shipped_elsewhere().get(line.external_id, 0.0)
        return ours + max(elsewhere - same, 0.0)

    def _told_without_id(self, line):
        """Return the units we told whose parcel cannot be told from the channel's."""
        return sum(
            float(units)
            for effect in self.sudo()._effects()
            if effect.kind == "shipment" and not effect.external_id
            for line_id, units in effect._get_document().lines
            if line_id == line.external_id
        )

    def _units_back(self, line):
        """Return the units of ``line`` that left and that the channel took back."""
        return sum(
            row["units"]
            for row in self.returns or []
            if row["line_id"] == line.external_id
        )

    def _asked_to_cancel(self):
        """Return {line: units} that were canceled there at our asking, and not told."""
        waiting, done = {}, {}
        for effect in self.sudo()._effects():
            if effect.kind != "cancellation" or effect.state in (
                "refused",
                "abandoned",
            ):
                continue
            units = done if effect.state in SETTLED else waiting
            for external_id, count in effect._get_document().lines:
                units[external_id] = units.get(external_id, 0.0) + float(count)
        return {
            line: waiting.get(line.external_id, 0.0)
            + max(
                done.get(line.external_id, 0.0)
                - (line.quantity - line.current_quantity),
                0.0,
            )
            for line in self.line_ids
        }

    def _worth_of_rest(self):
        """Return what was sold of goods that will not leave anymore."""
        coming = self._open_deliveries().move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        worth = 0.0
        for line in self.line_ids:
            sold = line.sale_line_id
            open_moves = coming.filtered(lambda move, of=sold: move.sale_line_id == of)
            ordered = sold.product_uom_qty
            if sold.product_id.type != "consu" or open_moves or not ordered:
                continue
            # what came back and was written is not among what is ordered anymore
            back = max(min(self._units_back(line), line.quantity - ordered), 0.0)
            left = max(ordered + back - self._units_gone(line), 0.0)
            worth += sold.price_total * left / ordered
        return worth
