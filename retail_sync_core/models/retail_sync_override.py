from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KINDS = [
    ("level", "Quantity fixed by hand"),
    ("hold", "Hold released"),
    ("total", "Goes on despite its total"),
    ("difference", "Difference accepted"),
    ("effect", "Settled outside by hand"),
    ("peak", "Peak mode"),
]
# what a person decided against the rule, as it stands now; never a copy of it
QUERY = """
WITH decided AS (
    SELECT 'level' AS kind, l.channel_id, 'retail.sync.listing' AS res_model,
           l.id AS res_id, concat_ws(' ', '[' || l.sku || ']', l.title) AS name,
           a.user_id, a.at AS since, l.fixed_until AS until, l.fixed_reason AS reason
      FROM retail_sync_listing l
      LEFT JOIN LATERAL (
           SELECT user_id, at FROM retail_sync_audit
            WHERE res_model = 'retail.sync.listing' AND res_id = l.id
              AND action = 'level.fixed'
            ORDER BY id DESC LIMIT 1) a ON TRUE
     WHERE l.fixed_until > now() AT TIME ZONE 'UTC'
    UNION ALL
    SELECT CASE s.hold WHEN 'total' THEN 'total' ELSE 'hold' END, o.channel_id,
           'retail.sync.order', o.id, o.external_ref, s.user_id, s.at, NULL, s.why
      FROM retail_sync_order o
      JOIN LATERAL (
           SELECT user_id, at, params ->> 'why' AS why, o.released_code AS hold
             FROM retail_sync_order_step
            WHERE order_id = o.id AND code IN ('released_by_hand', 'released_because')
            ORDER BY id DESC LIMIT 1) s ON TRUE
     WHERE o.released_code IS NOT NULL
       AND o.hold_code IS DISTINCT FROM o.released_code
       AND EXISTS (
           SELECT 1 FROM stock_picking p
            WHERE p.sale_id = o.order_id AND p.state NOT IN ('done', 'cancel'))
    UNION ALL
    SELECT 'difference', o.channel_id, 'retail.sync.order', o.id, o.external_ref,
           s.user_id, s.at, NULL, s.params ->> 'reason'
      FROM retail_sync_order_step s
      JOIN retail_sync_order o ON o.id = s.order_id
     WHERE s.code = 'corrected'
    UNION ALL
    SELECT 'effect', e.channel_id, 'retail.sync.effect', e.id, e.kind, a.user_id,
           e.settled_at, NULL, e.doubt_note
      FROM retail_sync_effect e
      LEFT JOIN LATERAL (
           SELECT user_id FROM retail_sync_audit
            WHERE res_model = 'retail.sync.effect' AND res_id = e.id
              AND action = 'effect.settled'
            ORDER BY id DESC LIMIT 1) a ON TRUE
     WHERE e.code = 'by_hand' AND e.state IN ('applied', 'abandoned')
    UNION ALL
    SELECT 'peak', p.channel_id, 'retail.sync.peak', p.id, c.name, p.user_id,
           p.starts_at, p.ends_at, p.reason
      FROM retail_sync_peak p
      JOIN retail_sync_channel c ON c.id = p.channel_id
     WHERE p.starts_at <= now() AT TIME ZONE 'UTC'
       AND p.ends_at > now() AT TIME ZONE 'UTC'
)
SELECT row_number() OVER (ORDER BY d.since, d.res_model, d.res_id, d.kind) AS id,
       d.*, c.company_id
  FROM decided d
  JOIN retail_sync_channel c ON c.id = d.channel_id
"""


class RetailSyncOverride(models.Model):
    """What people decided against the rules and is in force: a closed list."""

    _name = "retail.sync.override"
    _description = "Exception in Force"
    _auto = False
    _order = "since desc, id desc"

    kind = fields.Selection(KINDS, string="What", readonly=True)
    channel_id = fields.Many2one("retail.sync.channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    name = fields.Char(readonly=True)
    title = fields.Char(string="Of", compute="_compute_title")
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    since = fields.Datetime(readonly=True)
    until = fields.Datetime(readonly=True)
    reason = fields.Char(readonly=True)

    @property
    def _table_query(self):
        return SQL(QUERY)

    @api.depends("name", "res_model", "res_id")
    def _compute_title(self):
        for row in self:
            row.title = row.name
            if row.kind == "effect":
                effect = self.env["retail.sync.effect"].sudo().browse(row.res_id)
                subject = effect._get_subject()
                row.title = f"{row.name} {subject.display_name if subject else ''}"

    @api.depends("title", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{labels.get(row.kind, '')}: {row.title or ''}"

    def action_open_record(self):
        """Open what the exception is about."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("%s is not there anymore.", self.name))
        return record.get_formview_action()
