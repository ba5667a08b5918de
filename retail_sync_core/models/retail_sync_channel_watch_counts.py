from odoo import fields, models
from odoo.tools import SQL

from ..stock_terms_more import APART

FIND_APART = f"SELECT id FROM (SELECT id FROM {APART}) a WHERE id = ANY(%s)"
COUNTING = {"state", "active", "counts_while_watched"}


class RetailSyncChannel(models.Model):
    """Whose orders, known and not imported, count as sold for other channels."""

    _inherit = "retail.sync.channel"

    counts_while_watched = fields.Boolean(
        string="Count watched orders for other channels",
        help="Off: as long as this channel is only watched, other channels offer as"
        " much as before. Whoever ships its orders today takes the goods out of Odoo's"
        " stock. On: other channels offer less at once, for nobody else takes them"
        " out.",
    )

    def write(self, vals):
        """Have what was sold there looked at anew when it begins or ends to count."""
        if not COUNTING & vals.keys():
            return super().write(vals)
        before = self._find_apart()
        result = super().write(vals)
        changed = before ^ self._find_apart()
        self.env["retail.sync.demand"].sudo()._mark_sold(self.browse(changed))
        return result

    def _tell_who_counts(self):
        """Say whether the watched orders change what other channels offer."""
        if self.counts_while_watched:
            return self.env._("They count as sold: your other channels offer less.")
        return self.env._("Your other channels offer as much as before.")

    def _find_apart(self):
        """Return the ids of those whose orders lower no other channel's levels."""
        self.flush_recordset(["paused_from", *COUNTING])
        # ORM: the very words of the statement that works out the levels
        rows = self.env.execute_query(SQL(FIND_APART, list(self.ids)))
        return {channel_id for (channel_id,) in rows}
