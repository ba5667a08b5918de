from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

MARGIN = 1000


class RetailSyncRestorationAsk(models.TransientModel):
    """What a person knows of a database that was restored or moved, before it acts."""

    _name = "retail.sync.restoration.ask"
    _description = "Restored or Moved Database"

    kind = fields.Selection(
        [
            ("restored", "It was restored from a backup"),
            ("moved", "It was only moved: the old one did nothing since"),
        ],
        required=True,
        default="restored",
    )
    since = fields.Datetime(
        string="As of",
        help="The newest moment that the backup knows of. Choose an earlier one when in"
        " doubt: reading more does no harm.",
    )
    until = fields.Datetime(
        string="The old one worked until",
        default=fields.Datetime.now,
        help="What happened at the channels before may have been done by it: no buyer"
        " is written to of that.",
    )
    reason = fields.Char(string="How you know")
    channel_names = fields.Char(string="Channels", compute="_compute_channel_names")
    number_ids = fields.One2many("retail.sync.restoration.ask.number", "ask_id")

    @api.model
    def _open(self):
        """Return the action that asks; the numbers of now are laid out in it."""
        restorations = self.env["retail.sync.restoration"].sudo()
        channels = restorations._channels_at_work()
        numbers = self.env["retail.sync.restoration.number"].sudo()._find(channels)
        dialog = self.create(
            {
                "since": restorations._newest_activity() or fields.Datetime.now(),
                "number_ids": [
                    Command.create({**values, "margin": MARGIN}) for values in numbers
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Is it the live database?"),
            "res_model": self._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    def _compute_channel_names(self):
        channels = self.env["retail.sync.restoration"].sudo()._channels_at_work()
        for dialog in self:
            dialog.channel_names = ", ".join(channels.mapped("name"))

    def action_confirm(self):
        """Confirm the database; it catches up before anything leaves."""
        self.ensure_one()
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_manager"):
            raise AccessError(self.env._("Only managers may confirm the database."))
        restorations = self.env["retail.sync.restoration"].sudo()
        if self.kind == "moved":
            return self._confirm_moved()
        restorations._check_since(self.since, self.until)
        moments = {"since": self.since, "until": self.until}
        fuse = self.env["retail.sync.fuse"].sudo()
        row = fuse._confirm(**moments) or restorations._begin(**moments)
        if not row:
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        row._take_numbers(self.number_ids)
        return row._open()

    def _confirm_moved(self):
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Say in a few words how you know that nothing happened.")
            )
        self.env["retail.sync.fuse"].sudo()._confirm(moved=reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class RetailSyncRestorationAskNumber(models.TransientModel):
    """How many numbers of a chain are left to the documents that are lost."""

    _name = "retail.sync.restoration.ask.number"
    _description = "Numbers to Leave Out"

    ask_id = fields.Many2one(
        "retail.sync.restoration.ask", required=True, ondelete="cascade"
    )
    name = fields.Char(string="Documents", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sequence_id = fields.Many2one("ir.sequence", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    prefix = fields.Char(readonly=True)
    next_name = fields.Char(string="Would go on with", readonly=True)
    next_number = fields.Integer(string="Next", readonly=True)
    margin = fields.Integer(string="Leave out")

    @api.constrains("margin")
    def _check_margin(self):
        if any(not 0 <= row.margin <= 1_000_000 for row in self):
            raise UserError(
                self.env._("Leave out between 0 and a million numbers: correct it.")
            )
