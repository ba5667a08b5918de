"""One statement that gives the terms of many levels at once.

Set-based SQL: the ORM would ask per warehouse and per figure, and has no word for
demand that nothing reserves yet. The ORM's ``free_qty`` is the oracle of its tests.
"""

from decimal import Decimal

from odoo import fields

from .domain.stock import Terms

# draw: a product and what one unit of it takes (itself, or a kit's components).
# spot: the locations below each mapped one. fed: moves that will still bring their own
# supply are not counted twice along a chain of moves.
TERMS = """
WITH draw AS MATERIALIZED (
       SELECT *
         FROM unnest(%(products)s::int[], %(parts)s::int[], %(ratios)s::numeric[])
              AS d (product_id, part_id, ratio)),
     lvl AS MATERIALIZED (
       SELECT l.id, i.product_id, p.location_id AS root_id,
              CASE WHEN i.buffer_qty > 0 THEN i.buffer_qty
                   WHEN p.buffer_qty > 0 THEN p.buffer_qty
                   ELSE COALESCE(c.buffer_qty, 0) END AS buffer,
              COALESCE(p.share, 100)::numeric * COALESCE(c.share, 100)::numeric / 100
                  AS share,
              NULLIF(i.cap_qty, 0) AS cap,
              CASE WHEN NOT x.active THEN 0
                   WHEN i.fixed_until > %(now)s THEN COALESCE(i.fixed_qty, 0)
                   END AS fixed
         FROM retail_sync_level l
         JOIN retail_sync_listing i ON i.id = l.listing_id
         JOIN retail_sync_location p ON p.id = l.location_id
         JOIN retail_sync_channel c ON c.id = i.channel_id
         JOIN product_product x ON x.id = i.product_id
        WHERE l.id = ANY(%(levels)s)),
     root AS MATERIALIZED (
       SELECT r.root_id, s.parent_path
         FROM (SELECT DISTINCT root_id FROM lvl) r
         JOIN stock_location s ON s.id = r.root_id),
     spot AS MATERIALIZED (
       SELECT root.root_id, s.id AS location_id
         FROM root
         JOIN stock_location s ON starts_with(s.parent_path, root.parent_path)),
     need AS MATERIALIZED (
       SELECT DISTINCT lvl.root_id, draw.part_id
         FROM lvl JOIN draw ON draw.product_id = lvl.product_id),
     held AS (
       SELECT need.root_id, need.part_id, SUM(q.quantity)::numeric AS on_hand,
              SUM(q.reserved_quantity)::numeric AS reserved
         FROM need
         JOIN stock_quant q ON q.product_id = need.part_id
         JOIN spot ON spot.root_id = need.root_id AND spot.location_id = q.location_id
        GROUP BY need.root_id, need.part_id),
     asked AS (
       SELECT need.root_id, need.part_id, SUM(GREATEST(
                  0, m.product_qty::numeric
                     - COALESCE(got.qty, 0) - COALESCE(fed.qty, 0)
              )) AS unreserved
         FROM need
         JOIN stock_move m ON m.product_id = need.part_id
              AND m.state IN ('waiting', 'confirmed', 'partially_available')
         JOIN spot ON spot.root_id = need.root_id AND spot.location_id = m.location_id
         LEFT JOIN spot ends ON ends.root_id = need.root_id
              AND ends.location_id = COALESCE(m.location_final_id, m.location_dest_id)
        CROSS JOIN LATERAL (
              SELECT SUM(ml.quantity_product_uom)::numeric AS qty
                FROM stock_move_line ml WHERE ml.move_id = m.id) got
        CROSS JOIN LATERAL (
              SELECT SUM(o.product_qty)::numeric AS qty
                FROM stock_move_move_rel r JOIN stock_move o ON o.id = r.move_orig_id
               WHERE r.move_dest_id = m.id AND o.state NOT IN ('done', 'cancel')) fed
        WHERE ends.location_id IS NULL
        GROUP BY need.root_id, need.part_id),
     due AS (
       SELECT need.root_id, need.part_id, SUM(d.quantity * draw.ratio) AS pending
         FROM retail_sync_demand d
         JOIN retail_sync_listing i ON i.id = d.listing_id
         JOIN draw ON draw.product_id = i.product_id
         JOIN need ON need.part_id = draw.part_id
         JOIN root ON root.root_id = need.root_id
         LEFT JOIN retail_sync_order o ON o.channel_id = d.channel_id
              AND o.external_id = d.order_external_id
         LEFT JOIN sale_order so ON so.id = o.order_id
        WHERE COALESCE(o.state, 'waiting') NOT IN ('cancelled', 'ignored')
          AND COALESCE(so.state, 'draft') IN ('draft', 'sent')
          AND EXISTS (
              SELECT 1 FROM retail_sync_location p
                JOIN stock_location s ON s.id = p.location_id
               WHERE p.channel_id = d.channel_id AND p.state = 'mapped'
                 AND (COALESCE(d.location_external_id, '') IN ('', p.external_id))
                 AND (starts_with(s.parent_path, root.parent_path)
                      OR starts_with(root.parent_path, s.parent_path)))
        GROUP BY need.root_id, need.part_id),
     row AS (
       SELECT lvl.*, draw.part_id,
              ROUND(COALESCE(held.on_hand, 0) / draw.ratio, 6) AS on_hand,
              ROUND(COALESCE(held.reserved, 0) / draw.ratio, 6) AS reserved,
              ROUND(COALESCE(asked.unreserved, 0) / draw.ratio, 6) AS unreserved,
              ROUND(COALESCE(due.pending, 0)::numeric / draw.ratio, 6) AS pending
         FROM lvl
         JOIN draw ON draw.product_id = lvl.product_id
         LEFT JOIN held ON (held.root_id, held.part_id) = (lvl.root_id, draw.part_id)
         LEFT JOIN asked ON (asked.root_id, asked.part_id) = (lvl.root_id, draw.part_id)
         LEFT JOIN due ON (due.root_id, due.part_id) = (lvl.root_id, draw.part_id))
SELECT DISTINCT ON (id) id, part_id, on_hand, reserved, unreserved, pending,
       buffer::numeric, share, cap::numeric, fixed::numeric
  FROM row
 ORDER BY id, on_hand - reserved - unreserved - pending, part_id
"""
# What kits open demand asks for: their components are asked for too.
DEMANDED = """
SELECT DISTINCT i.product_id
  FROM retail_sync_demand d JOIN retail_sync_listing i ON i.id = d.listing_id
 WHERE i.product_id IS NOT NULL
"""


