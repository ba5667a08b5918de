from odoo import api, fields, models
from odoo.tools import SQL

from .retail_sync_level_ledger import OFFERED, TELLABLE

PACE_DAYS = 28
# How fast a product sells where a level is offered: what left for customers from there
# and below, by whatever way it was sold; what is packed and leaves elsewhere in the
# house, from its shelves.
PACE = """
WITH sold AS MATERIALIZED (
       SELECT m.product_id, COALESCE(shelf.parent_path, s.parent_path) AS parent_path,
              SUM(m.product_qty) AS units
         FROM stock_move m
         JOIN stock_location s ON s.id = m.location_id AND s.usage = 'internal'
         JOIN stock_location t ON t.id = m.location_dest_id AND t.usage = 'customer'
         LEFT JOIN stock_warehouse w
              ON m.location_id IN (w.wh_pack_stock_loc_id, w.wh_output_stock_loc_id)
         LEFT JOIN stock_location shelf ON shelf.id = w.lot_stock_id
        WHERE m.state = 'done' AND m.date >= %(since)s
        GROUP BY 1, 2),
     spot AS MATERIALIZED (
       SELECT p.id AS place_id, s.parent_path
         FROM retail_sync_location p JOIN stock_location s ON s.id = p.location_id
        UNION
       SELECT r.place_id, s.parent_path
         FROM retail_sync_location_also_rel r
         JOIN stock_location s ON s.id = r.location_id),
     pace AS (
       SELECT l.id, SUM(sold.units) / %(days)s AS units
         FROM retail_sync_level l
         JOIN sold ON sold.product_id = l.product_id AND EXISTS (
              SELECT 1 FROM spot WHERE spot.place_id = l.location_id
                 AND starts_with(sold.parent_path, spot.parent_path))
        GROUP BY l.id)
UPDATE retail_sync_level l SET sold_per_day = COALESCE(pace.units, 0)
  FROM retail_sync_level o LEFT JOIN pace ON pace.id = o.id
 WHERE l.id = o.id
   AND abs(COALESCE(l.sold_per_day, 0) - COALESCE(pace.units, 0)) > 0.005
"""
# The first to be worth a call: what is near zero, overdue, or enough for a whole call.
DUE = """
SELECT bool_or(l.near_zero OR l.due_at <= %(now)s) OR count(*) >= %(batch)s
  FROM (SELECT l.near_zero, l.due_at
          FROM retail_sync_level l JOIN retail_sync_listing i ON i.id = l.listing_id
         WHERE l.location_id = %(place)s AND l.wanted_generation > l.sent_generation
           AND l.state = ANY(%(states)s) AND l.due_at IS NOT NULL AND %(offered)s
         ORDER BY l.near_zero DESC, l.due_at LIMIT %(batch)s) l
"""
WAIT = """
SELECT min(CASE WHEN l.state = 'conflict' AND l.asked_at IS NOT NULL THEN %(orders_s)s
           WHEN l.near_zero OR l.state IN ('conflict', 'inactive') THEN 0
           ELSE GREATEST(0, extract(
                epoch FROM COALESCE(l.due_at, %(now)s) - %(now)s)) END)
  FROM retail_sync_level l
  JOIN retail_sync_listing i ON i.id = l.listing_id
  JOIN retail_sync_location p ON p.id = l.location_id
 WHERE l.location_id = %(place)s AND l.wanted_generation > l.sent_generation
   AND %(tellable)s
"""


class RetailSyncLevel(models.Model):
    """When a level is told: at once where little is left, else with others together.

    A level that is to be told is judged once after each change. What is near zero, over
    there or here, leaves with the next call; the rest is gathered for some minutes, or
    until a call is full.
    """

    _inherit = "retail.sync.level"

    near_zero = fields.Boolean(
        string="Near zero", readonly=True, help="Little is left: told at once."
    )
    due_at = fields.Datetime(
        string="Told at the latest",
        readonly=True,
        help="Empty: the change has not been looked at yet.",
    )
    tell_anew = fields.Boolean(
        string="To be told anew",
        readonly=True,
        help="Told even if the channel has that figure already.",
    )
    sold_per_day = fields.Float(
        string="Sold per day",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="Units a day that left for customers in the last four weeks.",
    )

    _waits_idx = models.Index("(channel_id, marked_at) WHERE marked_at IS NOT NULL")
    _wanted_idx = models.Index(
        "(location_id, near_zero, marked_at, id)"
        " WHERE wanted_generation > sent_generation"
    )

    @api.model
    def _take_unjudged(self, place, states, limit):
        """Lock and return up to ``limit`` levels whose change is not judged yet."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT l.id
                     FROM retail_sync_level l
                     JOIN retail_sync_listing i ON i.id = l.listing_id
                    WHERE l.location_id = %s AND l.wanted_generation > l.sent_generation
                      AND l.due_at IS NULL AND l.state = ANY(%s) AND %s
                    ORDER BY l.marked_at, l.id LIMIT %s
                      FOR UPDATE OF l""",
                place.id,
                list(states),
                OFFERED,
                limit,
            )
        )
        return self.browse([row[0] for row in rows])

    def _is_near_zero(self, offered, workflow):
        """Return whether so little is left, here or there, that it is told at once."""
        left = min(offered, self.expected_qty) if self.acked_at else offered
        return (
            left < workflow.urgent_units
            or left < workflow.urgent_days * self.sold_per_day
        )

    @api.model
    def _write_judged(self, quantities, near_zero_ids, gather_s):
        """Write what the levels are to be told, and by when.

        :param quantities: {level id: units}
        :param gather_s: how long the others may wait after their change
        """
        self._update_many(
            SQL(
                """wanted_qty = v.quantity, near_zero = l.id = ANY(%s),
                   due_at = CASE WHEN l.tell_anew OR l.sent_generation = 0
                       THEN %s ELSE
                       COALESCE(l.marked_at, %s) + %s * interval '1 second' END""",
                list(near_zero_ids),
                self.env.cr.now(),
                self.env.cr.now(),
                gather_s,
            ),
            quantities,
        )

    @api.model
    def _is_due(self, place, states, batch):
        """Return whether it is time for the next call to ``place``."""
        query = SQL(
            DUE,
            offered=OFFERED,
            place=place.id,
            states=list(states),
            batch=batch,
            now=self.env.cr.now(),
        )
        return bool(self.env.execute_query(query)[0][0])

    @api.model
    def _wait_s(self, place, orders_s):
        """Return in how many seconds something is to be told to ``place``.

        :param orders_s: how long to wait where the channel's orders come first
        :return: None when nothing waits at all
        """
        query = SQL(
            WAIT,
            tellable=TELLABLE,
            place=place.id,
            orders_s=orders_s,
            now=self.env.cr.now(),
        )
        wait = self.env.execute_query(query)[0][0]
        return None if wait is None else float(wait)

    @api.autovacuum
    def _refresh_pace(self):
        """Work out once a day how fast each product sells at each location."""
        self.env.flush_all()
        now = self.env.cr.now()
        self.env.cr.execute("SELECT %s - %s * interval '1 day'", [now, PACE_DAYS])
        (since,) = self.env.cr.fetchone()
        self.env.cr.execute(PACE, {"since": since, "days": PACE_DAYS})
        self.invalidate_model(["sold_per_day"])
