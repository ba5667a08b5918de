"""The triggers that note which stock to look at again, and their life.

They see what no ORM hook sees: raw SQL that merges quants changes what is reserved.
A mark is only appended: an upsert would fail a cashier's transaction.
"""

# names of tables and functions are no parameters: they come from the constants below
# pylint: disable=sql-injection

import hashlib

from odoo.tools import SQL

LOCK_TIMEOUT = "10s"
PREFIX = "retail_sync_mark_"

# A function that is left behind (a dump, a module's path gone) must never break a stock
# write: it names the schema itself and does nothing when our table is missing.
FUNCTION = """
CREATE OR REPLACE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF to_regclass('{schema}.retail_sync_stock_mark') IS NULL THEN
    RETURN NULL;
  END IF;
{body}  RETURN NULL;
END $body$
"""
QUANT_BODY = """  IF TG_OP <> 'INSERT' THEN
    INSERT INTO {schema}.retail_sync_stock_mark (product_id, location_id, marked_at)
    VALUES (OLD.product_id, OLD.location_id, now() AT TIME ZONE 'UTC');
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO {schema}.retail_sync_stock_mark (product_id, location_id, marked_at)
    VALUES (NEW.product_id, NEW.location_id, now() AT TIME ZONE 'UTC');
  ELSIF TG_OP = 'UPDATE' THEN
    IF (OLD.product_id, OLD.location_id)
       IS DISTINCT FROM (NEW.product_id, NEW.location_id) THEN
      INSERT INTO {schema}.retail_sync_stock_mark (product_id, location_id, marked_at)
      VALUES (NEW.product_id, NEW.location_id, now() AT TIME ZONE 'UTC');
    END IF;
  END IF;
"""
# Where a move starts, its demand counts; where it ends, what it is to bring. Of OLD and
# NEW, whichever there is. What customers hold and suppliers have is never offered.
MOVE_BODY = """  INSERT INTO {schema}.retail_sync_stock_mark (
         product_id, location_id, marked_at)
  SELECT DISTINCT v.product_id, s.id, now() AT TIME ZONE 'UTC'
    FROM (VALUES
         (OLD.product_id, CASE WHEN {asks} THEN OLD.location_id END),
         (NEW.product_id, CASE WHEN {asks} THEN NEW.location_id END),
         (OLD.product_id, OLD.location_dest_id),
         (NEW.product_id, NEW.location_dest_id),
         (OLD.product_id, OLD.location_final_id),
         (NEW.product_id, NEW.location_final_id)) v (product_id, location_id)
    JOIN {schema}.stock_location s ON s.id = v.location_id
         AND s.usage NOT IN ('customer', 'supplier');
"""
# Reserved demand shows on the quant; a move asks only while something is missing. It is
# to bring its units until it is done.
OPEN = "('waiting', 'confirmed', 'partially_available')"
LIVE = "('waiting', 'confirmed', 'partially_available', 'assigned')"
# whose stock it is, and of which lot, may say whether it is offered at all
QUANT_COLUMNS = (
    "quantity",
    "reserved_quantity",
    "product_id",
    "location_id",
    "lot_id",
    "owner_id",
)
MOVE_COLUMNS = (
    "state",
    "quantity",
    "product_qty",
    "product_uom_qty",
    "product_id",
    "location_id",
    "location_dest_id",
    "location_final_id",
)
# What is reserved of a move that waits for nothing more shows on the quant.
EXPECTED_COLUMNS = ("date", *(name for name in MOVE_COLUMNS if name != "quantity"))
# Moves that end where they were to end: the quants there tell.
ARRIVED = (
    "(OLD.state = 'assigned' AND NEW.state = 'done' AND NEW.location_dest_id"
    " = COALESCE(NEW.location_final_id, NEW.location_dest_id))"
)


def _changed(columns):
    old = ", ".join(f"OLD.{name}" for name in columns)
    new = ", ".join(f"NEW.{name}" for name in columns)
    return f"({old}) IS DISTINCT FROM ({new})"


