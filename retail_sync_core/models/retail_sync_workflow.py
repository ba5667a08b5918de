from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapters import base
from ..domain.documents import Flow
from .retail_sync_channel import WORKING

# in the order in which people think of them; lists follow it
FLOWS = [
    ("order", "Orders"),
    ("draft", "Drafts"),
    ("stock", "Stock"),
    ("shipment", "Shipments"),
    ("payment", "Payments"),
    ("hold", "Holds"),
    ("cancellation", "Cancellations"),
    ("return", "Returns"),
    ("refund", "Refunds"),
    ("catalog", "Products"),
    ("price", "Prices"),
    ("settlement", "Settlements"),
    ("report", "Reports"),
]
# No module does anything for these yet: a screen that calls them "On" would mislead.
WITHOUT_WORK = ("price", "settlement", "report")
DAY_S = 86400
# flow: mode, interval (s), target (s), owner of the data
DEFAULTS = {
    Flow.ORDER: ("realtime", 120, 120, "channel"),
    Flow.DRAFT: ("realtime", 300, 300, "channel"),
    Flow.STOCK: ("realtime", 300, 60, "odoo"),
    Flow.SHIPMENT: ("realtime", 300, 300, "odoo"),
    Flow.PAYMENT: ("realtime", 300, 60, "channel"),
    Flow.HOLD: ("realtime", 300, 60, "channel"),
    Flow.CANCELLATION: ("realtime", 300, 60, "channel"),
    Flow.RETURN: ("realtime", 300, 300, "channel"),
    Flow.REFUND: ("realtime", 300, 300, "channel"),
    Flow.CATALOG: ("batch", DAY_S, DAY_S, "field"),
    Flow.PRICE: ("batch", DAY_S, DAY_S, "odoo"),
    Flow.SETTLEMENT: ("batch", DAY_S, DAY_S, "channel"),
    Flow.REPORT: ("batch", DAY_S, DAY_S, "channel"),
}
# An order is read whole: its poll brings all of these.
OF_ORDERS = ("order", "shipment", "payment", "hold", "cancellation", "return", "refund")
POLLED = ("order", "catalog", "stock", "draft")
SHORTEST_S = 10
TURNING = {"mode", "interval_s", "window_start", "window_end", "state"}


