from odoo import fields, models
from odoo.exceptions import UserError

from ..domain.tills import (
    by_place,
    came_back,
    still_due,
    taken_along,
    taken_before,
    time_of,
)

SHORT = "till_short"
BLOCKED = "till_not_booked"


class RetailSyncOrder(models.Model):
    """What left over the counter of a channel's till, and what came back over it.

    The goods are gone, or here again, before we hear of it: no person presses a button,
    nothing holds it and the channel is not told what it told us.
    """

    _inherit = "retail.sync.order"

    till_id = fields.Char(
        readonly=True, help="The channel's id of the store whose till sold it."
    )
    till_place_id = fields.Many2one(
        "retail.sync.location", string="Sold at", compute="_compute_till_place_id"
    )
    returns = fields.Json(
        readonly=True, help="What came back after it had left, by the channel's ids."
    )
    till_booked = fields.Json(
        string="Booked from the till",
        readonly=True,
        help="Which of it is booked here: units by line and place, returns by id.",
    )

    def _compute_till_place_id(self):
        for order in self:
            order.till_place_id = order._places({order.till_id}).get(order.till_id)

    def _places(self, external_ids):
        """Return {the channel's place id: its row} of the places that are mapped."""
        rows = self.env["retail.sync.location"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("external_id", "in", [one for one in external_ids if one]),
                ("state", "=", "mapped"),
            ]
        )
        return {row.external_id: row for row in rows}

    def _booked_there(self, name):
        return dict((self.till_booked or {}).get(name) or {})

    def _taken_along(self):
        """Return {(order line id, place row): units} that left at places of ours."""
        return self._at_places(self._units_taken())

    def _units_taken(self):
        ordered = {line.external_id: line.quantity for line in self.line_ids}
        return taken_along(self.shipment_orders, self.shipments, ordered)

    def _at_places(self, found):
        """Return ``found`` by the rows of the places, without those that are none."""
        places = self._places({place_id for _line, place_id in found})
        return {
            (line_id, places[place_id]): units
            for (line_id, place_id), units in found.items()
            if place_id in places
        }

    def _due_at_till(self):
        """Return {(order line id, place row): units} taken along, not booked yet."""
        booked = self._booked_there("taken")
        return self._at_places(still_due(self._units_taken(), booked))

    def _booked_units(self, line):
        """Return how many units of ``line`` are booked as taken along."""
        booked = self._booked_there("taken").get(line.external_id)
        return sum(by_place(booked).values())

    def _told_there(self, line):
        """Return the units of ``line`` that the channel knows to be with a customer."""
        back = self._booked_there("returned").get(line.external_id, 0.0)
        return line.shipped_qty + self._booked_units(line) - back

    # over the counter
    def _book_tills(self):
        """Book what left and what came back over the counter, each once."""
        for order in self:
            order._hand_over()
            order._take_back()

    def _hand_over(self):
        """Deliver what the customers took along, from the store's own shelf."""
        lines = self._stock_lines()
        due = {key: n for key, n in self._due_at_till().items() if key[0] in lines}
        if not due:
            return
        before = self._due_from_before(due)
        self._note_taken(due)
        together = {}
        for key, units in due.items():
            early = before.get(key, 0.0)
            for was_before, part in ((True, early), (False, units - early)):
                if part:
                    pairs = together.setdefault((key[1], was_before), [])
                    pairs.append((lines[key[0]], part))
        for (place, was_before), pairs in together.items():
            moment = self._handed_over_at(place, pairs)
            shelf = self._nowhere() if was_before else place._shelf_of_till()
            picking = self.env["stock.picking"]._retail_sync_hand_over(
                self, place, shelf, pairs, moment
            )
            self._say_handed_over(place, picking, pairs, moment)

    def _due_from_before(self, due):
        """Return of ``due`` what left before the channel went live.

        Whoever counted the shelf then did not count it: no stock of ours moves.
        """
        found = taken_before(self.shipments, self.placed_at, self.channel_id.live_at)
        early, booked = {}, self._booked_there("taken")
        for (line_id, place), units in self._at_places(found).items():
            known = by_place(booked.get(line_id)).get(place.external_id, 0.0)
            part = min(units - known, due.get((line_id, place), 0.0))
            if part > 0:
                early[line_id, place] = part
        return early

    def _note_taken(self, due):
        taken = self._booked_there("taken")
        for (line_id, place), units in due.items():
            known = by_place(taken.get(line_id))
            known[place.external_id] = known.get(place.external_id, 0.0) + units
            taken[line_id] = known
        self.till_booked = {**(self.till_booked or {}), "taken": taken}

    def _stock_lines(self):
        """Return {the channel's line id: sale order line} of confirmed goods."""
        return {
            line.retail_sync_external_id: line
            for line in self.order_id.order_line
            if line.retail_sync_external_id
            and line.state in ("sale", "cancel")
            and line.product_id.type == "consu"
        }

    def _handed_over_at(self, place, pairs):
        """Return when the units left: as the channel says, else when it was sold."""
        ids = {line.retail_sync_external_id for line, _units in pairs}
        times = [
            time_of(shipment["created_at"])
            for shipment in self.shipments or []
            if shipment.get("taken_along")
            and shipment["location_id"] == place.external_id
            and shipment["created_at"]
            and ids & {line_id for line_id, _units in shipment["lines"]}
        ]
        return max(times, default=self.placed_at)

    def _say_handed_over(self, place, picking, pairs, moment):
        units = f"{sum(units for _line, units in pairs):g}"
        if picking.location_id.usage != "internal":
            if self._finish_till(picking, moment):
                code = "handed_over_before"
                self._note_about(picking, code, units=units, place=place.name)
            return
        short = self._short_at(picking)
        if not self._finish_till(picking, moment):
            return
        self._note_about(picking, "handed_over", units=units, place=place.name)
        for product in short:
            self._note("handed_over_short", product=product.display_name)
            self.env["retail.sync.issue"]._raise(
                self.channel_id,
                SHORT,
                field=place.display_name,
                value=product.display_name,
                params={"place": place.display_name, "order": self.display_name},
                record=product,
            )

    def _short_at(self, picking):
        """Return the products of which fewer are on the store's shelf than left it."""
        short = self.env["product.product"]
        for move in picking.move_ids.filtered("product_id.is_storable"):
            shelf = move.product_id.with_context(location=move.location_id.id)
            if (
                move.product_id.uom_id.compare(shelf.qty_available, move.product_qty)
                < 0
            ):
                short |= move.product_id
        return short

    def _finish_till(self, picking, moment):
        """Book ``picking`` as done at ``moment``; else leave it to a person, with why.

        Lots that nobody scanned are the usual reason.
        """
        try:
            with self.env.cr.savepoint():
                picking._retail_sync_finish(moment)
        except UserError as exc:
            self._note_about(picking, BLOCKED, name=picking.name, message=str(exc))
            self.env["retail.sync.issue"]._raise(
                self.channel_id,
                BLOCKED,
                field=self.env._("Delivery"),
                value=picking.display_name,
                params={"order": self.display_name, "reason": str(exc)},
                record=picking,
            )
            return False
        return True

    # back over the counter
    def _take_back(self):
        """Receive what was brought back to a till, where the channel put it."""
        lines, done = self._stock_lines(), self._booked_there("returns")
        rows = came_back(self.returns, done)
        places = self._places({row["location_id"] or self.till_id for row in rows})
        for row in rows:
            place = places.get(row["location_id"] or self.till_id)
            line = lines.get(row["line_id"])
            if line and place and self._may_come_back(line, row["units"]):
                self._receive_back(line, place, row)

    def _may_come_back(self, line, units):
        """Return whether so many units have left, as far as we know."""
        return line.product_uom_id.compare(line.qty_delivered, units) >= 0

    def _receive_back(self, line, place, row):
        moment = time_of(row["returned_at"]) or self.changed_at
        live_at = self.channel_id.live_at
        pickings = self.env["stock.picking"]._retail_sync_take_back(
            line, place._shelf_of_till(), row["units"]
        )
        if not row["restocked"]:
            pickings.retail_sync_unfit_at = moment
        elif live_at and moment < live_at:
            pickings.retail_sync_counted_before = True
        booked, known = dict(self.till_booked or {}), self._booked_there("returned")
        known[row["line_id"]] = known.get(row["line_id"], 0.0) + row["units"]
        returns = {**self._booked_there("returns"), row["external_id"]: pickings.ids}
        self.till_booked = {**booked, "returned": known, "returns": returns}
        done = [self._finish_till(one, moment) for one in pickings]
        if all(done) and not pickings.filtered("retail_sync_unfit_at"):
            units = f"{row['units']:g}"
            self._note_about(pickings[:1], "came_back", units=units, place=place.name)

    def _till_booked_by_hand(self, picking):
        """Go on after a person booked what could not be booked by itself."""
        self.env["retail.sync.issue"]._close_matching(
            self.channel_id, BLOCKED, picking.display_name
        )
        self._take_back()

    def _renew_till_deliveries(self):
        """Book what we hear of now only, in place of deliveries made before."""
        ids = {line_id for line_id, _place in self._due_at_till()}
        lines = [line for key, line in self._stock_lines().items() if key in ids]
        if not lines:
            self._book_tills()
            return
        sale_lines = self.env["sale.order.line"].union(*lines)
        self._still_to_leave(sale_lines)._action_cancel()
        self._book_tills()
        self._launch_again(sale_lines)

    def _book_in_spite_of_cancellation(self):
        """Book what changed hands though its sale is canceled; ask about its money."""
        before = self.till_booked
        self._book_tills()
        if self.till_booked != before:
            self._ask_about_shipped()

    def _still_to_leave(self, sale_lines):
        """Return the open moves of lines, but not what is gone or on its way back."""
        return sale_lines.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and not move.picking_id.retail_sync_at_till
                and not move.origin_returned_move_id
            )
        )

    def _launch_again(self, sale_lines):
        """Have what is still to be delivered of lines delivered, also if locked."""
        sale = self.order_id
        was_locked = sale.locked
        if was_locked:
            sale.action_unlock()
        sale_lines._action_launch_stock_rule()
        if was_locked:
            sale.action_lock()

    def _confirm_if_wanted(self):
        """A till's sale happened: no policy leaves it a quotation."""
        draft = self.order_id.state in ("draft", "sent")
        if not (self.till_id and draft and self._taken_along()):
            return super()._confirm_if_wanted()
        if self.hold_code not in ("total", "cancel"):
            self.order_id.action_confirm()
            self._note("confirmed", deliveries=len(self.order_id.picking_ids))
        return None


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "handed_over": (
                "came",
                self.env._("Taken along at %(place)s, units: %(units)s."),
            ),
            "handed_over_before": (
                "came",
                self.env._(
                    "Taken along at %(place)s before the channel went live, units:"
                    " %(units)s. No stock of yours was moved."
                ),
            ),
            "handed_over_short": (
                "stopped",
                self.env._(
                    "%(product)s was sold there though too few were on hand here:"
                    " stock is below zero now. Count it."
                ),
            ),
            BLOCKED: (
                "stopped",
                self.env._("%(name)s could not be booked by itself: %(message)s"),
            ),
            "came_back": (
                "came",
                self.env._("Came back at %(place)s, units: %(units)s."),
            ),
            "came_back_unfit": (
                "came",
                self.env._(
                    "%(units)s units came back at %(place)s, not to be sold again:"
                    " they were scrapped."
                ),
            ),
        }


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            SHORT: (
                self.env._("%(value)s was sold without stock"),
                self.env._(
                    "%(place)s sold %(value)s with order %(order)s, and fewer were on"
                    " hand here. The sale is booked, the stock is below zero."
                ),
                self.env._("Count the product at that place, then close this."),
            ),
            BLOCKED: (
                self.env._("%(value)s is not booked"),
                self.env._(
                    "The goods of order %(order)s changed hands at a till, but Odoo"
                    " refused to book it: %(reason)s"
                ),
                self.env._("Complete it, for example with the lots, and validate it."),
            ),
        }
