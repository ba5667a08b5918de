from odoo import api, models


class ResCurrency(models.Model):
    """A currency that is switched on lets go on what waited for it."""

    _inherit = "res.currency"

    def write(self, vals):
        """Close the issues that asked for a currency that is active now."""
        was_off = self.filtered(lambda one: not one.active)
        result = super().write(vals)
        now_on = was_off.filtered("active")
        if now_on:
            now_on._issues_about("unknown_currency")._close()
        return result

    def _issues_about(self, kind):
        """Return the open issues of ``kind`` about these currencies."""
        return (
            self.env["retail.sync.issue"]
            .sudo()
            .search(
                [
                    ("kind", "=", kind),
                    ("value", "in", self.mapped("name")),
                    ("state", "=", "open"),
                ]
            )
        )


class ResCurrencyRate(models.Model):
    """A currency that gets its first rate lets go on what waited for it."""

    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        channels = self.env["retail.sync.channel"].sudo()
        channels = channels.with_context(active_test=False)
        for [company] in channels._read_group([], ["company_id"]):
            rates.sudo()._let_go_on(company)
        return rates

    def _let_go_on(self, company):
        """Put right and let go on what ``company`` has without a rate."""
        whose = [("company_id", "in", (False, company.root_id.id))]
        currencies = self.filtered_domain(whose).currency_id
        older = [("currency_id", "in", currencies.ids), ("id", "not in", self.ids)]
        rated = [one for [one] in self._read_group([*whose, *older], ["currency_id"])]
        new = currencies.filtered(lambda one: one not in rated)
        # they took what they cost for as much of our own money
        self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("retail_sync_currency_id", "in", (new - company.currency_id).ids),
            ]
        )._compute_currency_rate()
        issues = currencies._issues_about("no_rate")
        issues.filtered(lambda one: one.company_id == company)._close()
