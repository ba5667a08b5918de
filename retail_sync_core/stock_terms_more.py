"""What counts besides the shelves: demand, receipts, what left; parts of a statement.

Each part gives (scope, part, unreserved, incoming, shipped, pending, at tills).
"""

# What a move asks for above a place may be taken from it: whoever reserves it decides.
SOURCES = """source AS MATERIALIZED (
       SELECT scope_id, location_id FROM spot
        UNION
       SELECT path.scope_id, a.id
         FROM path
        CROSS JOIN LATERAL unnest(string_to_array(
              rtrim(path.parent_path, '/'), '/')::int[]) up (id)
         JOIN stock_location a ON a.id = up.id AND a.usage = 'internal'),"""
# Whose sales are taken from a scope: who maps any of its stock, above or below. What is
# left out is told nothing and may sell all the same; its orders are taken from there,
# and those that name no place of ours from the channel's own warehouse.
SELLERS = """seller AS MATERIALIZED (
       SELECT DISTINCT path.scope_id, own.place_id, own.channel_id, own.external_id,
              own.is_told
         FROM (SELECT p.id AS place_id, p.channel_id, p.external_id,
                      p.state = 'mapped' AS is_told, p.location_id
                 FROM retail_sync_location p
                UNION ALL
               SELECT p.id, p.channel_id, p.external_id, p.state = 'mapped',
                      r.location_id
                 FROM retail_sync_location_also_rel r
                 JOIN retail_sync_location p ON p.id = r.place_id
                UNION ALL
               SELECT NULL, c.id, NULL, true, w.lot_stock_id
                 FROM retail_sync_channel c
                 JOIN stock_warehouse w ON w.id = c.warehouse_id) own
         JOIN stock_location s ON s.id = own.location_id
         JOIN path ON starts_with(s.parent_path, path.parent_path)
              OR starts_with(path.parent_path, s.parent_path)),"""
UNRESERVED = """
       SELECT spot.scope_id, m.product_id,
              GREATEST(0, m.product_qty::numeric - COALESCE(got.qty, 0)
                          - COALESCE(fed.qty, 0)),
              0::numeric, 0::numeric, 0::numeric, 0::numeric
         FROM stock_move m
         JOIN {source} spot ON spot.location_id = m.location_id
         LEFT JOIN spot ends ON ends.scope_id = spot.scope_id
              AND ends.location_id = COALESCE(m.location_final_id, m.location_dest_id)
        CROSS JOIN LATERAL (
              SELECT SUM(ml.quantity_product_uom)::numeric AS qty
                FROM stock_move_line ml WHERE ml.move_id = m.id) got
        CROSS JOIN LATERAL (
              SELECT SUM(o.product_qty)::numeric AS qty
                FROM stock_move_move_rel r JOIN stock_move o ON o.id = r.move_orig_id
               WHERE r.move_dest_id = m.id AND o.state NOT IN ('done', 'cancel')) fed
        WHERE ends.location_id IS NULL
          AND m.state IN ('waiting', 'confirmed', 'partially_available')
          AND m.product_id = ANY (ARRAY(SELECT part_id FROM part)) {given_free}"""
# Orders that wait for money too long: their goods are for others.
GIVEN_FREE = """AND NOT EXISTS (
              SELECT 1 FROM sale_order_line sl JOIN sale_order so ON so.id = sl.order_id
               WHERE sl.id = m.sale_line_id AND so.retail_sync_is_given_free)"""
