from odoo import fields, models

from ..domain.tills import time_of


class RetailSyncOrderReturn(models.Model):
    """The receipt of what a return brings back, kept to what the channel wants."""

    _inherit = "retail.sync.order.return"

    picking_ids = fields.One2many(
        "stock.picking", "retail_sync_return_id", string="Receipts"
    )
    expected = fields.Json(
        string="Units expected",
        readonly=True,
        copy=False,
        help="Units that receipts were made for, by the channel's lines.",
    )
    followed = fields.Json(
        string="What was done there",
        readonly=True,
        copy=False,
        help="Dispositions of others that were looked at, by the channel's ids.",
    )

    def _follow_goods(self):
        """Expect what is to come back, no more and no less; each change once.

        :raises DataError: nobody said which place of ours units were put back at
        """
        for one in self:
            lines = one.order_id._stock_lines()
            for line_id, wanted in one._units_wanted().items():
                if line_id in lines:
                    one._follow_line(lines[line_id], line_id, wanted)
            one._follow_dispositions(lines)

    def _units_wanted(self):
        """Return {the channel's line: units} that are to be received, or were."""
        units = self._units_by_line()
        found = dict.fromkeys([*(self.expected or {}), *units], 0.0)
        for line_id in found:
            rows = self.line_ids.filtered(lambda one, i=line_id: _is_of(one, i))
            if self.state == "open":
                found[line_id] = units.get(line_id, 0.0) - _disposed(rows, ("missing",))
            elif self.state == "closed":
                came = _disposed(rows, ("restocked", "not_restocked", "processing"))
                refunded = sum(rows.mapped("refunded"))
                most = units.get(line_id, 0.0) - _disposed(rows, ("missing",))
                found[line_id] = min(max(came, refunded), most)
        return found

    def _follow_line(self, line, line_id, wanted):
        """Make receipts of what is wanted more, cancel those of what is not."""
        unit = line.product_uom_id
        expected = (self.expected or {}).get(line_id, 0.0)
        if unit.compare(wanted, expected) > 0:
            more = wanted - expected
            more -= min(more, self._refunded_before(line_id))
            more -= self._adopt(line, more)
            made = more and self._expect(line, more)
            if unit.compare(more, 0.0) > 0 and not made:
                return  # nothing of it has left here
        elif unit.compare(wanted, expected) < 0:
            self._expect_less(line, expected - wanted)
        else:
            return
        self.expected = {**(self.expected or {}), line_id: wanted}

    def _refunded_before(self, line_id):
        """Return the units that a refund of it expected before it was known here."""
        if (self.expected or {}).get(line_id):
            return 0.0
        followed = self.order_id.returns_followed or {}
        ours = [
            followed.get(row["external_id"])
            for row in self.order_id.returns or []
            if row.get("return_id") == self.external_id and row["line_id"] == line_id
        ]
        return sum(
            one["units"] - one["joined"] for one in ours if one and one["restocked"]
        )

    def _adopt(self, line, units):
        """Take returns that a person made before for this one; return their units."""
        taken = 0.0
        joinable = min(units, self.order_id._units_to_join(line, free=True))
        for picking in line._retail_sync_returns().picking_id.sorted("id"):
            moves = line._retail_sync_returns() & picking.move_ids
            its = sum(line._retail_sync_back(moves))
            owned = picking.retail_sync_refund_ref or picking.retail_sync_return_id
            owned = owned or picking._making()
            if owned or line.product_uom_id.compare(taken + its, joinable) > 0:
                continue
            picking.retail_sync_return_id = self
            taken += its
            self._note_receipt("return_adopted", picking, its)
            if picking.state == "done":
                picking._tell_retail_sync_return()
        return taken

    def _expect(self, line, units, back_to=None):
        """Make the receipts of ``units``; return them."""
        pickings = self.env["stock.picking"]._retail_sync_expect(
            line, units, back_to or {}, False
        )
        pickings.retail_sync_return_id = self
        for picking in pickings:
            self._note_receipt("return_expected", picking, units)
        return pickings

    def _expect_less(self, line, units):
        """Cancel receipts of ``units``; what is in hands already stays."""
        moves = self._open_moves(line)
        waiting = line._retail_sync_most_of(moves)
        if not waiting:
            return
        moves.with_context(retail_sync_return_changed=True)._action_cancel()
        for picking in moves.picking_id:
            self._note_receipt("return_less", picking, min(units, waiting))
        if line.product_uom_id.compare(waiting, units) > 0:
            self._expect(line, waiting - units)

    def _open_moves(self, line):
        """Return the moves of a line that nobody has begun to receive."""
        return (line._retail_sync_returns() & self.picking_ids.move_ids).filtered(
            lambda move: move.state not in ("done", "cancel") and not move.picked
        )

    def _note_receipt(self, code, picking, units):
        self.order_id._note_about(
            picking, code, name=picking.name, ref=self.display_name, units=f"{units:g}"
        )

    # what others did there
    def _follow_dispositions(self, lines):
        """Look at what others put back there, once by the channel's id."""
        if self._is_disposition_open():
            return  # what is there may be our own
        ours = self._own_dispositions()
        for row_line in self.line_ids:
            line = lines.get(row_line.line_external_id)
            for row in row_line.disposed or []:
                known = ours | set(self.followed or [])
                if row["kind"] == "restocked" and row["external_id"] not in known:
                    if line:
                        self._follow_restocked(line, row)
                    self.followed = [*(self.followed or []), row["external_id"]]

    def _is_disposition_open(self):
        effects = self.env["retail.sync.effect"].sudo()
        told = effects._about_return(self, "disposition")
        return any(one.state in ("sent", "unknown", "accepted") for one in told)

    def _own_dispositions(self):
        """Return the channel's ids of what we told it of this return."""
        effects = self.env["retail.sync.effect"].sudo()
        return {
            external_id
            for effect in effects._about_return(self, "disposition")
            for external_id in effect._their_ids()
        }

    def _follow_restocked(self, line, row):
        """Receive at once, or elsewhere, what lies on a shelf there already."""
        order = self.order_id
        place = order._place_put_back(row)
        order._note_about(
            self,
            "return_put_back_there",
            name=self.display_name,
            units=f"{row['units']:g}",
            place=place.display_name or "-",
        )
        moment = time_of(row["at"]) or order.changed_at
        self._receive_there(line, place, row["units"], moment)

    def _receive_there(self, line, place, units, moment):
        """Have units that the channel counts at ``place`` received there, or book them.

        Only those that nobody has begun to receive.
        """
        order = self.order_id
        moves = self._open_moves(line)
        units = min(units, line._retail_sync_most_of(moves))
        if not place or place.state != "mapped" or units <= 0:
            return
        at_once = order._are_back_already(place)
        back_to = place._back_to(at_once=at_once)
        here = moves.picking_id.picking_type_id.ids
        if not at_once and here == [back_to["picking_type_id"]]:
            return
        self._expect_less(line, units)
        for picking in self._expect(line, units, back_to):
            if at_once:
                order._finish_return(picking, moment)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _retail_sync_awaited_there(self):
        """Return the units expected back that the channel says are back already.

        Of a return that was asked for only those that somebody dealt with there.
        """
        moves = self._retail_sync_returns()
        of_returns = moves.filtered("picking_id.retail_sync_return_id")
        awaited = self._retail_sync_back(moves - of_returns)[1]
        for one in of_returns.picking_id.retail_sync_return_id:
            received, open_units = self._retail_sync_back(
                of_returns & one.picking_ids.move_ids
            )
            rows = one.line_ids.filtered(
                lambda row: _is_of(row, self.retail_sync_external_id)
            )
            came = _disposed(rows, ("restocked", "not_restocked", "processing"))
            awaited += min(max(came - received, 0.0), open_units)
        return awaited


class RetailSyncEffect(models.Model):
    _inherit = "retail.sync.effect"

    def _about_return(self, one, kind):
        """Return the effects of ``kind`` on a return, oldest first."""
        return (
            one.order_id._effects()
            .filtered(
                lambda effect: (
                    effect.kind == kind
                    and effect.sudo()._get_document().return_id == one.external_id
                )
            )
            .sorted("id")
        )


def _is_of(line, line_id):
    return line.line_external_id == line_id


def _disposed(lines, kinds):
    """Return the units of which one of ``kinds`` is known."""
    return sum(
        row["units"]
        for line in lines
        for row in line.disposed or []
        if row["kind"] in kinds
    )
