from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

SECOND = timedelta(seconds=1)
PAYMENT_STATES = [
    ("pending", "Not paid yet"),
    ("authorized", "Authorized"),
    ("partially_paid", "Partly paid"),
    ("paid", "Paid"),
    ("partially_refunded", "Partly refunded"),
    ("refunded", "Refunded"),
    ("voided", "Voided"),
    ("expired", "Expired"),
    ("unknown", "Unknown"),
]
FULFILLMENT_STATES = [
    ("open", "Open"),
    ("on_hold", "On hold"),
    ("partial", "Partly shipped"),
    ("shipped", "Shipped"),
    ("unknown", "Unknown"),
]
RISKS = [
    ("none", "None"),
    ("pending", "Being judged"),
    ("accept", "Accept"),
    ("investigate", "Look at it"),
    ("cancel", "Cancel"),
]
STATES = [
    ("waiting", "Waiting"),
    ("watched", "Would be imported"),
    ("imported", "Imported"),
    ("hold", "On hold"),
    ("cancelled", "Canceled"),
    ("ignored", "Left out"),
]
HOLDS = [
    ("cancel", "Canceled while being shipped"),
    ("total", "Amounts do not add up"),
    ("elsewhere", "Already shipped by somebody else"),
    ("risk", "Risk of fraud"),
    ("payment", "Waits for the money"),
    ("ours", "Held by us"),
    ("channel", "Held by the channel"),
]