# From suppliers, and what of it waits at the warehouse's input. A chain of receipts
# counts once; what is for somebody's order already is nobody else's.
INCOMING = """
       SELECT spot.scope_id, m.product_id, 0::numeric,
              GREATEST(0, m.product_qty::numeric - COALESCE(fed.qty, 0)
                          - COALESCE(promised.qty, 0)),
              0::numeric, 0::numeric, 0::numeric
         FROM scope
         JOIN spot ON spot.scope_id = scope.scope_id
         JOIN stock_move m ON spot.location_id
              = COALESCE(m.location_final_id, m.location_dest_id)
              AND m.date <= %(now)s + scope.incoming_days * interval '1 day'
         JOIN stock_location f ON f.id = m.location_id
         LEFT JOIN spot begins ON begins.scope_id = spot.scope_id
              AND begins.location_id = m.location_id
        CROSS JOIN LATERAL (
              SELECT SUM(o.product_qty)::numeric AS qty
                FROM stock_move_move_rel r JOIN stock_move o ON o.id = r.move_orig_id
               WHERE r.move_dest_id = m.id AND o.state NOT IN ('done', 'cancel')) fed
        CROSS JOIN LATERAL (
              SELECT SUM(d.product_qty)::numeric AS qty
                FROM stock_move_move_rel r JOIN stock_move d ON d.id = r.move_dest_id
                LEFT JOIN spot ends ON ends.scope_id = spot.scope_id
                     AND ends.location_id
                         = COALESCE(d.location_final_id, d.location_dest_id)
               WHERE r.move_orig_id = m.id AND d.state NOT IN ('done', 'cancel')
                 AND ends.location_id IS NULL) promised
        WHERE scope.incoming_days > 0 AND begins.location_id IS NULL
          AND m.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
          AND (f.usage = 'supplier' OR EXISTS (
              SELECT 1 FROM stock_warehouse w
                JOIN stock_location i
                  ON i.id IN (w.wh_input_stock_loc_id, w.wh_qc_stock_loc_id)
               WHERE starts_with(f.parent_path, i.parent_path)))
          AND m.product_id = ANY (ARRAY(SELECT part_id FROM part))"""
# What left a place that is being counted since the count began, for wherever: a step of
# a delivery, too. What the count itself corrects is neither sold nor known for sure. A
# sale at a till is booked at its own, earlier time.
SHIPPED = """
       SELECT spot.scope_id, ml.product_id, 0::numeric, 0::numeric,
              ml.quantity_product_uom::numeric, 0::numeric, 0::numeric
         FROM (SELECT id, date FROM stock_move
                WHERE date >= (SELECT min(frozen_at) FROM scope)
                   OR id > (SELECT min(frozen_after_id) FROM scope
                             WHERE frozen_at IS NOT NULL) OFFSET 0) m
         JOIN stock_move_line ml ON ml.move_id = m.id AND ml.state = 'done'
         JOIN spot ON spot.location_id = ml.location_id
         JOIN scope ON scope.scope_id = spot.scope_id
              AND (m.date >= scope.frozen_at OR m.id > scope.frozen_after_id)
         JOIN stock_location t ON t.id = ml.location_dest_id AND t.usage <> 'inventory'
         LEFT JOIN spot ends ON ends.scope_id = spot.scope_id
              AND ends.location_id = ml.location_dest_id
        WHERE scope.frozen_at IS NOT NULL AND ends.location_id IS NULL
          AND ml.product_id = ANY (ARRAY(SELECT part_id FROM part))"""
# Channels whose orders are no matter of the others until there is a sale order: who
# closed, disconnected or only watched them ships them elsewhere, out of our stock.
APART = """retail_sync_channel
         WHERE NOT active OR COALESCE(NULLIF(state, 'paused'), paused_from, 'live')
               NOT IN ('live', CASE WHEN counts_while_watched THEN 'watch'
                               ELSE 'live' END)"""
APART_SOURCE = f"""apart AS MATERIALIZED (
       SELECT id FROM {APART}),"""
IS_SHARED = "AND p.channel_id <> ALL (ARRAY(SELECT id FROM apart))"
COUNTS_FOR_OTHERS = """
          AND (so.id IS NOT NULL OR d.channel_id = scope.channel_id
               OR d.channel_id <> ALL (ARRAY(SELECT id FROM apart)))"""
