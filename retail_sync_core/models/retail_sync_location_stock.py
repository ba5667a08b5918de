from odoo import api, fields, models
from odoo.exceptions import UserError

MAPPING_FIELDS = {"location_id", "warehouse_id", "also_ids"}
SPOT_FIELDS = {*MAPPING_FIELDS, "state"}
# they change what other channels may offer, too
RANK_FIELDS = {"rank", "first_units"}
OFFER_FIELDS = {
    "also_ids",
    "left_out_ids",
    "incoming_days",
    "offers_consigned",
    "offers_expired",
}


class RetailSyncLocation(models.Model):
    """Which stock of ours a location of the channel offers."""

    _inherit = "retail.sync.location"

    also_ids = fields.Many2many(
        "stock.location",
        "retail_sync_location_also_rel",
        "place_id",
        "location_id",
        string="And also",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'view'))]",
        help="Further locations whose stock is offered here.",
    )
    left_out_ids = fields.Many2many(
        "stock.location",
        "retail_sync_location_left_out_rel",
        "place_id",
        "location_id",
        string="But not",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'view'))]",
        help="Stock here and below is not offered: quality control, repairs, damaged.",
    )
    incoming_days = fields.Integer(
        string="Receipts of the next days",
        help="Units that suppliers deliver within so many days are offered, too. 0:"
        " only what is here.",
    )
    offers_consigned = fields.Boolean(
        string="Offer others' stock",
        help="Stock that is kept here for another owner is offered as well.",
    )
    offers_expired = fields.Boolean(
        string="Offer expired lots",
        help="Lots past their removal date are offered as well.",
    )
    rank = fields.Integer(
        help="Which channel comes first for the last units here: 1 before 2. 0: as the"
        " channel says.",
    )
    first_units = fields.Float(
        string="Its first units",
        digits="Product Unit",
        help="So many units of each product here are left to this channel by those of"
        " a lower rank that offer the same stock. 0: as the channel says.",
    )
    is_plain = fields.Boolean(
        string="Plain stock",
        compute="_compute_is_plain",
        store=True,
        help="Offers just the stock of one location and below.",
    )
    arrivals_at = fields.Datetime(
        string="Arrivals looked at",
        readonly=True,
        help="When the receipts that come nearer were last counted.",
    )

    _rank_positive = models.Constraint(
        "CHECK(rank >= 0 AND first_units >= 0)",
        "A rank and first units cannot be below zero.",
    )
    _incoming_range = models.Constraint(
        "CHECK(incoming_days BETWEEN 0 AND 365)",
        "Receipts of at most a year can be offered.",
    )

    @api.depends(
        "also_ids",
        "left_out_ids",
        "incoming_days",
        "offers_consigned",
        "offers_expired",
        "frozen_at",
    )
    def _compute_is_plain(self):
        for place in self:
            place.is_plain = not (
                place.also_ids
                or place.left_out_ids
                or place.incoming_days
                or place.offers_consigned
                or place.offers_expired
                or place.frozen_at
            )

    def write(self, vals):
        if MAPPING_FIELDS & vals.keys():
            self._check_not_counted()
        changes = bool(OFFER_FIELDS & vals.keys())
        if changes:
            self._mark()
        result = super().write(vals)
        if changes:
            self._mark()
        if SPOT_FIELDS & vals.keys():
            self.sudo()._settle_counts()
            self.env["retail.sync.demand"].sudo()._mark_sold(self.channel_id)
        moved = self if RANK_FIELDS & vals.keys() else self.browse()
        if SPOT_FIELDS & vals.keys():
            moved |= self.filtered("channel_id.has_first_units")
        moved.channel_id._mark_all_channels()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        places.sudo()._settle_counts()
        self.env["retail.sync.demand"].sudo()._mark_sold(places.channel_id)
        places.channel_id.filtered("has_first_units")._mark_all_channels()
        return places

    def _check_not_counted(self):
        """Refuse to map what a count began for: its figures are of the stock before."""
        for place in self.filtered("is_counted"):
            raise UserError(
                self.env._(
                    "%s is being counted. End the count, then map it to other stock.",
                    place.display_name,
                )
            )

    def _mark(self):
        """Have every level here looked at again, whatever it is made of."""
        result = super()._mark()
        self.env["retail.sync.stock.mark"].sudo()._append(
            [
                (None, location.id, place.channel_id.id)
                for place in self
                for location in place.also_ids
            ]
        )
        return result

    def action_publish_stock(self):
        """Have all stock of this location told anew."""
        return self._start_run("publish")

    def action_compare_stock(self):
        """Have all stock of this location compared now."""
        return self._start_run("compare")

    def _start_run(self, kind):
        self.ensure_one()
        self.check_access("read")
        Run = self.env["retail.sync.stock.run"]
        return Run._start(self.channel_id, kind, place=self).get_formview_action()
