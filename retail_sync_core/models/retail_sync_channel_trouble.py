from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from ..waking import wake_after_commit
from .retail_sync_channel import WORKING


class RetailSyncChannel(models.Model):
    """What of a channel is out, for people: since when, tried when, how much waits."""

    _inherit = "retail.sync.channel"

    health = fields.Selection(selection_add=[("out", "Does not answer")])
    out_since = fields.Datetime(string="Out since", compute="_compute_out")
    out_next_at = fields.Datetime(string="Tried next", compute="_compute_out")
    out_words = fields.Char(string="What is out", compute="_compute_out")
    out_kind_ids = fields.One2many(
        "retail.sync.breaker",
        "channel_id",
        string="Kinds of call that fail",
        domain=[("opened_at", "!=", False)],
        readonly=True,
        copy=False,
    )
    out_kind_count = fields.Integer(
        string="Kinds of call out", compute="_compute_out_kind_count"
    )

    @api.depends_context("lang", "tz")
    def _compute_out(self):
        # the figures show to all who see the channel
        buckets = self.env["retail.sync.bucket"].sudo()
        rows = buckets.search(
            [("channel_id", "in", self.ids), ("opened_at", "!=", False)]
        )
        by_channel = {row.channel_id.id: row for row in rows}
        for channel in self:
            row = by_channel.get(channel.id, buckets)
            channel.out_since = row.opened_at
            channel.out_next_at = row.blocked_until
            channel.out_words = bool(row) and channel._say_out()

    @api.depends("out_kind_ids")
    def _compute_out_kind_count(self):
        for channel in self:
            channel.out_kind_count = len(channel.out_kind_ids)

    def _say_out(self):
        """Return since when it is out, when it is tried next, and how much waits."""

        def say(moment):
            return format_datetime(self.env, moment, tz=str(self.env.tz))

        if self.out_next_at and self.out_next_at > fields.Datetime.now():
            tried = self.env._("it is tried again at %s", say(self.out_next_at))
        else:
            tried = self.env._("it is being tried")
        return self.env._(
            "Does not answer since %(since)s; %(tried)s. Waiting: %(count)s. Nothing is"
            " lost; all goes on in order when it answers.",
            since=say(self.out_since),
            tried=tried,
            count=self.waiting_count,
        )

    def _judge_health(self):
        """That it does not answer shows before all that merely waits for it."""
        health, note, step = super()._judge_health()
        if self.state not in WORKING or health == "stopped":
            return health, note, step
        if self.out_since:
            return "out", self.out_words, self.env._("Try now")
        failing = self.out_kind_ids.filtered("waiting_count")
        if failing:
            names = ", ".join(failing.mapped("title"))
            text = self.env._("Fails: %s. All else goes on.", names)
            text = " ".join(filter(None, (text, self._tell_issues())))
            return "attention", text, self.env._("Show channel")
        return health, note, step

    def action_next_step(self):
        """Try what does not answer; open the channel where a part of it fails."""
        self.ensure_one()
        if self.health == "out":
            return self.action_try_now()
        failing = self.out_kind_ids.filtered("waiting_count")
        if self.state in WORKING and failing and self.is_live_database:
            return self.get_formview_action()
        return super().action_next_step()

    def action_try_now(self):
        """Let the next call through without waiting, as a probe: only one.

        A probe that is under way is not doubled.
        """
        self._check_group("manager")
        now = self.env.cr.now()
        self.env.flush_all()
        # ORM: the hot rows are changed by the engine all the time
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_bucket SET blocked_until = %s
                    WHERE channel_id = ANY(%s) AND opened_at IS NOT NULL
                      AND block_reason = 'blocked'""",
                now,
                list(self.ids),
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_breaker SET blocked_until = %s
                    WHERE channel_id = ANY(%s) AND opened_at IS NOT NULL
                      AND probe IS NULL""",
                now,
                list(self.ids),
            )
        )
        self.env["retail.sync.bucket"].invalidate_model()
        self.env["retail.sync.breaker"].invalidate_model()
        for channel in self:
            self.env["retail.sync.audit"]._record(channel, channel, "channel.tried")
        wake_after_commit(self.env.cr)
        return True
