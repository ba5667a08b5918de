from odoo import fields, models

from ..domain.lanes import Limits
from .retail_sync_minute import LANE_NAMES

KINDS = {lane: f"lane_behind_{lane}" for lane in LANE_NAMES}
LIMITS = [f"{what}_limit_{lane}" for lane in LANE_NAMES for what in ("depth", "age")]
HELP = "An issue is raised when more is due, and closed well below. 0: no limit."


class RetailSyncChannel(models.Model):
    """How much of each lane may wait, and for how long, before a person hears of it."""

    _inherit = "retail.sync.channel"

    depth_limit_urgent = fields.Integer(
        string="Near real time, at most", default=500, help=HELP
    )
    age_limit_urgent = fields.Integer(
        string="Near real time, for (min)", default=5, help=HELP
    )
    depth_limit_frequent = fields.Integer(
        string="Frequent, at most", default=5000, help=HELP
    )
    age_limit_frequent = fields.Integer(
        string="Frequent, for (min)", default=30, help=HELP
    )
    depth_limit_batch = fields.Integer(
        string="Batch, at most", default=100000, help=HELP
    )
    age_limit_batch = fields.Integer(string="Batch, for (min)", default=1440, help=HELP)

    _limits_range = models.Constraint(
        "CHECK(" + " AND ".join(f"COALESCE({name}, 0) >= 0" for name in LIMITS) + ")",
        "A limit cannot be below zero.",
    )

    def _judge_lanes(self, minutes):
        """Raise an issue for each lane that is behind; close it when it is not.

        :param minutes: this minute's rows of the channels
        """
        issues = self.env["retail.sync.issue"].sudo()
        is_open = [("kind", "in", list(KINDS.values())), ("state", "=", "open")]
        open_issues = issues.search([("channel_id", "in", self.ids), *is_open])
        for minute in minutes:
            channel = minute.channel_id
            for lane, kind in KINDS.items():
                before = open_issues.filtered(
                    lambda i, c=channel, k=kind: i.channel_id == c and i.kind == k
                )
                channel._judge_lane(minute, lane, kind, before)

    def _judge_lane(self, minute, lane, kind, before):
        limits = Limits(
            depth=self[f"depth_limit_{lane}"], age_s=60 * self[f"age_limit_{lane}"]
        )
        depth, age_s = minute[f"depth_{lane}"], minute[f"age_{lane}"]
        if not limits.are_passed(depth, age_s, before=bool(before)):
            before._close()
            return
        issues = self.env["retail.sync.issue"].sudo()
        params = {"depth": depth, "minutes": age_s // 60}
        raised = before or issues._raise(
            self, kind, value=self.name, record=self, about=[self], params=params
        )
        raised._renew(params)
