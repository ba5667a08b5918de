from odoo import fields, models

DELIVERY_KINDS = [
    ("shipping", "Shipped"),
    ("local", "Local delivery"),
    ("pickup", "Picked up in store"),
    ("pickup_point", "Pickup point"),
    ("retail", "Taken along"),
    ("none", "Nothing to ship"),
]


class RetailSyncOrder(models.Model):
    """On which terms it was bought, and how the goods reach the customer."""

    _inherit = "retail.sync.order"

    po_number = fields.Char(
        string="Purchase order", readonly=True, help="The customer's own number."
    )
    terms_name = fields.Char(
        string="Payment terms there",
        readonly=True,
        help="Bought on account: the goods do not wait for the money.",
    )
    delivery_kind = fields.Selection(
        DELIVERY_KINDS, string="Delivery there", readonly=True
    )
    cash_rounding = fields.Monetary(
        string="Cash rounding",
        readonly=True,
        help="What the till rounded the total by when it was paid.",
    )
    other_currency_id = fields.Many2one(
        "res.currency", string="Other currency", readonly=True
    )
    other_total = fields.Monetary(
        string="In the other currency",
        currency_field="other_currency_id",
        readonly=True,
        help="The total in the shop's currency where the order is in the customer's,"
        " and the other way round.",
    )
    is_subscription = fields.Boolean(string="Subscription", readonly=True)

    def _kept_in(self):
        """Return the currency of its sale order, in which its amounts stay."""
        return self.sudo().order_id.currency_id

    def _has_paid_enough(self):
        """What is bought on account does not wait for the money."""
        return bool(self.terms_name) or super()._has_paid_enough()
