from odoo import api, models


class RetailSyncQueue(models.AbstractModel):
    """Idle workers see to it that what is late goes to the next person."""

    _inherit = "retail.sync.queue"

    @api.model
    def _sweep(self):
        self.env["retail.sync.issue"]._pass_on_late()
        return super()._sweep()
