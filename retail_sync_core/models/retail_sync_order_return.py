from odoo import api, fields, models

STATES = [
    ("requested", "Asked for"),
    ("open", "Approved"),
    ("declined", "Declined"),
    ("canceled", "Canceled"),
    ("closed", "Closed"),
]
DECLINE_REASONS = [
    ("final_sale", "It was a final sale"),
    ("period_over", "The time for returns is over"),
    ("other", "Another reason"),
]


class RetailSyncOrderReturn(models.Model):
    """A return that a buyer asked for at the channel, by the channel's own id."""

    _name = "retail.sync.order.return"
    _description = "Return of a Channel's Order"
    _order = "requested_at desc, id desc"

    name = fields.Char(string="Number there", readonly=True)
    order_id = fields.Many2one(
        "retail.sync.order",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    channel_id = fields.Many2one(related="order_id.channel_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    timezone = fields.Char(related="channel_id.timezone")
    external_id = fields.Char(string="Id there", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    requested_at = fields.Datetime(string="Asked for on", readonly=True)
    approved_at = fields.Datetime(string="Approved on", readonly=True)
    closed_at = fields.Datetime(string="Closed on", readonly=True)
    decline_reason = fields.Selection(
        DECLINE_REASONS, string="Why declined", readonly=True
    )
    decline_note = fields.Char(string="Told the buyer", readonly=True)
    exchanged = fields.Char(
        string="In exchange",
        readonly=True,
        help="What the buyer gets instead. It joins the order's lines by itself.",
    )
    line_ids = fields.One2many(
        "retail.sync.order.return.line", "return_id", string="Lines"
    )
    units = fields.Float(compute="_compute_units", digits="Product Unit")
    reason = fields.Char(compute="_compute_units")

    _external_uniq = models.Constraint(
        "UNIQUE(order_id, external_id)", "This return is already known."
    )

    @api.depends("line_ids.units", "line_ids.reason")
    def _compute_units(self):
        for one in self:
            one.units = sum(one.line_ids.mapped("units"))
            reasons = filter(None, one.line_ids.mapped("reason"))
            one.reason = ", ".join(dict.fromkeys(reasons)) or False

    @api.depends("name", "external_id")
    def _compute_display_name(self):
        words = self.env["retail.sync.words"]
        for one in self:
            one.display_name = one.name or words._say_ids(one.external_id)

    def _was_over(self, moment):
        """Return whether nothing more was to come of it at ``moment``."""
        return bool(moment and self.closed_at and self.closed_at <= moment)

    def _units_by_line(self):
        """Return {the channel's order line id: units} that are to come back."""
        found = {}
        for line in self.line_ids:
            found[line.line_external_id] = (
                found.get(line.line_external_id, 0.0) + line.units
            )
        return found


class RetailSyncOrderReturnLine(models.Model):
    """Units of one order line that are to come back, and what became of them there."""

    _name = "retail.sync.order.return.line"
    _description = "Line of a Channel's Return"
    _order = "return_id, id"
    _rec_name = "external_id"

    return_id = fields.Many2one(
        "retail.sync.order.return", required=True, readonly=True, ondelete="cascade"
    )
    external_id = fields.Char(string="Id there", required=True, readonly=True)
    line_external_id = fields.Char(string="Line there", required=True, readonly=True)
    order_line_id = fields.Many2one(
        "retail.sync.order.line", string="Sold", compute="_compute_order_line_id"
    )
    sku = fields.Char(string="SKU", compute="_compute_order_line_id")
    title = fields.Char(compute="_compute_order_line_id")
    units = fields.Float(readonly=True, digits="Product Unit")
    reason = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    buyer_note = fields.Char(string="The buyer says", readonly=True)
    refunded = fields.Float(readonly=True, digits="Product Unit")
    disposed = fields.Json(
        string="Rows of what became of them",
        readonly=True,
        help="What the channel knows of them, by its own ids.",
    )
    outcome = fields.Char(string="There", compute="_compute_outcome")

    _external_uniq = models.Constraint(
        "UNIQUE(return_id, external_id)", "This line is already known."
    )

    @api.depends("line_external_id", "return_id.order_id.line_ids")
    def _compute_order_line_id(self):
        for line in self:
            sold = line.return_id.order_id.line_ids
            found = sold.filtered(
                lambda one, of=line: one.external_id == of.line_external_id
            )[:1]
            line.order_line_id = found
            line.sku, line.title = found.sku, found.title

    @api.depends("disposed", "refunded")
    @api.depends_context("lang")
    def _compute_outcome(self):
        for line in self:
            line.outcome = ", ".join(line._outcome_words()) or False

    def _outcome_words(self):
        """Return what became of the units, a few words each."""
        words = {
            "restocked": self.env._("%g put back"),
            "not_restocked": self.env._("%g not put back"),
            "missing": self.env._("%g did not come"),
            "processing": self.env._("%g being looked at"),
        }
        sums = {
            kind: sum(
                row["units"] for row in self.disposed or [] if row["kind"] == kind
            )
            for kind in words
        }
        found = [words[kind] % units for kind, units in sums.items() if units]
        if self.refunded:
            found.append(self.env._("%g refunded", self.refunded))
        return found

    def _disposed_units(self):
        """Return the units of which the channel knows what became of them."""
        return sum(row["units"] for row in self.disposed or [])
