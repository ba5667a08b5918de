from odoo import models

from ..domain.amounts import wanted_units


class RetailSyncImporterOrder(models.AbstractModel):
    """Where an order ships from when Odoo decides: placed once, then only followed."""

    _inherit = "retail.sync.importer.order"

    def _create_all(self, arrivals):
        """Tell the channel where the new orders ship from."""
        result = super()._create_all(arrivals)
        for one in arrivals:
            one.order._tell_places()
        return result

    def _follow(self, order, document, before):
        """Tell the channel where what it asks other places for ships from."""
        result = super()._follow(order, document, before)
        order._tell_places()
        return result

    def _find_order_places(self, order, document):
        """Return {order line id: warehouse}: as decided here, else as the channel asks.

        Lines are placed when they are first seen; a later version changes only what it
        wants more or fewer of.
        """
        asked = super()._find_order_places(order, document)
        if order._name != "retail.sync.order":
            return asked
        if order._decides_place(document):
            self._place_lines(order, document)
        elif order.placement_ids:
            self._trim_lines(order, document)
        decided = {
            line_id: rows._main_warehouse()
            for line_id, rows in order._placements().items()
        }
        return {**asked, **{k: house for k, house in decided.items() if house}}

    def _place_lines(self, order, document):
        """Place what has no place yet."""
        self._trim_lines(order, document)
        missing = self._unplaced(order, document)
        if not missing:
            return
        products = self._find_products(order.channel_id, document)
        missing = {
            line_id: units
            for line_id, units in missing.items()
            if products[line_id][0].type == "consu"
        }
        if missing:
            wants = order._wants_of(missing, products)
            order._place(wants, _address(document.shipping_address))

    def _wanted_here(self, order, document):
        """Return {order line id: units} that we are to ship, or have shipped."""
        elsewhere = order._shipped_elsewhere()
        return {
            line.external_id: float(wanted_units(line))
            - elsewhere.get(line.external_id, 0.0)
            for line in document.lines
        }

    def _unplaced(self, order, document):
        """Return {order line id: units} without a place.

        What has deliveries from before Odoo decided keeps them.
        """
        placed = order._placements()
        known = order.line_ids.filtered(lambda line: line.sale_line_id.move_ids)
        missing = {}
        for line_id, units in self._wanted_here(order, document).items():
            if line_id in placed:
                units -= sum(placed[line_id].mapped("units"))
            elif line_id in known.mapped("external_id"):
                continue
            if int(units) > 0:
                missing[line_id] = int(units)
        return missing

    def _trim_lines(self, order, document):
        """Take off the placements what nobody wants anymore."""
        wanted = self._wanted_here(order, document)
        for line_id, rows in order._placements().items():
            over = sum(rows.mapped("units")) - max(0.0, wanted.get(line_id, 0.0))
            if over > 0:
                order._ship_less(rows, over)

    def _follow_place(self, order, document, before):
        """Leave what was decided here, unless a person over there decided otherwise."""
        if not order._placements():
            return super()._follow_place(order, document, before)
        moved = self._moved_there(order, before["place_ids"])
        lines = order.line_ids.filtered(
            lambda line: (
                line.external_id in moved and order._still_to_leave(line.sale_line_id)
            )
        )
        if lines and order._is_being_picked():
            titles = ", ".join(lines.mapped("title"))
            what = self.env._("to be shipped from elsewhere: %s", titles)
            self._raise_changed(order, what, about="place")
        elif moved:
            self._take_their_places(order, moved)
            if lines:
                self._reroute(order, lines, self._find_order_places(order, document))
        return None

    def _moved_there(self, order, before):
        """Return {order line id: place id} of placed lines that were moved over there.

        What names a place for the first time is the channel's own routing, what names
        ours is the echo of what we told it.
        """
        now, moved = order._place_ids(), {}
        for line_id, rows in order._placements().items():
            was = {place for line, place in before if line == line_id}
            ours = set(rows.location_id.mapped("external_id"))
            new = {place for line, place in now if line == line_id} - was - ours
            if was and new:
                moved[line_id] = max(new)
        return moved

    def _take_their_places(self, order, moved):
        """Let the places that were chosen over there ship the lines ``moved``."""
        places = self.env["retail.sync.location"].search(
            [
                ("channel_id", "=", order.channel_id.id),
                ("external_id", "in", list(set(moved.values()))),
            ]
        )
        known = {place.external_id: place for place in places}
        for line_id, rows in order._placements().items():
            place = known.get(moved.get(line_id))
            if place and place._ship_warehouse():
                units, draws = sum(rows.mapped("units")), rows[0].draws
                rows.write({"units": 0.0, "launched": 0.0})
                order._ship_more(line_id, place, units, draws)


def _address(address):
    """Return a document's address as ``_nearness`` of a location takes it."""
    if not address:
        return ("", "", "", 0.0, 0.0)
    return (address.country_code, address.state_code, address.zip, 0.0, 0.0)
