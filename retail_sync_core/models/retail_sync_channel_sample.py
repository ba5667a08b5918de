from odoo import fields, models

from ..adapters import base
from ..domain.amounts import wanted_charges
from .retail_sync_movement import naive_utc


class RetailSyncChannel(models.Model):
    """What the last orders of a channel name is mapped before the first one comes."""

    _inherit = "retail.sync.channel"

    map_tax_ids = fields.One2many("retail.sync.map.tax", "channel_id", "Taxes there")
    map_gateway_ids = fields.One2many(
        "retail.sync.map.gateway", "channel_id", "Payment methods there"
    )
    map_carrier_ids = fields.One2many(
        "retail.sync.map.carrier", "channel_id", "Shipping methods there"
    )
    sampled_at = fields.Datetime("Orders looked at", readonly=True, copy=False)
    sampled_count = fields.Integer(
        string="Number of orders looked at", readonly=True, copy=False, aggregator=None
    )
    sampled_from = fields.Datetime(
        string="Looked at orders since",
        readonly=True,
        copy=False,
        help="When the oldest of those orders was placed.",
    )

    def _can_sample(self):
        """Return whether the channel shows orders without handing them over."""
        adapter = self._adapter_class()
        orders = adapter.capability(base.Orders) if adapter else None
        pulls = adapter and issubclass(adapter, base.Pages)
        return bool(pulls and orders and orders.by_id)

    def _take_sample(self, documents):
        """Lay what ``documents`` (orders) name before a person, each once.

        Nothing of the orders themselves is kept.
        """
        for document in documents:
            self._sample_taxes(document)
            self._sample_gateways(document)
            self._sample_carriers(document)
        placed = [naive_utc(document.created_at) for document in documents]
        self.write(
            {
                "sampled_at": fields.Datetime.now(),
                "sampled_count": len(documents),
                "sampled_from": min(placed, default=False),
            }
        )

    def _sample_taxes(self, document):
        """Add a row for each tax that has none, with ours where it is clear."""
        rows = self.env["retail.sync.map.tax"]
        importer = self.env["retail.sync.importer.order"]
        country = importer._tax_country(self, document)
        nowhere = self.env["res.country"]
        for tax in self._taxes_of(document):
            if self._has_tax_row(tax):
                continue
            ours = rows._lookup(self, tax, tax.included, country)
            anywhere = rows._lookup(self, tax, tax.included, nowhere)
            rows.create(
                {
                    "channel_id": self.id,
                    "title": tax.title,
                    "rate": float(tax.rate * 100),
                    "included": tax.included,
                    "country_id": ours and anywhere != ours and country.id,
                    "tax_ids": [(6, 0, ours.ids if ours else [])],
                }
            )

    def _taxes_of(self, document):
        goods = [tax for line in document.lines for tax in line.taxes]
        charges = [tax for charge in document.charges for tax in charge.taxes]
        return [tax for tax in goods + charges if tax.title and tax.rate]

    def _has_tax_row(self, tax):
        percent = round(float(tax.rate * 100), 4)
        title = tax.title.strip().lower()
        return any(
            row.title.strip().lower() == title
            and round(row.rate, 4) == percent
            and row.included == bool(tax.included)
            for row in self.map_tax_ids
        )

    def _sample_gateways(self, document):
        known = {row.gateway.strip().lower() for row in self.map_gateway_ids}
        for payment in document.payments:
            name = payment.gateway.strip()
            if name and name.lower() not in known and payment.status != "failure":
                known.add(name.lower())
                self.env["retail.sync.map.gateway"].create(
                    {"channel_id": self.id, "gateway": name}
                )

    def _sample_carriers(self, document):
        """Add a row for each shipping method; ours where it has the same name."""
        rows = self.map_carrier_ids.filtered("service")
        known = {row.service.strip().lower() for row in rows}
        carriers = self.env["delivery.carrier"]
        for charge in wanted_charges(document):
            words = [word.strip() for word in (charge.code, charge.title) if word]
            words = [word for word in words if word]
            if charge.kind != "shipping" or not words:
                continue
            if known & {word.lower() for word in words}:
                continue
            service = (charge.title or "").strip() or words[0]
            known.add(service.lower())
            ours = carriers.search(
                [
                    ("name", "=ilike", service),
                    ("company_id", "in", (False, self.company_id.id)),
                ],
                limit=2,
            )
            self.env["retail.sync.map.carrier"].create(
                {
                    "channel_id": self.id,
                    "service": service,
                    "carrier_id": ours.id if len(ours) == 1 else False,
                }
            )
