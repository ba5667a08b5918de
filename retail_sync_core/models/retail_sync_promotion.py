from odoo import fields, models

KINDS = [
    ("code", "Discount code"),
    ("automatic", "Automatic discount"),
    ("manual", "By hand"),
    ("script", "Script"),
    ("other", "Discount"),
]


class RetailSyncPromotion(models.Model):
    """What one discount took off one sold line, and what was left to earn.

    Rows follow the order and each of its changes. Amounts are in the company's currency
    and without tax, so that channels can be compared.
    """

    _name = "retail.sync.promotion"
    _description = "Discount on a Sold Line"
    _order = "placed_at desc, id desc"
    _rec_name = "name"

    order_id = fields.Many2one(
        "retail.sync.order", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(
        related="order_id.channel_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    placed_at = fields.Datetime(
        string="Placed", related="order_id.placed_at", store=True, index=True
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sold line",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
    )
    product_id = fields.Many2one(
        related="sale_line_id.product_id", store=True, string="Product"
    )
    name = fields.Char(
        string="Promotion",
        required=True,
        readonly=True,
        help="The code, else the name.",
    )
    title = fields.Char(string="Campaign", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    units = fields.Float(readonly=True, digits="Product Unit")
    amount_discount = fields.Monetary(string="Discount", readonly=True)
    amount_net = fields.Monetary(
        string="Turnover",
        readonly=True,
        help="Without tax, after discounts. Where several discounts made a line"
        " cheaper, each has its part of it.",
    )
    amount_cost = fields.Monetary(
        string="Cost", readonly=True, help="By the product's cost when it was sold."
    )
    amount_margin = fields.Monetary(string="Margin", readonly=True)
    line_there = fields.Char(string="Line there", readonly=True)
