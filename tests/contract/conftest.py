"""Makers for the adapters' contract tests: accounts, answers, nodes."""

import json
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.adapters.transport import Response, broken
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.testing import (
    FakeClock,
    FakeTransport,
    json_response,
)
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter
from sandbox.schema import SchemaError, load_schema
from sandbox.testkit import LocalSandbox

SHOP = "demo-shop.myshopify.com"
ORDER = "gid://shopify/Order/1"
DATE = "Fri, 20 Nov 2026 12:00:00 GMT"


class ShopifyKit:
    """Makes Shopify adapters, and answers as its API gives them.

    :ivar transport: of the adapter made last
    """

    shop = SHOP
    order_id = ORDER

    def __init__(self):
        self.clock = FakeClock(datetime(2026, 11, 20, 12, tzinfo=timezone.utc))
        self.transport = FakeTransport()

    def account(self, *, secrets=None, settings=None, **given):
        return base.Account(
            secrets={"access_token": ("shpat_token",), **(secrets or {})},
            settings={"shop": SHOP, **(settings or {})},
            **given,
        )

    def adapter(self, *answers, account=None):
        """Return an adapter that gets ``answers``; a dictionary is GraphQL data."""
        played = [self.answer(a) if isinstance(a, dict) else a for a in answers]
        self.transport = FakeTransport(played)
        return ShopifyAdapter(account or self.account(), self.transport, self.clock)

    def answer(self, data, *, errors=None, status=200, cost=None, **headers):
        body = {"data": data}
        if errors:
            body["errors"] = errors
        if cost:
            body["extensions"] = {"cost": cost}
        headers = {"date": DATE, "x_request_id": "req-1", **headers}
        return json_response(body, status, **headers)

    def error(self, code, data=None, message="refused", **given):
        extensions = {"code": code} if code else {}
        found = [{"message": message, "extensions": extensions}]
        return self.answer(data, errors=found, **given)

    def throttle(self, requested=752, available=666.0, restore=100.0):
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": None,
            "throttleStatus": {
                "maximumAvailable": 2000.0,
                "currentlyAvailable": available,
                "restoreRate": restore,
            },
        }

    def sent(self, index=-1):
        """Return the variables of a request that was sent."""
        return json.loads(self.transport.requests[index].body)["variables"]

    def operations(self):
        return [request.operation for request in self.transport.requests]

    def effect(self, body, kind="stock", **given):
        given.setdefault("sent_at", self.clock())
        return base.Effect(kind=kind, key="uuid-digest", body=body, **given)

    def push(self, *levels, place="gid://shopify/Location/1"):
        """Return a stock push of (item number, quantity, expected)."""
        return doc.StockPush(
            location_id=place,
            levels=tuple(
                doc.LevelWrite(
                    ref=doc.LevelRef(
                        item_id=f"gid://shopify/InventoryItem/{item}", location_id=place
                    ),
                    quantity=quantity,
                    expected=expected,
                )
                for item, quantity, expected in levels
            ),
        )

    def money(self, amount, currency="EUR", other=None, other_currency=None):
        """Return a ``MoneyBag``: shop money, and presentment money if it differs."""
        return {
            "shopMoney": {"amount": str(amount), "currencyCode": currency},
            "presentmentMoney": {
                "amount": str(amount if other is None else other),
                "currencyCode": other_currency or currency,
            },
        }

    def page(self, *nodes, cursor=None):
        return {
            "pageInfo": {"hasNextPage": bool(cursor), "endCursor": cursor},
            "nodes": list(nodes),
        }

    def line(self, number=1, price="10.00", quantity=1, **given):
        """Return a ``LineItem`` node."""
        return {
            "id": f"gid://shopify/LineItem/{number}",
            "name": f"Thing {number}",
            "sku": f"SKU-{number}",
            "quantity": quantity,
            "currentQuantity": quantity,
            "isGiftCard": False,
            "requiresShipping": True,
            "customAttributes": [],
            "variant": {
                "id": f"gid://shopify/ProductVariant/{number}",
                "barcode": None,
                "inventoryItem": {"id": f"gid://shopify/InventoryItem/{number}"},
            },
            "originalUnitPriceSet": self.money(price),
            "discountAllocations": [],
            "taxLines": [],
            "duties": [],
            **given,
        }

    def tax(self, amount, rate=0.19, title="VAT", **given):
        bag = self.money(amount)
        return {
            "title": title,
            "rate": rate,
            "ratePercentage": None,
            "priceSet": bag,
        } | given

    def discount(self, amount, **about):
        bag = self.money(amount)
        return {"allocatedAmountSet": bag, "discountApplication": about}

    def order(self, *lines, total="10.00", **given):
        """Return an ``Order`` node, plain and paid."""
        return {
            "id": ORDER,
            "name": "#1001",
            "createdAt": "2026-11-20T10:00:00Z",
            "updatedAt": "2026-11-20T11:00:00Z",
            "currencyCode": "EUR",
            "presentmentCurrencyCode": "EUR",
            "taxesIncluded": True,
            "displayFinancialStatus": "PAID",
            "displayFulfillmentStatus": "UNFULFILLED",
            "returnStatus": "NO_RETURN",
            "totalPriceSet": self.money(total),
            "lineItems": self.page(*(lines or [self.line()])),
            "shippingLines": {"nodes": []},
            "transactions": [],
            "fulfillmentOrders": self.page(),
            "fulfillments": [],
            "additionalFees": [],
            "tags": [],
            **given,
        }

    def fulfillment_order(self, number=1, lines=((1, 1),), place=1, **given):
        """Return a ``FulfillmentOrder`` node of (line number, units left)."""
        return {
            "id": f"gid://shopify/FulfillmentOrder/{number}",
            "status": "OPEN",
            "assignedLocation": {"location": {"id": f"gid://shopify/Location/{place}"}},
            "fulfillmentHolds": [],
            "supportedActions": [{"action": "CREATE_FULFILLMENT"}],
            "lineItems": self.page(
                *(
                    {
                        "id": f"gid://shopify/FulfillmentOrderLineItem/{number}{line}",
                        "totalQuantity": units,
                        "remainingQuantity": units,
                        "lineItem": {"id": f"gid://shopify/LineItem/{line}"},
                    }
                    for line, units in lines
                )
            ),
            **given,
        }

    def fulfillment(self, number=1, lines=((1, 1),), tracking=(), **given):
        """Return a ``Fulfillment`` node."""
        return {
            "id": f"gid://shopify/Fulfillment/{number}",
            "status": "SUCCESS",
            "createdAt": "2026-11-20T12:00:01Z",
            "location": {"id": "gid://shopify/Location/1"},
            "trackingInfo": [
                {"company": "DHL", "number": one, "url": None} for one in tracking
            ],
            "fulfillmentLineItems": self.page(
                *(
                    {
                        "quantity": units,
                        "lineItem": {"id": f"gid://shopify/LineItem/{line}"},
                    }
                    for line, units in lines
                )
            ),
            **given,
        }


