from datetime import timedelta

from odoo import api, fields, models


class RetailSyncWorkflow(models.Model):
    """Stock counted elsewhere is asked for in turns, location by location."""

    _inherit = "retail.sync.workflow"

    def _is_polled(self):
        if self.flow != "stock":
            return super()._is_polled()
        adapter = self.channel_id._adapter_class()
        return bool(
            adapter
            and adapter.stock_reports
            and any(p._is_counted_there() for p in self.channel_id.location_ids)
        )

    @api.model
    def _enqueue_due(self):
        self._enqueue_takes()
        return super()._enqueue_due()

    def _enqueue_takes(self):
        """Append the reading of all stock of each location whose turn it is."""
        now = fields.Datetime.now()
        due = self.env["retail.sync.location"].search(
            [
                ("stock_owner", "=", "channel"),
                ("state", "=", "mapped"),
                ("channel_id.state", "=", "live"),
                "|",
                ("next_take_at", "=", False),
                ("next_take_at", "<=", now),
            ]
        )
        for place in due.try_lock_for_update(allow_referencing=True):
            if place.channel_id._workflow("stock").state != "paused":
                place._enqueue_take()
                place._note_silence(now)
            place.next_take_at = now + timedelta(minutes=place.read_every_min)
