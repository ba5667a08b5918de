"""What of the suite is in a database, wherever PostgreSQL or Odoo may keep it."""

OURS = "%retail\\_sync%"
# What the database itself keeps: tables and views with their indexes and sequences,
# functions, triggers, constraints, types, columns of Odoo's own tables.
CATALOG = """
SELECT 'relation', relname::text FROM pg_class WHERE relname LIKE %(ours)s
UNION ALL SELECT 'function', proname::text FROM pg_proc WHERE proname LIKE %(ours)s
UNION ALL SELECT 'trigger', tgname::text FROM pg_trigger WHERE tgname LIKE %(ours)s
UNION ALL SELECT 'type', typname::text FROM pg_type WHERE typname LIKE %(ours)s
UNION ALL SELECT 'constraint', conname::text FROM pg_constraint
           WHERE conname LIKE %(ours)s
UNION ALL SELECT 'index', indexname::text FROM pg_indexes WHERE indexdef LIKE %(ours)s
UNION ALL SELECT 'column', table_name || '.' || column_name
            FROM information_schema.columns WHERE column_name LIKE %(ours)s
ORDER BY 1, 2
"""
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY 1
"""
# Odoo names ours for ever in its list of modules it sees, installed or not; keeps
# foreign keys on a list that were dropped with their columns; sweeps its bus daily.
LISTS = {
    "ir_module_module",
    "ir_module_module_dependency",
    "ir_model_constraint",
    "ir_model_data",
    "bus_bus",
}
DATA_OF_MODULES = r"""
SELECT module || '.' || name FROM ir_model_data
 WHERE module LIKE '%retail\_sync%' OR model LIKE 'retail.sync.%'
"""
# a scheduled action's code names no module
ACTIONS = (
    "SELECT name->>'en_US' FROM ir_act_server WHERE name::text LIKE '%Retail Sync%'"
)


def in_catalog(life):
    """Return (kind, name) of each object in the database that carries our name."""
    return life.sql(CATALOG.replace("%(ours)s", f"'{OURS}'"))


def in_rows(life):
    """Return {table: rows} that name the suite or one of its models."""
    found = {}
    for (table,) in life.sql(TABLES):
        if table in LISTS:
            continue
        rows = life.sql(
            rf"""SELECT left(t::text, 300) FROM "{table}" t
                 WHERE t::text LIKE '%retail\_sync%' OR t::text LIKE '%retail.sync%'
                 LIMIT 3"""
        )
        if rows:
            found[table] = [row[0] for row in rows]
    return found


def in_names(life):
    """Return the external ids that belong to us, and actions called after us."""
    return [row[0] for row in life.sql(DATA_OF_MODULES) + life.sql(ACTIONS)]