class SandboxBench:
    """A seeded shop in memory and an adapter that is let in."""

    PLACES = ({"name": "Main"}, {"name": "Store"})
    PRODUCTS = (
        {
            "title": "Mug",
            "variants": [
                {"sku": "MUG", "price": "10.00", "levels": {"Main": 10, "Store": 5}}
            ],
        },
        {
            "title": "Cup",
            "variants": [
                {
                    "sku": "CUP",
                    "price": "7.00",
                    "barcode": "40123",
                    "levels": {"Main": 10},
                }
            ],
        },
    )

    def __init__(self):
        try:
            load_schema()
        except SchemaError as exc:
            pytest.skip(str(exc))
        self.shop = LocalSandbox()
        self.places = self.shop.seed(locations=self.PLACES, products=self.PRODUCTS)[
            "locations"
        ]
        self.items = {one["sku"]: one for one in self.shop.variants()}
        self.adapter = ShopifyAdapter(self.account(), self)

    def account(self, **given):
        return base.Account(
            environment="sandbox",
            base_url="http://sandbox",
            secrets={
                "client_secret": ("sandbox-secret",),
                "access_token": ("shpat_sandbox",),
            },
            settings={"shop": SHOP, "client_id": "sandbox-client"},
            **given,
        )

    def send(self, request):
        """Be a transport: a connection that a fault closes leaves it in doubt."""
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

    def order(self, *lines, **given):
        lines = lines or ({"sku": "MUG", "quantity": 2},)
        return self.shop.place_order(lines=list(lines), **given)

    def fetch(self, placed):
        return self.adapter.fetch("order", placed["id"])

    def ref(self, sku="MUG", place="Main"):
        readings = self.adapter.fetch_page("catalog", "", None).documents
        item = next(one for one in readings if one.sku == sku)
        return doc.LevelRef(item_id=item.external_id, location_id=self.places[place])

    def shipment(self, order, numbers=("JD01",), **given):
        return doc.Shipment(
            order_id=order.external_id,
            reference="WH/OUT/1",
            location_id=self.places["Main"],
            lines=tuple((line.external_id, line.quantity) for line in order.lines),
            tracking=tuple(doc.Tracking(number=n, carrier="DHL") for n in numbers),
            **given,
        )

    def effect(self, body, kind="shipment", key="key-1", **given):
        given.setdefault("sent_at", self.adapter.clock() - timedelta(seconds=1))
        return base.Effect(kind=kind, key=key, body=body, **given)


@pytest.fixture
def shopify():
    """Return the maker of Shopify adapters and answers."""
    return ShopifyKit()


@pytest.fixture
def bench():
    """Return a shop in memory and an adapter that is let in."""
    return SandboxBench()


@pytest.fixture(scope="session")
def make_bench():
    """Return the maker of shops in memory, for what outlives a test."""
    return SandboxBench
