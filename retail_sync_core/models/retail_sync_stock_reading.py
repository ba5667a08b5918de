from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..database import tune_hot_table
from ..domain.counting import Stamp

KINDS = [("available", "Free to sell"), ("on_hand", "On hand")]
STATES = [
    ("applied", "Booked"),
    ("held", "Needs a person"),
    ("blocked", "Cannot be booked"),
    ("waiting", "Waits"),
    ("ignored", "Left out"),
]
SOURCES = [("told", "Told, then read"), ("taken", "Read"), ("report", "Report")]
SETTLED_AT_ONCE = 500


class RetailSyncStockReading(models.Model):
    """What the owner of a location's stock last said of one listing, and what became
    of it. One row each: an older or repeated word changes nothing."""

    _name = "retail.sync.stock.reading"
    _description = "Stock Reading"
    _order = "location_id, listing_id"
    _rec_name = "listing_id"

    location_id = fields.Many2one(
        "retail.sync.location", required=True, readonly=True, ondelete="cascade"
    )
    listing_id = fields.Many2one(
        "retail.sync.listing",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(
        related="location_id.channel_id", store=True, index=True, string="Channel"
    )
    company_id = fields.Many2one(
        related="location_id.company_id", store=True, index=True
    )
    product_id = fields.Many2one(
        related="listing_id.product_id", store=True, index="btree_not_null"
    )
    kind = fields.Selection(KINDS, string="Counts", required=True, readonly=True)
    quantity = fields.Float(
        string="It says", digits="Product Unit", readonly=True, aggregator=None
    )
    as_of = fields.Datetime(
        string="As of", readonly=True, help="By the clock of who counts."
    )
    changed_at = fields.Datetime(string="Changed there", readonly=True)
    sequence = fields.Char(string="Number there", readonly=True)
    read_at = fields.Datetime(string="Came", readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="waiting")
    reason_code = fields.Char(string="Code of the reason", readonly=True)
    reason_params = fields.Json(string="Facts of the reason", readonly=True)
    reason = fields.Char(compute="_compute_reason")
    book_qty = fields.Float(
        string="We hold", digits="Product Unit", readonly=True, aggregator=None
    )
    wanted_qty = fields.Float(
        string="We should hold",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="In our unit: their figure, corrected by what they or we do not know yet.",
    )
    difference = fields.Float(
        digits="Product Unit", readonly=True, help="What waits to be booked."
    )
    approved = fields.Boolean(
        readonly=True, help="A person said that this figure is to be booked."
    )

    _key_uniq = models.UniqueIndex(
        "(location_id, listing_id)", "This stock is read already."
    )
    _open_idx = models.Index("(location_id, state) WHERE state <> 'applied'")

    def init(self):
        """Prepare the table for many updates."""
        tune_hot_table(self.env.cr, self._table)

    @api.depends("listing_id", "location_id")
    def _compute_display_name(self):
        for reading in self:
            names = (reading.listing_id.display_name, reading.location_id.display_name)
            reading.display_name = " @ ".join(name for name in names if name)

    @api.depends("reason_code", "reason_params")
    @api.depends_context("lang")
    def _compute_reason(self):
        words = self._reasons()
        for reading in self:
            text = words.get(reading.reason_code) or ""
            reading.reason = (text % (reading.reason_params or {})) or False

    def _reasons(self):
        """Return {code: why a figure is not booked}; ``%(name)s`` are facts."""
        return {
            "unmatched": self.env._("No product here is matched with it yet."),
            "not_stored": self.env._("The product is not kept in stock here."),
            "kit": self.env._("A kit has no stock of its own; its parts are counted."),
            "archived": self.env._(
                "The product is archived. Take it back from the archive, or empty its"
                " stock by hand."
            ),
            "tracked": self.env._(
                "The product is kept by lots or serial numbers, and nobody says which"
                " of them are new. Count it in Inventory > Operations > Physical"
                " Inventory with its lots; what is missing is taken off by itself, in"
                " the order in which deliveries take them."
            ),
            "absurd": self.env._("%(quantity)s is no quantity a shelf can hold."),
            "refused": self.env._("Odoo refused the adjustment: %(message)s"),
            "frozen": self.env._("The location is being counted; booked afterwards."),
            "unmapped": self.env._("The location is not mapped."),
            "drop": self.env._(
                "It would take %(units)s units away: more than the location's limits"
                " allow in a day."
            ),
        }

    def _stamp(self):
        """Return when this figure was so."""
        sequence = int(self.sequence) if self.sequence else None
        return Stamp(self.as_of, sequence)

    # a person's verbs
    def action_apply(self):
        """Book what waits for a person, whatever its size; it is written down who."""
        self._check_operator()
        held = self.sudo().filtered(lambda reading: reading.state == "held")
        # several listings of one product share its stock: they are booked together
        held |= self.sudo().search(
            [
                ("state", "=", "held"),
                ("location_id", "in", held.location_id.ids),
                ("product_id", "in", held.product_id.ids),
            ]
        )
        held.approved = True
        for place in held.location_id:
            ours = held.filtered(lambda r, place=place: r.location_id == place)
            units = sum(ours.mapped("difference"))
            self.env["retail.sync.audit"]._record(
                place.channel_id,
                place,
                "stock.drop_approved",
                {"readings": len(ours), "units": units},
            )
            ours.with_company(place.company_id)._settle()

    def action_try_again(self):
        """Work the figures out again."""
        self._check_operator()
        self.sudo()._settle()

    def action_open_quants(self):
        """Show our stock of the products there, to count it by hand."""
        self.ensure_one()
        product = self.product_id.with_context(search_default_internal_loc=1)
        return product.action_open_quants()

    def _check_operator(self):
        if not self.env.su and not self.env.user.has_group(
            "retail_sync_core.retail_sync_group_operator"
        ):
            raise AccessError(self.env._("Only operators may do this."))
        self.check_access("read")

    # rows
    @api.model
    def _lock(self, place, listings):
        """Lock and return {listing id: reading}, made where there is none yet.

        One that somebody else has just made fails this transaction's snapshot; it is
        repeated and finds the row.
        """
        self.env.flush_all()
        # ORM: create() cannot say ON CONFLICT, and locks are taken in one order
        self.env.cr.execute(
            SQL(
                """INSERT INTO retail_sync_stock_reading (
                          location_id, listing_id, channel_id, company_id, product_id,
                          kind, state, approved, create_uid, create_date, write_uid,
                          write_date)
                   SELECT %(place)s, i.id, %(channel)s, %(company)s, i.product_id,
                          'available', 'waiting', FALSE, %(uid)s, %(now)s, %(uid)s,
                          %(now)s
                     FROM retail_sync_listing i WHERE i.id = ANY(%(ids)s)
                    ORDER BY i.id
                   ON CONFLICT (location_id, listing_id) DO NOTHING""",
                place=place.id,
                channel=place.channel_id.id,
                company=place.company_id.id or None,
                ids=listings.ids,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM retail_sync_stock_reading
                    WHERE location_id = %s AND listing_id = ANY(%s)
                    ORDER BY listing_id FOR UPDATE""",
                place.id,
                listings.ids,
            )
        )
        self.invalidate_model()
        found = self.browse([row[0] for row in rows])
        return {reading.listing_id.id: reading for reading in found}

    @api.model
    def _enqueue_settle(self, place, product_ids):
        """Append jobs that work out again what was said of these products."""
        ids = sorted(product_ids)
        self.env["retail.sync.job"].sudo()._enqueue_many(
            [
                {
                    "channel": place.channel_id,
                    "handler": "stock.settle",
                    "order_key": f"stock.settle:{place.id}",
                    "lane": 0,
                    "payload": {
                        "location_id": place.id,
                        "product_ids": ids[start : start + SETTLED_AT_ONCE],
                    },
                }
                for start in range(0, len(ids), SETTLED_AT_ONCE)
            ]
        )
