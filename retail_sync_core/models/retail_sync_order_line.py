from odoo import fields, models

LINE_KINDS = [
    ("product", "Product"),
    ("custom", "Custom line"),
    ("gift_card", "Gift card"),
    ("tip", "Tip"),
    ("shipping", "Shipping"),
    ("duty", "Duty"),
    ("fee", "Fee"),
    ("back", "Given back"),
    ("channel_tax", "Tax paid by the channel"),
    ("rounding", "Rounding"),
    ("correction", "Correction"),
    ("past", "Past product"),
]


class RetailSyncOrderLine(models.Model):
    """One line of a channel's order, and the sale order line it became."""

    _name = "retail.sync.order.line"
    _description = "Order Line of a Channel"
    _order = "order_id, id"
    _rec_name = "title"

    order_id = fields.Many2one(
        "retail.sync.order", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="order_id.channel_id")
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    external_id = fields.Char(required=True, readonly=True)
    kind = fields.Selection(LINE_KINDS, required=True, readonly=True)
    listing_id = fields.Many2one(
        "retail.sync.listing",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sales order line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    sku = fields.Char(string="SKU", readonly=True)
    title = fields.Char(readonly=True)
    quantity = fields.Float(string="Ordered", readonly=True)
    current_quantity = fields.Float(
        string="Wanted", readonly=True, help="After edits and cancellations."
    )
    unit_price = fields.Monetary(string="Unit price", readonly=True)
    amount_discount = fields.Monetary(string="Discount", readonly=True)
    amount_tax = fields.Monetary(string="Tax", readonly=True)
    amount_total = fields.Monetary(
        string="Amount", readonly=True, help="As the channel says, all in."
    )
    shipped_qty = fields.Float(
        string="Told as shipped", readonly=True, help="Units we told the channel."
    )

    _external_uniq = models.Constraint(
        "UNIQUE(order_id, external_id)", "This line is already known."
    )
