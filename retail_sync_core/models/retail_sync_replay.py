from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

OPERATOR = "retail_sync_core.retail_sync_group_operator"
MANAGER = "retail_sync_core.retail_sync_group_manager"
SOURCES = {"jobs": "retail.sync.job", "events": "retail.sync.event"}
STATES = [
    ("draft", "Not begun"),
    ("waiting", "Waits for a second person"),
    ("done", "Replayed"),
    ("declined", "Declined"),
]
# what a person settled, or the channel has done, is not begun again
ENDED = ("applied", "abandoned")
BY_HAND = {"reason", "answer"}


class RetailSyncReplay(models.Model):
    """Work that stopped, or messages, begun again: seen before, and with a reason.

    What is replayed reads the newest version, and looks an outside action up before it
    is sent again: a replay of what is done changes nothing.
    """

    _name = "retail.sync.replay"
    _description = "Replay"
    _order = "id desc"

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    what = fields.Selection(
        [("jobs", "Work that stopped"), ("events", "Messages")],
        required=True,
        readonly=True,
    )
    record_ids = fields.Json(string="Chosen", readonly=True)
    state = fields.Selection(STATES, default="draft", required=True, readonly=True)
    story = fields.Text(string="What it does", compute="_compute_story")
    reason = fields.Char()
    needs_second = fields.Boolean(
        string="Needs a second person", related="channel_id.replay_approval"
    )
    asked_by_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    asked_at = fields.Datetime(string="Asked", readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime(string="Decided", readonly=True)
    answer = fields.Char(string="Why not")
    replayed_count = fields.Integer(string="Begun again", readonly=True)
    left_count = fields.Integer(string="Left alone", readonly=True)

    @api.depends("channel_id", "what")
    def _compute_display_name(self):
        labels = dict(self._fields["what"]._description_selection(self.env))
        for replay in self:
            replay.display_name = (
                f"{replay.channel_id.name}: {labels.get(replay.what, '')}"
            )

    @api.model
    def _open(self, what, records):
        """Return the action that shows what a replay of ``records`` would do.

        :param what: a key of ``SOURCES``
        :raises UserError: they are of several channels
        """
        if not self.env.user.has_group(OPERATOR):
            raise AccessError(self.env._("Only operators may do this."))
        records.check_access("read")
        channel = records.sudo().channel_id.exists()
        if len(channel) != 1:
            raise UserError(self.env._("Choose rows of one channel."))
        replay = self.sudo().create(
            {"channel_id": channel.id, "what": what, "record_ids": records.ids}
        )
        return replay.with_env(self.env).get_formview_action()

    def write(self, vals):
        """Keep what was chosen and who decided as it was: only words are written."""
        if not self.env.su and vals.keys() - BY_HAND:
            raise AccessError(self.env._("Of a replay only the reason can be changed."))
        return super().write(vals)

    # what it would do
    @api.depends("record_ids", "what", "state")
    @api.depends_context("lang")
    def _compute_story(self):
        for replay in self:
            told = replay._tell_jobs() if replay.what == "jobs" else replay._tell()
            replay.story = "\n".join(told)

    def _chosen(self):
        model = self.env[SOURCES[self.what]].sudo()
        return model.browse(self.record_ids or []).exists()

    def _to_replay(self):
        """Return the chosen rows that can be begun again now."""
        chosen = self._chosen()
        if self.what == "events":
            return chosen
        return chosen.filtered(
            lambda job: (
                job.state in ("parked", "dead")
                and job.effect_id.exists().state not in ENDED
            )
        )

    def _tell_jobs(self):
        """Say of the chosen jobs what beginning them again does, a sentence each."""
        jobs = self._to_replay()
        effects = jobs.effect_id.exists()
        states = Counter(
            "doubt" if effect.state in ("sent", "unknown", "accepted") else "unsent"
            for effect in effects
        )
        sentences = {
            "read": self.env._(
                "%s times the newest version is read and booked; what is known of it"
                " changes nothing."
            ),
            "unsent": self.env._("%s times something is sent that has not been sent."),
            "doubt": self.env._(
                "%s times the channel is asked whether it has happened; only what has"
                " not is sent."
            ),
        }
        counts = {"read": len(jobs) - len(effects), **states}
        told = [
            text % counts[key] for key, text in sentences.items() if counts.get(key)
        ]
        handlers = Counter(jobs.mapped("handler"))
        told += [f"• {name}: {count}" for name, count in sorted(handlers.items())]
        return told + self._tell_left(len(jobs))

    def _tell(self):
        """Say of the chosen messages what beginning them again does."""
        events = self._to_replay()
        about = {(event.flow, event.external_id) for event in events}
        told = [
            self.env._(
                "%(count)s messages about %(subjects)s records: each record is read in"
                " its newest version, once; what is known of it changes nothing.",
                count=len(events),
                subjects=len(about),
            )
        ]
        return told + self._tell_left(len(events))

    def _tell_left(self, count):
        left = len(self.record_ids or []) - count
        if not left or self.state == "done":
            return []
        return [
            self.env._(
                "%s are settled by now, under way, or not there anymore: nothing is"
                " done with them.",
                left,
            )
        ]

    # a person's verbs
    def action_ask(self):
        """Begin it, or leave it to a second person where the channel asks for one."""
        self._check_reason()
        self._lock("draft")
        asked = {"asked_by_id": self.env.uid, "asked_at": fields.Datetime.now()}
        if not self.needs_second:
            self.sudo().write(asked)
            return self._run()
        self.sudo().write({**asked, "state": "waiting"})
        self._record("replay.asked")
        return True

    def action_approve(self):
        """Begin what somebody else has asked for."""
        self._check_second()
        self._lock("waiting")
        return self._run()

    def action_decline(self):
        """Leave it undone, with the reason."""
        self._check_second()
        self._lock("waiting")
        if not (self.answer or "").strip():
            raise UserError(self.env._("Say in a few words why not."))
        self.sudo().write({"state": "declined", **self._decided()})
        self._record("replay.declined")
        return True

    def _decided(self):
        return {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()}

    def _check_reason(self):
        self.ensure_one()
        if not self.env.user.has_group(OPERATOR):
            raise AccessError(self.env._("Only operators may do this."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say in a few words why it is begun once more."))

    def _check_second(self):
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers may approve a replay."))
        if self.asked_by_id == self.env.user:
            raise AccessError(
                self.env._("You asked for it: another manager must approve it.")
            )

    def _lock(self, state):
        """Lock the row, so that two presses begin it once."""
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != state:
            raise UserError(
                self.env._("Somebody has decided on this meanwhile: look at it again.")
            )

    def _run(self):
        rows = self._to_replay()
        begun = len(rows) if self.what == "jobs" else self._run_events(rows)
        if self.what == "jobs":
            rows._wake()
        self.sudo().write(
            {
                "state": "done",
                "replayed_count": begun,
                "left_count": len(self.record_ids or []) - begun,
                **self._decided(),
            }
        )
        self._record("replay.done")
        return True

    def _run_events(self, events):
        """Begin the work of ``events`` again; return of how many it could be."""
        begun = 0
        for event in events.sorted("id"):
            try:
                with self.env.cr.savepoint():
                    event._work_again()
            except UserError:
                continue  # counted as left alone
            begun += 1
        return begun

    def _record(self, action):
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            self,
            action,
            {"what": self.what, "chosen": len(self.record_ids or [])},
        )


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    replay_approval = fields.Boolean(
        string="A second person approves replays",
        help="Work that stopped, or messages that came, begun again by hand.",
    )


class RetailSyncJob(models.Model):
    _inherit = "retail.sync.job"

    def action_replay(self):
        """Show what beginning these jobs again would do."""
        return self.env["retail.sync.replay"]._open("jobs", self)


class RetailSyncEvent(models.Model):
    _inherit = "retail.sync.event"

    def action_replay(self):
        """Show what beginning the work of these messages again would do."""
        return self.env["retail.sync.replay"]._open("events", self)