PENDING = """
       SELECT scope.scope_id, part.part_id, 0::numeric, 0::numeric, 0::numeric,
              d.quantity::numeric * COALESCE(draw.ratio, 1)
              * COALESCE(su.factor / NULLIF(pu.factor, 0), 1)::numeric, 0::numeric
         FROM retail_sync_demand d
        CROSS JOIN LATERAL (
              SELECT product_id, uom_id, company_id
                FROM retail_sync_listing n WHERE n.id = d.listing_id OFFSET 0) i
         LEFT JOIN draw ON draw.product_id = i.product_id
              AND draw.company_id = i.company_id
         JOIN part ON part.part_id = COALESCE(draw.part_id, i.product_id)
        CROSS JOIN LATERAL (
              SELECT t.uom_id
                FROM product_product p
                JOIN product_template t ON t.id = p.product_tmpl_id
               WHERE p.id = i.product_id OFFSET 0) t
         JOIN uom_uom pu ON pu.id = t.uom_id
         LEFT JOIN uom_uom su ON su.id = i.uom_id
         LEFT JOIN retail_sync_order o ON o.channel_id = d.channel_id
              AND o.external_id = d.order_external_id
         LEFT JOIN sale_order so ON so.id = o.order_id
        CROSS JOIN scope
        WHERE COALESCE(o.state, 'waiting') NOT IN ('cancelled', 'ignored')
          AND COALESCE(so.state, 'draft') IN ('draft', 'sent')
          AND so.retail_sync_is_given_free IS NOT TRUE {others}
          AND EXISTS (
              SELECT 1 FROM seller
               WHERE seller.scope_id = scope.scope_id
                 AND seller.channel_id = d.channel_id
                 AND (seller.external_id = d.location_external_id
                      OR seller.is_told AND d.location_external_id IS NULL
                      OR seller.is_told AND NOT EXISTS (
                         SELECT 1 FROM retail_sync_location named
                          WHERE named.channel_id = d.channel_id
                            AND named.external_id = d.location_external_id
                            AND named.location_id IS NOT NULL)))"""
# Tills that book when their session is closed: what they sold is still on hand. What
# has a delivery of its own already (an invoice, a later shipment) counts there; what
# came back counts once it is booked.
OPEN_TILLS = """{source} spot
         JOIN stock_picking_type pt ON pt.default_location_src_id = spot.location_id
         JOIN pos_config pc ON pc.picking_type_id = pt.id
         JOIN pos_session ps ON ps.config_id = pc.id
              AND ps.update_stock_at_closing AND ps.state <> 'closed'"""
AT_TILLS = """
       SELECT spot.scope_id, part.part_id, 0::numeric, 0::numeric, 0::numeric,
              0::numeric, pl.qty::numeric * COALESCE(draw.ratio, 1)
         FROM {open_tills}
        CROSS JOIN LATERAL (
              SELECT id FROM pos_order n
               WHERE n.session_id = ps.id AND n.shipping_date IS NULL
                 AND n.state NOT IN ('draft', 'cancel') OFFSET 0) po
        CROSS JOIN LATERAL (
              SELECT product_id, qty FROM pos_order_line n
               WHERE n.order_id = po.id AND n.qty > 0 OFFSET 0) pl
         LEFT JOIN draw ON draw.product_id = pl.product_id
              AND draw.company_id = pc.company_id
         JOIN part ON part.part_id = COALESCE(draw.part_id, pl.product_id)
        WHERE NOT EXISTS (SELECT 1 FROM stock_picking k WHERE k.pos_order_id = po.id)"""
MORE = {
    "incoming": INCOMING,
    "frozen": SHIPPED,
    "demand": PENDING,
    "open_tills": AT_TILLS,
}
# Whether there is such a thing at all.
USES = {
    "apart": APART,
    "claims": """retail_sync_location p
           JOIN retail_sync_channel c ON c.id = p.channel_id
          WHERE GREATEST(p.first_units, c.first_units) > 0 AND p.state = 'mapped'
            AND c.active AND c.state = 'live'""",
    "demand": "retail_sync_demand",
    "frozen": "retail_sync_location WHERE frozen_at IS NOT NULL",
    "given_free": "sale_order WHERE retail_sync_is_given_free",
    "incoming": "retail_sync_location WHERE incoming_days > 0",
    "inner": """stock_location s
           JOIN stock_location up ON up.id = s.location_id AND up.usage = 'internal'
          WHERE s.id IN (
                SELECT location_id FROM retail_sync_location
                 UNION ALL
                SELECT location_id FROM retail_sync_location_also_rel)""",
}
USES_OF_TILLS = {
    "open_tills": "pos_session WHERE update_stock_at_closing AND state <> 'closed'"
}
USES_OF_KITS = {"kits": "mrp_bom WHERE type = 'phantom'"}
