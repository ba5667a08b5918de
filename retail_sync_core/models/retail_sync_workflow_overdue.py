from odoo import api, fields, models


class RetailSyncWorkflow(models.Model):
    """The workflow of shipments looks in turns for what nobody confirmed."""

    _inherit = "retail.sync.workflow"

    @api.model
    def _enqueue_due(self):
        self._enqueue_sweeps()
        return super()._enqueue_due()

    def _enqueue_sweeps(self):
        now = fields.Datetime.now()
        due = self.search(
            [
                ("flow", "=", "shipment"),
                ("state", "=", "on"),
                ("channel_id.state", "=", "live"),
                "|",
                ("next_poll_at", "=", False),
                ("next_poll_at", "<=", now),
            ]
        )
        for workflow in due.try_lock_for_update(allow_referencing=True):
            self.env["retail.sync.job"]._enqueue(
                workflow.channel_id,
                "shipment.sweep",
                identity="shipment.sweep",
                lane=2,
            )
            workflow.next_poll_at = workflow._next_turn(now)