# table -> {trigger: what follows CREATE TRIGGER}
TRIGGERS = {
    "stock_quant": {
        "retail_sync_mark_quant_rows": "AFTER INSERT OR DELETE ON {table} FOR EACH ROW",
        "retail_sync_mark_quant_change": (
            f"AFTER UPDATE ON {{table}} FOR EACH ROW WHEN ({_changed(QUANT_COLUMNS)})"
        ),
    },
    "stock_move": {
        "retail_sync_mark_move_new": (
            f"AFTER INSERT ON {{table}} FOR EACH ROW WHEN (NEW.state IN {LIVE})"
        ),
        "retail_sync_mark_move_gone": (
            f"AFTER DELETE ON {{table}} FOR EACH ROW WHEN (OLD.state IN {LIVE})"
        ),
        "retail_sync_mark_move_change": (
            "AFTER UPDATE ON {table} FOR EACH ROW"
            f" WHEN ((OLD.state IN {OPEN} OR NEW.state IN {OPEN})"
            f" AND {_changed(MOVE_COLUMNS)}"
            f" OR (OLD.state IN {LIVE} OR NEW.state IN {LIVE})"
            f" AND {_changed(EXPECTED_COLUMNS)} AND NOT {ARRIVED})"
        ),
    },
}
ASKS = (
    f"(OLD.state IN {OPEN} OR NEW.state IN {OPEN})"
    f" AND (TG_OP <> 'UPDATE' OR {_changed(MOVE_COLUMNS)})"
)
BODIES = {"stock_quant": QUANT_BODY, "stock_move": MOVE_BODY}


def create(cr):
    """Create what is missing or differs; what stands as it should is not touched."""
    schema = _schema(cr)
    for table, triggers in TRIGGERS.items():
        function = PREFIX + table
        body = BODIES[table].format(schema=schema, asks=ASKS)
        cr.execute(FUNCTION.format(schema=schema, name=function, body=body))
        for name, clause in triggers.items():
            ddl = (
                f"CREATE TRIGGER {name} {clause.format(table=f'{schema}.{table}')}"
                f" EXECUTE FUNCTION {schema}.{function}()"
            )
            _create_trigger(cr, f"{schema}.{table}", name, ddl)


def drop(cr):
    """Drop triggers and functions; nothing happens where they are not."""
    schema = _schema(cr)
    _limit_wait(cr)
    for table, triggers in TRIGGERS.items():
        for name in triggers:
            cr.execute(f"DROP TRIGGER IF EXISTS {name} ON {schema}.{table}")
        cr.execute(f"DROP FUNCTION IF EXISTS {schema}.{PREFIX}{table}()")


def _schema(cr):
    cr.execute("SELECT quote_ident(current_schema())")
    return cr.fetchone()[0]


def _create_trigger(cr, table, name, ddl):
    """Create one trigger unless it stands with this very definition.

    PostgreSQL rewrites a definition when it stores it. So the comment keeps a digest of
    our words together with its words of them; either changed: it is made anew.
    """
    digest = hashlib.md5(ddl.encode(), usedforsecurity=False).hexdigest()
    if _comment(cr, table, name) == _signature(cr, table, name, digest):
        return
    _limit_wait(cr)
    cr.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    cr.execute(ddl)
    signature = _signature(cr, table, name, digest)
    cr.execute(f"COMMENT ON TRIGGER {name} ON {table} IS '{signature}'")


def _limit_wait(cr):
    # The lock waits behind a running till; then the next sale would wait behind us.
    cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))


def _comment(cr, table, name):
    cr.execute(
        """SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger
            WHERE tgrelid = %s::regclass AND tgname = %s AND tgenabled <> 'D'""",
        [table, name],
    )
    row = cr.fetchone()
    return row and row[0]


def _signature(cr, table, name, digest):
    cr.execute(
        """SELECT md5(pg_get_triggerdef(oid)) FROM pg_trigger
            WHERE tgrelid = %s::regclass AND tgname = %s""",
        [table, name],
    )
    row = cr.fetchone()
    return f"{digest} {row[0]}" if row else ""
