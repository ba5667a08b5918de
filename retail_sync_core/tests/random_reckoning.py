"""What may be offered, reckoned by the ORM from what is there and who asks for it.

It knows nothing of our statement: products one by one, moves one by one.
"""

import math
from datetime import timedelta

from odoo import fields


class Reckoning:
    """For a case with ``moves``, ``receipts`` and ``demands`` of its own making."""

    def reckon(self, product, place):
        """Return what may be offered: what Odoo finds free, less open demand."""
        free = self.free(product, place)
        if product == self.dozen and place != self.far_place:
            free /= 12
        return max(0, math.floor(free + 1e-6))

    def free(self, product, place):
        """Return free units less demand nobody reserved; of kits, by their parts."""
        needs = self.parts_of(product, place.company_id)
        if needs:
            return min(self.free(part, place) / qty for part, qty in needs.items())
        known = 0 if place == self.far_place else self.known_demand(product)
        taken = self.asked(product, place) + known + self.at_tills(product, place)
        return self.on_shelf(product, place) + self.to_come(product, place) - taken

    def inside(self, place):
        """Return our locations that ``place`` offers, each with all below."""
        return place.location_id | place.also_ids

    def on_shelf(self, product, place):
        """Return what Odoo finds free at ``place``."""
        inside = self.inside(place)
        if product in self.kits:
            # Odoo's superuser sees a kit in every company; a user of that one does not
            quants = self.env["stock.quant"]
            return sum(
                quants._get_available_quantity(product, spot, allow_negative=True)
                for spot in inside
            )
        at = product.with_company(place.company_id).with_context(
            location=inside.ids, allowed_company_ids=place.company_id.ids
        )
        return at.free_qty

    def asked(self, product, place):
        """Return units that somebody waits for and may be given from ``place``."""
        return sum(
            max(0.0, move.product_qty - sum(move.move_line_ids.mapped("quantity")))
            for move in self.moves
            if move.product_id == product
            and move.state in ("waiting", "confirmed", "partially_available")
            and self.may_take(move.location_id, place)
            and not self.offers(place, move.location_dest_id)
        )

    def to_come(self, product, place):
        """Return units that suppliers bring to ``place`` within its days ahead."""
        end = fields.Datetime.now() + timedelta(days=place.incoming_days)
        return sum(
            move.product_qty
            for move in self.receipts
            if place.incoming_days
            and move.product_id == product
            and move.state not in ("done", "cancel")
            and move.date <= end
            and self.offers(place, move.location_dest_id)
        )

    def offers(self, place, location):
        """Return whether ``place`` offers what lies at ``location``."""
        return any(self.is_in(location, root) for root in self.inside(place))

    def may_take(self, source, place):
        """Return whether who takes from ``source`` may take what ``place`` offers."""
        return self.offers(place, source) or any(
            self.is_in(root, source) for root in self.inside(place)
        )

    def parts_of(self, product, company):
        """Return {part: units} of what is a kit in ``company``; else nothing."""
        Bom = self.env["mrp.bom"].with_company(company)
        bom = Bom._bom_find(product, company_id=company.id, bom_type="phantom")[product]
        needs = {}
        for line, data in bom.explode(product, 1)[1] if bom else ():
            needs[line.product_id] = needs.get(line.product_id, 0) + data["qty"]
        return needs

    def at_tills(self, product, place):
        """Return units sold at tills and not booked; there are none here."""
        return 0

    def is_in(self, location, root):
        """Return whether ``location`` is ``root`` or below it."""
        return location.parent_path.startswith(root.parent_path)

    def known_demand(self, product):
        """Return units of orders that are known and not imported."""
        total = 0.0
        for sold, units in self.demands.values():
            total += units * self.takes(sold, product)
        return total

    def takes(self, sold, part):
        """Return how many ``part`` one unit of ``sold`` takes."""
        if sold == part:
            return 12 if sold == self.dozen else 1
        return self.parts_of(sold, self.channel.company_id).get(part, 0)
