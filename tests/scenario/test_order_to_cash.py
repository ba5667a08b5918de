"""From the order in the shop to the shipment told: a Shopify channel over all modules.

The adapter is the real one; the shop is the sandbox in this very process. Webhooks go
through our door with the signature that the sandbox gave them.
"""

from decimal import Decimal
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.addons.retail_sync_core.adapters.base import IncomingRequest
from odoo.addons.retail_sync_core.adapters.transport import Response, broken
from odoo.addons.retail_sync_core.tests.common import RetailSyncCommon
from odoo.tests import tagged
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
            locations=[{"name": PLACE}],
            products=[self.goods("MUG"), self.goods("NEWCOMER")],
        )
        transport = InProcess(self.shop)
        channels = self.registry["retail.sync.channel"]
        self.startPatcher(
            patch.object(channels, "_make_transport", lambda _self: transport)
        )
        self.connect()

    def goods(self, sku):
        variant = {"sku": sku, "price": "10.00", "levels": {PLACE: 0}}
        return {"title": sku.capitalize(), "variants": [variant]}

    def connect(self):
        """Do what a person does on the channel, then work until nothing is due."""
        self.channel.action_test_connection()
        for handler in ("places.read", "catalog.page"):
            self.channel._enqueue_check(handler)
        self.work()
        self.channel.location_ids.warehouse_id = self.warehouse
        self.channel.action_go_live()
        self.env["retail.sync.channel"]._enqueue_checks()
        self.work()

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


@tagged("post_install", "-at_install")
class TestOrderToCash(ShopifyStory):
    """What a retailer lives through with an order."""

    def test_a_paid_order_is_imported_delivered_and_told_once(self):
        self.assertEqual(self.channel.state, "live")
        self.assertEqual(self.offered(), ON_HAND)
        placed = self.buy(2)

        self.hear()
        sale = self.ours(placed).order_id
        self.assertEqual(sale.state, "sale")
        self.assertEqual(
            Decimal(str(sale.amount_total)).quantize(Decimal("0.01")),
            Decimal(placed["total"]),
        )
        self.ship(sale.picking_ids, tracking="TRACK-1")
        self.hear()

        (told,) = self.shop.fulfillments()
        self.assertEqual(told["lines"], [{"sku": "MUG", "quantity": 2}])
        self.assertEqual(told["tracking"][0]["number"], "TRACK-1")
        self.assertEqual(len(self.shop.calls("FulfillmentCreate")), 1)
        self.assertEqual(self.shop.order(placed["name"])["fulfillment"], "FULFILLED")
        self.assertEqual(sale.picking_ids.retail_sync_state, "told")
        self.assertEqual(self.offered(), ON_HAND - 2)

    def test_a_part_and_its_backorder_are_told_as_two_shipments(self):
        placed = self.buy(3)
        self.hear()
        sale = self.ours(placed).order_id

        self.ship(sale.picking_ids, units=1)
        self.hear()
        half_way = self.shop.order(placed["name"])["fulfillment"]
        self.ship(sale.picking_ids.filtered(lambda p: p.state != "done"))

        self.assertEqual(half_way, "PARTIALLY_FULFILLED")
        units = [one["lines"][0]["quantity"] for one in self.shop.fulfillments()]
        self.assertEqual(units, [1, 2])
        self.assertEqual(self.shop.order(placed["name"])["fulfillment"], "FULFILLED")

    def test_a_pending_payment_holds_the_delivery_until_it_is_paid(self):
        placed = self.buy(financial="pending")
        self.hear()
        picking = self.ours(placed).order_id.picking_ids
        self.assertTrue(picking.retail_sync_hold_reason)

        self.shop.pay(placed["name"])
        self.hear()

        self.assertFalse(picking.retail_sync_hold_reason)
        self.ship(picking)
        self.assertEqual(self.shop.order(placed["name"])["fulfillment"], "FULFILLED")

    def test_an_order_canceled_before_shipping_gives_its_stock_back(self):
        placed = self.buy(4)
        self.hear()
        self.assertEqual(self.free(), ON_HAND - 4)

        self.shop.cancel(placed["name"])
        self.hear()

        order = self.ours(placed)
        self.assertEqual(order.order_id.state, "cancel")
        self.assertEqual(set(order.order_id.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(self.free(), ON_HAND)
        self.assertEqual(self.offered(), ON_HAND)

    def test_an_unknown_product_parks_the_order_until_it_is_made(self):
        placed = self.buy(sku="NEWCOMER")
        self.hear()
        self.assertFalse(self.ours(placed).order_id)
        issue = self.issues("unknown_sku")
        self.assertEqual(len(issue), 1)

        self.make_product("NEWCOMER", 5, company_id=False)
        listings = self.channel.listing_ids.filtered(lambda x: x.sku == "NEWCOMER")
        listings.action_match_again()
        self.work()

        self.assertEqual(self.ours(placed).order_id.state, "sale")
        self.assertEqual(issue.state, "closed")

    def test_a_sale_between_two_pushes_is_no_conflict_and_sells_nothing_twice(self):
        self.shop.advance(60)  # past the second in which we last told our stock
        placed = self.buy(3, webhooks=False)  # nobody tells us
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.mug, self.warehouse.lot_stock_id, -2)

        self.work()

        self.assertEqual(self.ours(placed).order_id.state, "sale")
        self.assertFalse(self.issues("stock_drift"))
        self.assertEqual(self.free(), ON_HAND - 2 - 3)
        self.assertEqual(self.offered(), ON_HAND - 2 - 3)

    def test_a_lost_answer_is_read_back_and_the_shipment_told_once(self):
        placed = self.buy(2)
        self.hear()
        self.shop.fault("drop_after", "FulfillmentCreate")

        picking = self.ours(placed).order_id.picking_ids
        self.ship(picking)

        self.assertFalse(self.shop.faults())
        self.assertEqual(len(self.shop.calls("FulfillmentCreate")), 1)
        self.assertEqual(len(self.shop.fulfillments()), 1)
        self.assertEqual(picking.retail_sync_state, "told")

    def test_webhooks_repeated_late_and_out_of_order_change_nothing(self):
        placed = self.buy(2)
        early = self.shop.deliver()
        self.shop.touch(placed["name"])
        late = self.shop.deliver()
        self.hear([*reversed(late), *reversed(early)])
        order = self.ours(placed)
        before = (order.order_id.id, order.order_id.amount_total, order.version)

        self.hear([*early, *late, *early])

        self.assertTrue(early)
        self.assertEqual(len(self.ours(placed)), 1)
        after = (order.order_id.id, order.order_id.amount_total, order.version)
        self.assertEqual(after, before)
        self.assertEqual(len(order.order_id.picking_ids), 1)
        self.assertEqual(self.free(), ON_HAND - 2)
