from odoo import api, fields, models, tools


class RetailSyncMapState(models.Model):
    _name = "retail.sync.map.state"
    _description = "State or Region of a Channel"
    _order = "country_id, code, id"

    channel_id = fields.Many2one(
        "retail.sync.channel",
        ondelete="cascade",
        index=True,
        help="Empty: for all channels.",
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    country_id = fields.Many2one("res.country", required=True, ondelete="cascade")
    code = fields.Char(
        required=True, help="The state's code or name as the channel writes it."
    )
    state_id = fields.Many2one(
        "res.country.state",
        string="Our state",
        ondelete="cascade",
        domain="[('country_id', '=', country_id)]",
        help="Empty: this region is only kept as a note on the address.",
    )

    _row_uniq = models.UniqueIndex(
        "(COALESCE(channel_id, 0), country_id, lower(code))",
        "This region already has a row.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _lookup(self, channel, country, code, name):
        """Return the state for a code or name of ``country``, or no record.

        An unknown region never stops an order: the address keeps its name as a note.
        """
        if not country or not (code or name):
            return self.env["res.country.state"]
        states = self._states(country.id)
        mapped = self._mapped(channel.id)
        for word in (code, name):
            key = (word or "").strip().lower()
            if not key:
                continue
            for owner in (channel.id, 0):
                if (owner, country.id, key) in mapped:
                    state_id = mapped[owner, country.id, key]
                    return self.env["res.country.state"].browse(state_id or [])
            if key in states:
                return self.env["res.country.state"].browse(states[key])
        return self.env["res.country.state"]

    @api.model
    @tools.ormcache("channel_id")
    def _mapped(self, channel_id):
        rows = self.sudo().search([("channel_id", "in", [channel_id, False])])
        return {
            (row.channel_id.id or 0, row.country_id.id, row.code.strip().lower()): (
                row.state_id.id
            )
            for row in rows
        }

    @api.model
    @tools.ormcache("country_id")
    def _states(self, country_id):
        """Return {code, country-code form or name: id} of a country's states.

        Names come last, for some country's codes are another state's name.
        """
        country = self.env["res.country"].browse(country_id)
        found = {}
        for state in country.state_ids:
            found.setdefault(state.name.strip().lower(), state.id)
        for state in country.state_ids:
            code = state.code.strip().lower()
            found[code] = state.id
            found[f"{(country.code or '').lower()}-{code}"] = state.id
        return found
