"""One statement that gives the terms of many levels at once.

Set-based SQL: the ORM would ask per warehouse and per figure, and has no word for
demand that nothing reserves yet. The ORM's ``free_qty`` is the oracle of its tests.
"""

from decimal import Decimal

from odoo import fields

from .domain.stock import Terms
from .stock_terms_more import USES, USES_OF_KITS, USES_OF_TILLS
from .stock_terms_rules import KINDS
from .stock_terms_sql import statement

COLUMNS = (
    "on_hand",
    "incoming",
    "reserved",
    "unreserved",
    "pending",
    "at_tills",
    "buffer",
    "kept",
    "share",
    "cap",
    "minimum",
    "fixed",
    "frozen",
)
# What may be a kit of what is looked at and of what open demand asks for, whose parts
# are asked for too. Odoo says which really are.
KITS = """
SELECT id, is_asked FROM (
       SELECT x.id, x.id = ANY(%(products)s::int[]) OR x.id IN (
                  SELECT i.product_id
                    FROM (SELECT DISTINCT listing_id FROM retail_sync_level
                           WHERE id = ANY(%(levels)s::int[])) l
                   CROSS JOIN LATERAL (
                         SELECT product_id FROM retail_sync_listing n
                          WHERE n.id = l.listing_id OFFSET 0) i
                   WHERE i.product_id IS NOT NULL) AS is_asked
         FROM (SELECT DISTINCT product_tmpl_id FROM mrp_bom WHERE type = 'phantom') b
        CROSS JOIN LATERAL (
              SELECT id FROM product_product p
               WHERE p.product_tmpl_id = b.product_tmpl_id OFFSET 0) x) kit
 WHERE is_asked OR id IN ({sold})
"""
SOLD = """
SELECT i.product_id
  FROM retail_sync_demand d
 CROSS JOIN LATERAL (
       SELECT product_id FROM retail_sync_listing n
        WHERE n.id = d.listing_id OFFSET 0) i
 WHERE i.product_id IS NOT NULL"""
SOLD_AT_TILLS = """
 UNION ALL
SELECT pl.product_id
  FROM pos_session ps
 CROSS JOIN LATERAL (
       SELECT id FROM pos_order n WHERE n.session_id = ps.id OFFSET 0) po
 CROSS JOIN LATERAL (
       SELECT product_id FROM pos_order_line n WHERE n.order_id = po.id OFFSET 0) pl
 WHERE ps.update_stock_at_closing AND ps.state <> 'closed'"""


def read_terms(env, level_ids):
    """Return ``{level id: (Terms, part id)}``; the part is a kit's scarcest component.

    Levels without a product or a location of ours have none.
    """
    rows = _read(env, level_ids, "terms")
    return {row[0]: (_terms(row[2:]), row[1]) for row in rows}


def read_offered(env, level_ids):
    """Return ``{level id: units offered}``: what the terms come to, and faster."""
    return dict(_read(env, level_ids, "offered"))


def read_parts(env, level_ids):
    """Return ``{level id: {part id: (free, promised)}}`` of kits, in kits."""
    parts = {}
    for level_id, part_id, free, promised in _read(env, level_ids, "parts"):
        parts.setdefault(level_id, {})[part_id] = (free, promised)
    return parts


def _read(env, level_ids, what):
    """Return the statement's rows; ``what``: one of its selections."""
    if not level_ids:
        return []
    env.flush_all()
    uses = _find_uses(env)
    levels = array(level_ids)
    kits, sold_kits = set(), set()
    if "kits" in uses:
        kits, sold_kits = _find_kit_ids(env, levels=levels)
    draws = list(_draws_of_kits(env, kits | sold_kits))
    products, companies, parts, ratios = zip(*draws, strict=True) if draws else [()] * 4
    Rule = env["retail.sync.stock.rule"]
    weekdays = Rule._weekdays() if uses.intersection(KINDS) else {}
    given = {
        "channels": list(weekdays),
        "weekdays": list(weekdays.values()),
        "levels": levels,
        "kits": list(kits),
        "products": list(products),
        "companies": list(companies),
        "parts": list(parts),
        "ratios": list(ratios),
        "now": fields.Datetime.now(),
    }
    rows = []
    for of_kits in (False, True):
        if (of_kits and not kits) or (what == "parts" and not of_kits):
            continue
        env.cr.execute(statement(what, kits=of_kits, uses=uses), given)
        rows += env.cr.fetchall()
    return rows


