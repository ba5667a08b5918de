from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import sentence
from .retail_sync_channel import WORKING

# what data/neutralize.sql writes as the reason, for the translators
COPY = sentence._("This is a copy of the database.")


class RetailSyncChannel(models.Model):
    """A person stops the channel or one of its flows, with a reason, and goes on."""

    _inherit = "retail.sync.channel"

    paused_flow_ids = fields.One2many(
        "retail.sync.workflow",
        "channel_id",
        string="Paused workflows",
        domain=[("state", "=", "paused")],
        readonly=True,
    )
    paused_flow_count = fields.Integer(
        string="Workflows paused", compute="_compute_paused_flow_count"
    )
    paused_words = fields.Char(string="What is paused", compute="_compute_paused_words")

    @api.depends("paused_flow_ids")
    def _compute_paused_flow_count(self):
        for channel in self:
            channel.paused_flow_count = len(channel.paused_flow_ids)

    @api.depends("state", "paused_reason", "paused_by_id", "paused_at")
    @api.depends_context("lang", "tz")
    def _compute_paused_words(self):
        workflow = self.env["retail.sync.workflow"]
        for channel in self:
            channel.paused_words = channel.state == "paused" and workflow._say_pause(
                channel.paused_by_id, channel.paused_at, channel._say_reason()
            )

    def _say_reason(self):
        """Return why it is paused: a person's words, or ours for the reader."""
        if self.paused_by_id:
            return self.paused_reason
        return self.env["retail.sync.words"]._say(self.paused_reason)

    def action_pause(self, reason=None):
        """Stop all work; nothing is lost. Without a ``reason`` a person is asked."""
        self._check_group("operator")
        if reason is None:
            return self.env["retail.sync.pause"]._open(self)
        reason = self._check_reason(reason)
        working = self.filtered(lambda channel: channel.state in WORKING)
        # said once: the note tells it with its reason
        for channel in working.sudo().with_context(mail_notrack=True):
            channel.write(
                {
                    "paused_from": channel.state,
                    "state": "paused",
                    "paused_reason": reason,
                    "paused_by_id": self.env.uid,
                    "paused_at": self.env.cr.now(),
                }
            )
        for channel in working:
            channel._post_pause(self.env._("The whole channel is paused."), reason)
            self.env["retail.sync.audit"]._record(channel, channel, "channel.paused")
        return True

    def _ask_for_orders(self):
        """What sold while the channel did not work is read before stock is told."""
        self.workflow_ids.resumed_at = self.env.cr.now()
        for channel in self:
            self.env["retail.sync.stock.orders"]._ask(channel)

    def write(self, vals):
        """A person who pauses says why, whichever way; the engine always does."""
        if vals.get("state") == "paused" and not self.env.su:
            for channel in self:
                channel._check_reason(vals.get("paused_reason", channel.paused_reason))
        return super().write(vals)

    def _check_reason(self, reason):
        """Return the reason without blanks around it; a pause needs one."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Say in a few words why: your colleagues will read it.")
            )
        return reason

    def _post_pause(self, what, reason=""):
        """Keep on the channel who did ``what``, and why."""
        self.sudo().message_post(
            body=f"{what} {reason}".strip(),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )

    def _judge_health(self):
        """A flow that a person paused shows before all that merely runs late."""
        health, note, step = super()._judge_health()
        if self.state != "live" or health == "stopped" or not self.paused_flow_ids:
            return health, note, step
        flows = self.paused_flow_ids
        names = ", ".join(flow._flow_name() for flow in flows)
        text = self.env._(
            "Paused: %(flows)s. Waiting: %(count)s.",
            flows=names,
            count=sum(flows.mapped("waiting_count")),
        )
        text = " ".join(filter(None, (text, self._tell_issues())))
        return "attention", text, self.env._("Show channel")

    def action_next_step(self):
        """Open the channel where a flow of it is paused."""
        self.ensure_one()
        if self.health == "attention" and self.state == "live" and self.paused_flow_ids:
            return self.get_formview_action()
        return super().action_next_step()
