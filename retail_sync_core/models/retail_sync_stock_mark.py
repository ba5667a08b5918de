import time

from odoo import api, fields, models
from odoo.tools import SQL

from .. import stock_triggers
from ..database import LooseMany2one, tune_hot_table
from ..stock_terms import find_kits, find_parts
from ..waking import wake_after_commit

BATCH = 5000
SWEEP_S = 15.0
_swept = {}

TAKE = """
DELETE FROM retail_sync_stock_mark
 WHERE id = ANY (ARRAY(
       SELECT id FROM retail_sync_stock_mark
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING product_id, location_id, channel_id, marked_at
"""
# A mark without a product means all of them, without a location all locations. What is
# asked for above a place may be taken from it, too. Only what is offered gets a level;
# a level that is no longer offered is left as it is.
# OFFSET 0 keeps the planner at looking up by index: where statistics are older than a
# great load it takes a table for a row, and compares every row with every other.
RAISE = """
WITH mark AS MATERIALIZED (
       SELECT m.product_id, m.location_id, m.channel_id, m.marked_at, s.parent_path
         FROM unnest(%(products)s::int[], %(locations)s::int[], %(channels)s::int[],
                     %(times)s::timestamp[])
              AS m (product_id, location_id, channel_id, marked_at)
         LEFT JOIN stock_location s ON s.id = m.location_id),
     place AS MATERIALIZED (
       SELECT p.id, p.channel_id, p.company_id, s.parent_path,
              p.frozen_at IS NOT NULL AS is_frozen
         FROM retail_sync_location p JOIN stock_location s ON s.id = p.location_id
        WHERE p.state = 'mapped' AND p.stock_owner = 'odoo'
        UNION
       SELECT p.id, p.channel_id, p.company_id, s.parent_path,
              p.frozen_at IS NOT NULL
         FROM retail_sync_location p
         JOIN retail_sync_location_also_rel r ON r.place_id = p.id
         JOIN stock_location s ON s.id = r.location_id
        WHERE p.state = 'mapped' AND p.stock_owner = 'odoo'),
     hit AS (
       SELECT i.id AS listing_id, i.product_id, place.id AS location_id,
              place.channel_id, place.company_id, place.is_frozen, mark.marked_at
         FROM mark
        CROSS JOIN LATERAL (
              SELECT l.id, l.product_id, l.channel_id
                FROM retail_sync_listing l
               WHERE l.product_id = mark.product_id
                 AND l.state = 'matched' AND l.published AND l.tracked
              OFFSET 0) i
         JOIN place ON place.channel_id = i.channel_id
        WHERE (mark.channel_id IS NULL OR mark.channel_id = i.channel_id)
          AND (mark.location_id IS NULL
               OR starts_with(mark.parent_path, place.parent_path)
               OR starts_with(place.parent_path, mark.parent_path))
        UNION ALL
       SELECT i.id, i.product_id, place.id, place.channel_id, place.company_id,
              place.is_frozen, mark.marked_at
         FROM mark
         JOIN place ON mark.channel_id IS NULL OR mark.channel_id = place.channel_id
         JOIN retail_sync_listing i ON i.channel_id = place.channel_id
        WHERE mark.product_id IS NULL AND i.product_id IS NOT NULL
          AND (mark.location_id IS NULL
               OR starts_with(mark.parent_path, place.parent_path)
               OR starts_with(place.parent_path, mark.parent_path))
          AND i.state = 'matched' AND i.published AND i.tracked)
INSERT INTO retail_sync_level AS l (
       listing_id, location_id, channel_id, company_id, product_id, state,
       wanted_generation, sent_generation, awaits_count, marked_at,
       create_uid, create_date, write_uid, write_date)
SELECT hit.listing_id, hit.location_id, hit.channel_id, hit.company_id, hit.product_id,
       'wanted', 1, 0, bool_or(hit.is_frozen), min(hit.marked_at),
       1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
  FROM hit
 CROSS JOIN LATERAL (
       SELECT t.is_storable
         FROM product_product x JOIN product_template t ON t.id = x.product_tmpl_id
        WHERE x.id = hit.product_id OFFSET 0) goods
 WHERE goods.is_storable OR hit.product_id = ANY(%(kits)s)
 GROUP BY hit.listing_id, hit.location_id, hit.channel_id, hit.company_id,
          hit.product_id
 ORDER BY hit.listing_id, hit.location_id
ON CONFLICT (listing_id, location_id) DO UPDATE
   SET wanted_generation = l.wanted_generation + 1, due_at = NULL,
       marked_at = COALESCE(l.marked_at, EXCLUDED.marked_at),
       product_id = EXCLUDED.product_id,
       state = CASE WHEN l.state IN ('acknowledged', 'refused') THEN 'wanted'
               ELSE l.state END
RETURNING l.location_id
"""
# Products that are kits: they have no stock of their own and are offered all the same.
KITS = """
SELECT x.id FROM mrp_bom b
  JOIN product_product x ON x.product_tmpl_id = b.product_tmpl_id
   AND (b.product_id IS NULL OR b.product_id = x.id)
 WHERE b.type = 'phantom' AND b.active
"""