class RetailSyncWorkflow(models.Model):
    """One flow of one channel: how often, how fast, who owns the data."""

    _name = "retail.sync.workflow"
    _description = "Workflow"
    _inherit = "retail.sync.account.fact"
    _order = "channel_id, sequence, id"
    _rec_name = "flow"
    _door_fields = frozenset(("flow", "mode", "state"))

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    flow = fields.Selection(FLOWS, string="Workflow", required=True)
    state = fields.Selection(
        [("on", "On"), ("paused", "Paused")], default="on", required=True
    )
    mode = fields.Selection(
        [("realtime", "At once"), ("polling", "In turns"), ("batch", "In quiet hours")],
        required=True,
        default="realtime",
        help="At once: what the channel tells is acted on when it comes, and the"
        " channel is asked in turns for what got lost. In turns: it is only asked. In"
        " quiet hours: it is only asked within the window.",
    )
    interval_s = fields.Integer("Every (s)", default=300)
    window_start = fields.Float(string="From", default=1.0)
    window_end = fields.Float(string="Until", default=5.0)
    target_s = fields.Integer("Target (s)", default=60)
    patience_s = fields.Integer("Patience (s)", default=3 * DAY_S)
    urgent_units = fields.Integer(
        "At once below (units)",
        default=5,
        help="Stock: a product with fewer units, here or there, is told at once.",
    )
    urgent_days = fields.Float(
        "At once below (days)",
        default=2.0,
        help="Stock: so is one that lasts for fewer days, as it sold in four weeks.",
    )
    gather_s = fields.Integer(
        "Gather others (s)",
        default=300,
        help="Stock: other changes are gathered so long, or until a call is full.",
    )
    owner = fields.Selection(
        [("odoo", "Odoo"), ("channel", "Channel"), ("field", "By field")],
        "Kept by",
        default="channel",
        required=True,
    )
    restores = fields.Char("After a failure", compute="_compute_restores")
    cursor = fields.Char(readonly=True, copy=False)
    since = fields.Datetime(
        readonly=True, copy=False, help="By the channel's clock, with an overlap."
    )
    as_of = fields.Datetime(
        string="Read up to",
        readonly=True,
        copy=False,
        help="The channel's clock when the turn began.",
    )
    next_poll_at = fields.Datetime(string="Next turn", readonly=True, copy=False)
    last_success_at = fields.Datetime("Last success", readonly=True, copy=False)

    _gather_range = models.Constraint(
        "CHECK(gather_s BETWEEN 0 AND 3600 AND urgent_units >= 0 AND urgent_days >= 0)",
        "Stock is gathered for at most an hour; limits cannot be below zero.",
    )
    _flow_uniq = models.Constraint(
        "UNIQUE(channel_id, flow)", "Each workflow stands once in a channel."
    )

    @api.depends("flow")
    @api.depends_context("lang")
    def _compute_restores(self):
        polled = self.env._("The next turn reads all that changed since the last one.")
        stock = self.env._("Levels still to be told are told again, computed anew.")
        told = self.env._("The channel is asked what it knows before anything repeats.")
        words = {"stock": stock, "shipment": told, "cancellation": told, "refund": told}
        for workflow in self:
            workflow.restores = words.get(workflow.flow, polled)

    @api.constrains("interval_s", "window_start", "window_end", "target_s")
    def _check_times(self):
        for workflow in self:
            if workflow.interval_s < SHORTEST_S or workflow.target_s <= 0:
                raise ValidationError(
                    self.env._("A turn takes at least %s seconds.", SHORTEST_S)
                )
            hours = (workflow.window_start, workflow.window_end)
            if not all(0 <= hour <= 24 for hour in hours):
                raise ValidationError(self.env._("A window lies within the day."))

    def write(self, vals):
        """Let a change count from the next turn on, not after the old interval."""
        if TURNING & set(vals) and "next_poll_at" not in vals:
            done = super().write(vals)
            polled = self.channel_id.workflow_ids.filtered(lambda w: w._is_polled())
            polled.write({"next_poll_at": False})
            return done
        return super().write(vals)

    # rows
    @api.model
    def _make_defaults(self, channels):
        """Give each channel the workflows it lacks."""
        rows = []
        for channel in channels:
            known = set(channel.workflow_ids.mapped("flow"))
            for number, flow in enumerate(DEFAULTS):
                if flow.value not in known and channel._has_flow(flow):
                    rows.append(self._prepare_default_values(channel, flow, number))
        return self.create(rows)

    def _prepare_default_values(self, channel, flow, number):
        mode, interval_s, target_s, owner = DEFAULTS[flow]
        return {
            "channel_id": channel.id,
            "flow": flow.value,
            "sequence": number,
            "mode": mode,
            "interval_s": interval_s,
            "target_s": target_s,
            "owner": owner,
        }

    # turns
    @api.model
    def _enqueue_due(self):
        """Append a poll for each workflow whose turn it is, and the daily checks.

        :return: how many polls
        """
        self._note_successes()
        self.env["retail.sync.stock.unseen"]._mark_due()
        self.env["retail.sync.channel"]._enqueue_checks()
        now = self._clock()
        due = self.search(
            [
                ("flow", "in", POLLED),
                ("state", "=", "on"),
                ("channel_id.state", "in", WORKING),
                "|",
                ("next_poll_at", "=", False),
                ("next_poll_at", "<=", now),
            ]
        )
        count = 0
        for workflow in due.try_lock_for_update(allow_referencing=True):
            if workflow._is_polled() and workflow._is_open(now):
                workflow._enqueue_poll()
                count += 1
            workflow.next_poll_at = workflow._next_turn(now)
        return count

    def _clock(self):
        """Return the database's time (UTC): a server whose own clock is ahead would put
        the next turn off for all of them."""
        return self.env.cr.now().replace(microsecond=0)

    def _is_polled(self):
        """Return whether this row's flow is asked for in turns."""
        adapter = self.channel_id._adapter_class()
        can = adapter is not None and hasattr(adapter, "fetch_page")
        return can and self.flow in POLLED

    def _turn_s(self):
        """Return the seconds between turns: the shortest of what the poll brings."""
        rows = self
        if self.flow == "order":
            rows |= self.channel_id.workflow_ids.filtered(
                lambda w: w.flow in OF_ORDERS and w.state == "on" and w.mode != "batch"
            )
        return min(rows.mapped("interval_s"))

    def _is_open(self, now):
        """Return whether a turn may begin now: in a batch, within the window only."""
        return self.mode != "batch" or self._in_window(now)

    def _in_window(self, now):
        """Return whether ``now`` lies within the quiet hours."""
        local = self._local(now)
        hour = local.hour + local.minute / 60
        start, end = self.window_start, self.window_end
        return start <= hour < end if start < end else hour >= start or hour < end

    def _next_turn(self, now):
        """Return when the next turn begins (UTC)."""
        after = now + timedelta(seconds=self._turn_s() if self._is_open(now) else 0)
        if self.mode != "batch" or (after > now and self._is_open(after)):
            return after
        return self._opens_at(after)

    def _opens_at(self, after):
        """Return when the quiet hours next begin after ``after`` (UTC)."""
        local = self._local(after)
        opens = local.replace(
            hour=int(self.window_start) % 24,
            minute=int(self.window_start % 1 * 60),
            second=0,
        )
        if opens <= local:
            opens += timedelta(days=1)
        return opens.astimezone(timezone.utc).replace(tzinfo=None)

    def _local(self, moment):
        """Return ``moment`` (UTC) in the channel's time zone."""
        zone = ZoneInfo(self.channel_id.timezone or "UTC")
        return moment.replace(tzinfo=timezone.utc).astimezone(zone)

    def _enqueue_poll(self):
        name = "catalog.page" if self.flow == "catalog" else "flow.poll"
        return self.env["retail.sync.job"]._enqueue(
            self.channel_id,
            name,
            order_key=f"poll:{self.flow}",
            identity=f"poll:{self.flow}",
            lane=2 if self.mode == "batch" else 1,
            payload={"workflow_id": self.id, "flow": self.flow},
        )

    def _overlap_s(self):
        """Return how far a turn looks back behind the one before (s)."""
        adapter = self.channel_id._adapter_class()
        capability = adapter.capability(base.Orders) if adapter else None
        return capability.overlap_s if capability else 300

    @api.model
    def _note_successes(self):
        """Take over when each flow last succeeded, from what was done lately.

        Not written by each job: one row would be everybody's.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """WITH seen AS (
                   SELECT channel_id, flow, max(done_at) AS at FROM retail_sync_event
                    WHERE done_at > %(now)s - interval '10 minutes'
                    GROUP BY channel_id, flow
                   UNION ALL
                   SELECT channel_id, kind, max(settled_at) FROM retail_sync_effect
                    WHERE state = 'applied'
                      AND settled_at > %(now)s - interval '10 minutes'
                    GROUP BY channel_id, kind)
               UPDATE retail_sync_workflow w SET last_success_at = seen.at
                 FROM seen
                WHERE w.channel_id = seen.channel_id AND w.flow = seen.flow
                  AND (w.last_success_at IS NULL OR w.last_success_at < seen.at)""",
            {"now": self.env.cr.now()},
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["last_success_at"])
