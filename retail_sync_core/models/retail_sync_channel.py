import secrets
from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import base, registry
from ..said import SaidText

STATES = [
    ("draft", "Being connected"),
    ("watch", "Watching"),
    ("live", "Live"),
    ("paused", "Paused"),
]
# a watched channel is read, and nothing is changed there
WORKING = ("watch", "live")
KINDS = [
    ("storefront", "Web shop"),
    ("marketplace", "Marketplace"),
    ("pos", "Point of sale"),
    ("warehouse", "Warehouse"),
    ("carrier", "Carrier"),
    ("payment", "Payment"),
]


class RetailSyncChannel(models.Model):
    """An account on one outside system."""

    _name = "retail.sync.channel"
    _description = "Sales Channel"
    _inherit = ("mail.thread", "mail.activity.mixin", "retail.sync.account.fact")
    _order = "sequence, id"
    _check_company_auto = True
    _door_fields = frozenset(
        ("active", "base_url", "code", "environment", "settings", "token")
    )

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Selection(
        [("manual", "Kept by hand")], string="System", required=True, default="manual"
    )
    kind = fields.Selection(KINDS, required=True, default="storefront")
    environment = fields.Selection(
        [("production", "Live shop"), ("test", "Test shop"), ("sandbox", "Sandbox")],
        required=True,
        default="production",
        tracking=True,
        help="Live shop: people buy there. Test shop: a shop of the system's own for"
        " trying out. Sandbox: a program on your machine that plays the system.",
    )
    base_url = fields.Char("Sandbox address", help="Only used for sandboxes.")
    state = fields.Selection(
        STATES, default="draft", required=True, tracking=True, copy=False
    )
    paused_reason = fields.Char(string="Why", readonly=True, copy=False)
    paused_from = fields.Char(
        string="State before the pause",
        readonly=True,
        copy=False,
        help="The state to which it goes back.",
    )
    paused_by_id = fields.Many2one(
        "res.users", string="Paused by", readonly=True, copy=False
    )
    paused_at = fields.Datetime(string="Paused since", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False
    )
    user_id = fields.Many2one(
        "res.users",
        "Works as",
        default=lambda self: self.env.ref("base.user_root"),
        help="Orders are made and stock is read with this user's rights.",
    )
    owner_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        help="Is told when the channel needs a person.",
    )
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
    team_id = fields.Many2one("crm.team", check_company=True)
    pricelist_id = fields.Many2one("product.pricelist", check_company=True)
    timezone = fields.Char(default="UTC")
    settings = fields.Json(copy=False)
    token = fields.Char(
        default=lambda self: secrets.token_urlsafe(32),
        groups="retail_sync_core.retail_sync_group_manager",
        copy=False,
        readonly=True,
    )
    public_url = fields.Char(
        "Address for messages",
        compute="_compute_public_url",
        groups="retail_sync_core.retail_sync_group_manager",
    )
    webhook_reachable = fields.Boolean(
        "Messages reach this server",
        default=True,
        help="Without them the channel is asked in turns; that is slower.",
    )

    # policies
    order_policy = fields.Selection(
        [
            ("confirm", "Confirm and reserve"),
            ("paid", "Confirm when the money is there"),
            ("quotation", "Leave as a quotation"),
        ],
        string="New orders",
        default="confirm",
        required=True,
    )
    release_on = fields.Selection(
        [("paid", "Paid"), ("authorized", "Authorized or paid"), ("always", "At once")],
        "Goods may leave when",
        default="authorized",
        required=True,
    )
    cancel_policy = fields.Selection(
        [("auto", "Cancel here while nothing is picked"), ("ask", "Ask a person")],
        string="When canceled there",
        default="auto",
        required=True,
    )
    rounding_limit = fields.Monetary(
        string="Rounding up to",
        default=0.05,
        help="A larger difference puts the order on hold.",
    )
    hold_risky = fields.Boolean("Hold risky orders", default=True)
    import_since = fields.Datetime("Orders placed since", default=fields.Datetime.now)
    import_test_orders = fields.Boolean(string="Import test orders")
    stock_push = fields.Boolean("Tell our stock", default=True)
    buffer_qty = fields.Float(
        "Keep back",
        digits="Product Unit",
        help="So many units of each product are never offered there, in its own unit of"
        " measure. A location or a product may have its own figure.",
    )
    share = fields.Float("Share (%)", default=100.0)

    secret_ids = fields.One2many("retail.sync.secret", "channel_id")
    workflow_ids = fields.One2many("retail.sync.workflow", "channel_id")

    last_test_at = fields.Datetime("Last tested", readonly=True, copy=False)
    last_test_ok = fields.Boolean(
        string="Last test succeeded", readonly=True, copy=False
    )
    last_test_message = SaidText(
        string="What the last test said", readonly=True, copy=False
    )
    last_test_code = fields.Char("Reason of the last test", readonly=True, copy=False)
    missing_scopes = fields.Char("Missing permissions", readonly=True, copy=False)
    account_name = fields.Char(string="Account", readonly=True, copy=False)
    account_id = fields.Char("Account number", readonly=True, copy=False)
    adapter_missing = fields.Boolean(
        string="Its module is missing", compute="_compute_adapter_missing"
    )

    _token_uniq = models.UniqueIndex("(token)", "Two channels have the same token.")
    _share_range = models.Constraint(
        "CHECK(share >= 0 AND share <= 100)", "A share lies between 0 and 100 percent."
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for channel in self:
            channel.currency_id = channel.currency_id or channel.company_id.currency_id

    @api.depends("code", "token")
    def _compute_public_url(self):
        root = self.get_base_url()
        for channel in self:
            token = channel.sudo().token
            channel.public_url = token and f"{root}/retail_sync/{channel.code}/{token}"

    @api.depends("code")
    def _compute_adapter_missing(self):
        for channel in self:
            channel.adapter_missing = channel._adapter_class() is None

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        self.env["retail.sync.workflow"]._make_defaults(channels)
        return channels

    def unlink(self):
        """Forget what came in, too: no foreign key of the inbox would.

        What is known to be sold goes with the channel: others offer it again.
        """
        self.env["retail.sync.event"].sudo()._forget(self)
        self.env["retail.sync.demand"].sudo()._mark_sold(self)
        return super().unlink()

    # the adapter
    def _adapter_class(self):
        """Return the class that speaks for this channel, or None."""
        return registry.find_adapter(self.code)

    def _setting(self, name, default=None):
        """Return one setting that is no secret."""
        return (self.settings or {}).get(name, default)

    def _make_transport(self):
        """Return how requests travel; a test puts its own here."""
        return registry.make_transport()

    def _make_account(self):
        """Return what an adapter may know of this channel."""
        channel_sudo = self.sudo()
        return base.Account(
            environment=self.environment,
            secrets=self.env["retail.sync.secret"]._read_all(channel_sudo),
            settings=dict(self.settings or {}),
            expires=channel_sudo._secret_ends(),
            base_url=(self.base_url or "") if self.environment == "sandbox" else "",
        )

    def _secret_ends(self):
        """Return {name: when the newest version ends} of the secrets that end."""
        rows = self.env["retail.sync.secret"].search(
            [("channel_id", "=", self.id)], order="version"
        )
        ends = {row.name: row.expires_at for row in rows}
        return {
            name: end.replace(tzinfo=timezone.utc) for name, end in ends.items() if end
        }

    def _make_adapter(self, transport=None):
        """Return an adapter; it holds no environment and no cursor.

        :raises UserError: when no adapter is installed, or the secrets cannot be read
        """
        self.ensure_one()
        cls = self._adapter_class()
        if cls is None:
            raise UserError(
                self.env._(
                    "The module that speaks to %(channel)s (%(code)s) is missing.",
                    channel=self.display_name,
                    code=self.code,
                )
            )
        transport = transport or self._make_transport()
        if self.state == "watch":
            transport = registry.read_only(transport)
        return cls(self._make_account(), transport)

    def _workflow(self, flow):
        """Return this channel's workflow of ``flow`` (a ``Flow`` or its value)."""
        value = getattr(flow, "value", flow)
        return self.workflow_ids.filtered(lambda w: w.flow == value)[:1]
