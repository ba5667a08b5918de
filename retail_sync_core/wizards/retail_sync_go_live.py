from odoo import api, fields, models
from odoo.exceptions import UserError


class RetailSyncGoLive(models.TransientModel):
    """From when on a channel's orders are ours, and what is done with older ones."""

    _name = "retail.sync.go.live"
    _description = "Go Live"

    channel_id = fields.Many2one("retail.sync.channel", required=True, readonly=True)
    story = fields.Char(related="channel_id.watch_words", related_sudo=False)
    since = fields.Datetime(string="Orders placed since", required=True)
    first_number = fields.Integer(string="First order number")
    shipped_policy = fields.Selection(
        selection="_shipped_selection",
        string="Orders shipped before",
        required=True,
        default="deliver",
    )
    keeps_levels = fields.Boolean(compute="_compute_keeps_levels")

    @api.model
    def _shipped_selection(self):
        field = self.env["retail.sync.channel"]._fields["shipped_policy"]
        return field._description_selection(self.env)

    @api.model
    def _open(self, channel):
        """Return the action that asks from when on ``channel`` is live."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go live with %s", channel.name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_channel_id": channel.id,
                "default_since": channel.import_since or fields.Datetime.now(),
                "default_first_number": channel.import_from_number,
                "default_shipped_policy": channel.shipped_policy,
            },
        }

    @api.depends("channel_id")
    def _compute_keeps_levels(self):
        for wizard in self:
            wizard.keeps_levels = wizard.channel_id.stock_push

    def action_go_live(self):
        """Go live; orders are taken up and levels told in the background."""
        self.ensure_one()
        channel = self.channel_id
        channel._check_group("manager")
        if self.first_number < 0:
            raise UserError(self.env._("An order number cannot be below zero."))
        channel.write(
            {
                "import_since": self.since,
                "import_from_number": self.first_number,
                "shipped_policy": self.shipped_policy,
            }
        )
        # what was placed since may have been read with another date in mind
        channel.sudo()._workflow("order").write(
            {"since": False, "cursor": False, "as_of": False}
        )
        channel.action_go_live()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
