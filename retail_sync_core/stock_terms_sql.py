"""The statement behind ``stock_terms``: all terms of many levels, set by set."""

from .domain.stock import LARGEST
from .stock_terms_more import (
    APART_SOURCE,
    COUNTS_FOR_OTHERS,
    GIVEN_FREE,
    IS_SHARED,
    MORE,
    OPEN_TILLS,
    SELLERS,
    SOURCES,
    UNRESERVED,
)
from .stock_terms_rules import BUFFER, WHILE_OPEN, conditions, kept_back, rules

# Levels of products that are no kits are most of them and ask for less: a statement of
# their own.
# draw: what one unit of a kit takes, in one company.
# scope: what a mapped location offers. Channels that offer the same stock in the same
# way share one; who groups locations or leaves some out has one of its own (its id, the
# shared ones being below zero), and so has one whose orders count for itself alone
# (apart). spot: the locations of a scope.
# held: what is on the shelves; more: what else counts. Where the planner knows nothing
# of the tables yet it must not compare all with all: OFFSET 0 and FULL JOIN see to it.
# What is read once and joined so needs no copy of its own (held): that took a tenth.
# fed: moves that will still bring their own supply are not counted twice along a chain.
# kept: units that channels with a better rank claim first of the same stock.
TERMS = """
WITH wanted AS MATERIALIZED (
       SELECT id, listing_id, location_id{kept_columns}
         FROM retail_sync_level WHERE id = ANY(%(levels)s::int[])),
     draw AS MATERIALIZED (
       SELECT *
         FROM unnest(%(products)s::int[], %(companies)s::int[], %(parts)s::int[],
                     %(ratios)s::numeric[])
              AS d (product_id, company_id, part_id, ratio)),
     {apart}
     place AS MATERIALIZED (
       SELECT p.*, COALESCE(c.share, 100)::numeric * COALESCE(p.share, 100)::numeric
                   / 100 AS whole_share,
              trim_scale(COALESCE(c.share, 100)::numeric
                         * COALESCE(p.share, 100)::numeric / 10000) AS portion,
              CASE WHEN p.is_plain {is_shared} THEN -p.location_id ELSE p.id END
              AS scope_id,
              NULLIF(p.buffer_qty, 0) AS place_buffer,
              NULLIF(c.buffer_qty, 0) AS channel_buffer,
              COALESCE(NULLIF(p.rank, 0), c.rank) AS own_rank, today.weekday
         FROM retail_sync_location p
         JOIN retail_sync_channel c ON c.id = p.channel_id
         LEFT JOIN unnest(%(channels)s::int[], %(weekdays)s::int[])
              AS today (channel_id, weekday) ON today.channel_id = c.id
        WHERE p.id = ANY (ARRAY(SELECT DISTINCT location_id FROM wanted))),
     item AS MATERIALIZED (
       SELECT i.id, i.product_id, i.channel_id, i.own_buffer, i.own_cap, i.categ_id,
              COALESCE(su.factor / NULLIF(pu.factor, 0), 1)::numeric AS pack,
              su.factor <> pu.factor AS is_packed, i.fixed
         FROM (SELECT n.id, n.product_id, n.channel_id, n.uom_id,
                      NULLIF(n.buffer_qty, 0) AS own_buffer,
                      NULLIF(n.cap_qty, 0) AS own_cap, t.categ_id,
                      t.uom_id AS stock_uom_id,
                      CASE WHEN NOT x.active THEN 0
                           WHEN n.fixed_until > %(now)s THEN COALESCE(n.fixed_qty, 0)
                           END AS fixed
                 FROM (SELECT * FROM retail_sync_listing
                        WHERE id = ANY (ARRAY(SELECT DISTINCT listing_id FROM wanted))
                       OFFSET 0) n
                CROSS JOIN LATERAL (
                      SELECT active, product_tmpl_id FROM product_product p
                       WHERE p.id = n.product_id OFFSET 0) x
                CROSS JOIN LATERAL (
                      SELECT categ_id, uom_id FROM product_template p
                       WHERE p.id = x.product_tmpl_id OFFSET 0) t
                WHERE n.product_id {asked} (%(kits)s::int[])
               OFFSET 0) i
         JOIN uom_uom pu ON pu.id = i.stock_uom_id
         LEFT JOIN uom_uom su ON su.id = i.uom_id),
     scope AS MATERIALIZED (
       SELECT DISTINCT ON (scope_id) scope_id, id AS place_id, channel_id, is_plain,
              incoming_days, offers_consigned, offers_expired, frozen_at,
              frozen_after_id
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
       SELECT DISTINCT path.scope_id, s.id AS location_id, scope.offers_consigned,
              scope.offers_expired, scope.frozen_at
         FROM path JOIN stock_location s ON starts_with(s.parent_path, path.parent_path)
         JOIN scope ON scope.scope_id = path.scope_id
        WHERE scope.is_plain OR NOT EXISTS (
              SELECT 1 FROM retail_sync_location_left_out_rel r
                JOIN stock_location o ON o.id = r.location_id
               WHERE r.place_id = scope.place_id
                 AND starts_with(s.parent_path, o.parent_path))),
     {sources}
     {sellers}
     part AS MATERIALIZED ({parts}),
     held AS (
       SELECT spot.scope_id, q.product_id AS part_id,
              SUM(COALESCE(q.quantity, 0)::numeric
                  - COALESCE(q.reserved_quantity, 0)::numeric) AS rest,
              {on_hand} AS on_hand, {reserved} AS reserved
         FROM stock_quant q
         JOIN spot ON spot.location_id = q.location_id
        WHERE q.product_id = ANY (ARRAY(SELECT part_id FROM part))
          AND (q.owner_id IS NULL OR spot.offers_consigned OR q.owner_id = (
                  SELECT partner_id FROM res_company k WHERE k.id = q.company_id))
          {fresh}
        GROUP BY spot.scope_id, q.product_id),
     more AS MATERIALIZED (
       SELECT scope_id, part_id, SUM(unreserved) AS unreserved,
              SUM(incoming) AS incoming, SUM(shipped) AS shipped,
              SUM(pending) AS pending, SUM(at_tills) AS at_tills,
              SUM(incoming - unreserved - pending - at_tills) AS balance
         FROM ({more}) m (scope_id, part_id, unreserved, incoming, shipped, pending,
                          at_tills)
        GROUP BY scope_id, part_id),
     row AS (
       SELECT a.*, COALESCE(held.on_hand, 0) AS on_hand,
              COALESCE(held.reserved, 0) AS reserved,
              COALESCE(more.incoming, 0) AS incoming,
              COALESCE(more.unreserved, 0) AS unreserved,
              COALESCE(more.pending, 0) AS pending,
              COALESCE(more.at_tills, 0) AS at_tills,
              COALESCE(more.shipped, 0) AS shipped,
              CASE WHEN more.scope_id IS NULL THEN COALESCE(held.rest, 0)
              ELSE COALESCE(held.rest, 0) + more.balance END AS rest
         FROM (SELECT l.id{kept_columns}, l.location_id AS place_id,
                      item.product_id, item.channel_id, item.categ_id, item.own_buffer,
                      item.own_cap, item.fixed, place.scope_id, place.company_id,
                      item.pack, item.is_packed, place.place_buffer,
                      place.channel_buffer, place.weekday, place.whole_share AS share,
                      place.portion, place.location_id, place.own_rank AS rank,
                      place.frozen_at,
                      {part_id} AS part_id, {unit} AS unit, {is_divided} AS is_divided
                 FROM wanted l
                 JOIN item ON item.id = l.listing_id
                 JOIN place ON place.id = l.location_id
                 {draws}) a
         FULL JOIN held ON held.scope_id = a.scope_id AND held.part_id = a.part_id
         FULL JOIN more ON more.scope_id = a.scope_id AND more.part_id = a.part_id
       OFFSET 0),
     lvl AS ({scarce})
     {claims}
SELECT {columns}
  FROM lvl r
  {kept}
  {rules}
"""
CLAIMS = """,
     claim AS (
       SELECT id, ROUND(SUM(units)::numeric / pack, 6) AS kept
         FROM (SELECT lvl.id, lvl.pack, near.channel_id, max(near.units) AS units
                 FROM lvl
                 JOIN (SELECT seller.scope_id, c.id AS channel_id,
                              COALESCE(NULLIF(p.rank, 0), c.rank) AS rank,
                              COALESCE(NULLIF(p.first_units, 0), c.first_units) AS units
                         FROM seller
                         JOIN retail_sync_location p ON p.id = seller.place_id
                         JOIN retail_sync_channel c ON c.id = p.channel_id
                              AND c.active AND c.state = 'live'
                        WHERE seller.is_told) near
                      ON near.scope_id = lvl.scope_id AND near.rank < lvl.rank
                      AND near.channel_id <> lvl.channel_id AND near.units > 0
                WHERE EXISTS (
                      SELECT 1 FROM retail_sync_listing i
                       WHERE i.channel_id = near.channel_id
                         AND i.product_id = lvl.product_id
                         AND i.state = 'matched' AND i.published)
                GROUP BY lvl.id, lvl.pack, near.channel_id) first
        GROUP BY id, pack)"""
