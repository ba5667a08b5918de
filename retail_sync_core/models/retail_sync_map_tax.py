from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..domain import documents as doc


class RetailSyncMapTax(models.Model):
    _name = "retail.sync.map.tax"
    _description = "Tax of a Channel"
    _order = "channel_id, title, rate, id"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    title = fields.Char(
        required=True, help="The tax's name as the channel writes it, such as VAT."
    )
    rate = fields.Float(
        string="Rate (%)", digits=(16, 4), help="As the channel charges it, such as 20."
    )
    included = fields.Boolean(
        string="In the price", help="Whether the channel's prices contain this tax."
    )
    country_id = fields.Many2one(
        "res.country", help="Only for goods sent there. Empty: wherever they go."
    )
    state_id = fields.Many2one(
        "res.country.state",
        string="Region",
        domain="[('country_id', '=?', country_id)]",
        help="Only for goods sent to this state or region. Empty: the whole country.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Our taxes",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale')]",
        help="Several, when one of theirs is booked as several of ours.",
    )
    no_tax = fields.Boolean(
        string="Not booked as a tax",
        help="What the channel charged is then part of the price.",
    )

    _row_uniq = models.UniqueIndex(
        "(channel_id, lower(title), rate, included, COALESCE(country_id, 0),"
        " COALESCE(state_id, 0))",
        "This tax of the channel already has a row.",
    )

    @api.constrains("country_id", "state_id")
    def _check_region(self):
        for row in self.filtered("state_id"):
            if row.state_id.country_id != row.country_id:
                raise ValidationError(
                    self.env._(
                        "%(region)s is no region of %(country)s.",
                        region=row.state_id.name,
                        country=row.country_id.name or self.env._("no country"),
                    )
                )

    @api.depends("title", "rate", "included", "country_id.code", "state_id.code")
    def _compute_display_name(self):
        for row in self:
            place = "-".join(filter(None, (row.country_id.code, row.state_id.code)))
            row.display_name = row._label(row.title, row.rate, row.included, place)

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._mapping_changed()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self._mapping_changed()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _label(self, title, rate, included, country_code=""):
        """Return how an unknown tax is named in an issue; ``rate`` in percent.

        Never translated: issues are found again by it.
        """
        text = f"{title} {float(rate):g} %{' incl.' if included else ''}"
        return f"{text} ({country_code})" if country_code else text

    def _mapping_changed(self):
        self.env.registry.clear_cache()
        for row in self.filtered(lambda row: row.tax_ids or row.no_tax):
            codes = [row.country_id.code] if row.country_id else row._waiting_codes()
            for code in {"", *codes}:
                self.env["retail.sync.issue"]._close_matching(
                    row.channel_id,
                    "unknown_tax",
                    self._label(row.title, row.rate, row.included, code),
                )

    def _waiting_codes(self):
        """Return the countries of the open issues about this row's tax."""
        label = self._label(self.title, self.rate, self.included)
        issues = self.env["retail.sync.issue"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("kind", "=", "unknown_tax"),
                ("state", "=", "open"),
                ("value", "=like", f"{label} (__)"),
            ]
        )
        return [issue.value[-3:-1] for issue in issues]

    @api.model
    def _lookup(self, channel, tax, included, country, state=None):
        """Return our taxes for the channel's ``tax``; None when a person must say.

        A row of the table wins, that of the region before that of the country; else the
        company's only sale tax of the same rate, inclusion and, where it must decide,
        name or country.
        """
        known = self._known(channel.id)
        places = [(country.id, state.id)] if state else []
        places += [(country.id, 0), (0, 0)]
        keys = [self._key(tax, included, *place) for place in places]
        ids = next((known[key] for key in keys if key in known), None)
        if ids is not None:
            return self.env["account.tax"].browse(ids)
        if not tax.rate and not tax.amount:
            return self.env["account.tax"]
        return self._guess(channel, tax, included, country)

    @api.model
    def _key(self, tax, included, country_id, state_id=0):
        percent = (tax.rate * 100).quantize(Decimal("0.0001"))
        return (
            tax.title.strip().lower(),
            str(percent),
            bool(included),
            country_id or 0,
            state_id or 0,
        )

    @api.model
    @tools.ormcache("channel_id")
    def _known(self, channel_id):
        """Return {key: ids of our taxes} of a channel's rows that say something."""
        rows = self.sudo().search([("channel_id", "=", channel_id)])
        return {
            (
                row.title.strip().lower(),
                str(Decimal(str(row.rate)).quantize(Decimal("0.0001"))),
                row.included,
                row.country_id.id or 0,
                row.state_id.id or 0,
            ): () if row.no_tax else tuple(row.tax_ids.ids)
            for row in rows
            if row.tax_ids or row.no_tax
        }

    def _is_open(self):
        """Return whether a person must still say which taxes of ours are meant."""
        self.ensure_one()
        if self.tax_ids or self.no_tax:
            return False
        rate = Decimal(str(self.rate)) / 100
        tax = doc.Tax(title=self.title, rate=rate, amount=Decimal(0))
        ours = self._guess(self.channel_id, tax, self.included, self.country_id)
        return ours is None

    @api.model
    def _guess(self, channel, tax, included, country):
        percent = round(float(tax.rate * 100), 4)
        candidates = self.env["account.tax"].search(
            self._guess_domain(channel, percent)
        )
        candidates = candidates.filtered(lambda t: t.price_include == bool(included))
        if len(candidates) > 1:
            title = tax.title.strip().lower()
            named = candidates.filtered(
                lambda t: title in ((t.name or "").lower(), t.invoice_label or "")
            )
            local = candidates.filtered(lambda t: t.country_id == country)
            candidates = named if len(named) == 1 else local
        return candidates if len(candidates) == 1 else None

    @api.model
    def _guess_domain(self, channel, percent):
        return Domain.AND(
            [
                self.env["account.tax"]._check_company_domain(channel.company_id),
                [
                    ("type_tax_use", "=", "sale"),
                    ("amount_type", "=", "percent"),
                    ("amount", "=", percent),
                ],
            ]
        )

    @api.model
    def _suggested_values(self, channel, params):
        """Return default values of the row that would close an issue about a tax."""
        return {
            "channel_id": channel.id,
            "title": params.get("title"),
            "rate": params.get("rate"),
            "included": params.get("included"),
        }
