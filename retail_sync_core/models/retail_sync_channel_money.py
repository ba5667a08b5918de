from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields, models

RECEIPT_POLICIES = [
    ("each", "Each on an invoice of its own, as orders"),
    ("day", "All of a day on one invoice"),
]
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
    receipt_policy = fields.Selection(
        RECEIPT_POLICIES,
        string="Till receipts",
        default="each",
        required=True,
        help="All of a day: when the day is over and its orders are here, one invoice"
        " has what the tills sold and were paid for, each receipt with its own amounts."
        " Companies with a VAT number and sales on account get an invoice of their own,"
        " as orders do.",
    )
    receipt_partner_id = fields.Many2one(
        "res.partner",
        string="Invoiced to",
        check_company=True,
        help="To whom the invoice of a day is made out. Empty: the contact of all who"
        " buy at a till without a name.",
    )
    invoice_journal_id = fields.Many2one(
        "account.journal",
        string="Invoice journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position", string="Fiscal position", check_company=True
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account", string="Analytic account", check_company=True
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
        starts = (
            vals.get("post_payments")
            or vals.get("invoice_policy", "manual") != "manual"
            or vals.get("receipt_policy") == "day"
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
        return (
            self.post_payments
            or self.invoice_policy != "manual"
            or self.receipt_policy == "day"
        )

    def _own_day(self, moment):
        """Return the day of ``moment`` (UTC) where the company keeps its books."""
        return moment.replace(tzinfo=timezone.utc).astimezone(self._books_zone()).date()

    def _books_zone(self):
        return ZoneInfo(self.company_id.partner_id.tz or self.timezone or "UTC")

    def _day_bounds(self, day):
        """Return (begin, end) of ``day`` in the books' time zone, as UTC, naive."""
        zone = self._books_zone()
        return tuple(
            datetime.combine(one, time.min, tzinfo=zone)
            .astimezone(timezone.utc)
            .replace(tzinfo=None)
            for one in (day, day + timedelta(days=1))
        )
