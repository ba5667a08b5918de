from odoo import api, fields, models
from odoo.exceptions import UserError

from ..said import SaidText

STEPS = [
    ("account", "Channel"),
    ("access", "Access"),
    ("locations", "Locations"),
    ("products", "Products"),
    ("mappings", "Taxes and payments"),
    ("messages", "Messages"),
    ("policies", "Policies"),
    ("outlook", "What will happen"),
]
NAMES = [name for name, _label in STEPS]
OPEN = ("pending", "running")
# the work of the background that a step waits for
WORK = {
    "access": "connection.test",
    "locations": "places.read",
    "products": "catalog.page",
    "mappings": "orders.sample",
    "messages": "subscriptions.check",
}


class RetailSyncChannelConnect(models.TransientModel):
    """Leads a person from nothing to a channel that works, one step after the other.

    Nothing here waits for the channel: calls are jobs, and the form follows them. What
    was entered is kept on the channel, so that one can stop and go on later.
    """

    _name = "retail.sync.channel.connect"
    _description = "Connect a Channel"
    _rec_name = "name"

    step = fields.Selection(STEPS, default="account", required=True)
    channel_id = fields.Many2one(
        "retail.sync.channel", ondelete="cascade", readonly=True
    )
    name = fields.Char(help="How your staff call it.")
    code = fields.Selection(
        selection="_code_selection",
        string="System",
        default=lambda self: self._only_system(),
    )
    environment = fields.Selection(
        selection="_environment_selection", default="production", required=True
    )
    base_url = fields.Char("Sandbox address")
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )

    credentials = fields.Json(
        compute="_compute_credentials", inverse="_inverse_credentials"
    )
    scopes_text = fields.Char(related="channel_id.scopes_text")
    last_test_at = fields.Datetime(related="channel_id.last_test_at")
    last_test_ok = fields.Boolean(related="channel_id.last_test_ok")
    last_test_message = SaidText(related="channel_id.last_test_message")
    missing_scopes = fields.Char(related="channel_id.missing_scopes")
    account_name = fields.Char(related="channel_id.account_name")
    timezone = fields.Char(related="channel_id.timezone")

    location_ids = fields.One2many(related="channel_id.location_ids", readonly=False)
    listing_count = fields.Integer(
        related="channel_id.listing_count", related_sudo=False
    )
    matched_count = fields.Integer(
        string="Matched count", compute="_compute_matched_count"
    )
    matched_share = fields.Integer(
        string="Matched share", compute="_compute_matched_count"
    )
    unmatched_count = fields.Integer(
        related="channel_id.unmatched_count", related_sudo=False
    )

    public_url = fields.Char(related="channel_id.public_url")
    webhook_note = fields.Char(related="channel_id.webhook_note")
    connection_warning = SaidText(related="channel_id.connection_warning")
    order_policy = fields.Selection(related="channel_id.order_policy", readonly=False)
    release_on = fields.Selection(related="channel_id.release_on", readonly=False)
    cancel_policy = fields.Selection(related="channel_id.cancel_policy", readonly=False)
    hold_risky = fields.Boolean(related="channel_id.hold_risky", readonly=False)
    notify_customer = fields.Boolean(
        related="channel_id.notify_customer", readonly=False
    )
    import_since = fields.Datetime(related="channel_id.import_since", readonly=False)
    import_from_number = fields.Integer(
        related="channel_id.import_from_number", readonly=False
    )
    shipped_policy = fields.Selection(
        related="channel_id.shipped_policy", readonly=False
    )
    stock_push = fields.Boolean(related="channel_id.stock_push", readonly=False)
    buffer_qty = fields.Float(related="channel_id.buffer_qty", readonly=False)
    is_live_database = fields.Boolean(
        string="Live database", compute="_compute_is_live_database"
    )

    is_busy = fields.Boolean(string="At work", compute="_compute_work")
    work_problem = fields.Char(string="What stopped it", compute="_compute_work")

    @api.model
    def _code_selection(self):
        field = self.env["retail.sync.channel"]._fields["code"]
        systems = field._description_selection(self.env)
        return [(code, label) for code, label in systems if code != "manual"]

    @api.model
    def _only_system(self):
        """Return the system when there is only one to choose."""
        systems = self._code_selection()
        return systems[0][0] if len(systems) == 1 else False

    @api.depends("name")
    def _compute_display_name(self):
        for wizard in self:
            title = self.env._("Connect a channel")
            wizard.display_name = f"{title}: {wizard.name}" if wizard.name else title

    @api.model
    def _environment_selection(self):
        field = self.env["retail.sync.channel"]._fields["environment"]
        return field._description_selection(self.env)

    def _compute_is_live_database(self):
        confirmed = self.env["retail.sync.fuse"].sudo()._is_confirmed()
        for wizard in self:
            wizard.is_live_database = confirmed

    @api.depends("channel_id")
    def _compute_matched_count(self):
        for wizard in self:
            matched = wizard.listing_count - wizard.unmatched_count
            wizard.matched_count = matched
            wizard.matched_share = 100 * matched // (wizard.listing_count or 1)

    @api.depends("channel_id", "step")
    @api.depends_context("lang")
    def _compute_work(self):
        """Tell whether the step's work is under way, and what stopped it."""
        words = self.env["retail.sync.words"]
        for wizard in self:
            job = wizard._last_job()
            wizard.is_busy = job.state in OPEN
            stopped = job.state in ("held", "parked", "dead") or job.failures
            problem = stopped and (job.error_message or job.explanation)
            wizard.work_problem = words._say(problem or False)

    def _last_job(self):
        handler = WORK.get(self.step)
        if not handler or not self.channel_id:
            return self.env["retail.sync.job"]
        return self.env["retail.sync.job"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("handler", "=", handler),
                ("joined_id", "=", False),
            ],
            limit=1,
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody connects a channel that is not theirs to see."""
        wizards = super().create(vals_list)
        wizards.channel_id.check_access("read")
        return wizards

    # what the account needs
    @api.depends("channel_id")
    @api.depends_context("lang", "tz")
    def _compute_credentials(self):
        for wizard in self:
            wizard.credentials = wizard.channel_id._credential_form()

    def _inverse_credentials(self):
        for wizard in self:
            values = (wizard.credentials or {}).get("values") or {}
            wizard.channel_id._store_credentials(values)
        # what was entered must not travel back to the browser
        self.invalidate_recordset(["credentials"], flush=False)

    # one step after the other
    @api.model
    def _open(self, channel, step=None):
        """Return the action that opens the guided connection of ``channel``."""
        values = {}
        if channel:
            values = {
                "channel_id": channel.id,
                "name": channel.name,
                "code": channel.code,
                "environment": channel.environment,
                "base_url": channel.base_url,
                "company_id": channel.company_id.id,
                "step": step or self._step_of(channel),
            }
        wizard = self.create(values)
        if channel and not step:
            wizard._enter()
        return wizard._action()

    @api.model
    def _step_of(self, channel):
        """Return where to go on with a channel that was left half connected."""
        if not channel.last_test_ok:
            return "access"
        if channel.connect_step in NAMES[2:]:
            return channel.connect_step
        return "products" if channel.location_ids else "locations"

    @api.model
    def action_start(self):
        """Open the guided connection of a new channel."""
        return self._open(self.env["retail.sync.channel"])

    def _action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect a channel"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_next(self):
        """Leave this step when it is done, and go to the next one."""
        self.ensure_one()
        getattr(self, f"_leave_{self.step}")()
        self.step = NAMES[NAMES.index(self.step) + 1]
        self._enter()
        return True

    def action_back(self):
        """Go one step back."""
        self.ensure_one()
        self.step = NAMES[max(0, NAMES.index(self.step) - 1)]
        self._remember()
        return True

    def action_run(self):
        """Ask the channel what this step shows; the answer arrives by itself."""
        self.ensure_one()
        self._enqueue(WORK[self.step])
        return True

    def action_go_live(self):
        """Ask from when on, go live, and show the channel."""
        self.ensure_one()
        self._check_live()
        action = self.channel_id.action_ask_live()
        context = {**action.get("context", {}), "shows_channel": True}
        return {**action, "context": context}

    def action_watch(self):
        """Look first: read orders and levels, change nothing, and show the channel."""
        self.ensure_one()
        self._check_live()
        self.channel_id.action_watch()
        return {
            **self.channel_id.get_formview_action(),
            "target": "main",
        }

    def action_open_unmatched(self):
        """Open what is not matched yet."""
        return self.channel_id._open("retail_sync_listing_work_action")

    def action_confirm_database(self):
        """Say that this is the live database; nothing leaves it before."""
        return self.env["retail.sync.fuse"].action_confirm_database()

    def _remember(self):
        """Keep which page is open, and that it was: one goes on there another day."""
        channel = self.channel_id
        seen = channel.connect_pages or []
        pages = seen if self.step in seen else [*seen, self.step]
        channel.write({"connect_step": self.step, "connect_pages": pages})

    def _enter(self):
        """Begin the step's work where it has not been done yet."""
        self._remember()
        if self.step == "locations" and not self.location_ids:
            self._enqueue("places.read")
        if self.step == "products" and not self.listing_count:
            self._enqueue("catalog.page")
        if self.step == "mappings" and not self.sampled_at and self.can_sample:
            self._enqueue("orders.sample")

    def _enqueue(self, handler):
        if handler == "connection.test":
            self.channel_id.action_test_connection()
            return
        self.env["retail.sync.job"]._enqueue(
            self.channel_id, handler, order_key=handler, identity=handler, lane=0
        )

    def _leave_account(self):
        if not self.code:
            raise UserError(self.env._("Choose the system you want to connect."))
        values = {
            "name": self.name or dict(self._code_selection())[self.code],
            "code": self.code,
            "environment": self.environment,
            "base_url": self.base_url if self.environment == "sandbox" else False,
            "company_id": self.company_id.id,
        }
        if self.channel_id:
            self.channel_id.write(values)
        else:
            self.channel_id = self.env["retail.sync.channel"].create(values)
        self.name = values["name"]

    def _leave_access(self):
        if self.is_busy:
            raise UserError(
                self.env._(
                    "The test is under way: its answer appears here in a moment."
                )
            )
        if not self.last_test_ok:
            raise UserError(
                self.env._("Test the connection first; it has not succeeded yet.")
            )

    def _leave_locations(self):
        if not self.location_ids:
            raise UserError(
                self.env._("The channel's locations are not here yet: wait for them.")
            )
        open_places = self.location_ids.filtered(
            lambda place: place.state == "unmapped"
        )
        if open_places:
            raise UserError(
                self.env._(
                    "Choose a warehouse for %s, or leave the location out.",
                    ", ".join(open_places.mapped("name")),
                )
            )

    def _leave_products(self):
        """Products may be matched later: their orders wait until then."""

    def _leave_mappings(self):
        """What is not mapped yet waits with its orders until it is."""

    def _leave_messages(self):
        """Without messages the channel is asked in turns."""

    def _leave_policies(self):
        """All policies have sensible values from the start."""

    def _check_live(self):
        for step in NAMES[1:-1]:
            getattr(self, f"_leave_{step}")()
