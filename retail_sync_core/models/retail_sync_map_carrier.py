from odoo import api, fields, models

from ..domain import documents as doc


class RetailSyncMapCarrier(models.Model):
    _name = "retail.sync.map.carrier"
    _description = "Carrier of a Channel"
    _order = "channel_id, name, id"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    carrier_id = fields.Many2one(
        "delivery.carrier", string="Our delivery method", check_company=True, index=True
    )
    name = fields.Char(
        string="Carrier's name there", help="As the channel knows it, such as UPS."
    )
    url_template = fields.Char(
        string="Tracking page",
        help="The parcel's page, with {number} where the tracking number goes. "
        "Empty: the delivery method's own page.",
    )
    service = fields.Char(
        string="Shipping method there",
        help="The code or title of the shipping method that customers choose. "
        "Orders with it get our delivery method.",
    )
    is_urgent = fields.Boolean(
        string="Leaves first",
        help="Deliveries with this delivery method are urgent: they stand on top in "
        "the warehouse's lists and get stock before others.",
    )

    _service_uniq = models.UniqueIndex(
        "(channel_id, lower(service)) WHERE service IS NOT NULL",
        "This shipping method of the channel already has a row.",
    )

    @api.depends("name", "carrier_id", "service")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.name or row.carrier_id.name or row.service or ""

    @api.model
    def _tracking(self, channel, picking):
        """Return the delivery's parcels as documents; none without a number."""
        numbers = [
            number.strip()
            for number in (picking.carrier_tracking_ref or "")
            .replace("+", ",")
            .split(",")
            if number.strip()
        ]
        row = self._row_of(channel, picking.carrier_id)
        name = row.name or picking.carrier_id.name or ""
        return tuple(
            doc.Tracking(number=number, carrier=name, url=row._url(picking, number))
            for number in numbers
        )

    @api.model
    def _row_of(self, channel, carrier):
        if not carrier:
            return self.browse()
        return self.search(
            [("channel_id", "=", channel.id), ("carrier_id", "=", carrier.id)], limit=1
        )

    def _url(self, picking, number):
        if self.url_template:
            return self.url_template.replace("{number}", number)
        url = picking.carrier_tracking_url or ""
        return url if url.startswith(("http://", "https://")) else ""

    @api.model
    def _carrier_of(self, channel, words):
        """Return our delivery method for a shipping method's code or title, or none."""
        wanted = {word.strip().lower() for word in words if word and word.strip()}
        if not wanted:
            return self.env["delivery.carrier"]
        rows = self.search(
            [
                ("channel_id", "=", channel.id),
                ("service", "!=", False),
                ("carrier_id", "!=", False),
            ]
        )
        return rows.filtered(
            lambda row: row.service.strip().lower() in wanted
        ).carrier_id[:1]
