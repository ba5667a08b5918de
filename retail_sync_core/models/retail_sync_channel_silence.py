from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.silence import WEEKS, WINDOWS, silent_hours

KIND = "channel_silent"
WEEK = timedelta(weeks=1)


class RetailSyncChannel(models.Model):
    """A channel that brings no orders although at this hour it usually does."""

    _inherit = "retail.sync.channel"

    @api.model
    def _cron_judge_silence(self):
        """Look at each channel; scheduled."""
        live = self.search([("state", "=", "live")])
        for channel in live:
            channel._judge_silence()

    def _judge_silence(self):
        """Ask a person about an unusual silence; close it with the next order."""
        issues = self.env["retail.sync.issue"]
        found = silent_hours(self._orders_by_window())
        if not found:
            issues._close_about(self, KIND, [self])
            return
        hours, usual = found
        issues._raise(self, KIND, value=self.name, record=self, about=[self])._renew(
            {"hours": hours, "usual": f"{usual:.0f}"}
        )

    def _orders_by_window(self):
        """Return {hours: [orders placed then, and in the same hours of weeks before]}.

        Only whole weeks count in which the channel was live.
        """
        now = fields.Datetime.now()
        known = (now - (self.live_at or now)) // WEEK
        weeks = range(min(WEEKS, known) + 1)
        counts = self._count_placed(now, weeks)
        return {hours: [counts[hours, week] for week in weeks] for hours in WINDOWS}

    def _count_placed(self, now, weeks):
        self.env.flush_all()
        # ORM: windows that overlap
        rows = self.env.execute_query(
            SQL(
                """SELECT h.hours, w.week, count(o.id)
                     FROM unnest(%(windows)s) AS h (hours)
                    CROSS JOIN unnest(%(weeks)s) AS w (week)
                     LEFT JOIN retail_sync_order o
                       ON o.channel_id = %(channel)s
                      AND o.placed_at <= %(now)s - w.week * interval '7 days'
                      AND o.placed_at > %(now)s - w.week * interval '7 days'
                                        - h.hours * interval '1 hour'
                    GROUP BY h.hours, w.week""",
                windows=list(WINDOWS),
                weeks=list(weeks),
                channel=self.id,
                now=now,
            )
        )
        return {(hours, week): count for hours, week, count in rows}
