from odoo import fields, models


class RetailSyncOrder(models.Model):
    _inherit = "retail.sync.order"

    promotion_ids = fields.One2many(
        "retail.sync.promotion", "order_id", string="Discounts", readonly=True
    )
    promotion_count = fields.Integer(string="Number of discounts", readonly=True)
