"""Years of business in a database: made by hand once, then copied set by set."""

import hashlib

GAP = 100_000  # between the ids of one year's copy and the next
PLACES = 20
# A little of everything, by the ORM: quotations, orders, deliveries, invoices, stock in
# many places, closed periods.
SEED = """
from datetime import date, datetime
from odoo import Command
company = env.ref("base.main_company")
env.ref("base.EUR").active = True
company.currency_id = env.ref("base.EUR")
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
company.currency_id = env.ref("base.EUR")
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
stock = warehouse.lot_stock_id
for number in range({places}):
    env["stock.location"].create(
        {{"name": f"Aisle {{number}}", "location_id": stock.id}})
partners = env["res.partner"].create([{{"name": f"Customer {{n}}"}} for n in range(5)])
products = env["product.product"].create([
    {{"name": f"Thing {{n}}", "default_code": f"THING-{{n}}", "type": "consu",
      "is_storable": True, "list_price": 10.0 + n, "invoice_policy": "order"}}
    for n in range(5)])
for product in products:
    env["stock.quant"]._update_available_quantity(product, stock, 1000)
orders = env["sale.order"].create([
    {{"partner_id": partners[n % 5].id, "date_order": datetime(2024, 1 + n, 15),
      "order_line": [Command.create({{"product_id": product.id,
                                      "product_uom_qty": 1 + n}})
                     for product in products[n % 5:][:2]]}}
    for n in range(10)])
(orders - orders[9]).action_confirm()
for order in orders[:7]:
    for picking in order.picking_ids:
        assert picking.with_context(skip_backorder=True).button_validate() is True
for number, order in enumerate(orders[:6]):
    invoice = order._create_invoices()
    invoice.invoice_date = date(2024, 1 + number, 20)
    invoice.action_post()
end = date(2025, 12, 31)
company.write({{"fiscalyear_lock_date": end, "tax_lock_date": end,
               "sale_lock_date": end, "purchase_lock_date": end}})
"""
# What is copied; tables between two of them follow by themselves.
COPIED = (
    "product_template",
    "product_product",
    "sale_order",
    "sale_order_line",
    "stock_reference",
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "account_move",
    "account_move_line",
)
NAMED = {"sale_order", "stock_picking", "account_move", "stock_reference"}
LINKS = """
SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
  FROM pg_constraint c
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
 WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
"""
COLUMNS = """
SELECT column_name FROM information_schema.columns
 WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'
 ORDER BY ordinal_position
"""
QUANTS = """
INSERT INTO stock_quant (product_id, location_id, company_id, quantity,
                         reserved_quantity, in_date, create_uid, create_date,
                         write_uid, write_date)
SELECT p.id, l.id, l.company_id, 1 + (p.id + l.id) % 50, 0,
       timestamp '2024-06-01', 1, now() AT TIME ZONE 'UTC', 1,
       now() AT TIME ZONE 'UTC'
  FROM product_product p CROSS JOIN stock_location l
 WHERE l.name LIKE 'Aisle %'
"""


def fill(life, copies):
    """Let ``life`` have had 10 orders, 5 products and 100 quants per copy."""
    life.shell(SEED.format(places=PLACES))
    links = {}
    for table, column, target in life.sql(LINKS):
        links.setdefault(table, {})[column] = target
    between = [
        table
        for table, columns in links.items()
        if table not in COPIED
        and len(_columns(life, table)) == 2
        and set(columns.values()) & set(COPIED)
    ]
    for table in (*COPIED, *between):
        life.sql(_copy_statement(life, table, links.get(table, {}), copies))
    for table in COPIED:
        life.sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    life.sql(QUANTS)
    life.sql("ANALYZE")


def _copy_statement(life, table, columns, copies):
    names = _columns(life, table)
    values = []
    for name in names:
        shifted = name == "id" or columns.get(name) in COPIED
        value = f't."{name}"'
        if shifted:
            value = f"{value} + k * {GAP}"
        elif name == "name" and table in NAMED:
            value = f"{value} || '-' || k"
        values.append(value)
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f'INSERT INTO "{table}" ({quoted}) SELECT {", ".join(values)}'
        f' FROM "{table}" t CROSS JOIN generate_series(1, {copies}) k'
    )


def _columns(life, table):
    return [row[0] for row in life.sql(COLUMNS, table)]


NOTED = {"res_partner": {"write_date", "write_uid"}}
LEFT_OUT = {"mail_message": "model LIKE 'ir.%'"}


class Checksums:
    """What stands in each table now, to be asked again later.

    Columns that came since do not count, nor tables that did; nor what Odoo notes down
    of each module that comes: who was given its groups, that its actions were made.
    """

    def __init__(self, life, tables):
        self._life = life
        self._columns = {table: _columns(life, table) for table in tables}
        self._sums = {table: self._sum(table) for table in tables}

    def changed(self):
        """Return the tables whose rows are others than they were."""
        return [t for t, known in self._sums.items() if self._sum(t) != known]

    def rows(self):
        """Return how many rows were summed up."""
        return sum(count for count, _digest in self._sums.values())

    def _sum(self, table):
        names = [n for n in self._columns[table] if n not in NOTED.get(table, ())]
        row = ", ".join(f'"{name}"' for name in names)
        left_out = LEFT_OUT.get(table, "false")
        ((count, digest),) = self._life.sql(
            f"""SELECT count(*), md5(COALESCE(string_agg(h, '' ORDER BY h), ''))
                  FROM (SELECT md5(ROW({row})::text) AS h FROM "{table}"
                         WHERE NOT COALESCE({left_out}, false)) t"""
        )
        return count, hashlib.sha256(str(digest).encode()).hexdigest()
