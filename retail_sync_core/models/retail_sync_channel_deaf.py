from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

KIND = "channel_deaf"
DEAF_TURN_S = 30
MISSED = 2  # one alone may have been lost on its way
ON_ITS_WAY = timedelta(minutes=1)
REASONS = [
    ("missed", "Changes were found by asking that no message told"),
    ("refused", "The channel refuses some of the subscriptions"),
]


class RetailSyncChannel(models.Model):
    """A channel whose messages stopped coming is asked more often until they do."""

    _inherit = "retail.sync.channel"

    deaf_since = fields.Datetime(
        string="No messages since",
        readonly=True,
        copy=False,
        help="It is asked more often until its messages come again.",
    )
    deaf_reason = fields.Selection(
        REASONS, string="Why no messages", readonly=True, copy=False
    )
    deaf_words = fields.Char(string="How often it is asked", compute="_compute_deaf")

    @api.depends("deaf_since", "deaf_reason")
    @api.depends_context("lang", "tz")
    def _compute_deaf(self):
        for channel in self:
            channel.deaf_words = (
                channel.state == "live"
                and channel._is_asked_often()
                and channel._say_asked_often()
            )

    def _say_asked_often(self):
        often = self.env._("It is asked every %s s until they come again.", DEAF_TURN_S)
        if not self.deaf_since:
            return self.env._("It is unusually silent. %s", often)
        since = format_datetime(self.env, self.deaf_since, tz=str(self.env.tz))
        missing = self.env._("Messages are missing since %s.", since)
        return f"{missing} {often}"

    # how it is noticed
    def _note_polled(self, events):
        """Judge by what asking has found whether messages are missing.

        :param events: the events that are new by it: nobody had told of them
        """
        self.ensure_one()
        if self.deaf_since or self._door_problem() or self.state != "live":
            return
        heard = max(filter(None, (self.live_at, self._last_heard())), default=None)
        late = fields.Datetime.now() - ON_ITS_WAY
        missed = [
            event.occurred_at
            for event in events
            if event.occurred_at and (heard or late) < event.occurred_at < late
        ]
        if len(missed) >= MISSED or missed and self._has_missed_before(heard):
            self._turn_deaf("missed", min(missed))
            self._enqueue_check("subscriptions.check")

    def _last_heard(self):
        """Return when its last message came, or None."""
        self.env.flush_all()
        # ORM: the newest of a partial index
        rows = self.env.execute_query(
            SQL(
                """SELECT received_at FROM retail_sync_event
                    WHERE channel_id = %s AND source = 'webhook'
                    ORDER BY received_at DESC LIMIT 1""",
                self.id,
            )
        )
        return rows[0][0] if rows else None

    def _has_missed_before(self, heard):
        """Return whether earlier turns since ``heard`` found what nobody had told."""
        domain = [
            ("channel_id", "=", self.id),
            ("source", "=", "poll"),
            ("occurred_at", ">", heard or self.live_at),
            ("received_at", ">", fields.Datetime.now() - timedelta(days=1)),
        ]
        events = self.env["retail.sync.event"].sudo()
        return events.search_count(domain, limit=MISSED) >= MISSED

    def _note_subscribed(self, refused):
        """Judge by what became of the subscriptions; ``refused`` are topics."""
        if refused and not self.deaf_since:
            self._turn_deaf("refused", fields.Datetime.now(), ", ".join(refused))
        elif not refused and self.deaf_reason == "refused":
            self._hear_again()

    # what follows
    def _turn_deaf(self, reason, since, what=""):
        """Ask more often from now on, and tell a person."""
        self.write({"deaf_since": since, "deaf_reason": reason})
        self._ask_soon()
        self.env["retail.sync.issue"].sudo()._raise(
            self,
            KIND,
            value=self.name,
            record=self,
            about=[self],
            params={"why": self._say_deaf(what)},
        )

    def _say_deaf(self, what=""):
        if self.deaf_reason == "refused":
            return self.env._("It refuses to tell: %s.", what)
        return self.env._("Changes were found by asking that no message had told.")

    def _ask_soon(self):
        polled = self.sudo().workflow_ids.filtered(
            lambda w: w._is_polled() and w.mode == "realtime"
        )
        polled.write({"next_poll_at": False})

    def _hear_again(self):
        """Ask as often as before: its messages come again."""
        for channel in self:
            channel.write({"deaf_since": False, "deaf_reason": False})
            self.env["retail.sync.issue"]._close_about(channel, KIND, [channel])

    @api.model
    def _listen(self):
        """End it for the channels whose messages come again; often called."""
        for channel in self.search([("deaf_reason", "=", "missed")]):
            heard = channel._last_heard()
            if heard and heard > channel.deaf_since:
                channel._hear_again()

    def _is_asked_often(self):
        """Return whether asking must make up for messages that may not come."""
        if self.deaf_since:
            return True
        silent = [
            ("channel_id", "=", self.id),
            ("kind", "=", "channel_silent"),
            ("state", "=", "open"),
        ]
        return bool(self.env["retail.sync.issue"].sudo().search_count(silent, limit=1))
