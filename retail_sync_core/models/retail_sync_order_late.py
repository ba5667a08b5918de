from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

LATE_FIRST = "retail_sync_late_first"
# What has not left though its promise is over. A date that the buyer was promised is
# over at its hour; one that Odoo reckoned, with the channel's day.
LATE = """
SELECT o.id, min(COALESCE(p.date_deadline, p.scheduled_date)) AS since
  FROM stock_picking p
  JOIN stock_location l ON l.id = p.location_id AND l.usage <> 'customer'
  JOIN sale_order s ON s.id = p.sale_id
  JOIN retail_sync_order o ON o.order_id = s.id
  JOIN retail_sync_channel c ON c.id = o.channel_id
 WHERE p.state NOT IN ('done', 'cancel') AND p.retail_sync_channel_id IS NOT NULL
   AND NOT p.retail_sync_at_till IS TRUE
   AND COALESCE(p.date_deadline, p.scheduled_date) < %(now)s
   AND (s.commitment_date IS NOT NULL
        OR COALESCE(p.date_deadline, p.scheduled_date) < date_trunc(
           'day', %(now)s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(c.timezone, 'UTC')
           ) AT TIME ZONE COALESCE(c.timezone, 'UTC') AT TIME ZONE 'UTC')
   AND %(more)s
 GROUP BY o.id
"""


class RetailSyncOrder(models.Model):
    """Orders that are late against their promise come before the buyer calls."""

    _inherit = "retail.sync.order"

    late_since = fields.Datetime(
        string="Late since",
        compute="_compute_late_since",
        search="_search_late_since",
        help="When the first delivery that is still open should have left.",
    )

    def _compute_late_since(self):
        self.env.flush_all()
        # ORM: one statement over deliveries that the reader need not see
        rows = self.env.execute_query(
            self._late_sql(SQL("o.id = ANY(%s)", list(self.ids)))
        )
        since = dict(rows)
        for order in self:
            order.late_since = since.get(order.id, False)

    def _search_late_since(self, operator, value):
        if operator not in ("in", "not in") or set(value) != {False}:
            return NotImplemented
        self.env.flush_all()
        late = SQL("(SELECT late.id FROM (%s) late)", self._late_sql())
        return [("id", "in" if operator == "not in" else "not in", late)]

    def _late_sql(self, more=None):
        """Return the statement of (order id, late since), of all or of ``more``."""
        return SQL(LATE, now=fields.Datetime.now(), more=more or SQL("TRUE"))

    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Where nothing is looked for, put what is late first, the latest on top."""
        query = super()._search(domain, offset, limit, order, **kwargs)
        asked = self.env.context.get(LATE_FIRST) and order == self._order
        if asked and not _looks_for(domain, "anything") and not query.is_empty():
            late = query.make_alias(query.table, "late")
            ids = SQL.identifier(query.table, "id"), SQL.identifier(late, "id")
            self.env.flush_all()
            query.add_join(
                "LEFT JOIN", late, SQL("(%s)", self._late_sql()), SQL("%s = %s", *ids)
            )
            since = SQL.identifier(late, "since")
            query.order = SQL("%s NULLS LAST, %s", since, query.order)
        return query


def _looks_for(domain, name):
    conditions = Domain(domain).iter_conditions()
    return any(condition.field_expr == name for condition in conditions)
