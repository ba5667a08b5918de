from odoo import api, fields, models

MOST_LEFT_OUT = 200


class RetailSyncDay(models.Model):
    """One invoice of all till receipts of a channel's day and currency.

    The numbers make it unique: two workers never invoice a day twice. What comes late
    is on a further invoice of the same day, with the next number; so is what is more
    than fits on one.
    """

    _name = "retail.sync.day"
    _description = "Day of a Channel's Tills"
    _order = "day desc, channel_id, number desc, id desc"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    number = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="1: the invoice of the day. 2 and more: what came late, or was too much"
        " for one invoice.",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    state = fields.Selection(related="move_id.state", string="Invoice is")
    payment_state = fields.Selection(related="move_id.payment_state", string="Payment")
    receipt_count = fields.Integer(string="Receipts", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    receipt_ids = fields.Many2many(
        "retail.sync.order", string="Receipts on it", compute="_compute_receipt_ids"
    )
    left_out_ids = fields.Many2many(
        "retail.sync.order", string="Left out", compute="_compute_left_out_ids"
    )

    _day_uniq = models.Constraint(
        "UNIQUE(channel_id, company_id, currency_id, day, number)",
        "This day is invoiced already.",
    )

    @api.depends("day", "number", "channel_id")
    def _compute_display_name(self):
        for row in self:
            name = f"{row.channel_id.name} {row.day}"
            row.display_name = f"{name} ({row.number})" if row.number > 1 else name

    def _compute_receipt_ids(self):
        lines = self.env["account.move.line"].sudo()
        for row in self:
            found = lines.search_fetch(
                [
                    ("move_id", "=", row.move_id.id),
                    ("retail_sync_receipt_id", "!=", False),
                    ("display_type", "=", "product"),
                ],
                ["retail_sync_receipt_id"],
            )
            row.receipt_ids = found.retail_sync_receipt_id.ids

    def _compute_left_out_ids(self):
        for row in self:
            row.left_out_ids = self._left_out(row.channel_id, row.day, row.currency_id)

    @api.model
    def _left_out(self, channel, day, currency):
        """Return receipts sold on ``day`` that are not invoiced, and are wanted."""
        begin, end = channel._day_bounds(day)
        # whoever sees the day need not see sale orders
        orders = (
            self.env["retail.sync.order"]
            .sudo()
            .search(
                [
                    ("channel_id", "=", channel.id),
                    ("placed_at", ">=", begin),
                    ("placed_at", "<", end),
                    ("till_id", "!=", False),
                    ("currency_id", "=", currency.id),
                    ("state", "not in", ("cancelled", "ignored")),
                    ("order_id.invoice_status", "!=", "invoiced"),
                    ("order_id.amount_total", "!=", 0),
                ],
                limit=MOST_LEFT_OUT,
            )
        )
        wanted = orders.filtered(lambda order: not order._is_all_invoiced())
        return wanted.with_env(self.env)

    @api.model
    def _next(self, channel, day, currency):
        """Make and return the day's next row; its number is nobody else's."""
        known = self.search(
            [
                ("channel_id", "=", channel.id),
                ("currency_id", "=", currency.id),
                ("day", "=", day),
            ],
            order="number desc",
            limit=1,
        )
        row = self.create(
            {
                "channel_id": channel.id,
                "company_id": channel.company_id.id,
                "currency_id": currency.id,
                "day": day,
                "number": known.number + 1,
            }
        )
        self.env.flush_all()
        return row

    def action_open_invoice(self):
        """Open the invoice of the day."""
        self.ensure_one()
        self.check_access("read")
        return self.move_id.get_formview_action()


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    day_count = fields.Integer(string="Days", compute="_compute_day_count")

    def _compute_day_count(self):
        rows = self.env["retail.sync.day"]._read_group(
            [("channel_id", "in", self.ids)], ["channel_id"], ["__count"]
        )
        counts = {channel.id: count for channel, count in rows}
        for channel in self:
            channel.day_count = counts.get(channel.id, 0)

    def action_open_days(self):
        """Open the invoices of this channel's days."""
        return self._open("retail_sync_day_action")