KEPT = "LEFT JOIN claim ON claim.id = r.id"
NO_CLAIMS = "CROSS JOIN (SELECT 0::numeric AS kept) claim"
PLAIN = {
    "kept_columns": ", frozen_qty, frozen_taken",
    "asked": "<> ALL",
    "parts": "SELECT DISTINCT product_id AS part_id FROM item",
    "part_id": "item.product_id",
    "unit": "item.pack",
    "is_divided": "item.is_packed",
    "draws": "",
    "scarce": "SELECT * FROM row WHERE id IS NOT NULL",
}
KITS = {
    "kept_columns": ", frozen_qty, frozen_taken, frozen_held, frozen_parts",
    "asked": "= ANY",
    "parts": "SELECT DISTINCT draw.part_id FROM item JOIN draw USING (product_id)",
    "part_id": "draw.part_id",
    "unit": "draw.ratio * item.pack",
    "is_divided": "TRUE",
    "draws": """JOIN draw ON draw.product_id = item.product_id
              AND draw.company_id = place.company_id""",
    "scarce": """
       SELECT DISTINCT ON (id) *
         FROM row r
        WHERE id IS NOT NULL
        ORDER BY id, {scarcest}part_id""",
}
ALL = "SELECT * FROM row WHERE id IS NOT NULL"
IS_FROZEN = "WHEN r.frozen_at IS NOT NULL AND r.frozen_qty IS NOT NULL THEN {frozen}"
FROZEN = """CASE WHEN r.frozen_at IS NOT NULL AND r.frozen_qty IS NOT NULL THEN
            GREATEST(0, r.frozen_qty - {promised}) END"""
