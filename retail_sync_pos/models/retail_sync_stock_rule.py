from odoo import fields, models


class RetailSyncStockRule(models.Model):
    """Units that are kept back only while a till may know more than Odoo."""

    _inherit = "retail.sync.stock.rule"

    while_till_is_open = fields.Boolean(
        string="While a till is open",
        help="Counts only while a session is open at the location whose till books its"
        " sales when it is closed.",
    )
