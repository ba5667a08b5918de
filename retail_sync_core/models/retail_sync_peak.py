from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from .retail_sync_minute import LANE_NAMES

LONGEST = timedelta(days=14)
# exact as long as the jobs are there; they are swept after some days
LATENESS = """
SELECT lane, percentile_disc(0.95) WITHIN GROUP (ORDER BY
         GREATEST(0, extract(epoch FROM started_at - scheduled_at)))
  FROM retail_sync_job
 WHERE channel_id = %s AND state = 'done' AND done_at > %s AND done_at <= %s
   AND started_at IS NOT NULL AND lane >= 0
 GROUP BY lane
"""


class RetailSyncPeak(models.Model):
    """A time when much is expected: what can wait does, and how it went.

    In force by its dates alone: it begins and ends by itself.
    """

    _name = "retail.sync.peak"
    _description = "Peak"
    _order = "starts_at desc, id desc"
    _rec_name = "reason"

    channel_id = fields.Many2one(
        "retail.sync.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    reason = fields.Char(required=True, readonly=True)
    starts_at = fields.Datetime(string="From", required=True, readonly=True)
    ends_at = fields.Datetime(string="Until", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Planned by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("on", "In force"), ("over", "Over")],
        compute="_compute_state",
    )
    is_told = fields.Boolean(
        string="Its end was said", readonly=True, help="On the channel."
    )

    order_count = fields.Integer(string="New orders", readonly=True)
    orders_most = fields.Integer(string="Orders a minute, at most", readonly=True)
    levels_most = fields.Integer(string="Levels a minute, at most", readonly=True)
    depth_most = fields.Integer(string="Waiting, at most", readonly=True)
    late_urgent = fields.Float(string="Near real time late (s)", readonly=True)
    late_frequent = fields.Float(string="Frequent late (s)", readonly=True)
    late_batch = fields.Float(string="Batch late (s)", readonly=True)
    issue_count = fields.Integer(string="Issues raised", readonly=True)

    _times_range = models.Constraint(
        "CHECK(ends_at >= starts_at)", "A peak ends after it begins."
    )

    @api.depends("starts_at", "ends_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for peak in self:
            if peak.ends_at <= now:
                peak.state = "over"
            else:
                peak.state = "on" if peak.starts_at <= now else "planned"

    @api.constrains("starts_at", "ends_at", "channel_id")
    def _check_times(self):
        for peak in self:
            if peak.ends_at - peak.starts_at > LONGEST:
                raise ValidationError(
                    self.env._(
                        "A peak lasts for %s days at most: what waits for its end"
                        " would wait too long.",
                        LONGEST.days,
                    )
                )
            overlaps = [
                ("channel_id", "=", peak.channel_id.id),
                ("id", "!=", peak.id),
                ("starts_at", "<", peak.ends_at),
                ("ends_at", ">", peak.starts_at),
            ]
            if self.search_count(overlaps, limit=1):
                raise ValidationError(
                    self.env._(
                        "%s has a peak in this time already.", peak.channel_id.name
                    )
                )

    # a person's verbs
    @api.model
    def _plan(self, channels, starts_at, ends_at, reason):
        """Plan a peak for each of ``channels``; return them."""
        self._check_manager()
        reason = channels._check_reason(reason)
        if ends_at <= fields.Datetime.now():
            raise UserError(self.env._("Its end is past: choose a later one."))
        values = {"starts_at": starts_at, "ends_at": ends_at, "reason": reason}
        peaks = self.create([{**values, "channel_id": one.id} for one in channels])
        for peak in peaks:
            what = self.env._("Peak mode is planned: %s.", peak._say_times())
            peak.channel_id._post_pause(what, reason)
            peak._record("peak.planned")
        return peaks

    def action_end(self):
        """End it now; one that has not begun is taken back."""
        self._check_manager()
        now = fields.Datetime.now()
        for peak in self.filtered(lambda peak: peak.state != "over"):
            peak.write({"starts_at": min(peak.starts_at, now), "ends_at": now})
            peak.channel_id._post_pause(self.env._("Peak mode is ended."))
            peak._record("peak.ended")
            peak._tell()
        return True

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(
            "retail_sync_core.retail_sync_group_manager"
        ):
            raise AccessError(self.env._("Only managers may plan or end a peak."))

    def _record(self, action):
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            self,
            action,
            {"from": str(self.starts_at), "until": str(self.ends_at)},
        )

    def _say_times(self):
        return self.channel_id._say_span(self.starts_at, self.ends_at)

    # the engine's
    @api.model
    def _at(self, channel, moment):
        """Return the peak of ``channel`` that is in force at ``moment``, if any."""
        return self.sudo().search(
            [
                ("channel_id", "=", channel.id),
                ("starts_at", "<=", moment),
                ("ends_at", ">", moment),
            ],
            limit=1,
        )

    @api.model
    def _follow(self):
        """Keep the figures of what is in force, and say how it was when it is over."""
        now = fields.Datetime.now()
        begun = self.search([("starts_at", "<=", now), ("is_told", "=", False)])
        for peak in begun:
            if peak.ends_at <= now:
                peak._tell()
            else:
                peak._count()

    def _tell(self):
        """Count for good, and say on the channel how it was."""
        self._count()
        self._count_lateness()
        self.is_told = True
        self.channel_id._post_pause(
            self.env._(
                "The peak is over: new orders %(orders)s, at most %(most)s a minute;"
                " near-real-time work late by %(late)s s (95 of 100); issues"
                " %(issues)s.",
                orders=self.order_count,
                most=self.orders_most,
                late=round(self.late_urgent, 1),
                issues=self.issue_count,
            )
        )

    def _count(self):
        minutes = self.env["retail.sync.minute"].sudo()
        # a row counts what came in the minute before it
        since = fields.Datetime.add(self.starts_at, minutes=1)
        within = [
            ("channel_id", "=", self.channel_id.id),
            ("at", ">=", since.replace(second=0, microsecond=0)),
            ("at", "<=", fields.Datetime.add(self.ends_at, minutes=1)),
        ]
        rows = minutes.search(within)
        waiting = [sum(row[f"depth_{lane}"] for lane in LANE_NAMES) for row in rows]
        self.write(
            {
                "order_count": sum(rows.mapped("orders")),
                "orders_most": max(rows.mapped("orders"), default=0),
                "levels_most": max(rows.mapped("levels"), default=0),
                "depth_most": max(waiting, default=0),
                "issue_count": self._count_issues(),
                **{
                    f"late_{lane}": max(rows.mapped(f"late_{lane}"), default=0.0)
                    for lane in LANE_NAMES
                },
            }
        )

    def _count_issues(self):
        return (
            self.env["retail.sync.issue"]
            .sudo()
            .search_count(
                [
                    ("channel_id", "=", self.channel_id.id),
                    ("opened_at", ">=", self.starts_at),
                    ("opened_at", "<=", self.ends_at),
                ]
            )
        )

    def _count_lateness(self):
        """Replace the worst minute by the figure of all work, while that is kept."""
        queue = self.env["retail.sync.queue"]
        if fields.Datetime.now() - self.starts_at >= queue._keeps_jobs_for():
            return
        self.env.flush_all()
        # ORM: a percentile
        rows = self.env.execute_query(
            SQL(LATENESS, self.channel_id.id, self.starts_at, self.ends_at)
        )
        self.write({f"late_{LANE_NAMES[lane]}": float(late) for lane, late in rows})
