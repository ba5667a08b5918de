"""What our books say of stock that somebody else counts, in one statement.

Set-based SQL: a report names thousands of products, and for each the ORM would ask for
its moves, their orders, deliveries and shipments one by one.
"""

from decimal import Decimal

from .domain.counting import Books
from .stock_terms import find_draws

# A sale is counted by whoever keeps the order and the figure on one clock; a shop takes
# the units off while the order is being made, so a little before its time.
SAME_SALE_S = 120
# Done moves that are older than this are in every figure.
LOOK_BACK = "30 days"

# When who counts what lies there took off what move ``m`` shipped: told to it, or told
# by it; where nothing is to be told, when it left.
TOLD = """SELECT f.state, f.settled_at FROM retail_sync_effect f
               WHERE f.res_model = 'stock.picking' AND f.res_id = m.picking_id
                 AND f.channel_id = %(channel)s AND f.kind = 'shipment' AND %(on_hand)s
               ORDER BY f.id DESC LIMIT 1"""
COUNTED = """COALESCE(
                  {own},
                  CASE WHEN told.state IS NULL THEN COALESCE(t.elsewhere_at, m.date)
                       WHEN told.state = 'applied' THEN told.settled_at
                       WHEN told.state IN ('refused', 'abandoned') THEN m.date END)"""
COUNTED_OUT = COUNTED.format(own="m.counted_at")
COUNTED_AT = COUNTED.format(own="k.retail_sync_counted_at")

