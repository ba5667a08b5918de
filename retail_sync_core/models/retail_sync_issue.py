import hashlib
import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.redact import redact
from ..said import SaidChar
from .retail_sync_job import OPEN as OPEN_STATES

PRODUCTS = ("unknown_sku", "ambiguous_sku")
SHOWN_ORDERS = 3
OPEN_JOBS = ("parked", "dead")
# Not the ORM: two workers may raise the same at once, and none may fail.
OPEN = """
INSERT INTO retail_sync_issue (
       channel_id, company_id, kind, field, value, cause, params, state, res_model,
       res_id, owner_id, opened_at, create_uid, write_uid, create_date, write_date)
VALUES (%(channel)s, %(company)s, %(kind)s, %(field)s, %(value)s, %(cause)s, %(params)s,
        'open', %(res_model)s, %(res_id)s, %(owner)s, %(now)s, %(uid)s, %(uid)s,
        %(now)s, %(now)s)
ON CONFLICT (channel_id, cause) WHERE state = 'open' DO NOTHING
RETURNING id
"""


class RetailSyncIssue(models.Model):
    """Something a person must decide; closing it wakes what waited.

    However many orders wait for the same cause, it is one card, and it counts down.
    """

    _name = "retail.sync.issue"
    _description = "Issue"
    _order = "state desc, opened_at desc, id desc"
    _rec_name = "title"
    _rec_names_search = ("value", "field")

    channel_id = fields.Many2one(
        "retail.sync.channel",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    kind = fields.Char(required=True, readonly=True)
    field = fields.Char(readonly=True)
    value = fields.Char(readonly=True)
    cause = fields.Char(required=True, readonly=True)
    params = fields.Json(readonly=True)
    title = fields.Char(compute="_compute_texts", search="_search_text")
    message = fields.Text(compute="_compute_texts", search="_search_text")
    suggestion = fields.Char(compute="_compute_texts")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", readonly=True
    )
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    owner_id = fields.Many2one("res.users", "Responsible")
    opened_at = fields.Datetime(
        string="Since", default=fields.Datetime.now, readonly=True
    )
    closed_at = fields.Datetime(string="Closed", readonly=True)
    closed_by = fields.Many2one("res.users", string="Closed by", readonly=True)
    close_note = SaidChar(string="How it was closed", readonly=True)
    woken_job_ids = fields.Json(
        string="Work let go on",
        readonly=True,
        copy=False,
        help="What was let go on when it was closed.",
    )
    waiting_count = fields.Integer("Waiting", compute="_compute_waiting_count")
    orders_text = fields.Char("Orders", compute="_compute_orders_text")

    _cause_uniq = models.UniqueIndex(
        "(channel_id, cause) WHERE state = 'open'", "This issue is open already."
    )
    _value_idx = models.Index("(channel_id, kind, value) WHERE state = 'open'")

    # what a person reads
    @api.depends("kind", "field", "value", "params", "state")
    @api.depends_context("lang")
    def _compute_texts(self):
        words, said = self._words(), self.env["retail.sync.words"]
        for issue in self:
            title, message, suggestion = words.get(issue.kind) or words["data"]
            issue.title = issue._fill(title)
            told = (issue.params or {}).get("message") or (issue.params or {}).get(
                "what"
            )
            issue.message = said._say(told) or issue._fill(message)
            issue.suggestion = suggestion

    def _fill(self, text):
        """Put the issue's facts into a sentence; what is missing stays empty."""
        facts = self.env["retail.sync.words"]._say_facts(self.params or {})
        known = {key: str(value) for key, value in facts.items()}
        known.update(
            value=self._named(),
            field=self.field or "",
            channel=self.channel_id.name or "",
        )
        return (text % _Facts(known)).strip()

    def _named(self):
        """Return what the issue is about as people call it."""
        if self.kind == "unknown_gateway":
            name = self.env["retail.sync.map.gateway"]._namer(self.channel_id)
            return name(self.channel_id, self.value)
        title = (self.params or {}).get("title")
        if self.kind in PRODUCTS and title and title != self.value:
            return f"{title} ({self.value})"
        return self.env["retail.sync.words"]._say_ids(self.value or "")

    def _search_text(self, operator, value):
        return [
            "|",
            ("value", operator, value),
            "|",
            ("field", operator, value),
            ("kind", operator, value),
        ]

    def _compute_waiting_count(self):
        counts = {}
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    """SELECT issue_id, count(*) FROM retail_sync_job
                        WHERE issue_id = ANY(%s) AND state = ANY(%s)
                        GROUP BY issue_id""",
                    list(self.ids),
                    list(OPEN_JOBS),
                )
            )
            counts = dict(rows)
        woken = self._count_woken()
        for issue in self:
            issue.waiting_count = counts.get(issue.id, 0) + woken.get(issue.id, 0)

    def _count_woken(self):
        """Return {issue id: how many of those it let go on are not done yet}."""
        ids = {job: issue.id for issue in self for job in issue.woken_job_ids or ()}
        if not ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM retail_sync_job
                    WHERE id = ANY(%s) AND state = ANY(%s)""",
                list(ids),
                list(OPEN_STATES),
            )
        )
        counts = {}
        for (job_id,) in rows:
            counts[ids[job_id]] = counts.get(ids[job_id], 0) + 1
        return counts

    def _compute_orders_text(self):
        for issue in self:
            jobs = self.env["retail.sync.job"].sudo()
            waiting = jobs.search(
                [("issue_id", "=", issue.id), ("state", "in", OPEN_JOBS)],
                order="id",
                limit=SHOWN_ORDERS,
            )
            names = [
                (job.payload or {}).get("external_ref")
                or (job.payload or {}).get("external_id")
                for job in waiting
            ]
            names = list(dict.fromkeys(filter(None, names)))
            more = issue.waiting_count - len(waiting)
            text = ", ".join(names)
            if text and more > 0:
                text = self.env._(
                    "%(orders)s and %(count)s more", orders=text, count=more
                )
            issue.orders_text = text

    # opening
    @api.model
    def _cause_of(self, kind, field, value, about=None):
        if about:
            return self._cause_about(kind, about)
        return hashlib.sha256(f"{kind}|{field}|{value}".encode()).hexdigest()[:32]

    @api.model
    def _raise(
        self,
        channel,
        kind,
        *,
        field="",
        value="",
        params=None,
        job=None,
        record=None,
        about=None,
    ):
        """Open the issue, or return the open one of the same cause.

        :param kind: a key of :meth:`_words`
        :param field: what of the document is meant, in a person's words
        :param params: facts for the sentences; ``message`` replaces the sentence
        :param job: the job that waits for it; the caller parks it with ``issue_id``
        :param record: what a person opens to mend it
        :param about: records named ``value``: the cause by their ids, for names change
        """
        value = redact(value)[:200] if value else ""
        cause = self._cause_of(kind, field, value, about)
        self.flush_model()
        values = {
            "kind": kind,
            "field": field or None,
            "value": value or None,
            "cause": cause,
            "params": json.dumps(_plain(params)) if params else None,
            "res_model": record._name if record else None,
            "res_id": record.id if record else None,
        }
        opened = self._open_row(channel.sudo(), values)
        return opened or self._find_open(channel, cause)

    def _renew(self, params):
        """Have an open issue say ``params``, today's facts, instead of its first."""
        params = _plain(params)
        for issue in self.sudo():
            if issue.params != params:
                issue.params = params

    def _find_open(self, channel, *causes):
        return self.sudo().search(
            [
                ("channel_id", "=", channel.id),
                ("cause", "in", causes),
                ("state", "=", "open"),
            ]
        )

    def _open_row(self, channel_sudo, values):
        """Insert the issue; return it, or nothing when one of its cause is open."""
        self.env.cr.execute(
            OPEN,
            {
                **values,
                "channel": channel_sudo.id,
                "company": channel_sudo.company_id.id or None,
                "owner": channel_sudo.owner_id.id or None,
                "now": fields.Datetime.now(),
                "uid": self.env.uid,
            },
        )
        return self.sudo().browse([row_id for (row_id,) in self.env.cr.fetchall()])

    # closing
    def _close(self, note=""):
        """Close, and let what waited go on; what fails again opens it anew."""
        issues = self.sudo().filtered(lambda issue: issue.state == "open")
        if not issues:
            return
        jobs = self.env["retail.sync.job"].sudo()
        for issue in issues:
            waiting = jobs.search(
                [("issue_id", "=", issue.id), ("state", "in", OPEN_JOBS)]
            )
            issue.write(
                {
                    "state": "closed",
                    "closed_at": fields.Datetime.now(),
                    "closed_by": self.env.uid,
                    "close_note": note,
                    "woken_job_ids": waiting.ids,
                }
            )
            waiting._wake()
            self.env["retail.sync.audit"]._record(
                issue.channel_id, issue, "issue.closed", {"woken": len(waiting)}
            )

    @api.model
    def _close_matching(self, channel, kind, value):
        """Close the open issues of ``kind`` about ``value``; return how many."""
        value = redact(value)[:200]
        found = self.sudo().search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", kind),
                ("value", "=", value),
                ("state", "=", "open"),
            ]
        )
        found._close()
        return len(found)


class _Facts(dict):
    """Facts for a sentence; one that is missing is an empty word, never an error."""

    def __missing__(self, key):
        return ""


def _plain(params):
    """Return ``params`` as JSON can hold them, without secrets."""
    return json.loads(redact(json.dumps(dict(params), default=str)))
