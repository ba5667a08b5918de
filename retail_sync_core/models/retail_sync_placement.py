from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

STATES = [("ships", "Ships"), ("given_back", "Gave it back")]
REASONS = [
    ("missing", "Not found"),
    ("damaged", "Damaged"),
    ("busy", "Too busy"),
    ("other", "Other"),
]

# What nobody is promised at places: on hand, less what open moves take away and what is
# promised to orders that have no deliveries yet. ORM: it would ask per place.
FREE = """
WITH spot AS MATERIALIZED (
       SELECT p.id AS place_id, s.id AS location_id
         FROM retail_sync_location p
         JOIN stock_location r ON r.id = p.location_id
         JOIN stock_location s ON starts_with(s.parent_path, r.parent_path)
        WHERE p.id = ANY(%(places)s) AND NOT EXISTS (
              SELECT 1 FROM retail_sync_location_left_out_rel l
                JOIN stock_location o ON o.id = l.location_id
               WHERE l.place_id = p.id AND starts_with(s.parent_path, o.parent_path)))
SELECT place_id, part_id, SUM(units)
  FROM (SELECT spot.place_id, q.product_id AS part_id, q.quantity::numeric AS units
          FROM stock_quant q JOIN spot ON spot.location_id = q.location_id
         WHERE q.product_id = ANY(%(parts)s)
           AND (q.owner_id IS NULL OR q.owner_id = %(owner)s)
         UNION ALL
        SELECT spot.place_id, m.product_id,
               -GREATEST(0, m.product_qty::numeric - COALESCE(fed.qty, 0))
          FROM stock_move m
          JOIN spot ON spot.location_id = m.location_id
          LEFT JOIN spot ends ON ends.place_id = spot.place_id
               AND ends.location_id = COALESCE(m.location_final_id, m.location_dest_id)
         CROSS JOIN LATERAL (
               SELECT SUM(o.product_qty)::numeric AS qty
                 FROM stock_move_move_rel r JOIN stock_move o ON o.id = r.move_orig_id
                WHERE r.move_dest_id = m.id
                  AND o.state NOT IN ('done', 'cancel')) fed
         WHERE ends.location_id IS NULL AND m.product_id = ANY(%(parts)s)
           AND m.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
         UNION ALL
        SELECT r.location_id, draw.key::int, -r.units::numeric * draw.value::numeric
          FROM retail_sync_placement r
          JOIN retail_sync_order o ON o.id = r.order_id
               AND o.state NOT IN ('cancelled', 'ignored')
          LEFT JOIN sale_order so ON so.id = o.order_id
         CROSS JOIN LATERAL jsonb_each_text(r.draws) draw
         WHERE r.state = 'ships' AND r.location_id = ANY(%(places)s)
           AND r.order_id <> %(order)s
           AND COALESCE(so.state, 'draft') IN ('draft', 'sent')
           AND draw.key::int = ANY(%(parts)s)) x
 GROUP BY place_id, part_id
"""


class RetailSyncPlacement(models.Model):
    """Units of an order line that a location ships, by a decision made here."""

    _name = "retail.sync.placement"
    _description = "Where an Order Ships From"
    _order = "id"
    _rec_name = "location_id"

    order_id = fields.Many2one(
        "retail.sync.order", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id")
    line_external_id = fields.Char(string="Line there", required=True, readonly=True)
    title = fields.Char(string="What", compute="_compute_title")
    location_id = fields.Many2one(
        "retail.sync.location",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    state = fields.Selection(STATES, default="ships", required=True, readonly=True)
    units = fields.Float(digits="Product Unit", readonly=True)
    launched = fields.Float(
        string="Asked for",
        digits="Product Unit",
        readonly=True,
        help="Units that deliveries were made for.",
    )
    draws = fields.Json(
        readonly=True, help="What one unit takes off the stock: product id, units."
    )
    placed_at = fields.Datetime(
        string="Decided", default=fields.Datetime.now, required=True, readonly=True
    )
    reason = fields.Selection(REASONS, string="Why", readonly=True)
    note = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.uid
    )

    _ships_uniq = models.UniqueIndex(
        "(order_id, line_external_id, location_id) WHERE state = 'ships'",
        "A location ships a line once.",
    )
    _day_idx = models.Index("(location_id, placed_at) WHERE state = 'ships'")

    @api.depends("line_external_id", "order_id.line_ids.title")
    def _compute_title(self):
        for row in self:
            line = row.order_id.line_ids.filtered(
                lambda line, row=row: line.external_id == row.line_external_id
            )
            row.title = line[:1].title or row.line_external_id

    @api.model
    def _free(self, places, part_ids, order):
        """Return {place id: {product id: units that nobody is promised}}.

        :param order: the ``retail.sync.order`` that asks; its own plan is no promise
        """
        if not (places and part_ids):
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                FREE,
                places=places.ids,
                parts=sorted(part_ids),
                owner=order.company_id.partner_id.id,
                order=order.id,
            )
        )
        free = {}
        for place_id, part_id, units in rows:
            free.setdefault(place_id, {})[part_id] = Decimal(repr(float(units)))
        return free

    @api.model
    def _placed_today(self, places, order):
        """Return {place id: other orders that it was given today}."""
        if not places:
            return {}
        counted = {}
        for place in places:
            [(number,)] = self._read_group(
                [
                    ("location_id", "=", place.id),
                    ("state", "=", "ships"),
                    ("placed_at", ">=", place._begin_of_day()),
                    ("order_id", "!=", order.id),
                    ("order_id.state", "not in", ("cancelled", "ignored")),
                ],
                [],
                ["order_id:count_distinct"],
            )
            counted[place.id] = number
        return counted

    def _by_line(self):
        """Return {order line id: placements}, of what still ships."""
        lines = {}
        for row in self.filtered(lambda one: one.state == "ships" and one.units > 0):
            lines[row.line_external_id] = (
                lines.get(row.line_external_id, self.browse()) | row
            )
        return lines

    def _gone(self):
        """Return the units that have left from here; of a kit once it left whole."""
        line = self.order_id.line_ids.filtered(
            lambda one: one.external_id == self.line_external_id
        ).sale_line_id
        warehouse = self.location_id._ship_warehouse()
        moves = line.move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.location_dest_usage == "customer"
                and move.picking_type_id.warehouse_id == warehouse
            )
        )
        if moves.product_id - line.product_id:
            whole = set(moves.mapped("state")) == {"done"}
            return self.units if whole else 0.0
        return sum(
            move.product_uom._compute_quantity(move.quantity, line.product_uom_id)
            for move in moves
            if move.state == "done"
        )

    def _main_warehouse(self):
        """Return the warehouse that ships most of it."""
        first = self.sorted(lambda row: (-row.units, row.id))[:1]
        return first.location_id._ship_warehouse()
