from odoo import api, fields, models

from ..domain import errors


class RetailSyncMapGateway(models.Model):
    """Where a payment method's money is booked, by currency where that matters."""

    _inherit = "retail.sync.map.gateway"

    currency_id = fields.Many2one(
        "res.currency", help="Only for payments in this currency. Empty: for all."
    )
    account_id = fields.Many2one(
        "account.account",
        string="Clearing account",
        check_company=True,
        domain="[('account_type', 'in',"
        " ('asset_current', 'liability_current', 'asset_cash'))]",
        help="What the payment method owes us; for gift cards, what we owe their"
        " owners. Empty: as the journal says.",
    )

    _gateway_uniq = models.UniqueIndex(
        "(channel_id, lower(gateway), COALESCE(currency_id, 0))",
        "This payment method of the channel already has a row.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._let_go_on()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self._let_go_on()
        return result

    def _let_go_on(self):
        """Let what waited for a journal go on."""
        Issue = self.env["retail.sync.issue"]
        for row in self.filtered("journal_id"):
            Issue._close_matching(row.channel_id, "unknown_gateway", row.gateway)

    @api.model
    def _row_for(self, channel, gateway, currency):
        """Return the row of ``gateway``: the one for this currency, else for all.

        :raises DataError: when there is none with a journal
        """
        name = (gateway or "").strip().lower()
        rows = self.search(
            [("channel_id", "=", channel.id), ("journal_id", "!=", False)]
        ).filtered(lambda row: row.gateway.strip().lower() == name)
        found = rows.filtered(lambda row: row.currency_id == currency)
        found = found or rows.filtered(lambda row: not row.currency_id)
        if not found:
            raise errors.DataError(
                "the payment method has no journal",
                kind="unknown_gateway",
                field=self.env._("Payment method"),
                value=gateway or "-",
            )
        return found[0]

    def _outstanding_account(self, method_line):
        """Return the account that stands against the customer's, or no record."""
        default = self.journal_id.default_account_id
        if default.account_type == "asset_cash":
            default = default.browse()
        return self.account_id or method_line.payment_account_id or default
