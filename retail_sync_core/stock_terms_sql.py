"""The statement behind ``stock_terms``: all terms of many levels, set by set."""

from .domain.stock import LARGEST

# draw: a product and what one unit of it takes (itself, or a kit's components), in one
# company or in any.
# scope: what a mapped location offers. Channels that offer the same stock in the same
# way share one; who groups locations or leaves some out has one of its own (its id, the
# shared ones being below zero). spot: the locations of a scope.
# fed: moves that will still bring their own supply are not counted twice along a chain.
# kept: units that channels with a better rank claim first at the same location.
TERMS = """
WITH draw AS MATERIALIZED (
       SELECT *
         FROM unnest(%(products)s::int[], %(companies)s::int[], %(parts)s::int[],
                     %(ratios)s::numeric[])
              AS d (product_id, company_id, part_id, ratio)),
     place AS MATERIALIZED (
       SELECT p.*, COALESCE(c.share, 100)::numeric * COALESCE(p.share, 100)::numeric
                   / 100 AS whole_share,
              CASE WHEN p.is_plain THEN -p.location_id ELSE p.id END AS scope_id,
              c.buffer_qty AS channel_buffer, c.rank, today.weekday
         FROM retail_sync_location p
         JOIN retail_sync_channel c ON c.id = p.channel_id
         LEFT JOIN unnest(%(channels)s::int[], %(weekdays)s::int[])
              AS today (channel_id, weekday) ON today.channel_id = c.id
        WHERE p.id = ANY (ARRAY(SELECT DISTINCT location_id FROM retail_sync_level
                                 WHERE id = ANY(%(levels)s)))),
     item AS MATERIALIZED (
       SELECT i.id, i.product_id, i.channel_id, i.buffer_qty AS own_buffer,
              NULLIF(i.cap_qty, 0) AS own_cap, t.categ_id,
              COALESCE(su.factor / NULLIF(pu.factor, 0), 1) AS pack,
              CASE WHEN NOT x.active THEN 0
                   WHEN i.fixed_until > %(now)s THEN COALESCE(i.fixed_qty, 0)
                   END AS fixed
         FROM retail_sync_listing i
         JOIN product_product x ON x.id = i.product_id
         JOIN product_template t ON t.id = x.product_tmpl_id
         JOIN uom_uom pu ON pu.id = t.uom_id
         LEFT JOIN uom_uom su ON su.id = i.uom_id
        WHERE i.product_id = ANY(%(products)s)),
     lvl AS MATERIALIZED (
       SELECT l.id, item.product_id, place.scope_id, item.channel_id,
              l.location_id AS place_id, item.own_buffer, item.own_cap,
              place.buffer_qty AS place_buffer, place.channel_buffer,
              place.company_id, place.weekday, place.whole_share AS share,
              item.categ_id, place.location_id, place.rank, item.pack, item.fixed,
              place.frozen_at, l.frozen_qty, l.frozen_taken
         FROM retail_sync_level l
         JOIN item ON item.id = l.listing_id
         JOIN place ON place.id = l.location_id
        WHERE l.id = ANY(%(levels)s)),
     scope AS MATERIALIZED (
       SELECT DISTINCT ON (scope_id) scope_id, id AS place_id, is_plain, incoming_days,
              offers_consigned, offers_expired, frozen_at
         FROM place ORDER BY scope_id, id),
     path AS MATERIALIZED (
       SELECT scope.scope_id, s.parent_path
         FROM scope JOIN place ON place.scope_id = scope.scope_id
         JOIN stock_location s ON s.id = place.location_id
        UNION
       SELECT scope.scope_id, s.parent_path
         FROM scope
         JOIN retail_sync_location_also_rel r ON r.place_id = scope.place_id
         JOIN stock_location s ON s.id = r.location_id
        WHERE NOT scope.is_plain),
     spot AS MATERIALIZED (
       SELECT DISTINCT path.scope_id, s.id AS location_id
         FROM path JOIN stock_location s ON starts_with(s.parent_path, path.parent_path)
         JOIN scope ON scope.scope_id = path.scope_id
        WHERE scope.is_plain OR NOT EXISTS (
              SELECT 1 FROM retail_sync_location_left_out_rel r
                JOIN stock_location o ON o.id = r.location_id
               WHERE r.place_id = scope.place_id
                 AND starts_with(s.parent_path, o.parent_path))),
     need AS MATERIALIZED (
       SELECT DISTINCT lvl.scope_id, draw.part_id
         FROM lvl
         JOIN draw ON draw.product_id = lvl.product_id
              AND COALESCE(draw.company_id, lvl.company_id) = lvl.company_id),
     term AS (
       SELECT spot.scope_id, q.product_id AS part_id, q.quantity::numeric AS on_hand,
              q.reserved_quantity::numeric AS reserved, 0 AS unreserved, 0 AS incoming,
              0 AS shipped, 0 AS pending, 0 AS at_tills
         FROM (SELECT DISTINCT part_id FROM draw) part
        CROSS JOIN LATERAL (
              SELECT * FROM stock_quant h WHERE h.product_id = part.part_id OFFSET 0) q
         JOIN spot ON spot.location_id = q.location_id
         JOIN scope ON scope.scope_id = spot.scope_id
         {lots}
        WHERE (q.owner_id IS NULL OR scope.offers_consigned OR q.owner_id = (
                  SELECT partner_id FROM res_company k WHERE k.id = q.company_id))
          {fresh}
        UNION ALL
       SELECT need.scope_id, need.part_id, 0, 0,
              GREATEST(0, m.product_qty::numeric - COALESCE(got.qty, 0)
                          - COALESCE(fed.qty, 0)),
              0, 0, 0, 0
         FROM need
         JOIN stock_move m ON m.product_id = need.part_id
              AND m.state IN ('waiting', 'confirmed', 'partially_available')
         JOIN spot ON spot.scope_id = need.scope_id AND spot.location_id = m.location_id
         LEFT JOIN spot ends ON ends.scope_id = need.scope_id
              AND ends.location_id = COALESCE(m.location_final_id, m.location_dest_id)
        CROSS JOIN LATERAL (
              SELECT SUM(ml.quantity_product_uom)::numeric AS qty
                FROM stock_move_line ml WHERE ml.move_id = m.id) got
        CROSS JOIN LATERAL (
              SELECT SUM(o.product_qty)::numeric AS qty
                FROM stock_move_move_rel r JOIN stock_move o ON o.id = r.move_orig_id
               WHERE r.move_dest_id = m.id AND o.state NOT IN ('done', 'cancel')) fed
        WHERE ends.location_id IS NULL
        UNION ALL
       SELECT need.scope_id, need.part_id, 0, 0, 0, m.product_qty::numeric, 0, 0, 0
         FROM need
         JOIN scope ON scope.scope_id = need.scope_id AND scope.incoming_days > 0
         JOIN stock_move m ON m.product_id = need.part_id
              AND m.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
              AND m.date <= %(now)s + scope.incoming_days * interval '1 day'
         JOIN stock_location f ON f.id = m.location_id AND f.usage = 'supplier'
         JOIN spot ON spot.scope_id = need.scope_id
              AND spot.location_id = COALESCE(m.location_final_id, m.location_dest_id)
        UNION ALL
       SELECT need.scope_id, need.part_id, 0, 0, 0, 0, m.product_qty::numeric, 0, 0
         FROM need
         JOIN scope ON scope.scope_id = need.scope_id AND scope.frozen_at IS NOT NULL
         JOIN stock_move m ON m.product_id = need.part_id AND m.state = 'done'
              AND m.date >= scope.frozen_at
         JOIN stock_location t ON t.id = m.location_dest_id AND t.usage = 'customer'
         JOIN spot ON spot.scope_id = need.scope_id AND spot.location_id = m.location_id
        UNION ALL
       SELECT need.scope_id, need.part_id, 0, 0, 0, 0, 0,
              d.quantity::numeric * draw.ratio
              * COALESCE(su.factor / NULLIF(pu.factor, 0), 1)::numeric, 0
         FROM retail_sync_demand d
         JOIN retail_sync_listing i ON i.id = d.listing_id
         JOIN draw ON draw.product_id = i.product_id
              AND COALESCE(draw.company_id, i.company_id) = i.company_id
         JOIN need ON need.part_id = draw.part_id
         JOIN product_product x ON x.id = i.product_id
         JOIN product_template t ON t.id = x.product_tmpl_id
         JOIN uom_uom pu ON pu.id = t.uom_id
         LEFT JOIN uom_uom su ON su.id = i.uom_id
         LEFT JOIN retail_sync_order o ON o.channel_id = d.channel_id
              AND o.external_id = d.order_external_id
         LEFT JOIN sale_order so ON so.id = o.order_id
        WHERE COALESCE(o.state, 'waiting') NOT IN ('cancelled', 'ignored')
          AND COALESCE(so.state, 'draft') IN ('draft', 'sent')
          AND EXISTS (
              SELECT 1 FROM retail_sync_location p
                JOIN stock_location s ON s.id = p.location_id
                JOIN path ON path.scope_id = need.scope_id
               WHERE p.channel_id = d.channel_id AND p.state = 'mapped'
                 AND (COALESCE(d.location_external_id, '') IN ('', p.external_id))
                 AND (starts_with(s.parent_path, path.parent_path)
                      OR starts_with(path.parent_path, s.parent_path)))
        {tills}),
     total AS MATERIALIZED (
       SELECT scope_id, part_id, SUM(on_hand) AS on_hand, SUM(reserved) AS reserved,
              SUM(unreserved) AS unreserved, SUM(incoming) AS incoming,
              SUM(shipped) AS shipped, SUM(pending) AS pending,
              SUM(at_tills) AS at_tills
         FROM term GROUP BY scope_id, part_id),
     claim AS (
       SELECT lvl.id, SUM(c.first_units)::numeric AS kept
         FROM lvl
         JOIN retail_sync_channel c ON c.rank < lvl.rank AND c.first_units > 0
              AND c.active AND c.state = 'live' AND c.id <> lvl.channel_id
        WHERE EXISTS (
              SELECT 1 FROM retail_sync_listing i
                JOIN retail_sync_location p ON p.channel_id = i.channel_id
                     AND p.state = 'mapped' AND p.location_id = lvl.location_id
               WHERE i.channel_id = c.id AND i.product_id = lvl.product_id
                 AND i.state = 'matched' AND i.published)
        GROUP BY lvl.id),
     row AS (
       SELECT lvl.*, draw.part_id, draw.ratio * lvl.pack AS unit,
              COALESCE(total.on_hand, 0) AS on_hand,
              COALESCE(total.incoming, 0) AS incoming,
              COALESCE(total.reserved, 0) AS reserved,
              COALESCE(total.unreserved, 0) AS unreserved,
              COALESCE(total.pending, 0) AS pending,
              COALESCE(total.at_tills, 0) AS at_tills,
              COALESCE(total.shipped, 0) AS shipped
         FROM lvl
         JOIN draw ON draw.product_id = lvl.product_id
              AND COALESCE(draw.company_id, lvl.company_id) = lvl.company_id
         LEFT JOIN total
              ON (total.scope_id, total.part_id) = (lvl.scope_id, draw.part_id)),
     scarce AS (
       SELECT DISTINCT ON (id) *
         FROM row
        ORDER BY id, (on_hand + incoming - reserved - unreserved - pending
                      - at_tills) / unit, part_id)
SELECT {columns}
  FROM scarce r
  LEFT JOIN claim ON claim.id = r.id
  {rules}
"""
BUFFER = """COALESCE(NULLIF(r.own_buffer, 0), buffer.quantity,
                NULLIF(r.place_buffer, 0), r.channel_buffer, 0)::numeric"""
