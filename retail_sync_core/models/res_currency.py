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
        for issue in rates.currency_id._issues_about("no_rate"):
            # they took what they cost for as much of our own money
            issue._waiting_orders().order_id._compute_currency_rate()
            issue._close()
        return rates
