"""The parts of the statement of levels that are about rules and what is kept back."""

KINDS = ("buffer", "cap", "minimum")
# A listing's own buffer is in its unit, any other in the product's. A rule for some
# products, one place or some time goes before the place's figure, a channel's before
# the channel's.
BUFFER = """COALESCE(r.own_buffer, CASE WHEN r.is_packed
            THEN ROUND({kept_back} / r.pack, 6) ELSE {kept_back} END)::numeric"""
KEPT_BACK = "COALESCE(r.place_buffer, r.channel_buffer, 0)"
KEPT_BACK_BY_RULE = """COALESCE(
            CASE WHEN buffer.is_near THEN buffer.quantity END, r.place_buffer,
            CASE WHEN buffer.is_channels THEN buffer.quantity END, r.channel_buffer,
            buffer.quantity, 0)::numeric"""
# The most specific rule of a kind for a level: product, then the nearest category, then
# location, then channel; of two for the same, the one with a condition.
RULE = """
  LEFT JOIN LATERAL (
       SELECT u.quantity, u.channel_id IS NOT NULL AS is_channels,
              u.product_id IS NOT NULL OR u.categ_id IS NOT NULL
              OR u.location_id IS NOT NULL OR {conditions} AS is_near
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
WHILE_OPEN = """AND (u.while_till_is_open IS NOT TRUE OR EXISTS (
              SELECT 1 FROM {open_tills}
               WHERE spot.scope_id = r.scope_id))"""


def conditions(has_tills):
    """Return the condition that a rule counts only now and then."""
    text = f"{EVERY_DAY} IS NOT TRUE"
    return f"({text} OR u.while_till_is_open IS TRUE)" if has_tills else f"({text})"


def rules(uses):
    """Return what looks up the rule of each kind for a level."""
    return "".join(
        (RULE if kind in uses else NO_RULE).replace("{kind}", kind) for kind in KINDS
    )


def kept_back(uses):
    """Return what is kept back where a listing has no buffer of its own."""
    return KEPT_BACK_BY_RULE if "buffer" in uses else KEPT_BACK
