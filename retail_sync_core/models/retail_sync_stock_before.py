from odoo import api, fields, models
from odoo.tools import SQL

from .retail_sync_channel_watch import WATCH_OLD

# What was read of a level before anything was told to it, once and for all.
KEEP = """
INSERT INTO retail_sync_stock_before AS b (
       level_id, listing_id, location_id, channel_id, company_id, product_id,
       stocked, theirs_qty, ours_qty, difference, worth, promises_too_much, read_at,
       kept_at, create_uid, create_date, write_uid, write_date)
SELECT l.id, l.listing_id, l.location_id, l.channel_id, l.company_id, l.product_id,
       v.theirs IS NOT NULL, COALESCE(v.theirs, 0), COALESCE(v.ours, 0),
       COALESCE(v.ours, 0) - COALESCE(v.theirs, 0),
       abs(COALESCE(v.ours, 0) - COALESCE(v.theirs, 0)) * COALESCE(t.list_price, 0),
       COALESCE(v.theirs, 0) > COALESCE(v.ours, 0), %(now)s,
       CASE WHEN %(keep)s THEN %(now)s::timestamp END, 1, %(now)s, 1, %(now)s
  FROM unnest(%(ids)s::int[], %(theirs)s::int[], %(ours)s::int[])
       AS v (id, theirs, ours)
  JOIN retail_sync_level l ON l.id = v.id
  LEFT JOIN product_product x ON x.id = l.product_id
  LEFT JOIN product_template t ON t.id = x.product_tmpl_id
ON CONFLICT (level_id) DO UPDATE
   SET stocked = EXCLUDED.stocked, theirs_qty = EXCLUDED.theirs_qty,
       ours_qty = EXCLUDED.ours_qty, difference = EXCLUDED.difference,
       worth = EXCLUDED.worth, promises_too_much = EXCLUDED.promises_too_much,
       read_at = EXCLUDED.read_at, kept_at = EXCLUDED.kept_at
 WHERE b.kept_at IS NULL
"""
# What they had, less what they sold themselves since (and plus what came back to them).
TARGETS = """
SELECT l.id, CASE WHEN b.id IS NULL THEN l.expected_qty
       ELSE GREATEST(0, b.theirs_qty + COALESCE(l.moved_qty, 0)) END
  FROM retail_sync_level l
  LEFT JOIN retail_sync_stock_before b ON b.level_id = l.id AND b.kept_at IS NOT NULL
 WHERE l.id = ANY(%s)
"""
# the levels that are told from here
TOLD = [
    ("level_id.state", "!=", "inactive"),
    ("location_id.state", "=", "mapped"),
    ("location_id.stock_owner", "=", "odoo"),
    ("listing_id.state", "=", "matched"),
    ("listing_id.published", "=", True),
    ("listing_id.tracked", "=", True),
]


