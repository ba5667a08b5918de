from odoo import api, fields, models


class RetailSyncChannelConnect(models.TransientModel):
    """What the access page says beside the answer of the channel."""

    _inherit = "retail.sync.channel.connect"

    optional_scopes_text = fields.Char(
        string="Optional permissions", compute="_compute_optional_scopes_text"
    )
    test_failed = fields.Boolean(
        string="Test failed",
        compute="_compute_test_failed",
        help="The access page says why the test failed.",
    )
    twin_note = fields.Char(string="The same shop elsewhere", compute="_compute_twin")
    twin_id = fields.Many2one("retail.sync.channel", compute="_compute_twin")

    @api.depends("channel_id.code")
    def _compute_optional_scopes_text(self):
        for wizard in self:
            adapter = wizard.channel_id._adapter_class()
            scopes = adapter.optional_scopes if adapter else ()
            wizard.optional_scopes_text = ",".join(scopes)

    @api.depends("step", "channel_id.last_test_at", "channel_id.last_test_ok")
    def _compute_test_failed(self):
        for wizard in self:
            asked = wizard.step == "access" and wizard.last_test_at
            failed = asked and not wizard.last_test_ok
            wizard.test_failed = failed and not wizard.is_busy

    @api.depends("channel_id.account_id", "channel_id.last_test_ok")
    @api.depends_context("allowed_company_ids", "lang")
    def _compute_twin(self):
        """Tell whether the shop works here already; which channel, where it is seen."""
        for wizard in self:
            channel = wizard.channel_id
            twin = channel._twin() if channel.last_test_ok else channel.browse()
            wizard.twin_note = channel._say_twin(twin) if twin else False
            wizard.twin_id = twin.id if twin and twin._is_seen() else False

    def action_open_twin(self):
        """Open the channel under which the shop works already."""
        self.ensure_one()
        return {**self.twin_id.get_formview_action(), "target": "main"}
