from odoo import fields, models

KINDS = [
    ("ordered", "Ordered"),
    ("canceled", "Canceled"),
    ("shipped", "Shipped"),
    ("delivered", "Delivered"),
    ("returned", "Came back"),
    ("restocked", "Put back on the shelf"),
    ("refunded", "Refunded"),
]


class RetailSyncOrderDelta(models.Model):
    """One change of one unit figure of an order's line, by the channel's own id.

    Nothing is ever changed or deleted here: what the channel takes back is one more
    row of the same id. The sum of an id's rows is what the channel says of it now.
    """

    _name = "retail.sync.order.delta"
    _description = "Change of Units of an Order's Line"
    _order = "id"
    _rec_name = "kind"

    line_id = fields.Many2one(
        "retail.sync.order.line",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(related="line_id.order_id")
    currency_id = fields.Many2one(related="line_id.currency_id")
    timezone = fields.Char(related="line_id.channel_id.timezone")
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    key = fields.Char(
        string="Id there",
        required=True,
        readonly=True,
        help="Of the line, the shipment or the refund's row.",
    )
    turn = fields.Integer(
        required=True, readonly=True, help="Which change of this id it is, from 0."
    )
    units = fields.Float(required=True, readonly=True)
    amount = fields.Monetary(
        string="Worth", readonly=True, help="Of refunded units, taxes included."
    )
    told_at = fields.Datetime(string="When, there", readonly=True)
    version = fields.Char(
        string="Version of the order", readonly=True, help="Which told of it first."
    )

    # also finds a line's rows; two at once of the same change: the second begins anew
    _told_uniq = models.Constraint(
        "UNIQUE(line_id, kind, key, turn)", "This change of units is already known."
    )

    def _sums(self, lines):
        """Return {(line id, kind, key): (units, worth, rows)} of ``lines``."""
        groups = self.sudo()._read_group(
            [("line_id", "in", lines.ids)],
            ["line_id", "kind", "key"],
            ["units:sum", "amount:sum", "__count"],
        )
        return {
            (line.id, kind, key): (units, worth, count)
            for line, kind, key, units, worth, count in groups
        }
