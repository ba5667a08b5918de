from decimal import ROUND_FLOOR, Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from .retail_sync_level_ledger import OFFERED

# Places that offer some of the same stock: of what one maps, also or only, the other
# maps a part or the whole.
SPOTS = """
spot AS MATERIALIZED (
       SELECT p.id, s.parent_path
         FROM retail_sync_location p JOIN stock_location s ON s.id = p.location_id
        UNION
       SELECT r.place_id, s.parent_path
         FROM retail_sync_location_also_rel r
         JOIN stock_location s ON s.id = r.location_id),
     beside AS MATERIALIZED (
       SELECT DISTINCT spot.id, other.id AS other_id
         FROM spot
         JOIN spot other ON starts_with(spot.parent_path, other.parent_path)
              OR starts_with(other.parent_path, spot.parent_path)
        WHERE spot.id = ANY (ARRAY(
              SELECT DISTINCT location_id FROM retail_sync_level
               WHERE id = ANY(%(levels)s))))"""
# What other channels show of the same product and stock, in units of the level's
# listing; only where the shares of all of them leave no unit to two. A write on its
# way counts as it was and as it will be.
SHOWN = """
WITH %(spots)s
SELECT l.id,
       SUM(GREATEST(
           CASE WHEN o.acked_at IS NULL THEN 0 ELSE o.expected_qty END,
           CASE WHEN o.state IN ('sent', 'conflict') THEN o.sent_qty ELSE 0 END, 0)
           * COALESCE(osu.factor, u.factor) / COALESCE(su.factor, u.factor))
  FROM retail_sync_level l
  JOIN retail_sync_listing mine ON mine.id = l.listing_id
  JOIN retail_sync_location p ON p.id = l.location_id
  JOIN retail_sync_channel c ON c.id = l.channel_id
  JOIN retail_sync_level o ON o.product_id = l.product_id AND o.id <> l.id
       AND o.state <> 'inactive'
  JOIN retail_sync_listing i ON i.id = o.listing_id AND %(offered)s
  JOIN beside ON beside.id = l.location_id AND beside.other_id = o.location_id
  JOIN retail_sync_location op ON op.id = o.location_id AND op.state = 'mapped'
  JOIN retail_sync_channel oc ON oc.id = o.channel_id AND oc.active
  JOIN product_product x ON x.id = l.product_id
  JOIN product_template t ON t.id = x.product_tmpl_id
  JOIN uom_uom u ON u.id = t.uom_id
  LEFT JOIN uom_uom su ON su.id = mine.uom_id
  LEFT JOIN uom_uom osu ON osu.id = i.uom_id
 WHERE l.id = ANY(%(levels)s)
 GROUP BY l.id, c.share, p.share
HAVING COALESCE(c.share, 100) * COALESCE(p.share, 100)
       + SUM(COALESCE(oc.share, 100) * COALESCE(op.share, 100)) <= 10000
"""
FREED = """
WITH %(spots)s
SELECT DISTINCT o.product_id, op.location_id, o.channel_id
  FROM retail_sync_level l
  JOIN retail_sync_level o ON o.product_id = l.product_id AND o.held_back
  JOIN beside ON beside.id = l.location_id AND beside.other_id = o.location_id
  JOIN retail_sync_location op ON op.id = o.location_id
 WHERE l.id = ANY(%(levels)s) AND o.id <> l.id
"""


class RetailSyncLevel(models.Model):
    """No unit is promised twice where channels share stock out.

    What falls may be told at once. What rises is told as far as other channels, by what
    they show still, leave units; the rest follows when they show less.
    """

    _inherit = "retail.sync.level"

    held_back = fields.Boolean(
        string="Held back",
        readonly=True,
        help="More is told once other channels show less of the same stock.",
    )

    _held_back_idx = models.Index("(product_id) WHERE held_back")

    def _hold_back(self, offered):
        """Return ``offered`` ({level id: units}) without what others show still."""
        rising = self.filtered(
            lambda level: (
                level.id in offered
                and offered[level.id] > (level.expected_qty if level.acked_at else 0)
            )
        )
        shown = self._shown_by_others(rising)
        sharing = rising.filtered(lambda level: level.id in shown)
        terms = self._terms(sharing)
        limited = dict(offered)
        for level in sharing:
            figures = terms[level.id]
            if figures.fixed is not None or figures.frozen is not None:
                continue
            free = figures.unpromised - shown[level.id]
            known = level.expected_qty if level.acked_at else 0
            room = max(known, int(free.to_integral_value(ROUND_FLOOR)), 0)
            limited[level.id] = min(offered[level.id], room)
        held = [k for k, units in limited.items() if units < offered[k]]
        self._note_held_back(held)
        return limited

    def _shown_by_others(self, levels):
        """Return {level id: units that other channels show} of those that share."""
        if not levels:
            return {}
        self.env.flush_all()
        # ORM: sums over pairs of levels, a batch at a time
        spots = SQL(SPOTS, levels=levels.ids)
        query = SQL(SHOWN, spots=spots, offered=OFFERED, levels=levels.ids)
        return {
            level_id: Decimal(repr(units))
            for level_id, units in self.env.execute_query(query)
        }

    def _note_held_back(self, held):
        changed = self.filtered(lambda level: level.held_back != (level.id in held))
        for level in changed.sudo():
            level.held_back = level.id in held

    @api.model
    def _mark_held_back(self):
        """Have all held back levels looked at again, whatever made room meanwhile.

        Nobody marks them where another channel stops offering the product, refuses
        less, or falls while a second worker holds this one back.
        """
        held = self.search([("held_back", "=", True)])
        self.env["retail.sync.stock.mark"]._append(
            [
                (
                    level.product_id.id,
                    level.location_id.location_id.id,
                    level.channel_id.id,
                )
                for level in held
            ]
        )

    def _free_held_back(self, level_ids):
        """Have levels looked at again that wait for those of ``level_ids`` to fall."""
        if not level_ids:
            return
        self.env.flush_all()
        spots = SQL(SPOTS, levels=list(level_ids))
        query = SQL(FREED, spots=spots, levels=list(level_ids))
        self.env["retail.sync.stock.mark"]._append(self.env.execute_query(query))
