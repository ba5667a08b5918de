from datetime import timedelta

from odoo import api, models


class RetailSyncWorkflow(models.Model):
    """Reading again from before the backup was made."""

    _inherit = "retail.sync.workflow"

    def _read_since(self, moment):
        """Begin a turn that looks back behind ``moment``; return its job."""
        self.ensure_one()
        self.channel_id._lock_date()
        values = {"cursor": False, "as_of": False}
        earliest = moment - timedelta(seconds=self._overlap_s())
        if self.since and self.since > earliest:
            values["since"] = earliest
        self.write(values)
        return self._enqueue_poll()

    @api.model
    def _enqueue_due(self):
        self.env["retail.sync.restoration.line"].sudo()._go_on_lost()
        return super()._enqueue_due()