class RetailSyncStockBefore(models.Model):
    """What the channel had of a level before the first figure of ours was sent.

    While a channel is watched the row is read anew at each look: it tells what would
    change. The reading just before the first push stays for good, so that it can be put
    back.
    """

    _name = "retail.sync.stock.before"
    _description = "Stock Level Before"
    _order = "promises_too_much DESC, worth DESC, id"
    _rec_name = "level_id"

    level_id = fields.Many2one(
        "retail.sync.level", required=True, readonly=True, ondelete="cascade"
    )
    listing_id = fields.Many2one(
        related="level_id.listing_id", store=True, string="Product there"
    )
    location_id = fields.Many2one(
        related="level_id.location_id", store=True, string="Location"
    )
    channel_id = fields.Many2one(
        related="level_id.channel_id", store=True, index=True, string="Channel"
    )
    company_id = fields.Many2one(related="level_id.company_id", store=True)
    product_id = fields.Many2one(
        related="level_id.product_id", store=True, index="btree_not_null"
    )
    stocked = fields.Boolean(
        string="Stocked there", readonly=True, help="Whether the channel has it at all."
    )
    theirs_qty = fields.Integer(string="Theirs", readonly=True, aggregator=None)
    ours_qty = fields.Integer(string="Ours", readonly=True, aggregator=None)
    difference = fields.Integer(readonly=True, aggregator=None)
    currency_id = fields.Many2one(related="company_id.currency_id")
    worth = fields.Monetary(readonly=True, help="The difference at our list price.")
    promises_too_much = fields.Boolean(
        string="Promises too much",
        readonly=True,
        help="The channel offers more than there is.",
    )
    read_at = fields.Datetime(string="Read", readonly=True)
    kept_at = fields.Datetime(
        string="Kept", readonly=True, help="Since then it stays: our figures were sent."
    )
    is_old = fields.Boolean(string="Out of date", compute="_compute_is_old")
    why = fields.Char(compute="_compute_why")
    moved_qty = fields.Integer(string="Since then", related="level_id.moved_qty")
    now_qty = fields.Integer(string="There now", related="level_id.expected_qty")
    target_qty = fields.Integer(string="Put back to", compute="_compute_target")
    change = fields.Integer(compute="_compute_target")

    _level_uniq = models.UniqueIndex("(level_id)", "This level is kept already.")

    @api.depends("read_at", "kept_at", "channel_id.state")
    def _compute_is_old(self):
        long_ago = fields.Datetime.now() - WATCH_OLD
        for row in self:
            row.is_old = bool(
                row.channel_id.state == "watch"
                and not row.kept_at
                and row.read_at
                and row.read_at < long_ago
            )

    def action_look_again(self):
        """Read the levels of the watched channel anew; its list is loaded again."""
        channel = self.env["retail.sync.channel"].browse(
            self.env.context.get("default_channel_id") or []
        )
        return channel.action_look_again()

    # not stored, and no depends: stock changes without any of our fields
    @api.depends_context("lang", "tz")
    def _compute_why(self):
        terms = self.level_id._terms_and_parts(self.level_id)
        for row in self:
            figures, part_id = terms.get(row.level_id.id, (None, None))
            row.why = row.level_id._explain_briefly(figures, part_id)

    def action_open_level(self):
        """Show the level with the whole explanation of its figure."""
        self.ensure_one()
        return self.level_id.get_formview_action()

    @api.depends("theirs_qty", "level_id.expected_qty", "level_id.moved_qty")
    def _compute_target(self):
        targets = self._targets(self.level_id)
        for row in self:
            row.target_qty = targets.get(row.level_id.id, 0)
            row.change = row.target_qty - row.now_qty

    @api.model
    def _kept(self, channel, *, told=False):
        """Return the rows that stay: what ``channel`` had before our first figures.

        :param told: only those whose level is told from here: it can be put back
        """
        own = [("channel_id", "=", channel.id), ("kept_at", "!=", False)]
        return self.search([*own, *(TOLD if told else [])])

    @api.model
    def _keep(self, theirs, ours, *, keep):
        """Write down what the channel has.

        :param theirs: {level id: units, None where it does not stock the product}
        :param ours: {level id: units that we would offer}
        :param keep: whether these are the figures before our first: they stay
        """
        if not theirs:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                KEEP,
                now=self.env.cr.now(),
                keep=keep,
                ids=list(theirs),
                theirs=list(theirs.values()),
                ours=[ours.get(level_id, 0) for level_id in theirs],
            )
        )
        self.invalidate_model()

    @api.model
    def _keep_first(self, levels, readings):
        """Keep the readings ({level id: units or None}) of levels never told yet."""
        never = levels.filtered(lambda level: not level.acked_at)
        first = {level.id: readings[level.id] for level in never}
        if first:
            self._keep(first, never._offered(never), keep=True)

    @api.model
    def _targets(self, levels):
        """Return {level id: units} that the channel would have without us."""
        self.env.flush_all()
        return dict(self.env.execute_query(SQL(TARGETS, list(levels.ids))))
