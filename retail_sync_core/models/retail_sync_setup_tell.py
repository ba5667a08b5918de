from markupsafe import Markup
from odoo import fields, models

from .retail_sync_setup_judge import WARN_AHEAD, as_date

TODO = "mail.mail_activity_data_todo"
MANAGER = "retail_sync_core.retail_sync_group_manager"
ROW = Markup("<li><strong>%s</strong>: %s %s</li>")
LIST = Markup("<ul>%s</ul>")


class RetailSyncSetup(models.Model):
    """Managers hear of what must be set up, once, without looking for it.

    What concerns the whole installation is an activity of each manager; that a channel
    ends its support of a version is an issue of that channel.
    """

    _name = "retail.sync.setup"
    _inherit = ("retail.sync.setup", "mail.thread", "mail.activity.mixin")

    def _conclude(self, heard):
        result = super()._conclude(heard)
        setup = self.search([], limit=1)
        if self.env["retail.sync.fuse"]._is_confirmed():
            setup._tell_managers()
            self.env["retail.sync.channel"]._tell_ends_of_support(fields.Date.today())
        return result

    def _tell_managers(self):
        """Lay what has turned bad before each manager; take away what is well again."""
        bad = self.line_ids.filtered(lambda line: line.result == "bad")
        news = bad.filtered(lambda line: line.told_code != line.code)
        for line in self.line_ids:
            line.told_code = line.code if line in bad else False
        if not bad:
            self.activity_unlink([TODO])
        elif news:
            for user in self._managers():
                self._tell(user, news)

    def _managers(self):
        return self.env["res.users"].search(
            [("all_group_ids", "in", self.env.ref(MANAGER).id), ("share", "=", False)]
        )

    def _tell(self, user, lines):
        """Add an activity for ``user`` about ``lines``, in that person's words."""
        own = lines.with_user(user).with_context(lang=user.lang)
        names = dict(own._fields["kind"]._description_selection(own.env))
        rows = [ROW % (names[line.kind], line.finding, line.remedy) for line in own]
        self.activity_schedule(
            TODO,
            summary=own.env._("Retail Sync: something must be set up"),
            note=LIST % Markup("").join(rows),
            user_id=user.id,
        )


class RetailSyncSetupLine(models.Model):
    _inherit = "retail.sync.setup.line"

    told_code = fields.Char(
        string="Told already",
        readonly=True,
        help="What managers have been told of it already.",
    )


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    def _tell_ends_of_support(self, today):
        """Open an issue of each channel whose version's support ends soon, once.

        :param today: a date; 60 days before the end it is time
        """
        channels = self.sudo().search([("state", "!=", "draft")])
        for channel in channels:
            until = as_date(channel.supported_until)
            soon = until and until - today <= WARN_AHEAD
            channel._tell_end_of_support(until if soon else None)

    def _tell_end_of_support(self, until):
        issues = self.env["retail.sync.issue"].sudo()
        ours = [("channel_id", "=", self.id), ("kind", "=", "version_ends")]
        told = issues.search(ours)
        value = until.isoformat() if until else ""
        told.filtered(lambda i: i.state == "open" and i.value != value)._close()
        if until and value not in told.mapped("value"):
            issues._raise(
                self,
                "version_ends",
                value=value,
                params={"version": self.api_version or "", "until": value},
                record=self,
            )


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words_of_products(self):
        return {
            **super()._words_of_products(),
            "version_ends": (
                self.env._("%(channel)s ends its support of our version on %(value)s"),
                self.env._(
                    "This module speaks version %(version)s of its interface. After"
                    " %(value)s calls may fail or answer differently."
                ),
                self.env._("Update Retail Sync before that day, then close this."),
            ),
        }
