from odoo import api, fields, models
from odoo.tools import format_datetime


class RetailSyncChannel(models.Model):
    """Peak mode: what can wait does, so that what cannot is done at once."""

    _inherit = "retail.sync.channel"

    peak_ids = fields.One2many(
        "retail.sync.peak", "channel_id", string="Peaks", readonly=True, copy=False
    )
    peak_id = fields.Many2one(
        "retail.sync.peak", string="Peak in force or next", compute="_compute_peak"
    )
    is_peak = fields.Boolean(string="At its peak", compute="_compute_peak")
    peak_words = fields.Char(string="Peak mode", compute="_compute_peak")

    @api.depends("peak_ids.starts_at", "peak_ids.ends_at")
    @api.depends_context("lang", "tz")
    def _compute_peak(self):
        now = fields.Datetime.now()
        for channel in self:
            coming = channel.peak_ids.filtered(lambda p: p.ends_at > now)
            peak = coming.sorted("starts_at")[:1]
            channel.peak_id = peak
            channel.is_peak = bool(peak) and peak.starts_at <= now
            channel.peak_words = bool(peak) and channel._say_peak(peak)

    def _say_peak(self, peak):
        if self.is_peak:
            text = self.env._(
                "Peak mode until %(until)s: nothing of the quiet hours begins, batch"
                " work comes last, levels are told more often.",
                until=self._say_moment(peak.ends_at),
            )
        else:
            text = self.env._("Peak mode is planned: %s.", peak._say_times())
        who = self.env._(
            "(%(reason)s, %(user)s)", reason=peak.reason, user=peak.sudo().user_id.name
        )
        return f"{text} {who}"

    def _say_moment(self, moment):
        return format_datetime(self.env, moment, tz=str(self.env.tz))

    def _say_span(self, starts_at, ends_at):
        return self.env._(
            "%(start)s to %(end)s",
            start=self._say_moment(starts_at),
            end=self._say_moment(ends_at),
        )

    def _get_peak(self, moment=None):
        """Return the peak in force at ``moment`` (now), or no record."""
        moment = moment or fields.Datetime.now()
        return self.env["retail.sync.peak"]._at(self, moment)

    def action_plan_peak(self):
        """Ask from when to when, and why."""
        self._check_group("manager")
        return self.env["retail.sync.peak.plan"]._open(self)

    def action_end_peak(self):
        """End the peak in force, or take back the next one."""
        self.ensure_one()
        return self.peak_id.action_end()
