from odoo import api, fields, models
from odoo.tools import SQL

from ..database import tune_hot_table
from ..domain import documents as doc
from ..stock_terms import read_offered, read_terms

STATES = [
    ("wanted", "To be sent"),
    ("sent", "Sent"),
    ("acknowledged", "Confirmed"),
    ("conflict", "Changed there"),
    ("inactive", "Not stocked there"),
    ("refused", "Refused"),
]


class RetailSyncLevel(models.Model):
    """How many units of a listing a location offers: wanted, sent, confirmed.

    A change raises ``wanted_generation`` and no more. What is wanted is computed when
    it is sent, never when the change was noted.
    """

    _name = "retail.sync.level"
    _description = "Stock Level"
    _order = "location_id, listing_id"
    _rec_name = "listing_id"

    listing_id = fields.Many2one(
        "retail.sync.listing", required=True, readonly=True, ondelete="cascade"
    )
    location_id = fields.Many2one(
        "retail.sync.location", required=True, readonly=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        related="listing_id.channel_id", store=True, index=True, string="Channel"
    )
    company_id = fields.Many2one(related="listing_id.company_id", store=True)
    product_id = fields.Many2one(
        related="listing_id.product_id", store=True, index="btree_not_null"
    )
    state = fields.Selection(STATES, default="wanted", required=True, readonly=True)

    wanted_qty = fields.Integer(
        string="Last worked out", readonly=True, aggregator=None
    )
    sent_qty = fields.Integer(string="Last sent", readonly=True, aggregator=None)
    acked_qty = fields.Integer(
        string="The channel says", readonly=True, aggregator=None
    )
    expected_qty = fields.Integer(
        string="It should say now",
        readonly=True,
        aggregator=None,
        help="What it confirmed last and what it sold or got back since.",
    )
    moved_qty = fields.Integer(
        string="Moved meanwhile",
        readonly=True,
        aggregator=None,
        help="What the channel itself took (below zero) or put back since we know it.",
    )
    wanted_generation = fields.Integer(
        string="Wanted generation", default=1, readonly=True, aggregator=None
    )
    sent_generation = fields.Integer(
        string="Sent generation", readonly=True, aggregator=None
    )
    marked_at = fields.Datetime(
        string="Waits since", readonly=True, help="First change not confirmed yet."
    )
    acked_at = fields.Datetime(string="It said so at", readonly=True)
    based_at = fields.Datetime(
        string="Worked out",
        readonly=True,
        help="When the channel's figure was last read and taken over, by its clock.",
    )
    asked_at = fields.Datetime(
        string="Asked",
        readonly=True,
        help="Orders are fetched since, for the channel's figure differs.",
    )
    suspected_by_id = fields.Many2one(
        "retail.sync.stock.run",
        string="Suspected by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The comparison that found another figure; it is being read once more.",
    )
    last_error = fields.Char(string="Last problem", readonly=True)
    explanation = fields.Char(string="Why", compute="_compute_explanation")
    offer_qty = fields.Integer(
        string="To offer",
        compute="_compute_explanation",
        help="As it is worked out right now; the explanation says from what.",
    )
    offer_change = fields.Integer(string="Change", compute="_compute_offer_change")

    _address_uniq = models.UniqueIndex(
        "(listing_id, location_id)", "This level exists already."
    )
    _unread_idx = models.Index("(location_id) WHERE acked_at IS NULL")

    def init(self):
        """Prepare the table for many updates."""
        tune_hot_table(self.env.cr, self._table)

    @api.depends("listing_id", "location_id")
    def _compute_display_name(self):
        for level in self:
            names = (level.listing_id.display_name, level.location_id.display_name)
            level.display_name = " @ ".join(name for name in names if name)

    # not stored, and no depends: stock changes without any of our fields
    @api.depends_context("lang", "tz")
    def _compute_explanation(self):
        # of a dialog that is not saved yet the records stand for those they come from
        terms = self._terms_and_parts(self._origin)
        for level in self:
            figures, part_id = terms.get(level._origin.id, (None, None))
            level.explanation = level._explain(figures, part_id)
            counts = figures and level.product_id.active
            level.offer_qty = figures.offered if counts else 0

    @api.depends("expected_qty")
    def _compute_offer_change(self):
        for level in self:
            level.offer_change = level.offer_qty - level.expected_qty

    def action_check_again(self):
        """Have the levels worked out and compared again."""
        self.check_access("read")
        self.env["retail.sync.stock.mark"]._append(
            [
                (
                    level.product_id.id,
                    level.location_id.location_id.id,
                    level.channel_id.id,
                )
                for level in self.sudo()
            ]
        )

    def _ref(self):
        """Return how the channel calls this level."""
        return doc.LevelRef(
            item_id=self.listing_id.external_id,
            location_id=self.location_id.external_id,
        )

    @api.model
    def _terms(self, levels):
        """Return ``{level id: Terms}`` as they are now, in one statement.

        Levels without a product or a location of ours have none.
        """
        return {k: terms for k, (terms, _part) in self._terms_and_parts(levels).items()}

    @api.model
    def _offered(self, levels):
        """Return ``{level id: units}`` that may be offered now, in one statement."""
        return read_offered(self.env, levels.ids)

    @api.model
    def _terms_and_parts(self, levels):
        return read_terms(self.env, levels.ids)

    @api.model
    def _channel_moved(self, channel, movements):
        """Count what the channel itself took or put back (``domain.stock.Movement``).

        Each id is counted once; told again with another quantity, by the difference.
        """
        moved = self.env["retail.sync.movement"]._apply(channel, movements)
        self._free_held_back(moved.ids)
        return moved

    @api.model
    def _find_forgotten(self):
        """Return the locations with levels to be sent and nobody at it."""
        # ORM: no domain compares two columns
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id
                     FROM retail_sync_location p
                    WHERE p.state = 'mapped'
                      AND EXISTS (
                          SELECT 1 FROM retail_sync_level l
                            JOIN retail_sync_listing i ON i.id = l.listing_id
                           WHERE l.location_id = p.id AND i.state = 'matched'
                             AND i.published AND i.tracked
                             AND l.awaits_count IS NOT TRUE
                             AND (l.state <> 'inactive' OR p.activates)
                             AND l.wanted_generation > l.sent_generation)
                      AND NOT EXISTS (
                          SELECT 1 FROM retail_sync_job j
                           WHERE j.channel_id = p.channel_id
                             AND j.identity = 'stock:' || p.external_id
                             AND (j.state IN ('pending', 'running')
                                  OR j.done_at > (now() AT TIME ZONE 'UTC')
                                                 - interval '5 minutes'))"""
            )
        )
        return self.env["retail.sync.location"].browse([row[0] for row in rows])
