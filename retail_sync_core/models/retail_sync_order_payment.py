from odoo import api, fields, models

KINDS = [
    ("authorization", "Authorized"),
    ("sale", "Paid"),
    ("capture", "Captured"),
    ("refund", "Given back"),
    ("change", "Change"),
    ("void", "Voided"),
    ("other", "Other"),
]
STATUSES = [
    ("success", "Done"),
    ("pending", "Awaited"),
    ("failure", "Failed"),
    ("gone", "Replaced"),
    ("unknown", "Unknown"),
]
MONEY_IN = ("sale", "capture")
MONEY_OUT = ("refund", "change")


class RetailSyncOrderPayment(models.Model):
    """One money movement of an order, by the channel's own id; booked at most once."""

    _name = "retail.sync.order.payment"
    _description = "Payment of a Channel's Order"
    _order = "order_id, processed_at, id"
    _rec_name = "external_id"

    order_id = fields.Many2one(
        "retail.sync.order", required=True, readonly=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(related="order_id.channel_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    external_id = fields.Char(string="Id there", required=True, readonly=True)
    parent_id_there = fields.Char(string="Belongs to", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    status = fields.Selection(STATUSES, required=True, readonly=True)
    gateway = fields.Char(string="Payment method there", readonly=True)
    method = fields.Char(string="Payment method", compute="_compute_method")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    processed_at = fields.Datetime(string="When", readonly=True)
    timezone = fields.Char(related="channel_id.timezone")
    is_test = fields.Boolean(string="Test", readonly=True)
    payment_id = fields.Many2one(
        "account.payment",
        string="Booked as",
        readonly=True,
        copy=False,
        # a payment that could vanish would be booked a second time
        ondelete="restrict",
        index="btree_not_null",
    )

    _external_uniq = models.Constraint(
        "UNIQUE(order_id, external_id)", "This payment is already known."
    )

    @api.depends("gateway")
    def _compute_method(self):
        name = self.env["retail.sync.map.gateway"]._namer(self.channel_id)
        for row in self:
            row.method = name(row.channel_id, row.gateway)

    @api.depends("gateway", "amount", "currency_id")
    def _compute_display_name(self):
        for row in self:
            amount = row.currency_id.format(row.amount) if row.currency_id else ""
            row.display_name = f"{row.method or row.external_id} {amount}".strip()

    def _is_money(self):
        """Return whether money has moved, in or out."""
        return self.status == "success" and self.kind in (*MONEY_IN, *MONEY_OUT)
