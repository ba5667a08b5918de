from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import fields, models

GIVEN_UP_BY = {"unpaid_days", "unpaid_action"}
INVOICE_POLICIES = [
    ("manual", "By hand"),
    ("import", "When the order is confirmed"),
    ("paid", "When it is paid"),
    ("shipped", "When goods have left, what has left"),
]


class RetailSyncChannel(models.Model):
    """Policies about money: payments, invoices, and orders that nobody pays."""

    _inherit = "retail.sync.channel"

    post_payments = fields.Boolean(
        string="Book payments",
        help="Each payment becomes one in the journal of its payment method.",
    )
    invoice_policy = fields.Selection(
        INVOICE_POLICIES, string="Make invoices", default="manual", required=True
    )
    invoice_journal_id = fields.Many2one(
        "account.journal", check_company=True, domain="[('type', '=', 'sale')]"
    )
    fiscal_position_id = fields.Many2one("account.fiscal.position", check_company=True)
    analytic_account_id = fields.Many2one(
        "account.analytic.account", check_company=True
    )
    book_since = fields.Datetime(
        string="Books since",
        help="Older orders and payments are left to whoever booked them before.",
    )
    unpaid_days = fields.Integer(
        string="Wait for the money (days)",
        help="How long the goods of an order that is not paid stay reserved. 0: for"
        " ever.",
    )
    unpaid_action = fields.Selection(
        [
            ("release", "Give the goods free and go on waiting"),
            ("cancel", "Cancel here and at the channel"),
        ],
        string="Then",
        default="release",
        required=True,
    )

    _unpaid_days_range = models.Constraint(
        "CHECK(unpaid_days >= 0)", "Days to wait cannot be negative."
    )

    def write(self, vals):
        """From the moment books are kept, only what is new is booked."""
        starts = vals.get("post_payments") or vals.get("invoice_policy", "manual") != (
            "manual"
        )
        quiet = self.filtered(lambda channel: not channel._books_money())
        result = super().write(vals)
        if GIVEN_UP_BY & vals.keys():
            self._look_for_unpaid()
        if starts and "book_since" not in vals:
            new = quiet.filtered(lambda channel: not channel.book_since)
            new.book_since = fields.Datetime.now()
        return result

    def _look_for_unpaid(self):
        """Have the orders that are here already given up as the policy says now."""
        for channel in self.filtered("unpaid_days"):
            policy = f"{channel.unpaid_days}:{channel.unpaid_action}"
            self.env["retail.sync.job"].sudo()._enqueue(
                channel,
                "order.unpaid",
                order_key="unpaid",
                identity=f"order.unpaid:{policy}",
            )

    def _books_money(self):
        """Return whether payments or invoices are made without a person."""
        return self.post_payments or self.invoice_policy != "manual"

    def _own_day(self, moment):
        """Return the day of ``moment`` (UTC) where the company keeps its books."""
        zone = ZoneInfo(self.company_id.partner_id.tz or self.timezone or "UTC")
        return moment.replace(tzinfo=timezone.utc).astimezone(zone).date()