FROZEN = """CASE WHEN r.frozen_at IS NOT NULL AND r.frozen_qty IS NOT NULL THEN
            GREATEST(0, r.frozen_qty - GREATEST(0, ROUND(
               (r.reserved + r.unreserved + r.pending + r.at_tills + r.shipped)
               / r.unit, 6)
               - COALESCE(r.frozen_taken, 0)::numeric)) END"""
# domain.stock.Terms.offered, said once more where a million levels are worked out
SHARED = """GREATEST(0, ROUND((r.on_hand + r.incoming - r.reserved - r.unreserved
              - r.pending - r.at_tills) / r.unit, 6)
              - {buffer} - COALESCE(claim.kept, 0)) * r.share / 100"""
COLUMNS = {
    "terms": """r.id, r.part_id, ROUND(r.on_hand / r.unit, 6),
       ROUND(r.incoming / r.unit, 6), ROUND(r.reserved / r.unit, 6),
       ROUND(r.unreserved / r.unit, 6), ROUND(r.pending / r.unit, 6),
       ROUND(r.at_tills / r.unit, 6), {buffer}, COALESCE(claim.kept, 0), r.share,
       COALESCE(r.own_cap, cap.quantity)::numeric,
       COALESCE(minimum.quantity, 0)::numeric, r.fixed::numeric, {frozen}""",
    "offered": """r.id, LEAST({largest}, GREATEST(0, FLOOR(
       CASE WHEN r.fixed IS NOT NULL THEN r.fixed::numeric
            WHEN r.frozen_at IS NOT NULL AND r.frozen_qty IS NOT NULL THEN {frozen}
            WHEN LEAST({shared}, COALESCE(r.own_cap, cap.quantity)::numeric)
                 < COALESCE(minimum.quantity, 0)::numeric THEN 0
            ELSE LEAST({shared}, COALESCE(r.own_cap, cap.quantity)::numeric) END
       )))::int""",
}
# The most specific rule of a kind for a level: product, then the nearest category, then
# location, then channel; of two for the same, the one with a condition.
RULE = """
  LEFT JOIN LATERAL (
       SELECT u.quantity
         FROM retail_sync_stock_rule u
         LEFT JOIN product_category g ON g.id = u.categ_id
        WHERE u.kind = '{kind}' AND u.active AND u.company_id = r.company_id
          AND (u.channel_id IS NULL OR u.channel_id = r.channel_id)
          AND (u.location_id IS NULL OR u.location_id = r.place_id)
          AND (u.product_id IS NULL OR u.product_id = r.product_id)
          AND (u.categ_id IS NULL OR starts_with((
              SELECT parent_path FROM product_category h WHERE h.id = r.categ_id),
              g.parent_path))
          AND (ARRAY[u.mon, u.tue, u.wed, u.thu, u.fri, u.sat, u.sun])[r.weekday]
          {while_open}
        ORDER BY u.product_id IS NULL, length(g.parent_path) DESC NULLS LAST,
              u.location_id IS NULL, u.channel_id IS NULL, {conditions} DESC, u.id
        LIMIT 1) {kind} ON true"""
