from odoo import api, fields, models
from odoo.fields import Command


class RetailSyncIssue(models.Model):
    """A tax that is not mapped: one click takes the tax of ours that fits best."""

    _inherit = "retail.sync.issue"

    suggested_tax_id = fields.Many2one(
        "account.tax",
        string="Suggested tax",
        compute="_compute_suggested_tax_id",
        compute_sudo=True,
    )

    @api.depends("kind", "params", "channel_id", "state")
    def _compute_suggested_tax_id(self):
        for issue in self:
            wanted = issue.kind == "unknown_tax" and issue.state == "open"
            issue.suggested_tax_id = wanted and issue._suggest_tax()

    def _suggest_tax(self):
        """Return the sale tax of the same rate that fits best, or no record.

        Whether it stands in the price or on top comes first, then the country, then the
        name. The channel's amounts are kept whichever is taken.
        """
        params = self.params or {}
        table, channel = self.env["retail.sync.map.tax"], self.channel_id
        percent = round(float(params.get("rate") or 0.0), 4)
        taxes = self.env["account.tax"].search(table._guess_domain(channel, percent))
        included, country = bool(params.get("included")), params.get("country_id")
        title = (params.get("title") or "").strip().lower()
        ranked = sorted(
            taxes,
            key=lambda tax: (
                tax.price_include != included,
                tax.country_id.id != country,
                title not in (tax.name or "").lower(),
                tax.sequence,
                tax.id,
            ),
        )
        return ranked[0] if ranked else self.env["account.tax"]

    @api.depends("suggested_tax_id")
    def _compute_mend_label(self):
        result = super()._compute_mend_label()
        for issue in self.filtered("suggested_tax_id"):
            name = issue.suggested_tax_id.sudo().display_name
            issue.mend_label = self.env._("Use %s", name)
        return result

    def _mend_unknown_tax(self):
        """Take the tax that fits; with none, ask for one."""
        tax = self.suggested_tax_id
        if not tax:
            return self.action_map_tax()
        return self._map_tax(tax)

    def action_map_tax(self):
        """Ask which tax of ours it is."""
        self.ensure_one()
        table = self.env["retail.sync.map.tax"]
        values = table._suggested_values(self.channel_id, self.params or {})
        return self._ask_for(table, values)

    def _map_tax(self, tax):
        """Write the mapping and let what waited go on; it is written down who did."""
        self.check_access("write")
        table = self.env["retail.sync.map.tax"]
        values = table._suggested_values(self.channel_id, self.params or {})
        country_id = (self.params or {}).get("country_id")
        values = {
            **values,
            "country_id": country_id if country_id else False,
            "tax_ids": [Command.set(tax.ids)],
        }
        row = table.search(
            [
                (name, "=", values[name])
                for name in ("channel_id", "title", "rate", "included", "country_id")
            ]
            + [("state_id", "=", False)],
            limit=1,
        )
        if row:
            row.write({"tax_ids": values["tax_ids"], "no_tax": False})
        else:
            row = table.create(values)
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            row,
            "tax.mapped",
            {"tax": row.display_name, "ours": tax.id},
        )
        self._close(self.env._("Mapped to %s.", tax.display_name))
        return True
