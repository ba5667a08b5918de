from datetime import timedelta

from odoo import api, fields, models

from ..domain.documents import Flow

FLOWS = [
    ("stock", "Stock"),
    ("payment", "Payments"),
    ("cancellation", "Cancellations"),
    ("hold", "Holds"),
    ("order", "Orders"),
    ("shipment", "Shipments"),
    ("return", "Returns"),
    ("refund", "Refunds"),
    ("catalog", "Products"),
    ("price", "Prices"),
    ("settlement", "Settlements"),
    ("report", "Reports"),
]
DAY_S = 86400
# flow: mode, interval (s), target (s), owner of the data
DEFAULTS = {
    Flow.STOCK: ("realtime", 300, 60, "odoo"),
    Flow.PAYMENT: ("realtime", 300, 60, "channel"),
    Flow.CANCELLATION: ("realtime", 300, 60, "channel"),
    Flow.HOLD: ("realtime", 300, 60, "channel"),
    Flow.ORDER: ("realtime", 120, 120, "channel"),
    Flow.SHIPMENT: ("realtime", 300, 300, "odoo"),
    Flow.RETURN: ("realtime", 300, 300, "channel"),
    Flow.REFUND: ("realtime", 300, 300, "channel"),
    Flow.CATALOG: ("batch", DAY_S, DAY_S, "field"),
    Flow.PRICE: ("batch", DAY_S, DAY_S, "odoo"),
    Flow.SETTLEMENT: ("batch", DAY_S, DAY_S, "channel"),
    Flow.REPORT: ("batch", DAY_S, DAY_S, "channel"),
}
INBOUND = ("order", "catalog")  # what is asked for in turns


class RetailSyncWorkflow(models.Model):
    """One flow of one channel: how often, how fast, who owns the data."""

    _name = "retail.sync.workflow"
    _description = "Workflow"
    _order = "channel_id, sequence, id"
    _rec_name = "flow"

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    flow = fields.Selection(FLOWS, required=True)
    state = fields.Selection(
        [("on", "On"), ("paused", "Paused")], default="on", required=True
    )
    mode = fields.Selection(
        [("realtime", "At once"), ("polling", "In turns"), ("batch", "In quiet hours")],
        required=True,
        default="realtime",
    )
    interval_s = fields.Integer("Every (s)", default=300)
    window_start = fields.Float(default=1.0)
    window_end = fields.Float(default=5.0)
    target_s = fields.Integer("Target (s)", default=60)
    patience_s = fields.Integer("Patience (s)", default=3 * DAY_S)
    owner = fields.Selection(
        [("odoo", "Odoo"), ("channel", "Channel"), ("field", "By field")],
        "Data Belong To",
        default="channel",
        required=True,
    )
    restores = fields.Char("After a Failure", compute="_compute_restores")
    cursor = fields.Char(readonly=True, copy=False)
    since = fields.Datetime(readonly=True, copy=False)
    next_poll_at = fields.Datetime(readonly=True, copy=False)
    last_success_at = fields.Datetime("Last Success", readonly=True, copy=False)

    _flow_uniq = models.Constraint(
        "UNIQUE(channel_id, flow)", "Each flow stands once in a channel."
    )

    @api.depends("flow")
    def _compute_restores(self):
        polled = self.env._("The next turn reads all that changed since the last one.")
        stock = self.env._("Levels still to be told are told again, computed anew.")
        told = self.env._("The channel is asked what it knows before anything repeats.")
        words = {"stock": stock, "shipment": told, "cancellation": told, "refund": told}
        for workflow in self:
            workflow.restores = words.get(workflow.flow, polled)

    @api.model
    def _make_defaults(self, channels):
        """Give each channel the workflows it lacks."""
        rows = []
        for channel in channels:
            known = set(channel.workflow_ids.mapped("flow"))
            for number, (flow, values) in enumerate(DEFAULTS.items()):
                if flow.value not in known:
                    rows.append(self._default_values(channel, flow, values, number))
        return self.create(rows)

    def _default_values(self, channel, flow, values, number):
        mode, interval_s, target_s, owner = values
        return {
            "channel_id": channel.id,
            "flow": flow.value,
            "sequence": number,
            "mode": mode,
            "interval_s": interval_s,
            "target_s": target_s,
            "owner": owner,
        }

    @api.model
    def _enqueue_due(self):
        """Append a poll for each inbound workflow whose turn it is; return how many."""
        now = fields.Datetime.now()
        due = self.search(
            [
                ("flow", "in", INBOUND),
                ("state", "=", "on"),
                ("channel_id.state", "=", "live"),
                "|",
                ("next_poll_at", "=", False),
                ("next_poll_at", "<=", now),
            ]
        )
        for workflow in due:
            workflow._enqueue_poll()
            workflow.next_poll_at = now + timedelta(seconds=workflow.interval_s)
        return len(due)

    def _enqueue_poll(self):
        name = "catalog.page" if self.flow == "catalog" else "flow.poll"
        self.env["retail.sync.job"]._enqueue(
            self.channel_id,
            name,
            order_key=f"poll:{self.flow}",
            identity=f"poll:{self.flow}",
            lane=2 if self.mode == "batch" else 1,
            payload={"workflow_id": self.id, "flow": self.flow},
        )
