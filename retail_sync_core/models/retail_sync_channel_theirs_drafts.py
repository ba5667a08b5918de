from odoo import api, fields, models

from ..adapters import base
from ..domain.documents import Flow

DRAFT_POLICIES = [
    ("ignore", "Leave out until they are orders"),
    ("quotation", "As quotations"),
]


class RetailSyncChannel(models.Model):
    """Drafts of a channel: left out, or quotations that become their orders."""

    _inherit = "retail.sync.channel"

    draft_policy = fields.Selection(
        DRAFT_POLICIES,
        string="Drafts",
        default="ignore",
        required=True,
        help="A quotation follows its draft until somebody edits it here, and becomes"
        " the sales order once the draft is ordered.",
    )
    has_drafts = fields.Boolean(string="Has drafts", compute="_compute_has_drafts")

    @api.depends("code")
    def _compute_has_drafts(self):
        for channel in self:
            channel.has_drafts = bool(channel._draft_orders())

    def _draft_orders(self):
        """Return what the channel can do with drafts (a capability), or None."""
        adapter = self._adapter_class()
        return adapter.capability(base.DraftOrders) if adapter else None

    def _quotes_drafts(self):
        """Return whether drafts become quotations."""
        return self.draft_policy == "quotation" and bool(self._draft_orders())

    def _has_flow(self, flow):
        """Return whether a new channel has the workflow ``flow``."""
        return flow is not Flow.DRAFT or self._quotes_drafts()

    def write(self, vals):
        """Begin to ask for drafts, and to be told of them, once they are wanted."""
        result = super().write(vals)
        if "draft_policy" in vals:
            self.env["retail.sync.workflow"].sudo()._make_defaults(self)
            self._check_for_drafts()
        return result

    def _check_for_drafts(self):
        """Look whether the permission is there; change no watched channel."""
        checks = (
            ("connection.test", base.Connection, ("live", "watch")),
            ("subscriptions.check", base.Subscriptions, ("live",)),
        )
        for channel in self:
            for handler, port, states in checks:
                if channel.state in states and channel._has_port(port):
                    channel._enqueue_check(handler)

    def _wanted_topics(self):
        """Leave out what tells of drafts where nobody wants them."""
        topics = super()._wanted_topics()
        if self._quotes_drafts():
            return topics
        flows = self._adapter_class() and self._adapter_class().webhook_topics
        return tuple(topic for topic in topics if flows.get(topic) is not Flow.DRAFT)

    def _draft_scopes(self):
        """Return the permissions that drafts need, where they are wanted."""
        return self._draft_orders().scopes if self._quotes_drafts() else ()

    @api.depends("draft_policy")
    def _compute_scopes_text(self):
        result = super()._compute_scopes_text()
        for channel in self:
            more = channel._draft_scopes()
            if more:
                channel.scopes_text = ",".join(
                    filter(None, [channel.scopes_text, *more])
                )
        return result

    def _missing_scopes(self, info):
        """Return the permissions that ``info`` says we need and do not have."""
        granted = set(info.scopes)
        more = [
            scope
            for scope in self._draft_scopes()
            if not {scope, scope.replace("read_", "write_", 1)} & granted
        ]
        return [*info.missing_scopes, *more]
