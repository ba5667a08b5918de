from odoo import api, models, tools

from ..domain.amounts import wanted_charges
from ..domain.errors import DataError


class RetailSyncImporterOrder(models.AbstractModel):
    """Finding what an order names: currency, tags, delivery method, places."""

    _inherit = "retail.sync.importer.order"

    @api.model
    def _find_currency(self, channel, name):
        """Return the currency called ``name``.

        :raises DataError: when it is not switched on here
        """
        if channel.company_id.currency_id.name == name:
            return channel.company_id.currency_id
        currency = self.env["res.currency"].search([("name", "=", name)], limit=1)
        if not currency:
            raise DataError(
                f"currency {name} is not active",
                kind="unknown_currency",
                field=self.env._("Currency"),
                value=name,
            )
        return currency

    @api.model
    def _find_tags(self, names):
        """Return the sales tags called ``names``; missing ones are made."""
        names = {name.strip() for name in names if name.strip()}
        if not names:
            return self.env["crm.tag"]
        tags = self.env["crm.tag"].sudo().search([("name", "in", list(names))])
        missing = sorted(names - set(tags.mapped("name")))
        return tags | tags.create([{"name": name} for name in missing])

    @api.model
    def _tags(self, document):
        """Return the names of the order's tags; a subscription's order says so."""
        if document.is_subscription:
            return (*document.tags, self.env._("Subscription"))
        return document.tags

    @api.model
    def _find_carrier(self, channel, document):
        """Return our delivery method for the order's shipping method, if one is set.

        What the customer picks up always says so.
        """
        delivery = document.delivery
        words = [
            word
            for charge in wanted_charges(document)
            if charge.kind == "shipping"
            for word in (charge.code, charge.title)
        ]
        carrier = self.env["retail.sync.map.carrier"]._carrier_of(
            channel, [*words, delivery.title, delivery.kind]
        )
        if not carrier and delivery.kind in ("pickup", "pickup_point"):
            return self._pickup_carrier(channel, delivery.kind)
        return carrier

    @api.model
    def _pickup_carrier(self, channel, kind):
        """Return the company's delivery method for what is picked up, made when new."""
        code = f"RETAIL-SYNC-{kind.upper().replace('_', '-')}"
        company = channel.company_id
        Product = self.env["product.product"].sudo()
        domain = [("default_code", "=", code), ("company_id", "=", company.id)]
        product = Product.search(domain, limit=1)
        Carrier = self.env["delivery.carrier"].sudo().with_context(active_test=False)
        found = product and Carrier.search([("product_id", "=", product.id)], limit=1)
        if found:
            return found
        names = {
            "pickup": self.env._("Pickup in store"),
            "pickup_point": self.env._("Pickup point"),
        }
        values = channel._prepare_charge_product_values(names[kind], code)
        return Carrier.create(
            {
                "name": names[kind],
                "delivery_type": "fixed",
                "fixed_price": 0.0,
                "product_id": (product or Product.create(values)).id,
                "company_id": company.id,
            }
        )

    def _find_order_places(self, order, document):
        """Return {order line id: warehouse} that ``order`` ships from."""
        return self._find_places(order.channel_id, document)

    @api.model
    def _find_places(self, channel, document):
        """Return {order line id: warehouse} as the channel asks for it.

        A line that is split over places goes whole to the one with most of its units.
        """
        asked = {}
        for shipment_order in document.shipment_orders:
            if shipment_order.taken_along or shipment_order.state in (
                "closed",
                "cancelled",
                "incomplete",
            ):
                continue
            for line in shipment_order.lines:
                places = asked.setdefault(line.line_id, {})
                place = shipment_order.location_id
                places[place] = places.get(place, 0) + line.remaining
        chosen = {
            line_id: max(places, key=lambda place: (places[place], place))
            for line_id, places in asked.items()
        }
        warehouses = self._find_warehouses(channel, set(chosen.values()))
        return {
            line_id: warehouses[place]
            for line_id, place in chosen.items()
            if place in warehouses
        }

    @api.model
    def _find_warehouses(self, channel, place_ids):
        """Return {the channel's place id: our warehouse} of the mapped ones.

        A place that is left out is told nothing; its orders leave from there as before.
        """
        if not place_ids:
            return {}
        rows = self.env["retail.sync.location"].search(
            [("channel_id", "=", channel.id), ("external_id", "in", list(place_ids))]
        )
        return {
            row.external_id: row.warehouse_id or row.location_id.warehouse_id
            for row in rows
            if row.warehouse_id or row.location_id.warehouse_id
        }

    @api.model
    @tools.ormcache("code")
    def _country_id(self, code):
        return self.env["res.country"].sudo().search([("code", "=", code)], limit=1).id

    @api.model
    def _find_country(self, address):
        """Return the country of ``address``, or no record."""
        code = (address.country_code if address else "").strip().upper()
        country_id = self._country_id(code) if code else False
        return self.env["res.country"].browse(country_id or [])

    @api.model
    def _tax_state(self, channel, document, country):
        """Return the region of ``country`` where the goods go, or no record."""
        delivery = document.delivery
        for address in (
            delivery.place,
            document.shipping_address,
            document.billing_address,
        ):
            if address and self._find_country(address) == country:
                return self.env["retail.sync.map.state"]._lookup(
                    channel, country, address.state_code, address.state_name
                )
        return self.env["res.country.state"]

    @api.model
    def _tax_country(self, channel, document):
        """Return the country whose taxes apply: where the goods go."""
        return (
            self._find_country(document.delivery.place)
            or self._find_country(document.shipping_address)
            or self._find_country(document.billing_address)
            or channel.company_id.account_fiscal_country_id
        )