# said: the figures, by listing; sales_at: until when a sale is in the figure.
# spot: the locations whose stock is counted. since: the oldest figure of a product.
# crossed: what was done across the border of the location. Inventory adjustments are
# figures, no movements: a count of ours does not add to theirs.
# is_step: on the way of a sold line to the door of the same warehouse. Who counts what
# is free has it off since the sale; who counts what lies there, once it is shipped.
# theirs: deliveries of the channel's own orders. elsewhere: what the channel says was
# shipped and we did not tell it. What only figures of what lies there need is left out
# where there are none.
BOOKS = f"""
WITH said AS MATERIALIZED (
       SELECT v.*, LEAST(v.as_of, v.changed_at + {SAME_SALE_S} * interval '1 second')
                   AS sales_at
         FROM unnest(%(products)s::int[], %(listings)s::int[], %(kinds)s::text[],
                     %(times)s::timestamp[], %(changes)s::timestamp[])
              AS v (product_id, listing_id, kind, as_of, changed_at)),
     since AS MATERIALIZED (
       SELECT product_id, min(as_of) AS as_of, min(COALESCE(sales_at, as_of))
              AS sales_at, min(kind) AS kind
         FROM said GROUP BY product_id),
     spot AS MATERIALIZED (
       SELECT s.id FROM stock_location s
        WHERE EXISTS (SELECT 1 FROM unnest(%(roots)s::text[]) r (path)
                       WHERE starts_with(s.parent_path, r.path))
          AND NOT EXISTS (SELECT 1 FROM unnest(%(left_out)s::text[]) r (path)
                           WHERE starts_with(s.parent_path, r.path))),
     held AS (
       SELECT q.product_id, SUM(q.quantity)::numeric AS units
         FROM since JOIN stock_quant q ON q.product_id = since.product_id
         JOIN spot ON spot.id = q.location_id
        WHERE q.owner_id IS NULL OR q.owner_id = %(owner)s
        GROUP BY q.product_id),
     crossed AS MATERIALIZED (
       SELECT ml.product_id, src.id IS NOT NULL AS is_out, m.date, m.picking_id,
              CASE WHEN src.id IS NULL THEN -ml.quantity_product_uom::numeric
                   ELSE ml.quantity_product_uom::numeric END AS units,
              line.id AS sale_line_id, k.retail_sync_counted_at AS counted_at,
              line.id IS NOT NULL AND one.usage = 'internal'
              AND two.usage = 'internal' AND one.warehouse_id = two.warehouse_id
              AS is_step
         FROM since
         JOIN stock_move_line ml ON ml.product_id = since.product_id
              AND ml.state = 'done' AND (ml.owner_id IS NULL OR ml.owner_id = %(owner)s)
         JOIN stock_move m ON m.id = ml.move_id AND NOT COALESCE(m.is_inventory, FALSE)
              AND m.date > since.as_of - interval '{LOOK_BACK}'
         JOIN stock_location one ON one.id = ml.location_id
         JOIN stock_location two ON two.id = ml.location_dest_id
         LEFT JOIN stock_move back ON back.id = m.origin_returned_move_id
         LEFT JOIN sale_order_line line
              ON line.id = COALESCE(m.sale_line_id, back.sale_line_id)
         LEFT JOIN spot src ON src.id = ml.location_id
         LEFT JOIN spot dst ON dst.id = ml.location_dest_id
         LEFT JOIN stock_picking k ON k.id = m.picking_id
        WHERE (src.id IS NULL) <> (dst.id IS NULL)),
     open AS MATERIALIZED (
       SELECT m.product_id, m.product_qty::numeric AS units, m.state, m.sale_line_id,
              k.retail_sync_counted_at AS counted_at
         FROM since
         JOIN stock_move m ON m.product_id = since.product_id
              AND m.state IN ('waiting', 'confirmed', 'partially_available',
                              'assigned', 'cancel')
         JOIN spot ON spot.id = m.location_id
         LEFT JOIN spot ends
              ON ends.id = COALESCE(m.location_final_id, m.location_dest_id)
         LEFT JOIN stock_picking k ON k.id = m.picking_id
        WHERE ends.id IS NULL
          AND (m.state <> 'cancel'
               OR m.write_date > since.as_of - interval '{LOOK_BACK}')),
     sold_line AS MATERIALIZED (
       SELECT DISTINCT ON (sl.id) sl.id, o.id AS order_id, o.shipments,
              'order:' || o.external_id AS order_key,
              COALESCE(o.placed_at, o.create_date) AS placed_at, o.cancelled_at,
              ol.listing_id, ol.external_id,
              sl.product_uom_qty - sl.qty_delivered AS open_units,
              GREATEST(0, sl.qty_delivered - COALESCE(ol.shipped_qty, 0)) AS untold
         FROM (SELECT sale_line_id FROM crossed WHERE is_out OR is_step
               UNION SELECT sale_line_id FROM open) x
         JOIN sale_order_line sl ON sl.id = x.sale_line_id
         JOIN retail_sync_order o ON o.order_id = sl.order_id
              AND o.channel_id = %(channel)s
         LEFT JOIN retail_sync_order_line ol ON ol.order_id = o.id
              AND ol.sale_line_id = sl.id
        ORDER BY sl.id, ol.id),
     theirs AS MATERIALIZED (
       SELECT sold_line.*, e.units AS elsewhere, e.at AS elsewhere_at
         FROM sold_line
         LEFT JOIN LATERAL (
              SELECT SUM((line ->> 1)::numeric) AS units,
                     max((sh ->> 'created_at')::timestamp) AS at
                FROM jsonb_array_elements(sold_line.shipments) sh
               CROSS JOIN jsonb_array_elements(sh -> 'lines') line
               WHERE %(on_hand)s AND jsonb_typeof(sold_line.shipments) = 'array'
                 AND sh ->> 'state' = 'success'
                 AND COALESCE(sh ->> 'location_id', '') IN ('', %(place)s)
                 AND line ->> 0 = sold_line.external_id
                 AND NOT EXISTS (
                     SELECT 1 FROM retail_sync_effect f
                      WHERE f.channel_id = %(channel)s AND f.kind = 'shipment'
                        AND f.order_key = sold_line.order_key
                        AND (sh ->> 'external_id')
                            = ANY (string_to_array(f.external_id, ',')))) e ON true),
     shipped AS MATERIALIZED (
       SELECT c.product_id, c.sale_line_id, SUM(ml.quantity_product_uom)::numeric
              AS units, {COUNTED_AT} AS counted_at
         FROM (SELECT DISTINCT product_id, sale_line_id FROM crossed
                WHERE is_step AND %(on_hand)s) c
         JOIN stock_move m ON m.sale_line_id = c.sale_line_id AND m.state = 'done'
              AND m.product_id = c.product_id
         JOIN stock_location ends ON ends.id = m.location_dest_id
              AND ends.usage = 'customer'
         JOIN stock_move_line ml ON ml.move_id = m.id
         LEFT JOIN stock_picking k ON k.id = m.picking_id
         LEFT JOIN theirs t ON t.id = c.sale_line_id
         LEFT JOIN LATERAL ({TOLD}) told ON true
        GROUP BY c.product_id, c.sale_line_id, {COUNTED_AT}),
     step AS (
       SELECT c.product_id, c.sale_line_id, LEAST(1, COALESCE(
              (SELECT SUM(shipped.units) FROM shipped
                WHERE shipped.product_id = c.product_id
                  AND shipped.sale_line_id = c.sale_line_id
                  AND shipped.counted_at <= since.as_of)
              / NULLIF(SUM(c.units), 0), 0)) AS counted
         FROM crossed c JOIN since ON since.product_id = c.product_id
        WHERE c.is_step AND %(on_hand)s
        GROUP BY c.product_id, c.sale_line_id, since.as_of),
     done AS (
       SELECT m.product_id, m.units, (m.is_out OR m.is_step) AND t.id IS NOT NULL
              AS is_theirs,
              CASE WHEN m.is_step AND since.kind = 'on_hand' THEN step.counted
                   WHEN NOT (m.is_out OR m.is_step) OR t.id IS NULL
                   THEN (COALESCE(m.counted_at, m.date) <= since.as_of)::int
                   WHEN since.kind = 'available'
                   THEN (t.placed_at <= COALESCE(said.sales_at, said.as_of,
                                                 since.sales_at))::int
                   ELSE COALESCE(({COUNTED_OUT} <= since.as_of)::int, 0)
                   END AS counted
         FROM crossed m
         JOIN since ON since.product_id = m.product_id
         LEFT JOIN theirs t ON t.id = m.sale_line_id
         LEFT JOIN said ON said.product_id = m.product_id
              AND said.listing_id = t.listing_id
         LEFT JOIN step ON step.product_id = m.product_id
              AND step.sale_line_id = m.sale_line_id
         LEFT JOIN LATERAL ({TOLD}) told ON true),
     late AS (
       SELECT product_id,
              SUM(units * (1 - counted)) FILTER (WHERE is_theirs) AS gone,
              -SUM(units * (1 - counted)) FILTER (WHERE NOT is_theirs) AS moved
         FROM done WHERE counted < 1 GROUP BY product_id),
     due AS (
       SELECT w.product_id, w.units * CASE
              WHEN w.counted_at IS NOT NULL
              THEN (w.state <> 'cancel' AND w.counted_at <= since.as_of)::int
              WHEN t.id IS NULL THEN 0
              WHEN since.kind = 'available'
              THEN (t.placed_at <= COALESCE(said.sales_at, said.as_of, since.sales_at)
                    AND (w.state <> 'cancel'
                         OR t.cancelled_at > COALESCE(said.as_of, since.as_of)))::int
              WHEN w.state = 'cancel' OR NOT COALESCE(t.elsewhere_at <= since.as_of,
                                                      FALSE)
              THEN 0
              ELSE LEAST(1, GREATEST(0, (t.elsewhere - t.untold)
                                        / NULLIF(t.open_units, 0)))
              END AS units
         FROM open w
         JOIN since ON since.product_id = w.product_id
         LEFT JOIN theirs t ON t.id = w.sale_line_id
         LEFT JOIN said ON said.product_id = w.product_id
              AND said.listing_id = t.listing_id),
     noted AS (
       SELECT since.product_id,
              d.quantity::numeric * draw.ratio
              * COALESCE(su.factor / NULLIF(pu.factor, 0), 1)::numeric AS units
         FROM retail_sync_demand d
         JOIN retail_sync_listing i ON i.id = d.listing_id
         JOIN unnest(%(drawn)s::int[], %(parts)s::int[], %(ratios)s::numeric[])
              AS draw (product_id, part_id, ratio) ON draw.product_id = i.product_id
         JOIN since ON since.product_id = draw.part_id AND since.kind = 'available'
         LEFT JOIN said ON said.product_id = since.product_id
              AND said.listing_id = i.id
         JOIN product_product x ON x.id = i.product_id
         JOIN product_template pt ON pt.id = x.product_tmpl_id
         JOIN uom_uom pu ON pu.id = pt.uom_id
         LEFT JOIN uom_uom su ON su.id = i.uom_id
         LEFT JOIN retail_sync_order o ON o.channel_id = d.channel_id
              AND o.external_id = d.order_external_id
         LEFT JOIN sale_order so ON so.id = o.order_id
        WHERE d.channel_id = %(channel)s
          AND (d.location_external_id = %(place)s
               OR COALESCE(d.location_external_id, '') = '' AND %(is_only)s)
          AND COALESCE(o.state, 'waiting') NOT IN ('cancelled', 'ignored')
          AND COALESCE(so.state, 'draft') IN ('draft', 'sent')
          AND COALESCE(d.placed_at, o.placed_at)
              <= COALESCE(said.sales_at, said.as_of, since.sales_at)),
     sold AS (
       SELECT product_id, SUM(units) AS units
         FROM (SELECT * FROM due UNION ALL SELECT * FROM noted) x GROUP BY product_id),
     promised AS (
       SELECT product_id, SUM(units) AS units FROM open WHERE state <> 'cancel'
        GROUP BY product_id)
SELECT since.product_id, COALESCE(held.units, 0), COALESCE(sold.units, 0),
       COALESCE(late.gone, 0), COALESCE(late.moved, 0), COALESCE(promised.units, 0)
  FROM since
  LEFT JOIN held USING (product_id)
  LEFT JOIN sold USING (product_id)
  LEFT JOIN late USING (product_id)
  LEFT JOIN promised USING (product_id)
"""


