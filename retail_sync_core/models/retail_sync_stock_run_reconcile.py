from odoo import api, models


class RetailSyncStockRun(models.Model):
    """With the daily comparison of stock the rest is reconciled, too."""

    _inherit = "retail.sync.stock.run"

    @api.model
    def _start_due_comparisons(self, channels):
        result = super()._start_due_comparisons(channels)
        self.env["retail.sync.reconciliation"]._start_due(channels)
        return result
