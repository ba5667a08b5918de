from decimal import Decimal

from odoo import Command, fields, models

from ..domain import placing
from ..stock_terms import find_draws

# what is sent to an address; the rest leaves from where the channel says
SENT = ("shipping", "pickup_point")


class RetailSyncOrder(models.Model):
    """Where an order ships from: decided here, once, and kept."""

    _inherit = "retail.sync.order"

    placement_ids = fields.One2many(
        "retail.sync.placement", "order_id", string="Ships from", readonly=True
    )

    def _decides_place(self, document):
        """Return whether Odoo decides where ``document``'s goods leave from."""
        channel = self.channel_id
        return bool(
            channel.ships_from == "odoo"
            and document.delivery.kind in SENT
            and not document.till_id
            and not (self.is_history or channel._only_looks())
        )

    def _placements(self):
        """Return {order line id: placements} of what still ships."""
        return self.sudo().placement_ids._by_line()

    def _wants_of(self, units, products):
        """Return what is to be placed.

        :param units: {order line id: units}
        :param products: {order line id: (product, listing or none)}
        """
        ids = {products[line_id][0].id for line_id in units}
        parts = {}
        for product_id, part_id, ratio in find_draws(self.env, ids, self.company_id):
            if product_id in ids:
                parts.setdefault(product_id, {})[part_id] = ratio
        wants = []
        for line_id, count in units.items():
            product, listing = products[line_id]
            unit = listing.uom_id if listing else product.uom_id
            each = unit or product.uom_id
            factor = each._compute_quantity(1.0, product.uom_id, round=False)
            draws = {
                part_id: ratio * Decimal(repr(factor))
                for part_id, ratio in parts.get(product.id, {}).items()
                if part_id != product.id or product.is_storable
            }
            wants.append(placing.Want(line_id=line_id, units=int(count), draws=draws))
        return wants

    def _place(self, wants, address, but=None):
        """Decide who ships ``wants``, write it down and say why.

        :param address: as ``_nearness`` of a location takes it
        :param but: locations that may not
        :return: the choice; ``nowhere`` when no location may ship it
        """
        rows = self.env["retail.sync.location"]._that_may_ship(self.channel_id)
        rows -= but or rows.browse()
        places = self._candidates(rows, wants, address)
        nearest_first = self.channel_id.ships_first == "near"
        choice = placing.choose(wants, places, nearest_first=nearest_first)
        if choice.parts:
            self._keep_choice(choice, wants)
            said = placing.explain(choice, wants, places, nearest_first=nearest_first)
            self._note("placed", said=said)
        return choice

    def _candidates(self, rows, wants, address):
        """Return the locations ``rows`` as the rule wants them."""
        Placement = self.env["retail.sync.placement"].sudo()
        parts = {part_id for want in wants for part_id in want.draws}
        free = Placement._free(rows, parts, self)
        counts = Placement._placed_today(rows.filtered("ship_limit"), self)
        used = self.sudo().placement_ids.filtered(
            lambda row: row.state == "ships" and row.units > 0
        )
        return [
            placing.Place(
                place_id=row.id,
                name=row.name,
                rank=row.ship_rank,
                nearness=row._nearness(address),
                is_used=row in used.location_id,
                free=free.get(row.id, {}),
                kept=Decimal(repr(row.counter_qty)),
                closed=not row._opens_before(self.ship_by),
                full=row.id in counts and counts[row.id] >= row.ship_limit,
            )
            for row in rows
        ]

    def _keep_choice(self, choice, wants):
        draws = {
            want.line_id: {str(part): float(each) for part, each in want.draws.items()}
            for want in wants
        }
        for part in choice.parts:
            place = self.env["retail.sync.location"].browse(part.place_id)
            self._ship_more(part.line_id, place, part.units, draws[part.line_id])

    def _ship_more(self, line_id, place, units, draws):
        """Let ``place`` ship so many more units of a line."""
        known = self.sudo().placement_ids.filtered(
            lambda row: (
                row.state == "ships"
                and row.line_external_id == line_id
                and row.location_id == place
            )
        )
        if known:
            known.units += units
        else:
            self.sudo().placement_ids = [
                Command.create(
                    {
                        "line_external_id": line_id,
                        "location_id": place.id,
                        "units": units,
                        "draws": draws,
                    }
                )
            ]

    def _ship_less(self, rows, units):
        """Take units off the placements ``rows`` of a line, from the least on."""
        for row in rows.sorted(lambda one: (one.units, one.id)):
            less = min(row.units, units)
            row.units -= less
            units -= less
