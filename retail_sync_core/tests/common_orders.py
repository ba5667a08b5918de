from decimal import Decimal

from odoo import Command

from ..testing_orders import make_line, make_order
from .common import RetailSyncCommon
from .random_orders import DECIMALS, PLACES


class OrdersCommon(RetailSyncCommon):
    """A channel with products, taxes and stock, and a short way to import an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.channel.write(
            {
                "order_policy": "confirm",
                "release_on": "paid",
                "cancel_policy": "auto",
                "rounding_limit": 0.05,
            }
        )
        cls.currency_name = cls.company.currency_id.name
        ordered = {"company_id": False, "invoice_policy": "order"}
        cls.shirt = cls.make_product("SHIRT", 100, **ordered)
        cls.mug = cls.make_product("MUG", 100, **ordered)

    @classmethod
    def make_tax(cls, percent, included=False, **values):
        return cls.env["account.tax"].create(
            {
                "name": f"Test {percent} {'incl' if included else 'excl'}",
                "amount": percent,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "price_include_override": "tax_included"
                if included
                else "tax_excluded",
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def sell_anywhere(cls):
        """Have a tax for each rate of random orders, and their currencies alone."""
        cls.env["account.tax"].search(
            [("type_tax_use", "=", "sale"), ("company_id", "=", cls.company.id)]
        ).active = False
        percents = {Decimal(rate) * 100 for place in PLACES for _title, rate in place}
        for percent in sorted(percents):
            for included in (True, False):
                cls.make_tax(float(percent), included)
        for name in DECIMALS:
            cls.sell_in(name)

    @classmethod
    def sell_in(cls, name, rate=1.25):
        """Have a currency switched on, with a rate: without one nothing is posted."""
        currency = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", name)])
        )
        currency.active = True
        if currency != cls.company.currency_id and not currency.rate_ids:
            cls.env["res.currency.rate"].create(
                {"currency_id": currency.id, "name": "2020-01-01", "rate": rate}
            )
        return currency

    def map_tax(self, title, rate, included, taxes, **values):
        return self.env["retail.sync.map.tax"].create(
            {
                "channel_id": self.channel.id,
                "title": title,
                "rate": rate,
                "included": included,
                "tax_ids": [Command.set(taxes.ids)],
                **values,
            }
        )

    def order(self, external_id="order-1", **values):
        values.setdefault("currency", self.currency_name)
        values.setdefault("lines", [make_line(sku="SHIRT", quantity=2, price="19.99")])
        return make_order(external_id, **values)

    def import_order(self, document):
        """Import as the channel's user does; return the channel's order."""
        importer = self.env["retail.sync.importer.order"].with_user(
            self.channel.user_id
        )
        return importer._import(self.channel.with_user(self.channel.user_id), document)

    def ship(self, picking, **quantities):
        """Validate ``picking``; ``SKU=units`` for a part of it, with a backorder."""
        for move in picking.move_ids:
            if not quantities:
                break
            units = quantities.get(move.product_id.default_code, 0)
            move.write({"quantity": units, "picked": bool(units)})
        done = picking.with_context(skip_backorder=True).button_validate()
        self.assertIs(done, True)

    def effects(self, order, kind="shipment"):
        return (
            order._effects().filtered(lambda effect: effect.kind == kind).sorted("id")
        )

    def told(self, effect):
        """Return {order line id: units} of a shipment."""
        document = effect._get_document()
        return {line_id: int(units) for line_id, units in document.lines}