def _find_uses(env):
    """Return what the statement has to look at in this database, by name."""
    asked = {
        **USES,
        **(USES_OF_TILLS if has_tills(env) else {}),
        **(USES_OF_KITS if "mrp.bom" in env else {}),
    }
    # ORM: a query each, for every batch of levels
    env.cr.execute(
        " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {source})"
            for name, source in asked.items()
        )
    )
    uses = {name for (name,) in env.cr.fetchall()}
    if has_tills(env):
        uses.add("tills")
    if "removal_date" in env["stock.lot"]._fields:
        uses.add("expiry")
    return uses | env["retail.sync.stock.rule"]._kinds_in_use()


def array(ids):
    """Return ``ids`` as PostgreSQL reads them fast when there are thousands."""
    return "{" + ",".join(map(str, ids)) + "}"


def has_tills(env):
    """Return whether the module that counts the point of sale's sales is installed."""
    return "while_till_is_open" in env["retail.sync.stock.rule"]._fields


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


def find_parts(env, product_ids):
    """Return the ids of all parts of those ``product_ids`` that are kits."""
    if "mrp.bom" not in env or not product_ids:
        return set()
    # ORM: it would ask once per level of kits and per company
    env.cr.execute(
        """WITH RECURSIVE down (kit_id, part_id) AS (
                  SELECT x, x FROM unnest(%s::int[]) x
                   UNION
                  SELECT down.kit_id, bl.product_id
                    FROM down
                    JOIN product_product k ON k.id = down.part_id
                    JOIN mrp_bom b ON b.product_tmpl_id = k.product_tmpl_id
                         AND (b.product_id IS NULL OR b.product_id = k.id)
                         AND b.active AND b.type = 'phantom'
                    JOIN mrp_bom_line bl ON bl.bom_id = b.id)
           SELECT DISTINCT part_id FROM down WHERE part_id <> kit_id""",
        [list(product_ids)],
    )
    return {row[0] for row in env.cr.fetchall()}


def find_draws(env, product_ids, company):
    """Return [(product id, id of what it takes, units taken)], kits taken apart.

    Kits that open demand asks for are taken apart as well.

    :param company: the ``res.company`` whose kits count
    """
    kits, sold_kits = _find_kit_ids(env, product_ids=product_ids)
    taken = [
        (product_id, part_id, units)
        for product_id, company_id, part_id, units in _draws_of_kits(
            env, kits | sold_kits
        )
        if company_id == company.id
    ]
    plain = set(product_ids) - kits - sold_kits
    return [(product_id, product_id, Decimal(1)) for product_id in plain] + taken


def _find_kit_ids(env, *, levels="{}", product_ids=()):
    """Return the ids of what may be kits: of what is asked for, of what is sold.

    :param levels: the ids of levels, as an ``array``
    """
    if "mrp.bom" not in env:
        return set(), set()
    # ORM: it would read every product to know the few that are kits
    env.cr.execute(
        KITS.format(sold=SOLD + (SOLD_AT_TILLS if has_tills(env) else "")),
        {"levels": levels, "products": array(product_ids)},
    )
    kits, sold_kits = set(), set()
    for product_id, is_asked in env.cr.fetchall():
        (kits if is_asked else sold_kits).add(product_id)
    return kits, sold_kits


def _draws_of_kits(env, kit_ids):
    """Yield (product id, company id, id of what it takes, units taken).

    A kit is one only in the companies that its bill of materials is for.
    """
    if not kit_ids:
        return
    env.cr.execute("SELECT DISTINCT company_id FROM retail_sync_channel")
    for (company_id,) in env.cr.fetchall():
        yield from _draws_in_company(env, company_id, sorted(kit_ids))


def _draws_in_company(env, company_id, product_ids):
    """Yield the draws of products that may be kits in a company."""
    # whoever may see a level need not see what it is made of
    Bom = env["mrp.bom"].sudo().with_company(company_id)
    products = Bom.env["product.product"].with_context(active_test=False)
    products = products.browse(product_ids)
    kits = Bom._bom_find(products, company_id=company_id, bom_type="phantom")
    for product in products:
        if kits.get(product):
            for kit_id, part_id, units in _components(product, kits[product]):
                yield kit_id, company_id, part_id, units
        else:
            yield product.id, company_id, product.id, Decimal(1)


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
    return Terms(
        **{
            name: None if value is None else Decimal(repr(value))
            for name, value in zip(COLUMNS, values, strict=True)
        }
    )
