from odoo import models

from ..domain import errors


class RetailSyncOrder(models.Model):
    """Nothing is booked in a currency whose worth is unknown."""

    _inherit = "retail.sync.order"

    def _post_payment(self, row):
        self._check_rate(row.currency_id)
        return super()._post_payment(row)

    def _finish_invoice(self, move, day):
        self._check_rate(move.currency_id)
        return super()._finish_invoice(move, day)

    def _invoice_day_together(self, channel, day, currency):
        self[:1]._check_rate(currency)
        return super()._invoice_day_together(channel, day, currency)

    def _check_rate(self, currency):
        """Refuse a foreign currency without any rate: Odoo would take it as our own.

        :raises DataError: a person must enter one
        """
        company = self.company_id
        if currency == company.currency_id:
            return
        domain = [
            ("currency_id", "=", currency.id),
            ("company_id", "in", (False, company.root_id.id)),
        ]
        if self.env["res.currency.rate"].sudo().search_count(domain, limit=1):
            return
        raise errors.DataError(
            f"{currency.name} has no rate",
            kind="no_rate",
            field=self.env._("Currency"),
            value=currency.name,
            params={"ours": company.currency_id.name},
        )
