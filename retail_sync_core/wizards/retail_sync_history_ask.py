from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class RetailSyncHistoryAsk(models.TransientModel):
    """Which past orders of a channel are to be imported, and how."""

    _name = "retail.sync.history.ask"
    _description = "Import Past Orders"

    channel_id = fields.Many2one("retail.sync.channel", required=True, readonly=True)
    since = fields.Datetime(string="Placed from", required=True)
    until = fields.Datetime(string="Placed before", required=True)
    what = fields.Selection(
        selection="_what_selection", string="Import", required=True, default="orders"
    )
    unknown_policy = fields.Selection(
        selection="_unknown_selection",
        string="Products not known here",
        required=True,
        default="placeholder",
    )

    @api.model
    def _what_selection(self):
        field = self.env["retail.sync.history"]._fields["what"]
        return field._description_selection(self.env)

    @api.model
    def _unknown_selection(self):
        field = self.env["retail.sync.history"]._fields["unknown_policy"]
        return field._description_selection(self.env)

    @api.model
    def _open(self, channel):
        """Return the dialog for ``channel``: the two years before its first order."""
        until = channel.import_since or fields.Datetime.now()
        if channel.import_from_number:
            until = channel.live_at or fields.Datetime.now()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import past orders of %s", channel.name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_channel_id": channel.id,
                "default_since": until - relativedelta(years=2),
                "default_until": until,
            },
        }

    def action_count(self):
        """Have them counted; the import begins when a person says so."""
        self.ensure_one()
        channel = self.channel_id
        channel._check_group("manager")
        channel._check_history()
        self._check_days()
        run = (
            self.env["retail.sync.history"]
            .sudo()
            .create(
                {
                    "channel_id": channel.id,
                    "since": self.since,
                    "until": self.until,
                    "what": self.what,
                    "unknown_policy": self.unknown_policy,
                    "asked_by_id": self.env.uid,
                }
            )
        )
        run._audit("history.asked")
        run._enqueue_count()
        return run.sudo(False).get_formview_action()

    def _check_days(self):
        first = self.channel_id.import_since
        if self.since >= self.until:
            raise UserError(self.env._("The first day must come before the last."))
        if first and self.since >= first and not self.channel_id.import_from_number:
            raise UserError(
                self.env._(
                    "Orders placed since %s are imported as usual: choose an earlier"
                    " day.",
                    format_date(
                        self.env, fields.Datetime.context_timestamp(self, first)
                    ),
                )
            )
