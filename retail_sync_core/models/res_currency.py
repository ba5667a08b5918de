from odoo import models


class ResCurrency(models.Model):
    """A currency that is switched on lets go on what waited for it."""

    _inherit = "res.currency"

    def write(self, vals):
        """Close the issues that asked for a currency that is active now."""
        was_off = self.filtered(lambda one: not one.active)
        result = super().write(vals)
        now_on = was_off.filtered("active")
        if now_on:
            self.env["retail.sync.issue"].sudo().search(
                [
                    ("kind", "=", "unknown_currency"),
                    ("value", "in", now_on.mapped("name")),
                    ("state", "=", "open"),
                ]
            )._close()
        return result