EVERY_DAY = "(u.mon AND u.tue AND u.wed AND u.thu AND u.fri AND u.sat AND u.sun)"
NO_RULE = " CROSS JOIN (SELECT NULL::float AS quantity) {kind}"
# Lots that Odoo's expiry module would not pick anymore.
LOTS = """LEFT JOIN stock_lot lot ON lot.id = q.lot_id"""
FRESH = """AND (scope.offers_expired OR lot.removal_date IS NULL
               OR lot.removal_date > %(now)s)"""
# Tills that book when their session is closed: what they sold is still on hand. What
# has a delivery of its own already (an invoice, a later shipment) counts there; what
# came back counts once it is booked.
OPEN_TILLS = """
         JOIN spot ON spot.scope_id = need.scope_id
         JOIN stock_picking_type pt ON pt.default_location_src_id = spot.location_id
         JOIN pos_config pc ON pc.picking_type_id = pt.id
         JOIN pos_session ps ON ps.config_id = pc.id
              AND ps.update_stock_at_closing AND ps.state <> 'closed'"""
TILLS = """
        UNION ALL
       SELECT need.scope_id, need.part_id, 0, 0, 0, 0, 0, 0,
              pl.qty::numeric * draw.ratio
         FROM need {open_tills}
         JOIN pos_order po ON po.session_id = ps.id AND po.shipping_date IS NULL
              AND po.state NOT IN ('draft', 'cancel')
         JOIN pos_order_line pl ON pl.order_id = po.id AND pl.qty > 0
         JOIN draw ON draw.part_id = need.part_id AND draw.product_id = pl.product_id
              AND COALESCE(draw.company_id, pc.company_id) = pc.company_id
        WHERE NOT EXISTS (SELECT 1 FROM stock_picking k WHERE k.pos_order_id = po.id)"""
