from decimal import Decimal

from odoo import models

from ..adapters import capabilities
from ..domain import documents as doc
from ..domain.moving import transfers

KIND = "move_refused"
# what a place is asked for, and may still be asked of another
MOVABLE = ("open", "in_progress")


class RetailSyncOrder(models.Model):
    """The channel is told where an order ships from, when it asks another place."""

    _inherit = "retail.sync.order"

    def _tell_places(self):
        """Have the channel move what it asks other places for.

        The same wish is told once: what is refused, or moved back over there, is a
        matter for people.
        """
        if self.cancelled_at or not self._placements() or not self._can_be_moved():
            return
        document = self._prepare_move()
        wanted = _by_key(document.wanted)
        if not transfers(wanted, self._asked_there({key[0] for key in wanted})):
            return
        last = self._effects().sudo().filtered(lambda one: one.kind == "move")
        last = last.sorted("id")[-1:]
        if last and last._get_document() == document:
            return
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "move",
            self,
            document,
            self._order_key(),
            handler="order.move",
        )
        self._note("move_asked", places=self._place_names(document))

    def _can_be_moved(self):
        adapter = self.channel_id._adapter_class()
        return bool(adapter and adapter.capability(capabilities.Places))

    def _prepare_move(self):
        """Return where what is still to leave is to leave from, as of now."""
        wanted = {}
        for row in self.sudo().placement_ids:
            units = row.units - row._gone() if row.state == "ships" else 0.0
            if units > 0:
                key = (row.line_external_id, row.location_id.external_id)
                wanted[key] = wanted.get(key, 0) + int(units)
        return doc.PlaceMove(
            order_id=self.external_id,
            wanted=tuple(
                (line_id, place_id, Decimal(units))
                for (line_id, place_id), units in sorted(wanted.items())
            ),
        )

    def _asked_there(self, line_ids):
        """Return {(order line id, place id): units} that the channel asks for."""
        asked = {}
        for request in self.shipment_orders or []:
            movable = request["state"] in MOVABLE and not request.get("taken_along")
            for line_id, _quantity, remaining in request["lines"] if movable else ():
                if line_id in line_ids:
                    key = (line_id, request["location_id"])
                    asked[key] = asked.get(key, 0) + Decimal(repr(remaining))
        return asked

    def _place_names(self, document):
        """Return the names of the places that ``document`` names."""
        ids = {place_id for _line, place_id, _units in document.wanted}
        places = self.env["retail.sync.location"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("external_id", "in", list(ids)),
            ]
        )
        return ", ".join(sorted(places.mapped("name")))

    def _note_move(self, document, outcome):
        """Put the channel's answer on the timeline; a refusal asks a person."""
        places = self._place_names(document)
        Issue = self.env["retail.sync.issue"]
        if outcome.state != "refused":
            self._note("move_told", places=places)
            Issue._close_about(self.channel_id, KIND, [self])
            return
        message = outcome.message or outcome.code
        self._note("move_refused", places=places, message=message)
        Issue._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params={"places": places, "answer": message},
            record=self,
            about=[self],
        )


def _by_key(wanted):
    return {(line_id, place_id): units for line_id, place_id, units in wanted}
