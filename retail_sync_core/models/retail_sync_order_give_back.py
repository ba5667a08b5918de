from odoo import Command, models
from odoo.exceptions import UserError

from ..domain import placing

KIND = "no_other_place"
WHY_GONE = ("missing", "damaged")


class RetailSyncOrder(models.Model):
    """A place gives units of an order back: the next one ships them."""

    _inherit = "retail.sync.order"

    def _give_back(self, picking, units, reason, note=""):
        """Take ``units`` off ``picking``, and let another place ship them.

        Nobody has them elsewhere: the delivery stays, and a person is asked. This place
        ships nothing of the order that is placed later.

        :param units: {sale order line: units}
        :param reason: ``missing``, ``damaged``, ``busy`` or ``other``
        :return: whether another place ships them
        """
        place = self._place_of_delivery(picking)
        lines = {self._line_of(sale_line): count for sale_line, count in units.items()}
        self._keep_place(place, lines)
        tried = self._places_that_gave_back() | place
        wants, choice = self._choose_next(lines, tried)
        found = choice.why in ("whole", "split")
        self._note_given(picking, place, lines, reason, note, found=found)
        if not found:
            self._ask_for_place(picking, place)
        spots = picking._retail_sync_held(units)
        if found:
            picking._retail_sync_take_off(units)
            self._hand_on(place, lines, wants, choice)
        if reason in WHY_GONE:
            place._set_aside(spots, self)
        return found

    def _place_of_delivery(self, picking):
        """Return the channel's location that ``picking`` leaves from.

        :raises UserError: the channel knows no such location
        """
        warehouse = picking.picking_type_id.warehouse_id
        places = self.env["retail.sync.location"].search(
            [("channel_id", "=", self.channel_id.id), ("state", "=", "mapped")]
        )
        found = places.filtered(lambda place: place._ship_warehouse() == warehouse)[:1]
        if not found:
            raise UserError(
                self.env._(
                    "%s is no location of the channel: nobody can ship it instead.",
                    warehouse.name,
                )
            )
        return found

    def _line_of(self, sale_line):
        return self.line_ids.filtered(lambda line: line.sale_line_id == sale_line)[:1]

    def _keep_place(self, place, lines):
        """Write down who ships ``lines`` where the channel decided it until now."""
        placed = self._placements()
        for line in lines:
            if line.external_id not in placed:
                units = line.sale_line_id.product_uom_qty
                wants = self._wants_of_line(line, units)
                draws = {str(k): float(v) for k, v in wants.draws.items()}
                self._ship_more(line.external_id, place, units, draws)
                row = self._placements()[line.external_id]
                row.launched = units

    def _wants_of_line(self, line, units):
        found = {line.external_id: (line.sale_line_id.product_id, line.listing_id)}
        return self._wants_of({line.external_id: units}, found)[0]

    def _places_that_gave_back(self):
        rows = self.placement_ids.filtered(lambda row: row.state == "given_back")
        return rows.location_id

    def _choose_next(self, lines, tried):
        """Return what is to be placed, and the choice among all but ``tried``."""
        wants = [self._wants_of_line(line, units) for line, units in lines.items()]
        rows = self.env["retail.sync.location"]._that_may_ship(self.channel_id) - tried
        places = self._candidates(rows, wants, self._known_address())
        nearest_first = self.channel_id.ships_first == "near"
        return wants, placing.choose(wants, places, nearest_first=nearest_first)

    def _known_address(self):
        """Return where the goods go, as ``_nearness`` of a location takes it."""
        contact = self.order_id.partner_shipping_id
        return (
            contact.country_id.code,
            contact.state_id.code,
            contact.zip,
            contact.partner_latitude,
            contact.partner_longitude,
        )

    def _hand_on(self, place, lines, wants, choice):
        """Let the chosen places ship what ``place`` gave back; the channel is told."""
        for line, units in lines.items():
            row = self._placements()[line.external_id].filtered(
                lambda row: row.location_id == place
            )
            row.units -= units
            row.launched -= units
        self._keep_choice(choice, wants)
        for line in lines:
            warehouse = self._placements()[line.external_id]._main_warehouse()
            if line.sale_line_id.warehouse_id != warehouse:
                route = warehouse.delivery_route_id
                if not route.sale_selectable:
                    route.sale_selectable = True
                line.sale_line_id.route_ids = [Command.set(route.ids)]
        self._launch_again(self.line_ids.browse([one.id for one in lines]).sale_line_id)
        self.env["retail.sync.issue"]._close_about(self.channel_id, KIND, [self])
        self._note("handed_on", places=self._names_of(choice))
        self._tell_places()

    def _names_of(self, choice):
        units = {}
        for part in choice.parts:
            units[part.place_id] = units.get(part.place_id, 0) + part.units
        places = self.env["retail.sync.location"]
        return ", ".join(
            f"{places.browse(place_id).name} {count}"
            for place_id, count in units.items()
        )

    def _note_given(self, picking, place, lines, reason, note, *, found):
        """Write down who gave what back, and why."""
        for line, units in lines.items():
            self.placement_ids = [
                Command.create(
                    {
                        "line_external_id": line.external_id,
                        "location_id": place.id,
                        "state": "given_back",
                        "units": units if found else 0.0,
                        "reason": reason,
                        "note": note or False,
                    }
                )
            ]
        reasons = dict(
            self.placement_ids._fields["reason"]._description_selection(
                self.with_context(lang="en_US").env
            )
        )
        what = ", ".join(f"{units:g} × {line.title}" for line, units in lines.items())
        self._note_about(
            picking,
            "given_back",
            user=self.env.user.name,
            place=place.name,
            what=what,
            why=". ".join(filter(None, [reasons[reason], note])),
        )

    def _ask_for_place(self, picking, place):
        """Ask a person: nobody else may ship it, or has it."""
        self.env["retail.sync.issue"]._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params={"place": place.name, "delivery": picking.name},
            record=self,
            about=[self],
        )
