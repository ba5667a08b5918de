from odoo import models

PEAK_GATHER_S = 30


class RetailSyncWorkflow(models.Model):
    """While a peak lasts no quiet hours begin, and levels are told more often."""

    _inherit = "retail.sync.workflow"

    def _in_window(self, now):
        return super()._in_window(now) and not self.channel_id._get_peak(now)

    def _opens_at(self, after):
        """Return when the quiet hours next begin, no earlier than the peak's end."""
        # the hours as they are without any peak
        # pylint: disable=super-method-mismatch
        now_on = self.channel_id._get_peak(after)
        if now_on and super()._in_window(now_on.ends_at):
            return now_on.ends_at
        opens = super()._opens_at(after)
        peak = self.channel_id._get_peak(opens)
        if not peak:
            return opens
        ends_at = peak.ends_at
        return ends_at if super()._in_window(ends_at) else super()._opens_at(ends_at)

    def _gathers_for_s(self):
        """Return how long (s) changes of stock are gathered now."""
        if self.channel_id._get_peak():
            return min(self.gather_s, PEAK_GATHER_S)
        return self.gather_s
