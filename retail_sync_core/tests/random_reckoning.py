"""What may be offered, reckoned by the ORM from what is there and who asks for it.

It knows nothing of our statement: products one by one, moves one by one.
"""

import math
from datetime import timedelta

from odoo import fields


class Reckoning:
    """For a case with ``moves``, ``receipts`` and ``demands`` of its own making."""

    def reckon(self, listing, place):
        """Return what may be offered: what Odoo finds free, less open demand."""
        product = listing.product_id
        if place.frozen_at and (listing, place) in self.kept:
            return self.reckon_counted(listing, place)
        return self.whole(self.free(product, place) / self.pack(product, place))

    def whole(self, units):
        """Return whole units, never below zero."""
        return max(0, math.floor(units + 1e-6))

    def pack(self, product, place):
        """Return how many of our units one of theirs is."""
        return 12 if product == self.dozen and place != self.far_place else 1

    def reckon_counted(self, listing, place):
        """Return what was offered when the count began, less what is gone since."""
        figure, then = self.kept[listing, place]
        now = self.promised(listing.product_id, place)
        pack = self.pack(listing.product_id, place)
        before = min(free / each for each, free, _taken in then.values())
        left = min(
            (free - max(0, now[part][2] + self.gone(part, place) - taken)) / each
            for part, (each, free, taken) in then.items()
        )
        return self.whole(figure - (before - left) / pack)

    def promised(self, product, place):
        """Return {part: (units a kit takes, free, promised)}; of no kit itself."""
        needs = self.parts_of(product, place.company_id) or {product: 1}
        return {
            part: (each, self.free(part, place), self.taken(part, place))
            for part, each in needs.items()
        }

    def taken(self, product, place):
        """Return units that are promised to somebody."""
        known = 0 if place == self.far_place else self.known_demand(product)
        reserved = sum(
            self.own_quants(product, place, offered=True).mapped("reserved_quantity")
        )
        tills = self.at_tills(product, place)
        return reserved + self.asked(product, place) + known + tills

    def gone(self, product, place):
        """Return units that left ``place`` since its count began, not by the count."""
        lines = self.env["stock.move.line"].search(
            [
                ("product_id", "=", product.id),
                ("state", "=", "done"),
                ("move_id.date", ">=", place.frozen_at),
                ("location_dest_id.usage", "!=", "inventory"),
            ]
        )
        return sum(
            line.quantity_product_uom
            for line in lines
            if self.offers(place, line.location_id)
            and not self.offers(place, line.location_dest_id)
        )

    def own_quants(self, product, place, *, offered):
        """Return the quants at ``place``, those that may be offered or all others."""
        inside = self.inside(place)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", inside.ids)]
        )
        return quants.filtered(lambda q: self.may_be_offered(q, place) == offered)

    def may_be_offered(self, quant, place):
        """Return whether a quant is ours, fresh, and not set aside."""
        is_ours = not quant.owner_id or place.offers_consigned
        lot = quant.lot_id
        ends = lot.removal_date if lot and "removal_date" in lot._fields else False
        is_fresh = not ends or ends > fields.Datetime.now()
        return is_ours and is_fresh and self.offers(place, quant.location_id)

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
        others = self.own_quants(product, place, offered=False)
        return at.free_qty - sum(q.quantity - q.reserved_quantity for q in others)

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
        is_in = any(self.is_in(location, root) for root in self.inside(place))
        return is_in and not any(
            self.is_in(location, out) for out in place.left_out_ids
        )

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
