"""What the tests of a channel's set-up share: one that says something in each part."""

import json

from .common import RetailSyncCommon


class SetupCase(RetailSyncCommon):
    """``self.channel`` with a row in each section, ``self.second`` with none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.name = "Shop One"
        cls.setup = cls.env["retail.sync.setup.file"]
        cls.depot = cls.env["stock.warehouse"].create(
            {"name": "Depot", "code": "DEPOT", "company_id": cls.company.id}
        )
        cls.chair = cls.make_product("CHAIR")
        cls.tax = cls.env["account.tax"].create(
            {"name": "Our 20", "amount": 20.0, "type_tax_use": "sale"}
        )
        cls.journal = cls.env["account.journal"].create(
            {"name": "Card money", "code": "CARDM", "type": "bank"}
        )
        cls.make_setup(cls.channel)
        cls.second = cls.make_channel(name="Shop Two")
        cls.make_place(cls.second)
        cls.make_listing(cls.second)

    @classmethod
    def make_place(cls, channel, external_id="L1", **values):
        """Make a location of the channel."""
        return cls.env["retail.sync.location"].create(
            {
                "channel_id": channel.id,
                "external_id": external_id,
                "name": "Front store",
                **values,
            }
        )

    @classmethod
    def make_listing(cls, channel, external_id="v1", **values):
        """Make a listing of the channel."""
        return cls.env["retail.sync.listing"].create(
            {
                "channel_id": channel.id,
                "external_id": external_id,
                "sku": "chair-1",
                "title": "A chair",
                **values,
            }
        )

    @classmethod
    def make_setup(cls, channel):
        """Let the channel say something in each section."""
        channel.write({"order_policy": "paid", "share": 80.0, "rank": 3})
        channel._workflow("order").interval_s = 600
        place = cls.make_place(channel, warehouse_id=cls.depot.id, buffer_qty=2)
        cls.make_listing(channel, product_id=cls.chair.id, cap_qty=7)
        own = {"channel_id": channel.id}
        cls.env["retail.sync.map.tax"].create(
            {**own, "title": "VAT", "rate": 20.0, "tax_ids": [(6, 0, cls.tax.ids)]}
        )
        cls.env["retail.sync.map.gateway"].create(
            {**own, "gateway": "cards", "journal_id": cls.journal.id}
        )
        cls.env["retail.sync.map.carrier"].create(
            {**own, "service": "express", "name": "UPS"}
        )
        country = cls.env.ref("base.us")
        cls.env["retail.sync.map.state"].create(
            {**own, "country_id": country.id, "code": "Calif"}
        )
        cls.env["retail.sync.stock.rule"].create(
            {
                **own,
                "kind": "buffer",
                "quantity": 4,
                "location_id": place.id,
                "product_id": cls.chair.id,
                "note": "Ask Petra Muster",
                "sun": False,
            }
        )

    def exported(self, channel=None):
        """Return the file of a channel as data."""
        return json.loads(self.setup._export(channel or self.channel))

    def lines(self, data, channel=None, **wanted):
        """Return the compared lines whose attributes are as wanted."""
        lines = self.setup._compare(channel or self.second, data)
        return [
            line
            for line in lines
            if all(getattr(line, name) == value for name, value in wanted.items())
        ]

    def load(self, data, channel=None, pick=lambda line: True):
        """Load what can be loaded of a file, or a part of it."""
        channel = channel or self.second
        chosen = {
            line.ref: (line.effect, line.here, line.there)
            for line in self.setup._compare(channel, data)
            if line.effect in ("add", "change") and pick(line)
        }
        content = json.dumps(data).encode()
        return self.setup._load(channel, content, chosen, "shop.json")