def read_terms(env, level_ids, product_ids):
    """Return ``{level id: (Terms, part id)}``; the part is a kit's scarcest component.

    :param product_ids: the products of the levels; archived or unmatched ones included
    """
    if not level_ids:
        return {}
    env.flush_all()
    draws = list(_draws(env, product_ids))
    if not draws:
        return {}
    products, parts, ratios = map(list, zip(*draws, strict=True))
    env.cr.execute(
        TERMS,
        {
            "levels": list(level_ids),
            "products": products,
            "parts": parts,
            "ratios": ratios,
            "now": fields.Datetime.now(),
        },
    )
    return {row[0]: (_terms(row[2:]), row[1]) for row in env.cr.fetchall()}


def find_kits(env, product_ids):
    """Return {product id: ids of the kits it is a part of}, at any depth."""
    if "mrp.bom" not in env or not product_ids:
        return {}
    # ORM: it would ask once per level of kits and per company
    env.cr.execute(
        """WITH RECURSIVE up (part_id, kit_id) AS (
                  SELECT x, x FROM unnest(%s::int[]) x
                   UNION
                  SELECT up.part_id, k.id
                    FROM up
                    JOIN mrp_bom_line bl ON bl.product_id = up.kit_id
                    JOIN mrp_bom b ON b.id = bl.bom_id AND b.active
                         AND b.type = 'phantom'
                    JOIN product_product k ON k.product_tmpl_id = b.product_tmpl_id
                         AND (b.product_id IS NULL OR b.product_id = k.id))
           SELECT part_id, kit_id FROM up WHERE part_id <> kit_id""",
        [list(product_ids)],
    )
    kits = {}
    for part_id, kit_id in env.cr.fetchall():
        kits.setdefault(part_id, set()).add(kit_id)
    return kits


def _draws(env, product_ids):
    """Yield (product id, id of what it takes, units taken)."""
    ids = set(product_ids)
    if "mrp.bom" not in env:
        yield from ((product_id, product_id, Decimal(1)) for product_id in ids)
        return
    env.cr.execute(DEMANDED)
    ids |= {row[0] for row in env.cr.fetchall()}
    products = (
        env["product.product"].with_context(active_test=False).browse(sorted(ids))
    )
    kits = env["mrp.bom"]._bom_find(products, bom_type="phantom")
    for product in products:
        if kits.get(product):
            yield from _components(product, kits[product])
        else:
            yield product.id, product.id, Decimal(1)


def _components(kit, bom):
    """Yield the draws of ``kit`` as mrp reckons: what is not stocked never limits."""
    _boms, lines = bom.explode(kit, 1)
    units = {}
    for line, data in lines:
        component = line.product_id
        if not component.is_storable or line.product_uom_id.is_zero(data["qty"]):
            continue
        taken = line.product_uom_id._compute_quantity(
            data["qty"] / data["original_qty"],
            component.uom_id,
            round=False,
            raise_if_failure=False,
        )
        units[component.id] = units.get(component.id, 0.0) + taken
    for part_id, taken in units.items():
        if taken:
            yield kit.id, part_id, Decimal(repr(taken)) / Decimal(repr(bom.product_qty))


def _terms(values):
    # Odoo's cursors give floats; six digits are exact for any unit of measure
    on_hand, reserved, unreserved, pending, buffer, share, cap, fixed = (
        None if value is None else Decimal(repr(value)) for value in values
    )
    return Terms(
        on_hand=on_hand,
        reserved=reserved,
        unreserved=unreserved,
        pending=pending,
        buffer=buffer,
        share=share,
        cap=cap,
        fixed=fixed,
    )
