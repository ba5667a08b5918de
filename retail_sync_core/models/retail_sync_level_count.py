import json

from odoo import fields, models
from odoo.tools import SQL

from ..domain.stock import batches
from ..stock_terms import read_parts

LEVELS = 10_000
KEPT = ("frozen_qty", "frozen_taken", "frozen_held", "frozen_parts", "awaits_count")
KEEP = """
UPDATE retail_sync_level l
   SET frozen_qty = v.offered, frozen_taken = v.taken, frozen_held = v.held,
       frozen_parts = v.parts, awaits_count = v.offered IS NULL
  FROM unnest(%s::int[], %s::int[], %s::float[], %s::float[], %s::jsonb[])
       AS v (id, offered, taken, held, parts)
 WHERE l.id = v.id
"""
FORGET = """
UPDATE retail_sync_level
   SET frozen_qty = NULL, frozen_taken = NULL, frozen_held = NULL,
       frozen_parts = NULL, awaits_count = %s
 WHERE id = ANY(%s) AND (frozen_qty IS NOT NULL OR awaits_count IS DISTINCT FROM %s)
"""


class RetailSyncLevel(models.Model):
    """A level while its stock is counted: what was offered when the count began, less
    what is promised since.

    Of kits each part is looked at: the scarce one may be another by then.
    """

    _inherit = "retail.sync.level"

    frozen_qty = fields.Integer(
        string="Offered when the count began",
        readonly=True,
        aggregator=None,
        help="What was offered when the count began.",
    )
    frozen_taken = fields.Float(
        string="Promised when the count began",
        readonly=True,
        aggregator=None,
        help="What was promised when the count began.",
    )
    frozen_held = fields.Float(
        string="Free kits when the count began",
        readonly=True,
        aggregator=None,
        help="Kits that were free when the count began.",
    )
    frozen_parts = fields.Json(
        string="Parts when the count began",
        readonly=True,
        help="Of each part of a kit, by its id: for how many kits it was free when the"
        " count began, and for how many it was promised.",
    )
    awaits_count = fields.Boolean(
        string="Awaits a count",
        readonly=True,
        help="Not told before the count at its location began: told when it ends.",
    )

    def _keep_for_count(self, *, begun=False):
        """Note what each level offers now, and what of it is promised already.

        Of what was told last and what may be offered now the lesser: a sale of just now
        is told to nobody yet.

        :param begun: the count goes on already: what was never told waits for its end
        """
        for levels in batches(self, LEVELS):
            terms = self._terms(levels)
            parts = read_parts(self.env, levels.ids)
            rows = [
                (
                    level.id,
                    level._kept_qty(terms[level.id], begun),
                    float(terms[level.id].taken),
                    *kept_parts(parts.get(level.id)),
                )
                for level in levels
                if level.id in terms
            ]
            columns = ([row[n] for row in rows] for n in range(5))
            self.env.cr.execute(SQL(KEEP, *columns))
        self.invalidate_model(KEPT)

    def _kept_qty(self, terms, begun):
        if self.acked_at:
            return min(self.expected_qty, terms.offered)
        return None if begun else terms.offered

    def _forget_count(self, *, going_on=False):
        """Forget what was kept; ``going_on``: nothing is told before the count ends."""
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(FORGET, [going_on, self.ids, going_on])
        self.invalidate_model(KEPT)


def kept_parts(parts):
    """Return what of a kit is kept: the kits that were free, and its parts as JSON."""
    if not parts:
        return None, None
    return min(free for free, _taken in parts.values()), json.dumps(parts)
