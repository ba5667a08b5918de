from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

KINDS = [
    ("buffer", "Keep back"),
    ("cap", "Never offer more than"),
    ("minimum", "Offer none below"),
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class RetailSyncStockRule(models.Model):
    """How many units are kept back, at most or at least offered, and where it counts.

    The most specific rule of a kind wins: of the product, then of the nearest category,
    then of the location, then of the channel; of two for the same, the one with a
    condition. Zero counts as any other number. A rule for all yields to what a location
    or a channel keeps back, one for a channel to what its location does.
    """

    _name = "retail.sync.stock.rule"
    _description = "Stock Rule"
    _order = "kind, channel_id, location_id, categ_id, product_id, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="buffer")
    quantity = fields.Float(string="Units", digits="Product Unit", required=True)
    channel_id = fields.Many2one(
        "retail.sync.channel",
        ondelete="cascade",
        index=True,
        help="Empty: all channels of the company.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    location_id = fields.Many2one(
        "retail.sync.location",
        ondelete="cascade",
        index=True,
        domain="[('channel_id', '=', channel_id)]",
        help="Empty: all locations.",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Category",
        ondelete="cascade",
        help="This category and those below it.",
    )
    product_id = fields.Many2one(
        "product.product", ondelete="cascade", check_company=True
    )
    mon = fields.Boolean(string="Monday", default=True)
    tue = fields.Boolean(string="Tuesday", default=True)
    wed = fields.Boolean(string="Wednesday", default=True)
    thu = fields.Boolean(string="Thursday", default=True)
    fri = fields.Boolean(string="Friday", default=True)
    sat = fields.Boolean(string="Saturday", default=True)
    sun = fields.Boolean(string="Sunday", default=True)
    days = fields.Char(string="When", compute="_compute_days")
    days_told = fields.Char(
        string="On which days",
        readonly=True,
        help="The days for which levels were last worked out.",
    )
    note = fields.Char(string="Why")

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "Units cannot be below zero."
    )

    _some_day = models.Constraint(
        "CHECK(mon OR tue OR wed OR thu OR fri OR sat OR sun)",
        "Choose at least one day of the week.",
    )

    @api.depends("kind", "quantity")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            rule.display_name = f"{kinds.get(rule.kind, '')} {rule.quantity:g}"

    @api.depends("channel_id")
    def _compute_company_id(self):
        for rule in self:
            rule.company_id = rule.channel_id.company_id or self.env.company

    @api.depends(*DAYS)
    @api.depends_context("lang")
    def _compute_days(self):
        names = self.fields_get(DAYS, ["string"])
        for rule in self:
            chosen = [names[day]["string"] for day in DAYS if rule[day]]
            every_day = len(chosen) == len(DAYS)
            rule.days = self.env._("Every day") if every_day else ", ".join(chosen)

    @api.constrains("channel_id", "location_id")
    def _check_location(self):
        for rule in self:
            if rule.location_id and rule.location_id.channel_id != rule.channel_id:
                raise ValidationError(
                    self.env._("The location belongs to another channel.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._mark()
        return rules

    def write(self, vals):
        self._mark()
        done = super().write(vals)
        self._mark()
        return done

    def unlink(self):
        self._mark()
        return super().unlink()

    @api.model
    def _weekdays(self):
        """Return ``{channel id: its weekday now}``, Monday being 1."""
        now = fields.Datetime.now()
        channels = self.env["retail.sync.channel"].sudo().search([("id", "!=", False)])
        return {c.id: c._own_day(now).isoweekday() for c in channels}

    @api.model
    def _mark_new_days(self, now):
        """Mark what rules for some weekdays touch, once a day has begun or ended."""
        for rule in self.search(Domain.OR([[(day, "=", False)] for day in DAYS])):
            days = {str(channel._own_day(now)) for channel in rule._channels()}
            told = " ".join(sorted(days))
            if rule.days_told != told:
                rule.days_told = told  # writing marks

    def _channels(self):
        """Return the channels a rule is for."""
        self.ensure_one()
        return self.channel_id or self.env["retail.sync.channel"].sudo().search(
            [("company_id", "=", self.company_id.id)]
        )

    def _mark(self):
        """Have all levels that a rule may touch looked at again."""
        self.env.registry.clear_cache()
        marks = []
        for rule in self:
            channels = rule._channels()
            products = rule.product_id.ids or [None]
            if rule.categ_id and not rule.product_id:
                products = (
                    self.env["retail.sync.listing"]
                    .sudo()
                    .search(
                        [
                            ("channel_id", "in", channels.ids),
                            ("product_id.categ_id", "child_of", rule.categ_id.id),
                        ]
                    )
                    .product_id.ids
                )
            place = rule.location_id.location_id.id or None
            marks += [(p, place, channel.id) for p in products for channel in channels]
        self.env["retail.sync.stock.mark"].sudo()._append(marks)

    @api.model
    @tools.ormcache()
    def _kinds_in_use(self):
        """Return the kinds of which there are rules at all."""
        return frozenset(kind for (kind,) in self.sudo()._read_group([], ["kind"]))