class RetailSyncOrder(models.Model):
    """A channel's order: its newest version, and the sale order it became."""

    _name = "retail.sync.order"
    _description = "Order of a Channel"
    _order = "placed_at desc, id desc"
    _rec_name = "external_ref"
    _rec_names_search = ("external_ref", "external_id")
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(string="Id there", required=True, readonly=True)
    external_ref = fields.Char(string="Number there", readonly=True, index=True)
    order_id = fields.Many2one(
        "sale.order",
        string="Sales order",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    line_ids = fields.One2many("retail.sync.order.line", "order_id", string="Lines")
    step_ids = fields.One2many("retail.sync.order.step", "order_id", string="Steps")

    version = fields.Char(readonly=True)
    fingerprint = fields.Char(readonly=True)
    state = fields.Selection(
        STATES, default="waiting", required=True, readonly=True, index=True
    )
    hold_code = fields.Selection(HOLDS, string="Hold", readonly=True)
    hold_params = fields.Json(string="Facts of the hold", readonly=True)
    released_code = fields.Selection(HOLDS, string="Released by hand", readonly=True)
    released_facts = fields.Json(
        string="What was released",
        readonly=True,
        help="What was released by hand, and what was known then.",
    )
    payment_state = fields.Selection(
        PAYMENT_STATES, string="Payment", default="unknown", readonly=True
    )
    fulfillment_state = fields.Selection(
        FULFILLMENT_STATES, string="Shipped there", default="unknown", readonly=True
    )
    return_state = fields.Char(string="Return there", readonly=True)
    risk = fields.Selection(RISKS, default="none", readonly=True)
    gateways = fields.Char(
        string="Paid by, there",
        readonly=True,
        help="How it is paid, as the channel says.",
    )
    placed_at = fields.Datetime(string="Placed", readonly=True)
    changed_at = fields.Datetime(string="Changed there", readonly=True)
    read_at = fields.Datetime(
        string="Read",
        readonly=True,
        copy=False,
        help="By the channel's clock. In the very second of the change: others of that"
        " second may be missing, and the next turn reads it again.",
    )
    cancelled_at = fields.Datetime(string="Canceled there", readonly=True)
    cancel_reason = fields.Char(string="Reason of the cancellation", readonly=True)

    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(string="Total there", readonly=True)
    amount_tax = fields.Monetary(string="Tax there", readonly=True)
    difference = fields.Monetary(
        readonly=True, help="The channel's total less what our lines came to."
    )
    does_not_add_up = fields.Boolean(string="Does not add up", readonly=True)
    explanation_rows = fields.Json(string="Rows of the explanation", readonly=True)
    shipment_orders = fields.Json(
        string="Shipments there",
        readonly=True,
        help="What the channel asks which place to ship.",
    )
    shipments = fields.Json(
        readonly=True, help="Shipments the channel knows of, by their ids."
    )

    picking_ids = fields.One2many(related="order_id.picking_ids", string="Deliveries")
    hold_reason = fields.Char(string="Why on hold", compute="_compute_hold_reason")
    effect_ids = fields.Many2many(
        "retail.sync.effect", string="Told", compute="_compute_effect_ids"
    )
    waiting_for = fields.Char(
        string="What it waits for", compute="_compute_waiting_for"
    )
    timeline = fields.Json(compute="_compute_timeline")

    _placed_idx = models.Index("(channel_id, placed_at)")
    _external_uniq = models.Constraint(
        "UNIQUE(channel_id, external_id)", "This order is already known."
    )

    @api.depends("external_ref", "external_id")
    def _compute_display_name(self):
        for order in self:
            words = self.env["retail.sync.words"]
            number = words._say_ids(order.external_id)
            order.display_name = order.external_ref or number

    @api.depends("hold_code", "hold_params", "shipment_orders")
    @api.depends_context("lang")
    def _compute_hold_reason(self):
        for order in self:
            order.hold_reason = order._hold_sentence()

    def _compute_effect_ids(self):
        for order in self:
            order.effect_ids = order._effects()

    def _effects(self):
        """Return what the channel was or is to be told of this order, newest first."""
        return self.env["retail.sync.effect"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("order_key", "=", self._order_key()),
            ]
        )

    def _compute_waiting_for(self):
        """Say why an order is not here yet: what its open job waits for."""
        Job = self.env["retail.sync.job"].sudo()
        domain = [
            ("channel_id", "in", self.channel_id.ids),
            ("order_key", "in", [order._order_key() for order in self]),
        ]
        # a search each, for each has an index: the table also holds all that is done
        jobs = Job.search([*domain, ("state", "in", ("parked", "dead"))])
        jobs |= Job.search([*domain, ("state", "in", ("pending", "running"))])
        jobs |= Job.search([*domain, ("state", "=", "held")])
        jobs = jobs.sorted("id")
        texts = {(job.channel_id.id, job.order_key): job.explanation for job in jobs}
        for order in self:
            order.waiting_for = texts.get((order.channel_id.id, order._order_key()))

    def _compute_timeline(self):
        for order in self:
            order.timeline = {
                "zone": order.channel_id.timezone or None,
                "entries": [step._entry() for step in order.step_ids.sorted("id")],
            }

    def _order_key(self):
        """Return the key under which all jobs of this order run one after the other."""
        return f"order:{self.external_id}"

    @api.model
    def _ensure(self, channel, external_id, external_ref=""):
        """Return the order's row, made when it is new; many may ask at once.

        A row that somebody else has just made fails this transaction's snapshot
        (serialization failure); it is repeated and finds the row.
        """
        order = self.search(
            [("channel_id", "=", channel.id), ("external_id", "=", external_id)]
        )
        if order:
            return order
        # ORM: create() cannot say ON CONFLICT
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO retail_sync_order
                       (channel_id, company_id, external_id, external_ref, state,
                        payment_state, fulfillment_state, risk,
                        create_uid, create_date, write_uid, write_date)
                VALUES (%(channel)s, %(company)s, %(external)s, %(ref)s, 'waiting',
                        'unknown', 'unknown', 'none',
                        %(uid)s, now() AT TIME ZONE 'UTC',
                        %(uid)s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (channel_id, external_id) DO NOTHING
                RETURNING id
                """,
                channel=channel.id,
                company=channel.company_id.id,
                external=external_id,
                ref=external_ref or None,
                uid=self.env.uid,
            )
        )
        if not rows:
            return self._ensure(channel, external_id, external_ref)
        return self.browse(rows[0])

    def _lock(self):
        """Lock the row for this transaction; waits for whoever works on it."""
        # ORM: lock_for_update() gives up instead of waiting
        self.env.cr.execute(
            SQL("SELECT id FROM retail_sync_order WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset()

    def _claim(self):
        """Lock the row for a person's decision, and write it.

        Whoever decided on what was there before begins anew: a lock alone would let a
        second press go on with its older snapshot.
        """
        self.env.cr.execute(
            SQL("UPDATE retail_sync_order SET id = id WHERE id = %s", self.id)
        )
        self.invalidate_recordset()

    def _is_newer_than(self, document):
        """Return whether we already hold a newer version than ``document``."""
        mine, theirs = self.version or "", document.version
        return len(mine) == len(theirs) and mine > theirs

    def _is_read_whole(self):
        """Return whether all that changed within our version's second is in it."""
        return self.read_at >= self.changed_at.replace(microsecond=0) + SECOND

    def _note(self, code, **params):
        """Append one step to the timeline."""
        self.env["retail.sync.order.step"]._append(self, [(code, params)])

    def _known_shipment_ids(self):
        """Return the channel's ids of shipments of this order that we know of."""
        return tuple(shipment["external_id"] for shipment in self.shipments or [])

    def _place_ids(self):
        """Return the (order line id, place id) pairs the channel last asked for."""
        return {
            (line[0], request["location_id"])
            for request in self.shipment_orders or []
            if request["state"] not in ("closed", "cancelled", "incomplete")
            for line in request["lines"]
        }

    def _own_shipment_ids(self):
        """Return the channel's ids of the shipments that we told it of."""
        return {
            external_id
            for effect in self._effects()
            if effect.kind == "shipment" and effect.external_id
            for external_id in effect._their_ids()
        }

    def _shipped_elsewhere(self):
        """Return {order line id: units} shipped at the channel, but not by us."""
        units = {}
        for shipment in self._shipments_elsewhere():
            for line_id, quantity in shipment["lines"]:
                units[line_id] = units.get(line_id, 0.0) + quantity
        return units

    def _shipments_elsewhere(self):
        """Return the channel's shipments of this order that neither we told nor a till
        of ours booked."""
        if not self.shipments:
            return []
        ours = self._own_shipment_ids()
        return [
            shipment
            for shipment in self.shipments
            if shipment["state"] == "success"
            and shipment["external_id"] not in ours
            and not (
                shipment.get("taken_along") and self._places({shipment["location_id"]})
            )
        ]
