from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from .retail_sync_issue import OPEN_JOBS
from .retail_sync_job import OPEN
from .retail_sync_workflow import WITHOUT_WORK

HEALTH = [
    ("draft", "Being connected"),
    ("watch", "Watching"),
    ("good", "All well"),
    ("busy", "Catching up"),
    ("attention", "Needs a person"),
    ("stopped", "Stopped"),
]


class RetailSyncChannel(models.Model):
    """What a person sees of a channel at a glance. Nothing here is stored."""

    _inherit = "retail.sync.channel"

    location_ids = fields.One2many("retail.sync.location", "channel_id")
    listing_ids = fields.One2many("retail.sync.listing", "channel_id")
    shown_workflow_ids = fields.One2many(
        "retail.sync.workflow",
        "channel_id",
        string="Workflows shown",
        domain=[("flow", "not in", WITHOUT_WORK)],
        copy=False,
    )
    health = fields.Selection(HEALTH, compute="_compute_health")
    health_note = fields.Char(string="How it is", compute="_compute_health")
    next_step_label = fields.Char(string="Next step", compute="_compute_health")
    last_success_at = fields.Datetime(
        string="Last contact", compute="_compute_last_success_at"
    )
    orders_today_count = fields.Integer(
        string="Orders today", compute="_compute_order_counts"
    )
    held_order_count = fields.Integer(
        string="Orders on hold", compute="_compute_order_counts"
    )
    waiting_count = fields.Integer(
        string="Waiting",
        compute="_compute_waiting_count",
        help="Pieces of work that are not done yet.",
    )
    open_issue_count = fields.Integer(string="Issues", compute="_compute_issue_count")
    unmatched_count = fields.Integer(
        string="Products to match", compute="_compute_listing_counts"
    )
    listing_count = fields.Integer(
        string="Products offered", compute="_compute_listing_counts"
    )
    level_count = fields.Integer(string="Stock levels", compute="_compute_level_counts")
    level_open_count = fields.Integer(
        string="Stock to tell", compute="_compute_level_counts"
    )
    unmapped_count = fields.Integer(
        string="Locations to map", compute="_compute_unmapped_count"
    )
    lag_text = fields.Char(string="Behind by", compute="_compute_lag_text")
    is_live_database = fields.Boolean(
        string="Live database", compute="_compute_is_live_database"
    )
    scopes_text = fields.Char(string="Permissions", compute="_compute_scopes_text")

    @api.depends("state", "paused_reason")
    @api.depends_context("lang", "uid")
    def _compute_health(self):
        for channel in self:
            health, note, step = channel._judge_health()
            channel.health = health
            channel.health_note = note
            channel.next_step_label = step

    def _judge_health(self):
        """Return health, one sentence about it, and what to do next ("" = nothing)."""
        if self.state == "draft":
            return "draft", self._tell_draft(), self.env._("Go on connecting")
        if not self.is_live_database:
            return (
                "stopped",
                self.env._(
                    "This database may be a copy: nothing is sent or fetched until a"
                    " manager confirms that it is the live one."
                ),
                self.env._("Confirm database"),
            )
        if self.state == "paused":
            reason = self._say_reason() or self.env._("Paused by a person.")
            return "stopped", reason, self.env._("Resume")
        if self.open_issue_count:
            return "attention", self._tell_issues(), self.env._("Show issues")
        if self.lag_text:
            text = self.env._("Catching up: %s behind.", self.lag_text)
            return "busy", text, ""
        if self.unmatched_count:
            text = self.env._("Products to match: %s.", self.unmatched_count)
            return "attention", text, self.env._("Match products")
        return "good", self.env._("Everything is in step."), ""

    def _tell_draft(self):
        """Say how far connecting has come, and what is left of an earlier look."""
        if not self.last_test_ok:
            return self.env._("Not connected yet.")
        text = self.env._(
            "It answers, and is neither watched nor live: nothing is read."
        )
        return " ".join(filter(None, (text, self._tell_issues())))

    def _tell_issues(self):
        """Say how many issues are open, and how many orders wait for them."""
        if not self.open_issue_count:
            return ""
        text = self.env._("Open issues: %s.", self.open_issue_count)
        waiting = self._count_waiting_orders()
        if waiting:
            text += " " + self.env._("Orders that wait for them: %s.", waiting)
        return text

    def _count_waiting_orders(self):
        """Return how many orders wait for issues of this channel, each once."""
        # the count shows to all who see the channel, the work itself to managers
        jobs = self.env["retail.sync.job"].sudo()
        domain = [
            ("channel_id", "=", self.id),
            ("issue_id.state", "=", "open"),
            ("state", "in", OPEN_JOBS),
            ("order_key", "=like", "order:%"),
        ]
        rows = jobs._read_group(domain, [], ["order_key:count_distinct"])
        return rows[0][0]

    @api.depends("workflow_ids.last_success_at")
    def _compute_last_success_at(self):
        for channel in self:
            moments = channel.workflow_ids.mapped("last_success_at")
            channel.last_success_at = max(filter(None, moments), default=False)

    def _compute_order_counts(self):
        held = self._counts("retail.sync.order", [("state", "=", "hold")])
        for channel in self:
            domain = [
                ("channel_id", "=", channel.id),
                ("placed_at", ">=", channel._start_of_day()),
            ]
            orders = self.env["retail.sync.order"].search_count(domain)
            channel.orders_today_count = orders
            channel.held_order_count = held.get(channel.id, 0)

    def _start_of_day(self):
        """Return when today began for the user, in UTC."""
        zone = ZoneInfo(self.env.user.tz or "UTC")
        today = datetime.now(zone).date()
        start = datetime.combine(today, time.min, tzinfo=zone)
        return start.astimezone(timezone.utc).replace(tzinfo=None)

    def _compute_waiting_count(self):
        # the count shows to all who see the channel, the work itself to managers
        counts = self.sudo()._counts("retail.sync.job", [("state", "in", OPEN)])
        for channel in self:
            channel.waiting_count = counts.get(channel.id, 0)

    def _compute_issue_count(self):
        counts = self._counts("retail.sync.issue", [("state", "=", "open")])
        for channel in self:
            channel.open_issue_count = counts.get(channel.id, 0)

    def _compute_listing_counts(self):
        counts = self._counts("retail.sync.listing", [])
        unmatched = self._counts(
            "retail.sync.listing", [("state", "in", ("missing", "ambiguous"))]
        )
        for channel in self:
            channel.listing_count = counts.get(channel.id, 0)
            channel.unmatched_count = unmatched.get(channel.id, 0)

    def _compute_level_counts(self):
        counts = self._counts("retail.sync.level", [])
        told = self._counts("retail.sync.level", [("state", "=", "acknowledged")])
        for channel in self:
            channel.level_count = counts.get(channel.id, 0)
            channel.level_open_count = channel.level_count - told.get(channel.id, 0)

    def _compute_unmapped_count(self):
        counts = self._counts("retail.sync.location", [("state", "=", "unmapped")])
        for channel in self:
            channel.unmapped_count = counts.get(channel.id, 0)

    def _counts(self, model, domain):
        """Return {channel id: number of rows} in one query."""
        rows = self.env[model]._read_group(
            [("channel_id", "in", self.ids), *domain], ["channel_id"], ["__count"]
        )
        return {channel.id: count for channel, count in rows}

    @api.depends_context("lang")
    def _compute_lag_text(self):
        for channel in self:
            late = channel.workflow_ids.filtered("is_late")
            worst = max(late.mapped("lag_s"), default=0)
            channel.lag_text = late._say_duration(worst) if worst else False

    def _compute_is_live_database(self):
        confirmed = self.env["retail.sync.fuse"].sudo()._is_confirmed()
        for channel in self:
            channel.is_live_database = confirmed

    @api.depends("code")
    def _compute_scopes_text(self):
        for channel in self:
            adapter = channel._adapter_class()
            channel.scopes_text = ",".join(adapter.scopes) if adapter else ""

    # what a card's and a form's buttons open
    def action_next_step(self):
        """Do or open what the channel needs most."""
        self.ensure_one()
        if self.state == "draft":
            return self.action_connect()
        if not self.is_live_database:
            return self.env["retail.sync.fuse"].action_confirm_database()
        if self.state == "paused":
            return self.action_resume()
        if self.open_issue_count:
            return self.action_open_issues()
        return self._open("retail_sync_listing_work_action")

    def action_connect(self):
        """Go on with the guided connection; without a channel, begin a new one."""
        return self.env["retail.sync.channel.connect"]._open(self[:1])

    def action_change_access(self):
        """Enter secrets anew; the stored ones are never shown."""
        self.ensure_one()
        return self.env["retail.sync.channel.connect"]._open(self, step="access")

    def action_confirm_database(self):
        """Say that this is the live database; nothing leaves it before."""
        return self.env["retail.sync.fuse"].action_confirm_database()

    def action_open_issues(self):
        """Open the channel's open issues."""
        return self._open("retail_sync_issue_action", search_default_open=1)

    def action_open_orders(self):
        """Open the channel's orders."""
        return self._open("retail_sync_order_action")

    def action_open_listings(self):
        """Open what the channel offers."""
        return self._open("retail_sync_listing_action")

    def action_open_levels(self):
        """Open the channel's stock levels."""
        return self._open("retail_sync_level_action")

    def action_open_inbox(self):
        """Open what came in from the channel."""
        return self._open("retail_sync_event_action")

    def _open(self, name, **context):
        """Return the action ``name`` on this channel's rows."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"retail_sync_core.{name}"
        )
        action["domain"] = [("channel_id", "in", self.ids)]
        action["context"] = {"default_channel_id": self.id, **context}
        if name == "retail_sync_listing_work_action":
            action["context"]["search_default_to_match"] = 1
        return action
