import hashlib

from odoo import api, fields, models


class RetailSyncIssue(models.Model):
    """Something a person must decide; closing it wakes what waited."""

    _name = "retail.sync.issue"
    _description = "Issue"
    _order = "state desc, opened_at desc, id desc"
    _rec_name = "title"

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    kind = fields.Char(required=True, readonly=True)
    field = fields.Char(readonly=True)
    value = fields.Char(readonly=True)
    cause = fields.Char(required=True, readonly=True)
    params = fields.Json(readonly=True)
    title = fields.Char(compute="_compute_texts")
    message = fields.Text(compute="_compute_texts")
    suggestion = fields.Char(compute="_compute_texts")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", readonly=True
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    owner_id = fields.Many2one("res.users", "Responsible")
    opened_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    closed_at = fields.Datetime(readonly=True)
    closed_by = fields.Many2one("res.users", readonly=True)
    close_note = fields.Char(readonly=True)
    waiting_count = fields.Integer("Waiting", compute="_compute_waiting_count")

    _cause_uniq = models.UniqueIndex(
        "(channel_id, cause) WHERE state = 'open'", "This issue is open already."
    )

    @api.depends("kind", "field", "value", "params")
    def _compute_texts(self):
        for issue in self:
            issue.title = f"{issue.kind}: {issue.value or ''}"
            issue.message = (issue.params or {}).get("message") or issue.title
            issue.suggestion = False

    def _compute_waiting_count(self):
        counts = dict(
            self.env["retail.sync.job"]
            .sudo()
            ._read_group([("issue_id", "in", self.ids)], ["issue_id"], ["__count"])
        )
        for issue in self:
            issue.waiting_count = counts.get(issue, 0)

    @api.model
    def _cause_of(self, kind, field, value):
        return hashlib.sha256(f"{kind}|{field}|{value}".encode()).hexdigest()[:32]

    @api.model
    def _raise(self, channel, kind, *, field="", value="", params=None, job=None, record=None):
        """Open the issue, or return the open one of the same cause."""
        cause = self._cause_of(kind, field, value)
        issues = self.sudo()
        issue = issues.search(
            [
                ("channel_id", "=", channel.id),
                ("cause", "=", cause),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        if not issue:
            issue = issues.create(
                {
                    "channel_id": channel.id,
                    "kind": kind,
                    "field": field,
                    "value": value,
                    "cause": cause,
                    "params": params or {},
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                    "owner_id": channel.sudo().owner_id.id,
                }
            )
        return issue

    def _close(self, note=""):
        """Close and wake what waited."""
        jobs = self.env["retail.sync.job"].sudo().search([("issue_id", "in", self.ids)])
        self.sudo().write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by": self.env.uid,
                "close_note": note,
            }
        )
        jobs._wake()

    @api.model
    def _close_matching(self, channel, kind, value):
        """Close the open issues of ``kind`` about ``value``; return how many."""
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
