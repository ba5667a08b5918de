from collections import Counter
from decimal import Decimal

from odoo import models

from ..adapters import capabilities
from ..domain import documents as doc

KIND = "disposition_refused"


class RetailSyncOrderReturn(models.Model):
    """What came back of a return is told to the channel, receipt by receipt."""

    _inherit = "retail.sync.order.return"

    def _can_tell(self):
        adapter = self.channel_id.sudo()._adapter_class()
        return bool(adapter and adapter.capability(capabilities.Returns))

    def _intend_disposition(self, picking):
        """Have the channel hear what became of a done receipt's units.

        Part of the user's transaction. What it knows already is not told again.
        """
        if not self._can_tell() or self._is_told(picking):
            return
        lines = tuple(
            part
            for line, moves in picking.move_ids.grouped("sale_line_id").items()
            if line.retail_sync_external_id
            for part in self._received(line, moves)
        )
        if not lines:
            return
        self._intend_told(picking, lines)
        units = sum(part.units for part in lines)
        self._note_receipt("return_to_tell", picking, float(units))

    def _intend_told(self, subject, lines):
        """Append the intent to tell what became of ``lines`` (``doc.Received``).

        :param subject: the receipt they came with, or the return where none comes
        """
        order = self.order_id
        self.env["retail.sync.effect"]._intend(
            order.channel_id,
            "disposition",
            subject,
            doc.Disposition(
                order_id=order.external_id,
                return_id=self.external_id,
                reference=subject.display_name,
                lines=lines,
                known=self._known_dispositions(),
            ),
            order._order_key(),
            handler="return.dispose",
        )

    def _is_told(self, picking):
        """Return whether the channel heard of this receipt, or is about to."""
        return bool(
            self.env["retail.sync.effect"]
            .sudo()
            .search_count(
                [
                    ("res_model", "=", picking._name),
                    ("res_id", "=", picking.id),
                    ("kind", "=", "disposition"),
                    ("state", "not in", ("refused", "abandoned")),
                ],
                limit=1,
            )
        )

    def _known_dispositions(self):
        """Return the channel's ids of all dispositions known by now."""
        told = {
            row["external_id"] for line in self.line_ids for row in line.disposed or []
        }
        return tuple(sorted(told | self._own_dispositions()))

    def _received(self, line, moves):
        """Return what a receipt says of one sale line, spread over the return's."""
        rooms = self._rooms(line.retail_sync_external_id)
        parts = [*self._places_of(line, moves), *self._missing(line, moves)]
        return [
            doc.Received(
                return_line_id=row.external_id,
                kind=kind,
                units=Decimal(part),
                location_id=place,
            )
            for (kind, place), units in parts
            for row, part in self._spread(rooms, units)
        ]

    def _spread(self, rooms, units):
        """Yield (the return's line, units) of what has room, and take it."""
        for row, room in rooms.items():
            part = min(room, units)
            if part > 0:
                rooms[row] -= part
                units -= part
                yield row, part

    def _rooms(self, line_id):
        """Return {the return's line: whole units that the channel waits for}."""
        pending = self._pending_units()
        put_back = self._put_back_by_refunds(line_id)
        rooms = {}
        for row in self.line_ids.filtered(lambda one: one.line_external_id == line_id):
            room = int(row.units - row._disposed_units() - pending[row.external_id])
            rooms[row] = max(room - put_back, 0)
            put_back = max(put_back - room, 0)
        return rooms

    def _put_back_by_refunds(self, line_id):
        """Return the units that refunds of it put back: there they count already."""
        return sum(
            int(row["units"])
            for row in self.order_id.returns or []
            if row["restocked"]
            and row["line_id"] == line_id
            and row.get("return_id") == self.external_id
        )

    def _pending_units(self):
        """Return {the return's line: units} we told of that are not read back yet."""
        read = {
            row["external_id"] for line in self.line_ids for row in line.disposed or []
        }
        pending = Counter()
        effects = self.env["retail.sync.effect"].sudo()
        for effect in effects._about_return(self, "disposition"):
            lost = effect.state in ("refused", "abandoned")
            if not lost and not set(effect._their_ids()) & read:
                for part in effect._get_document().lines:
                    pending[part.return_line_id] += int(part.units)
        return pending

    def _places_of(self, line, moves):
        """Return [((kind, place id), whole units)] that a receipt brought."""
        done = moves.filtered(lambda move: move.state == "done")
        received = line._retail_sync_back(done)[0]
        if not received:
            return []
        # of a kit its first part stands for it
        moved = done.filtered(lambda move: move.product_id == done[0].product_id)
        sums = {}
        for row in moved.move_line_ids:
            key = self._disposition_at(row._retail_sync_ends_at())
            sums[key] = sums.get(key, 0.0) + row.quantity_product_uom
        share = received / sum(sums.values())
        return [(key, round(units * share)) for key, units in sums.items()]

    def _missing(self, line, moves):
        """Return the units of a receipt that was closed without all of them."""
        if not any(move._retail_sync_came_short() for move in moves):
            return []
        ours = line._retail_sync_returns() & self.picking_ids.move_ids
        here, awaited = line._retail_sync_back(ours)
        expected = (self.expected or {}).get(line.retail_sync_external_id, 0.0)
        gone = round(expected - here - awaited)
        return [(("missing", ""), gone)] if gone > 0 else []

    def _disposition_at(self, location):
        """Return (kind, the channel's place id) of units that lie at ``location``."""
        if location.usage not in ("internal", "view", "transit"):
            return ("not_restocked", "")
        place = self.channel_id._place_selling_from(location)
        return ("restocked", place.external_id) if place else ("processing", "")

    def _note_disposition(self, picking, outcome):
        """Say what the channel made of it; a refusal is for a person."""
        issues = self.env["retail.sync.issue"]
        name = picking.name or "-"
        if outcome.state != "refused":
            self.order_id._note_about(
                picking, "return_told", name=name, ref=self.display_name
            )
            issues._close_about(self.channel_id, KIND, [picking])
            return
        answer = outcome.message or outcome.code
        self.order_id._note_about(
            picking, "return_not_told", name=name, ref=self.display_name, message=answer
        )
        issues._raise(
            self.channel_id,
            KIND,
            field=self.env._("Receipt"),
            value=name,
            params={"answer": answer},
            record=picking or self,
            about=[picking] if picking else [],
        )


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    def _place_selling_from(self, location):
        """Return the place of the channel that offers our ``location``, the nearest."""
        places = self.env["retail.sync.location"].search(
            [("channel_id", "=", self.id), ("state", "=", "mapped")]
        )
        found = places.filtered(lambda place: place._offers_stock_of(location))
        return found.sorted(
            lambda place: len(place.location_id.parent_path or ""), reverse=True
        )[:1]


class RetailSyncLocation(models.Model):
    _inherit = "retail.sync.location"

    def _offers_stock_of(self, location):
        """Return whether what lies at ``location`` is offered here."""
        path = location.parent_path or ""

        def has(roots):
            return any(path.startswith(root.parent_path) for root in roots)

        roots = self.location_id | self.also_ids
        return has(roots) and not has(self.left_out_ids)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _retail_sync_came_short(self):
        """Return whether this was closed with less than was expected."""
        less = self.product_uom.compare(self.quantity, self.product_uom_qty) < 0
        return self.state == "cancel" or (self.state == "done" and less)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _retail_sync_ends_at(self):
        """Return where received goods end by the warehouse's own steps."""
        move = self.move_id
        while move.move_dest_ids.filtered(lambda one: one.state != "cancel"):
            move = move.move_dest_ids.filtered(lambda one: one.state != "cancel")[:1]
        return self.location_dest_id if move == self.move_id else move.location_dest_id


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The channel refused what %(value)s brought back"),
                self.env._(
                    "The goods are booked here. The return there does not know of them:"
                    " %(answer)s"
                ),
                self.env._(
                    "Enter what came back on the return there; then close this."
                ),
            ),
        }
