from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime


class RetailSyncGoLive(models.TransientModel):
    """From when on a channel's orders are ours, and what is done with older ones."""

    _name = "retail.sync.go.live"
    _description = "Go Live"

    channel_id = fields.Many2one("retail.sync.channel", required=True, readonly=True)
    story = fields.Text(compute="_compute_story")
    terms = fields.Text(compute="_compute_terms")
    was_watched = fields.Boolean(string="Was watched", compute="_compute_was_watched")
    open_count = fields.Integer(string="To be shipped", compute="_compute_counts")
    delivered_count = fields.Integer(string="As delivered", compute="_compute_counts")
    left_out_count = fields.Integer(string="Left out", compute="_compute_counts")
    waiting_count = fields.Integer(string="Need a person", compute="_compute_counts")
    level_count = fields.Integer(
        string="Would change", related="channel_id.differs_count"
    )
    since = fields.Datetime(string="Orders placed since", required=True)
    first_number = fields.Integer(string="First order number")
    shipped_policy = fields.Selection(
        selection="_shipped_selection",
        string="Orders already shipped",
        required=True,
        default="deliver",
    )
    keeps_levels = fields.Boolean(
        string="Keeps levels", compute="_compute_keeps_levels"
    )

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

    @api.depends("channel_id")
    def _compute_was_watched(self):
        for wizard in self:
            wizard.was_watched = wizard.channel_id.state == "watch"

    @api.depends("channel_id", "since", "first_number", "shipped_policy")
    def _compute_counts(self):
        orders = self.env["retail.sync.order"]
        for wizard in self:
            counts = orders._count_outlooks(
                wizard.channel_id,
                wizard.since,
                wizard.first_number,
                wizard.shipped_policy,
            )
            wizard.open_count = counts["open"]
            wizard.delivered_count = counts["delivered"]
            wizard.left_out_count = counts["left_out"]
            wizard.waiting_count = counts["waiting"]

    @api.depends("channel_id", "since")
    @api.depends_context("lang", "tz")
    def _compute_story(self):
        """Say how far the figures can be trusted."""
        for wizard in self:
            channel = wizard.channel_id
            parts = [
                channel._first_look() and channel._tell_levels(),
                channel._is_reading_orders() and channel._tell_orders(),
                channel._tell_unread(),
                channel.watch_is_old and channel._tell_old(),
                wizard._tell_earlier(),
            ]
            wizard.story = wizard.was_watched and " ".join(filter(None, parts))

    @api.depends("since", "first_number")
    @api.depends_context("lang", "tz")
    def _compute_terms(self):
        """Say in the reader's time which orders are not imported."""
        zone = str(self.env.tz)
        for wizard in self:
            when = wizard.since and format_datetime(self.env, wizard.since, tz=zone)
            wizard.terms = when and wizard._say_terms(when, zone)

    def _say_terms(self, when, zone):
        if not self.first_number:
            return self.env._(
                "Orders placed before %(when)s (%(zone)s) are not imported.",
                when=when,
                zone=zone,
            )
        return self.env._(
            "Orders placed before %(when)s (%(zone)s), or with a lower number than"
            " %(number)s, are not imported.",
            when=when,
            zone=zone,
            number=str(self.first_number),
        )

    def _tell_earlier(self):
        """Say that older orders than were read are not in the figures."""
        read_since = self.channel_id.import_since
        if not self.since or not read_since or self.since >= read_since:
            return ""
        return self.env._(
            "Orders placed before %s were not read: how many come as well is known once"
            " the channel is live.",
            format_datetime(self.env, read_since, tz=str(self.env.tz)),
        )

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
        if self.env.context.get("shows_channel"):
            return {**channel.get_formview_action(), "target": "main"}
        return {"type": "ir.actions.client", "tag": "soft_reload"}
