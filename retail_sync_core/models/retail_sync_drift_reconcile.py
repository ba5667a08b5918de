from odoo import api, models


class RetailSyncDrift(models.Model):
    """A difference that waits for a person is a mismatch like any other."""

    _inherit = "retail.sync.drift"

    @api.model_create_multi
    def create(self, vals_list):
        """Let it stand among the channel's mismatches."""
        drifts = super().create(vals_list)
        waiting = drifts.filtered(lambda drift: drift.state == "open")
        self.env["retail.sync.reconciliation.line"].sudo()._take_drifts(waiting)
        return drifts

    def write(self, vals):
        """What a person decided on is no mismatch anymore."""
        done = super().write(vals)
        if vals.get("state", "open") != "open":
            lines = self.env["retail.sync.reconciliation.line"].sudo()
            lines.search([("drift_id", "in", self.ids)])._close()
        return done
