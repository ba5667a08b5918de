from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

KINDS = [
    ("buffer", "Keep back"),
    ("cap", "Never offer more than"),
    ("minimum", "Offer none below"),
]


class RetailSyncStockRule(models.Model):
    """How many units are kept back, at most or at least offered, and where it counts.

    The most specific rule of a kind wins: of the product, then of the nearest category,
    then of the location, then of the channel. Zero counts as any other number.
    """

    _name = "retail.sync.stock.rule"
    _description = "Stock Rule"
    _order = "kind, channel_id, location_id, categ_id, product_id, id"
    _rec_name = "kind"
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
    note = fields.Char(string="Why")

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "Units cannot be below zero."
    )

    @api.depends("channel_id")
    def _compute_company_id(self):
        for rule in self:
            rule.company_id = rule.channel_id.company_id or self.env.company

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

    def _mark(self):
        """Have all levels that a rule may touch looked at again."""
        self.env.registry.clear_cache()
        marks = []
        for rule in self:
            channels = rule.channel_id or self.env["retail.sync.channel"].sudo().search(
                [("company_id", "=", rule.company_id.id)]
            )
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