def read_books(env, place, figures):
    """Return ``{product id: Books}`` of what is said of a location's products.

    :param place: the ``retail.sync.location``
    :param figures: (product id, listing id, kind, as of, changed at or None) of each
    """
    if not figures:
        return {}
    env.flush_all()
    env.cr.execute(BOOKS, _parameters(env, place, figures))
    return {row[0]: Books(*map(_exact, row[1:])) for row in env.cr.fetchall()}


def _parameters(env, place, figures):
    products, listings, kinds, times, changes = map(list, zip(*figures, strict=True))
    draws = find_draws(env, products, place.company_id)
    drawn, parts, ratios = map(list, zip(*draws, strict=True))
    roots = place.location_id | place.also_ids
    return {
        "products": products,
        "listings": listings,
        "kinds": kinds,
        "on_hand": "on_hand" in kinds,
        "times": times,
        "changes": changes,
        "drawn": drawn,
        "parts": parts,
        "ratios": ratios,
        "roots": roots.mapped("parent_path"),
        "left_out": place.left_out_ids.mapped("parent_path"),
        "owner": place.company_id.partner_id.id,
        "channel": place.channel_id.id,
        "place": place.external_id,
        "is_only": place._is_only_place(),
    }


def _exact(value):
    # Odoo's cursors give floats; six digits are exact for any unit of measure
    return round(Decimal(repr(value)), 6)
