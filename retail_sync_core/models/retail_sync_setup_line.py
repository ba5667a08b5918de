from odoo import api, fields, models
from odoo.tools.i18n import format_list

from .retail_sync_setup import NOBODY_AFTER

KINDS = [
    ("key", "Key for secrets"),
    ("database", "Live database"),
    ("address", "Public address"),
    ("webhook", "Messages reach us"),
    ("workers", "Workers"),
    ("waking", "Workers wake up"),
    ("clock", "Clocks"),
    ("version", "Versions of the channels"),
    ("mail", "Outgoing mail"),
    ("keepalive", "Lost servers are noticed"),
]
RESULTS = [
    ("waiting", "Looking"),
    ("good", "Good"),
    ("warning", "Could be better"),
    ("bad", "To do"),
]


# findings that name the channel whose version ends first
NAMING_ONE = ("version", "version_ends", "version_over")


class RetailSyncSetupLine(models.Model):
    """One thing that must be set up: how it is, and what to do.

    Stored without words; they are put together in the reader's language.
    """

    _name = "retail.sync.setup.line"
    _description = "Line of the Set-up Check"
    _order = "sequence, id"
    _rec_name = "kind"

    setup_id = fields.Many2one(
        "retail.sync.setup", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(compute="_compute_sequence", store=True)
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    result = fields.Selection(RESULTS, required=True, readonly=True)
    code = fields.Char(readonly=True)
    params = fields.Json(readonly=True)
    state = fields.Selection(RESULTS, compute="_compute_words")
    finding = fields.Char(string="How it is", compute="_compute_words")
    remedy = fields.Char(string="What to do", compute="_compute_words")

    _kind_uniq = models.Constraint(
        "UNIQUE(setup_id, kind)", "Each thing stands once in a check."
    )

    @api.depends("kind")
    def _compute_sequence(self):
        order = [kind for kind, _label in KINDS]
        for line in self:
            line.sequence = order.index(line.kind)

    @api.depends("result", "code", "params", "setup_id.asked_at")
    @api.depends_context("lang")
    def _compute_words(self):
        words = self._words()
        now = fields.Datetime.now()
        for line in self:
            result, code = line.result, line.code
            asked_at = line.setup_id.asked_at
            if result == "waiting" and asked_at and now - asked_at > NOBODY_AFTER:
                result, code = "bad", "nobody"
            finding, remedy = words.get(code, ("", ""))
            params = line._facts()
            line.state = result
            line.finding = finding % params if params else finding
            if code in NAMING_ONE:
                line.finding += line._say_versions()
            line.remedy = remedy % params if params else remedy

    def _facts(self):
        """Return the facts; a channel of another company is not named."""
        facts = dict(self.params or {})
        if self._hidden(facts.get("channel_id") or []):
            facts["channel"] = self.env._("a channel of another company")
        if "channels" in facts:
            facts["channels"] = self._name_all(facts["channels"])
        if "seconds" in facts:
            facts["time"] = self.env["retail.sync.workflow"]._say_duration(
                facts["seconds"]
            )
        if self.kind == "address":
            judge = self.env["retail.sync.setup.judge"]
            facts["minutes"] = judge._turn_minutes()
        return facts

    def _hidden(self, channel_ids):
        """Return which of the channels the reader may not know by name."""
        channels = self.env["retail.sync.channel"].sudo().browse(channel_ids).exists()
        companies = self.env.user.company_ids
        if self.env.su:
            return channels.browse()
        return channels.filtered(lambda channel: channel.company_id not in companies)

    def _name_all(self, named):
        """Put channels ([id, name]) into words."""
        hidden = self._hidden([channel_id for channel_id, _name in named])
        names = [name for channel_id, name in named if channel_id not in hidden.ids]
        if len(hidden) == 1:
            names.append(self.env._("a channel of another company"))
        elif hidden:
            names.append(self.env._("%s channels of other companies", len(hidden)))
        return format_list(self.env, names)

    def _say_versions(self):
        """Name the version of each channel the reader may see, where there are more."""
        channels = self.env["retail.sync.channel"].search(
            [("state", "!=", "draft"), ("supported_until", "!=", False)]
        )
        if len(channels) < 2:
            return ""
        named = ", ".join(
            self.env._(
                "%(channel)s: %(version)s until %(until)s",
                channel=channel.name,
                version=channel.api_version or "-",
                until=channel.supported_until,
            )
            for channel in channels
        )
        return " " + self.env._("All of them: %s.", named)

    def _words(self):
        """Return {code: (how it is, what to do)}; ``%(name)s`` are facts."""
        return {
            **self._words_of_key(),
            **self._words_of_database(),
            **self._words_of_address(),
            **self._words_of_webhook(),
            **self._words_of_strangers(),
            **self._words_of_workers(),
            **self._words_of_waking(),
            **self._words_of_clock(),
            **self._words_of_versions(),
            **self._words_of_others(),
        }