WHILE_OPEN = """AND (u.while_till_is_open IS NOT TRUE OR EXISTS (
              SELECT 1 FROM scope need {open_tills}
               WHERE need.scope_id = r.scope_id))"""
KINDS = ("buffer", "cap", "minimum")


def statement(what, *, has_expiry, has_tills, rule_kinds):
    """Return the statement for a database.

    :param what: ``"terms"``: each level's terms; ``"offered"``: what they come to
    :param has_expiry: whether lots have a removal date
    :param has_tills: whether there are tills whose sales are to be counted
    :param rule_kinds: the kinds of which there are rules at all
    """
    rules = "".join(
        (RULE if kind in rule_kinds else NO_RULE).replace("{kind}", kind)
        for kind in KINDS
    )
    condition = f"{EVERY_DAY} IS NOT TRUE"
    if has_tills:
        condition += " OR u.while_till_is_open IS TRUE"
    parts = {
        "columns": COLUMNS[what],
        "shared": SHARED,
        "frozen": FROZEN,
        "buffer": BUFFER,
        "largest": str(LARGEST),
        "rules": rules,
        "lots": LOTS if has_expiry else "",
        "fresh": FRESH if has_expiry else "",
        "tills": TILLS if has_tills else "",
        "while_open": WHILE_OPEN if has_tills else "",
        "conditions": f"({condition})",
        "open_tills": OPEN_TILLS,
    }
    text = TERMS
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return text