# What was promised since the count began, of the product or in kits.
PROMISED = "GREATEST(0, {taken} - COALESCE(r.frozen_taken, 0)::numeric)"
# Nothing is kept of the parts of what was no kit when the count began: then no more
# than these allow now.
PROMISED_KITS = """GREATEST(0, COALESCE(r.frozen_held::numeric - {left}, GREATEST(
               {taken} - COALESCE(r.frozen_taken, 0)::numeric,
               r.frozen_qty - ROUND(r.rest / r.unit, 6))))"""
TAKEN = """ROUND((r.reserved + r.unreserved + r.pending + r.at_tills + r.shipped)
               / r.unit, 6)"""
# What is left of a part of a kit, in kits: what was free when the count began, less
# what was promised since. A part that joined the kit meanwhile has no such figure.
LEFT = """((r.frozen_parts -> r.part_id::text ->> 0)::numeric - GREATEST(0, {taken}
               - (r.frozen_parts -> r.part_id::text ->> 1)::numeric))"""
SCARCEST = "rest / unit, "
SCARCEST_LEFT = """CASE WHEN r.frozen_at IS NOT NULL THEN {left} END NULLS LAST,
              CASE WHEN r.frozen_at IS NOT NULL THEN {promised} END DESC,
              rest / unit, """
# domain.stock.Terms.offered, said once more where a million levels are worked out
SHARED = "GREATEST(0, {rest} - {buffer} {kept_off}) * r.portion"
REST = "ROUND(CASE WHEN r.is_divided THEN r.rest / r.unit ELSE r.rest END, 6)"
COLUMNS = {
    "terms": """r.id, r.part_id, ROUND(r.on_hand / r.unit, 6),
       ROUND(r.incoming / r.unit, 6), ROUND(r.reserved / r.unit, 6),
       ROUND(r.unreserved / r.unit, 6), ROUND(r.pending / r.unit, 6),
       ROUND(r.at_tills / r.unit, 6), {buffer}, COALESCE(claim.kept, 0), r.share,
       COALESCE(r.own_cap, cap.quantity)::numeric,
       COALESCE(minimum.quantity, 0)::numeric, r.fixed::numeric, {frozen}""",
    "parts": "r.id, r.part_id, ROUND(r.rest / r.unit, 6), {taken}",
    "offered": """r.id, LEAST({largest}, GREATEST(0, FLOOR(
       CASE WHEN r.fixed IS NOT NULL THEN r.fixed::numeric
            {if_frozen}
            {too_few}
            ELSE LEAST({shared}, COALESCE(r.own_cap, cap.quantity)::numeric) END
       )))::int""",
}
TOO_FEW = """WHEN LEAST({shared}, COALESCE(r.own_cap, cap.quantity)::numeric)
                 < COALESCE(minimum.quantity, 0)::numeric THEN 0"""
