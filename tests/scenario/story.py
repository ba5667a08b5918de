"""A retailer with a Shopify channel over all modules, to tell stories about.

The adapter is the real one; the shop is the sandbox in this very process. Webhooks go
through our door with the signature that the sandbox gave them.
"""

from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.addons.retail_sync_core.adapters.base import IncomingRequest
from odoo.addons.retail_sync_core.adapters.transport import Response, broken
from odoo.addons.retail_sync_core.tests.common import RetailSyncCommon
from sandbox.testkit import LocalSandbox

PLACE = "Main"
ON_HAND = 10


class InProcess:
    """A transport straight into the sandbox."""

    def __init__(self, shop):
        self.shop = shop

    def send(self, request):
        """Return the sandbox's answer; a connection it hangs up is one lost."""
        try:
            answer = self.shop.http.open(
                urlsplit(request.url).path,
                method=request.method,
                data=request.body,
                headers=dict(request.headers),
            )
        except ConnectionAbortedError as exc:
            raise broken(request, "hung up") from exc
        headers = {name.lower(): value for name, value in answer.headers}
        return Response(
            status=answer.status_code, headers=headers, body=answer.get_data()
        )


class ShopifyStory(RetailSyncCommon):
    """A retailer with one warehouse, ten mugs, and a connected Shopify shop."""

    adapter = None
    catalogue = ("MUG", "NEWCOMER")
    places = (PLACE,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.tax"].create(
            {
                "name": "VAT 19 in the price",
                "amount": 19,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
                "company_id": cls.company.id,
            }
        )
        cls.mug = cls.make_product("MUG", ON_HAND, list_price=10, company_id=False)

    @classmethod
    def make_channel(cls, **values):
        """Make a channel that is not yet connected."""
        channel = super().make_channel(
            code="shopify",
            environment="sandbox",
            base_url="http://sandbox",
            state="draft",
            order_policy="confirm",
            release_on="paid",
            cancel_policy="auto",
            settings={
                "shop": "demo-shop.myshopify.com",
                "client_id": "sandbox-client",
            },
            **values,
        )
        secrets = cls.env["retail.sync.secret"]
        secrets._store(channel, "client_secret", "sandbox-secret")
        return channel

    def setUp(self):
        super().setUp()
        self.shop = LocalSandbox()
        self.shop.seed(
            shop={"currencyCode": self.company.currency_id.name},
            locations=[{"name": name} for name in self.places],
            products=[self.goods(sku) for sku in self.catalogue],
        )
        transport = InProcess(self.shop)
        channels = self.registry["retail.sync.channel"]
        self.startPatcher(
            patch.object(channels, "_make_transport", lambda _self: transport)
        )
        self.connect()

    def goods(self, sku):
        levels = dict.fromkeys(self.places, 0)
        variant = {"sku": sku, "price": "10.00", "levels": levels}
        return {"title": sku.capitalize(), "variants": [variant]}

    def connect(self):
        """Do what a person does on the channel, then work until nothing is due."""
        self.channel.action_test_connection()
        for handler in ("places.read", "catalog.page"):
            self.channel._enqueue_check(handler)
        self.work()
        self.map_places()
        self.channel.action_go_live()
        self.env["retail.sync.channel"]._enqueue_checks()
        self.work()

    def map_places(self):
        """Say which of our warehouses the shop's places are."""
        self.channel.location_ids.warehouse_id = self.warehouse

    def work(self):
        """Work until nothing is due, also what is only due in some minutes."""
        self.env.flush_all()
        self.run_jobs(ahead_s=600)
        self.env.invalidate_all()

    def hear(self, deliveries=None):
        """Let webhooks in at the door as the controller does, and work."""
        door_model = self.env["retail.sync.door"]
        door, account = door_model._find("shopify", self.channel.sudo().token)
        for one in self.shop.deliver() if deliveries is None else deliveries:
            headers = {name.lower(): value for name, value in one.headers.items()}
            given = IncomingRequest(headers=headers, body=one.body, query={})
            reception = door.adapter_class(account, None).receive(given)
            self.assertEqual(reception.verdict, "accepted")
            door_model._accept(door, reception.notices, "webhook", reception.problem)
        self.work()

    def buy(self, quantity=1, sku="MUG", **given):
        """Let a customer order; return the sandbox's words about it."""
        line = {"sku": sku, "quantity": quantity}
        return self.shop.place_order(lines=[line], **given)

    def ours(self, placed):
        """Return what we have of an order."""
        return self.env["retail.sync.order"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("external_id", "=", placed["id"]),
            ]
        )

    def ship(self, picking, units=None, tracking=""):
        """Validate a delivery, or ``units`` of it with a backorder."""
        picking.carrier_tracking_ref = tracking
        if units:
            picking.move_ids.write({"quantity": units, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.work()

    def offered(self, sku="MUG"):
        """Return how many the shop may sell."""
        return self.shop.level(sku, PLACE)["available"]

    def free(self):
        """Return how many nobody has reserved here."""
        self.env.invalidate_all()
        return self.mug.with_context(warehouse_id=self.warehouse.id).free_qty
