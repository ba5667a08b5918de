"""One statement that gives the terms of many levels at once.

Set-based SQL: the ORM would ask per warehouse and per figure, and has no word for
demand that nothing reserves yet. The ORM's ``free_qty`` is the oracle of its tests.
"""

from decimal import Decimal

from odoo import fields

from .domain.stock import Terms
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
# What may be a kit of the products looked at and of what open demand asks for, whose
# parts are asked for too. Odoo says which really are.
KITS = """
SELECT DISTINCT x.id
  FROM ({sold} UNION ALL SELECT unnest(%s::int[])) sold
  JOIN product_product x ON x.id = sold.product_id
  JOIN mrp_bom b ON b.product_tmpl_id = x.product_tmpl_id AND b.type = 'phantom'
"""
SOLD = """
SELECT i.product_id
  FROM retail_sync_demand d JOIN retail_sync_listing i ON i.id = d.listing_id"""
SOLD_AT_TILLS = """
 UNION ALL
SELECT pl.product_id
  FROM pos_session ps JOIN pos_order po ON po.session_id = ps.id
  JOIN pos_order_line pl ON pl.order_id = po.id
 WHERE ps.update_stock_at_closing AND ps.state <> 'closed'"""


def read_terms(env, level_ids, product_ids):
    """Return ``{level id: (Terms, part id)}``; the part is a kit's scarcest component.

    :param product_ids: the products of the levels; archived or unmatched ones included
    """
    rows = _read(env, level_ids, product_ids, "terms")
    return {row[0]: (_terms(row[2:]), row[1]) for row in rows}


def read_offered(env, level_ids, product_ids):
    """Return ``{level id: units offered}``: what ``read_terms`` comes to, and faster.

    :param product_ids: the products of the levels; archived or unmatched ones included
    """
    return dict(_read(env, level_ids, product_ids, "offered"))


def _read(env, level_ids, product_ids, what):
    """Return the statement's rows; ``what``: one of its selections."""
    if not level_ids:
        return []
    env.flush_all()
    draws = list(_draws(env, product_ids))
    if not draws:
        return []
    products, companies, parts, ratios = map(list, zip(*draws, strict=True))
    Rule = env["retail.sync.stock.rule"]
    rule_kinds = Rule._kinds_in_use()
    weekdays = Rule._weekdays() if rule_kinds else {}
    env.cr.execute(
        statement(
            what,
            has_expiry="removal_date" in env["stock.lot"]._fields,
            has_tills=has_tills(env),
            rule_kinds=rule_kinds,
        ),
        {
            "channels": list(weekdays),
            "weekdays": list(weekdays.values()),
            "levels": list(level_ids),
            "products": products,
            "companies": companies,
            "parts": parts,
            "ratios": ratios,
            "now": fields.Datetime.now(),
        },
    )
    return env.cr.fetchall()


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

    :param company: the ``res.company`` whose kits count
    """
    return [
        (product_id, part_id, units)
        for product_id, company_id, part_id, units in _draws(env, product_ids)
        if company_id in (None, company.id)
    ]


def _draws(env, product_ids):
    """Yield (product id, company id, id of what it takes, units taken).

    A kit is one only in the companies that its bill of materials is for; what is no kit
    anywhere has no company.
    """
    ids = set(product_ids)
    kit_ids = set()
    if "mrp.bom" in env:
        sold = SOLD + (SOLD_AT_TILLS if has_tills(env) else "")
        env.cr.execute(KITS.format(sold=sold), [list(ids)])
        kit_ids = {row[0] for row in env.cr.fetchall()}
    for product_id in ids - kit_ids:
        yield product_id, None, product_id, Decimal(1)
    if kit_ids:
        env.cr.execute("SELECT DISTINCT company_id FROM retail_sync_channel")
        for (company_id,) in env.cr.fetchall():
            yield from _draws_of_kits(env, company_id, sorted(kit_ids))


def _draws_of_kits(env, company_id, product_ids):
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
