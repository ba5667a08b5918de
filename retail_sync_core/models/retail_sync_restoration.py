from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .retail_sync_channel import WORKING

KINDS = [
    ("restored", "Restored from a backup"),
    ("moved", "Moved, nothing happened meanwhile"),
]
STATES = [("running", "Catches up"), ("done", "Done")]
# the newest moment at which this database has surely talked to a channel: what waits
# since then may have been done by the one that is lost
NEWEST = """
SELECT GREATEST(
       (SELECT max(last_success_at) FROM retail_sync_workflow),
       (SELECT max(sent_at) FROM retail_sync_effect),
       (SELECT max(settled_at) FROM retail_sync_effect WHERE state = 'applied'),
       (SELECT max(confirmed_at) FROM retail_sync_fuse))
"""


class RetailSyncRestoration(models.Model):
    """A database that came back from a backup: it catches up before it acts (P10).

    What the lost database did since the backup is read from each channel first. Until
    then nothing leaves for that channel.
    """

    _name = "retail.sync.restoration"
    _description = "Restored Database"
    _order = "id desc"

    kind = fields.Selection(KINDS, required=True, readonly=True, default="restored")
    state = fields.Selection(STATES, required=True, readonly=True, default="running")
    confirmed_at = fields.Datetime(
        string="Confirmed", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null"
    )
    since = fields.Datetime(
        string="As of",
        required=True,
        readonly=True,
        help="What happened at the channels since then is not in the backup.",
    )
    until = fields.Datetime(
        string="The lost database worked until",
        required=True,
        readonly=True,
        help="What happened before may have been done and told by it.",
    )
    reason = fields.Char(readonly=True)
    line_ids = fields.One2many(
        "retail.sync.restoration.line", "restoration_id", string="Channels"
    )
    number_ids = fields.One2many(
        "retail.sync.restoration.number", "restoration_id", string="Numbers"
    )
    progress = fields.Float(compute="_compute_progress")
    summary = fields.Char(compute="_compute_summary")
    is_busy = fields.Boolean(string="Catches up", compute="_compute_progress")
    numbers_words = fields.Char(string="How many", compute="_compute_numbers_words")

    @api.depends("kind", "confirmed_at")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = (
                f"{kinds.get(row.kind, '')} ({row.confirmed_at:%Y-%m-%d})"
            )

    @api.depends("line_ids.state", "state")
    def _compute_progress(self):
        for row in self:
            shares = row.line_ids.mapped("progress")
            row.progress = sum(shares) / len(shares) if shares else 100.0
            row.is_busy = row.state == "running"

    @api.depends("line_ids.read_at")
    @api.depends_context("lang")
    def _compute_numbers_words(self):
        for row in self:
            row.numbers_words = self.env._(
                "Orders that came since the backup: %s. The lost database gave each of"
                " them a number, and to their deliveries and invoices.",
                sum(row.line_ids.mapped("order_count")),
            )

    @api.depends("line_ids.state", "state", "kind", "reason")
    @api.depends_context("lang")
    def _compute_summary(self):
        for row in self:
            left = len(row.line_ids.filtered(lambda line: line.state != "released"))
            if row.kind == "moved":
                row.summary = self.env._(
                    "The database was moved: nothing had to be caught up with."
                )
            elif left:
                row.summary = self.env._(
                    "Channels that still catch up: %s. Nothing is sent to them before.",
                    left,
                )
            else:
                row.summary = self.env._("All channels have caught up.")

    # beginning
    @api.model
    def _newest_activity(self):
        """Return the newest moment of which this database knows all by itself."""
        self.env.flush_all()
        self.env.cr.execute(NEWEST)
        (moment,) = self.env.cr.fetchone()
        return moment and moment.replace(microsecond=0)

    @api.model
    def _begin(self, *, since=None, until=None, moved=""):
        """Have each channel that was at work catch up before anything leaves for it.

        :param since: how old the backup is; by default the newest known activity
        :param until: until when the lost database worked; by default now
        :param moved: why a person is sure that nothing happened meanwhile
        :return: the restoration; none where no channel was at work
        """
        channels = self._channels_at_work()
        if not channels:
            return self
        now = fields.Datetime.now()
        row = self.create(
            {
                "kind": "moved" if moved else "restored",
                "state": "done" if moved else "running",
                "user_id": self.env.uid,
                "since": since or self._newest_activity() or now,
                "until": until or now,
                "reason": moved or False,
            }
        )
        row._supersede()
        self.env["retail.sync.audit"]._record(
            None, row, "database.restored", {"kind": row.kind, "channels": channels.ids}
        )
        if not moved:
            self.env["retail.sync.restoration.line"]._begin_all(row, channels)
            self.env["retail.sync.message.sent"]._stop_queued(row)
        return row

    @api.model
    def _channels_at_work(self):
        return self.env["retail.sync.channel"].search(
            [("state", "in", (*WORKING, "paused"))]
        )

    def _supersede(self):
        """End what an older restoration had not finished: this one begins anew."""
        older = self.search([("id", "!=", self.id), ("state", "=", "running")])
        lines = older.line_ids.filtered(lambda line: line.state != "released")
        lines.write(
            {"state": "released", "release_reason": self.env._("Restored once more.")}
        )
        older.state = "done"

    def _end_if_done(self):
        for row in self:
            if all(line.state == "released" for line in row.line_ids):
                row.state = "done"

    def _take_numbers(self, rows):
        """Keep which numbers were free, and leave out as many as ``rows`` say."""
        numbers = self.env["retail.sync.restoration.number"].sudo()
        names = ("name", "prefix", "next_name", "next_number", "margin")
        links = ("company_id", "sequence_id", "journal_id")
        made = numbers.create(
            [
                {
                    "restoration_id": self.id,
                    **{name: row[name] for name in names},
                    **{name: row[name].id for name in links},
                }
                for row in rows
            ]
        )
        made._move_on()
        self.env["retail.sync.audit"]._record(
            None, self, "numbers.left_out", {row.name: row.margin for row in made}
        )

    def _open(self):
        """Return the action that shows how far it is."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # what is kept back
    @api.model
    def _is_catching_up(self, channel_id):
        """Return whether nothing may leave for the channel yet."""
        self.env.cr.execute(
            """SELECT EXISTS (SELECT 1 FROM retail_sync_restoration_line
                               WHERE channel_id = %s AND state <> 'released')""",
            [channel_id],
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _told_until(self, channel):
        """Return until when another database may have told buyers, or None."""
        self.env.cr.execute(
            """SELECT max(r.until) FROM retail_sync_restoration r
                 JOIN retail_sync_restoration_line l ON l.restoration_id = r.id
                WHERE l.channel_id = %s""",
            [channel.id],
        )
        return self.env.cr.fetchone()[0]

    # a person's verbs
    @api.model
    def action_ask(self):
        """Ask what is known of the backup; for one that was restored in place."""
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_manager"):
            raise AccessError(self.env._("Only managers may confirm the database."))
        return self.env["retail.sync.restoration.ask"]._open()

    @api.model
    def _check_since(self, since, until):
        """Refuse moments that cannot be."""
        now = fields.Datetime.now() + timedelta(minutes=1)
        if since and until and since > until:
            raise UserError(
                self.env._(
                    "The lost database cannot have stopped before the backup was made:"
                    " correct one of the two moments."
                )
            )
        if (since and since > now) or (until and until > now):
            raise UserError(
                self.env._("The backup was made in the past: correct the moment.")
            )
