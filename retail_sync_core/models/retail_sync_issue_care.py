from datetime import timedelta

from babel.dates import format_timedelta
from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse

from .retail_sync_issue_screen import FACT

BATCH = 50


class RetailSyncIssue(models.Model):
    """Who sees to an issue, until when, and who does when it is late."""

    _inherit = "retail.sync.issue"

    rule_id = fields.Many2one("retail.sync.issue.rule", readonly=True)
    due_at = fields.Datetime(
        string="Due", index="btree_not_null", help="Empty: it is never late."
    )
    is_late = fields.Boolean(string="Late", compute="_compute_is_late")
    late_told_at = fields.Datetime(
        string="Said to be late", readonly=True, help="When somebody was told of it."
    )
    passed_from_id = fields.Many2one(
        "res.users", string="Was with", readonly=True, help="Until it was late."
    )
    age = fields.Char(compute="_compute_age", string="Open for")
    note = fields.Text(help="For your colleagues.")

    @api.depends("state", "due_at")
    def _compute_is_late(self):
        now = self.env.cr.now()
        for issue in self:
            due = issue.state == "open" and issue.due_at
            issue.is_late = bool(due) and due < now

    @api.depends("opened_at", "closed_at")
    @api.depends_context("lang")
    def _compute_age(self):
        locale = babel_locale_parse(self.env.lang)
        for issue in self:
            until = issue.closed_at or fields.Datetime.now()
            past = until - (issue.opened_at or until)
            issue.age = format_timedelta(past, locale=locale)

    @api.model
    def _list_kinds(self):
        """Return each cause there is and its name; what it names is left open."""
        words = self._words().items()
        return [(kind, FACT.sub("…", texts[0])) for kind, texts in words]

    # who sees to it
    def _open_row(self, channel_sudo, values):
        issue = super()._open_row(channel_sudo, values)
        issue._assign()
        return issue

    def _assign(self):
        """Give new issues to whom the rules say."""
        for issue in self:
            rule = self.env["retail.sync.issue.rule"]._rule_for(issue)
            if rule:
                issue.write(
                    {
                        "rule_id": rule.id,
                        "owner_id": (rule.user_id or issue.owner_id).id,
                        "due_at": rule.due_h and issue._due_after(rule.due_h),
                    }
                )

    def _due_after(self, hours):
        return fields.Datetime.now() + timedelta(hours=hours)

    def _places(self):
        """Return the places of the channel that the issue is about."""
        places = self.env["retail.sync.location"].sudo()
        record = self.sudo()._subject()
        if not record:
            return places
        if record._name == places._name:
            return record
        field = record._fields.get("location_id")
        if field and field.comodel_name == places._name:
            return record.location_id
        if record._name == "retail.sync.order":
            record = record.order_id
        if record._name != "sale.order":
            return places
        warehouses = record.picking_ids.picking_type_id.warehouse_id
        return places.search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("warehouse_id", "in", (warehouses or record.warehouse_id).ids),
            ]
        )

    def _subject(self):
        """Return the record it is about, if that is still there."""
        if self.res_model in self.env:
            return self.env[self.res_model].browse(self.res_id).exists()
        return None

    # late
    @api.model
    def _pass_on_late(self):
        """Give what is late to the next person, once, and tell that person.

        :return: how many were late
        """
        self.env.flush_all()
        # ORM: locked, and passed over where another worker has it
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM retail_sync_issue
                    WHERE state = 'open' AND due_at < %s AND late_told_at IS NULL
                    ORDER BY due_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
                fields.Datetime.now(),
                BATCH,
            )
        )
        late = self.sudo().browse(row[0] for row in rows)
        for issue in late:
            issue._pass_on()
        return len(late)

    def _pass_on(self):
        rule, before = self.rule_id, self.owner_id
        following = rule.next_user_id - before
        self.late_told_at = fields.Datetime.now()
        if following:
            self.write(
                {
                    "owner_id": following.id,
                    "passed_from_id": before.id,
                    "due_at": rule.due_h and self._due_after(rule.due_h),
                }
            )
            self.env["retail.sync.audit"]._record(
                self.channel_id,
                self,
                "issue.passed_on",
                {"from": before.id, "to": following.id},
            )
        self._tell_owner()

    def _tell_owner(self):
        """Say to whoever has it now that it is late."""
        owner = self.owner_id
        if not owner:
            return
        issue = self.with_context(lang=owner.lang).with_user(owner).sudo()
        issue.env["mail.thread"].message_notify(
            partner_ids=owner.partner_id.ids,
            subject=issue.env._("Late: %s", issue.title),
            body=issue.env._(
                "%(title)s. Open for %(age)s. %(suggestion)s",
                title=issue.title,
                age=issue.age,
                suggestion=issue.suggestion or "",
            ),
            model=self._name,
            res_id=self.id,
        )

    def write(self, vals):
        """Another date or person begins anew: it may be late once more."""
        anew = {"owner_id", "due_at"} & vals.keys() and "late_told_at" not in vals
        by_hand = anew and not self.env.su
        return super().write({**vals, "late_told_at": False} if by_hand else vals)
