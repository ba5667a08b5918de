from odoo import api, fields, models

KINDS = [
    ("correction", "A difference nobody explains"),
    ("rounding", "Rounding"),
    ("fee", "A fee the channel lists nowhere"),
    ("duty", "Duty or import fee"),
    ("shipping", "Shipping"),
    ("tip", "Tip"),
]


class RetailSyncOrderCorrect(models.TransientModel):
    """Take the channel's total although its lines do not come to it."""

    _name = "retail.sync.order.correct"
    _description = "Accept a Difference"

    order_id = fields.Many2one("retail.sync.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    difference = fields.Monetary(related="order_id.difference")
    tax_difference = fields.Monetary(related="order_id.tax_difference")
    explanation = fields.Text(related="order_id.explanation")
    kind = fields.Selection(
        KINDS, string="What it is", required=True, default="correction"
    )
    reason = fields.Char(
        required=True,
        compute="_compute_reason",
        precompute=True,
        store=True,
        readonly=False,
        help="Stands on the order's line, and is kept with your name.",
    )

    @api.depends("kind", "order_id")
    def _compute_reason(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for wizard in self:
            wizard.reason = words.get(wizard.kind)

    def action_accept(self):
        """Add a line with the difference; the order goes on."""
        self.ensure_one()
        self.order_id._accept_difference(self.kind, self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_read_again(self):
        """Ask the channel for the newest version instead."""
        self.order_id.action_fetch()
        return {"type": "ir.actions.act_window_close"}