# What is offered needs no more than the rest, unless a place is counted just now.
SUMS = {
    "on_hand": "SUM(q.quantity::numeric)",
    "reserved": "SUM(q.reserved_quantity::numeric)",
}
IF_FROZEN = " FILTER (WHERE spot.frozen_at IS NOT NULL)"
NONE = "NULL::numeric"
# Lots that Odoo's expiry module would not pick anymore.
FRESH = """AND (q.lot_id IS NULL OR spot.offers_expired OR NOT EXISTS (
               SELECT 1 FROM stock_lot lot
                WHERE lot.id = q.lot_id AND lot.removal_date <= %(now)s))"""


def statement(what, *, kits, uses):
    """Return the statement for a database; planning what nothing uses would cost most.

    :param what: ``"terms"``: each level's terms; ``"offered"``: what they come to;
        ``"parts"``: what is free of each part of kits, and what is promised, in kits
    :param kits: whether for the levels of kits, or for all others
    :param uses: what there is at all: names of ``USES``, kinds of rules, ``"expiry"``
        where lots have a removal date, ``"tills"`` where sales at tills are counted
    """
    has_tills, is_frozen = "tills" in uses, "frozen" in uses
    parts = {
        **(KITS if kits else PLAIN),
        **({"scarce": ALL} if what == "parts" else {}),
        **_more(uses),
        "claims": CLAIMS if "claims" in uses else "",
        "kept": KEPT if "claims" in uses else NO_CLAIMS,
        "columns": COLUMNS[what],
        **_sums(what, is_frozen),
        "too_few": TOO_FEW if "minimum" in uses else "",
        "shared": SHARED,
        "rest": REST,
        "kept_off": "- COALESCE(claim.kept, 0)" if "claims" in uses else "",
        **_frozen(kits, is_frozen),
        "buffer": BUFFER,
        "kept_back": kept_back(uses),
        "largest": str(LARGEST),
        "rules": rules(uses),
        "fresh": FRESH if "expiry" in uses else "",
        "while_open": WHILE_OPEN if has_tills else "",
        "conditions": conditions(has_tills),
        "open_tills": OPEN_TILLS,
        "source": "source" if "inner" in uses else "spot",
    }
    text = TERMS
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return text


def _more(uses):
    """Return what counts besides the shelves, and what that is worked out from."""
    sources = [UNRESERVED, *(MORE[name] for name in MORE if name in uses)]
    has_apart = uses >= {"apart", "demand"}
    return {
        "more": "\n        UNION ALL".join(sources),
        "sources": SOURCES if "inner" in uses else "",
        "sellers": SELLERS if uses & {"claims", "demand"} else "",
        "apart": APART_SOURCE if has_apart else "",
        "is_shared": IS_SHARED if has_apart else "",
        "others": COUNTS_FOR_OTHERS if has_apart else "",
        "given_free": GIVEN_FREE if "given_free" in uses else "",
    }


def _frozen(kits, is_frozen):
    """Return what tells the level of a place that is being counted."""
    if not is_frozen:
        return {
            "kept_columns": "",
            "if_frozen": "",
            "frozen": NONE,
            "scarcest": SCARCEST,
            "taken": TAKEN,
        }
    return {
        "if_frozen": IS_FROZEN,
        "frozen": FROZEN,
        "scarcest": SCARCEST_LEFT,
        "promised": PROMISED_KITS if kits else PROMISED,
        "left": LEFT,
        "taken": TAKEN,
    }


def _sums(what, is_frozen):
    """Return what is summed besides the rest: a figure as such needs no more."""
    if what != "offered":
        return SUMS
    return {k: text + IF_FROZEN if is_frozen else NONE for k, text in SUMS.items()}