class RetailSyncStockMark(models.Model):
    """Look again at this stock. A mark has no quantity: it is never late or wrong.

    Rows are only appended, by triggers in anybody's transaction and by us where a level
    changes without a quant (mapping, buffers, archived products, open orders).
    """

    _name = "retail.sync.stock.mark"
    _description = "Stock Mark"
    _log_access = False
    _order = "id"

    product_id = LooseMany2one("product.product", readonly=True)
    location_id = LooseMany2one("stock.location", readonly=True)
    channel_id = LooseMany2one("retail.sync.channel", readonly=True)
    marked_at = fields.Datetime(string="Marked", readonly=True)

    def init(self):
        """Prepare the table for many short-lived rows, and put up the triggers."""
        tune_hot_table(self.env.cr, self._table)
        stock_triggers.create(self.env.cr)

    @api.model
    def _append(self, marks):
        """Append ``marks``: (product id, location id, channel id), None for all."""
        rows = sorted(set(marks), key=lambda mark: [value or 0 for value in mark])
        if not rows:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO retail_sync_stock_mark
                          (product_id, location_id, channel_id, marked_at)
                   SELECT p, l, c, now() AT TIME ZONE 'UTC'
                     FROM unnest(%s::int[], %s::int[], %s::int[]) m (p, l, c)""",
                *(
                    [value or None for value in column]
                    for column in zip(*rows, strict=True)
                ),
            )
        )
        wake_after_commit(self.env.cr)

    @api.model
    def _consume(self, limit=BATCH):
        """Turn up to ``limit`` marks into wanted levels and push jobs; return how many.

        Called each turn of a worker in a short READ COMMITTED transaction of its own:
        the marks go and the generations rise together; quantities are computed later.
        """
        Demand = self.env["retail.sync.demand"]
        settled = Demand._settle()
        self.env.cr.execute(TAKE, [limit])
        taken = self.env.cr.fetchall()
        if taken:
            self._enqueue_pushes(self._raise_levels(taken))
        elif not settled:
            self._sweep()
        return len(taken) + settled

    def _raise_levels(self, taken):
        """Raise the generation of what ``taken`` touches; return the locations."""
        marks = {}
        kits = self._find_touched({row[0] for row in taken if row[0]})
        for product_id, location_id, channel_id, marked_at in taken:
            for touched in (product_id, *kits.get(product_id, ())):
                key = (touched, location_id, channel_id)
                marks[key] = min(marked_at, marks.get(key, marked_at))
        products, locations, channels = map(list, zip(*marks, strict=True))
        self.env.cr.execute(
            RAISE,
            {
                "products": products,
                "locations": locations,
                "channels": channels,
                "times": list(marks.values()),
                "kits": self._kit_ids(),
            },
        )
        places = {row[0] for row in self.env.cr.fetchall()}
        self.env["retail.sync.level"].invalidate_model()
        return self.env["retail.sync.location"].browse(sorted(places))

    def _find_touched(self, product_ids):
        """Return {product id: ids of other products whose offer changes with it}.

        Parts change what their kits offer; a sold kit what its parts offer, and so what
        other kits of these parts do.
        """
        touched = find_kits(self.env, product_ids)
        for kit_id in product_ids & set(self._kit_ids()):
            parts = find_parts(self.env, [kit_id])
            above = find_kits(self.env, parts)
            touched[kit_id] = parts.union(touched.get(kit_id, ()), *above.values())
        return touched

    def _kit_ids(self):
        if "mrp.bom" not in self.env:
            return []
        self.env.cr.execute(KITS)
        return [row[0] for row in self.env.cr.fetchall()]

    def _enqueue_pushes(self, places):
        """Append a push job for each location that may be told."""
        rows = [
            {
                "channel": place.channel_id,
                "handler": "stock.push",
                "order_key": place._stock_key(),
                "identity": place._stock_key(),
                "lane": 0,
                "payload": {"location_id": place.id},
            }
            for place in places.filtered(lambda place: place._may_be_told())
        ]
        self.env["retail.sync.job"]._enqueue_many(rows)

    def _sweep(self):
        """Push what waits without a job: a job died, a workflow is on again."""
        db_name = self.env.cr.dbname
        if time.monotonic() - _swept.get(db_name, float("-inf")) < SWEEP_S:
            return
        _swept[db_name] = time.monotonic()
        self._enqueue_pushes(self.env["retail.sync.level"]._find_forgotten())
