"""The connector's own adapter against the sandbox: both must mean the same protocol."""

from dataclasses import replace
from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.adapters.base import (
    Account,
    Effect,
    IncomingRequest,
)
from odoo.addons.retail_sync_core.adapters.transport import Response
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter
from sandbox.testkit import LocalSandbox

HOOK = "https://erp.example.com/retail_sync/hook"


class LocalTransport:
    """Carries requests into the sandbox of the same process."""

    def __init__(self, shop):
        self.shop = shop

    def send(self, request):
        try:
            answer = self.shop.http.open(
                request.url,
                method=request.method,
                data=request.body,
                headers=dict(request.headers),
            )
        except ConnectionAbortedError as lost:
            raise errors.InDoubtError(str(lost), code="no_answer") from lost
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(
            status=answer.status_code, headers=headers, body=answer.get_data()
        )


@pytest.fixture
def shop():
    shop = LocalSandbox()
    shop.ids = shop.seed(
        locations=[{"name": "Berlin"}, {"name": "Hamburg"}],
        products=[
            {
                "title": "Mug",
                "variants": [
                    {"sku": "MUG-R", "price": "12.50", "levels": {"Berlin": 10}},
                    {"sku": "MUG-B", "price": "9.99", "levels": {"Berlin": 10}},
                ],
            }
        ],
    )
    return shop


@pytest.fixture
def adapter(shop):
    account = Account(
        environment="sandbox",
        secrets={
            "client_secret": ("sandbox-secret",),
            "access_token": ("shpat_sandbox",),
        },
        settings={
            "shop": "demo-shop.myshopify.com",
            "client_id": "sandbox-client",
        },
        base_url="http://sandbox",
    )
    return ShopifyAdapter(account, LocalTransport(shop))


def place(shop, **given):
    lines = [{"sku": "MUG-R", "quantity": 3}, {"sku": "MUG-B", "quantity": 1}]
    return shop.place_order(lines=lines, **given)


def effect(kind, body, key="effect-1", **more):
    return Effect(kind=kind, key=key, body=body, **more)


def shipment(order, *units):
    lines = tuple(
        (line["id"], Decimal(count))
        for line, count in zip(order["lines"], units, strict=False)
    )
    tracking = (doc.Tracking(number="JD01", carrier="DHL"),)
    return doc.Shipment(
        order_id=order["id"], reference="WH/OUT/1", lines=lines, tracking=tracking
    )


def pages(adapter, flow):
    found, cursor, more = [], "", True
    while more:
        page = adapter.fetch_page(flow, cursor, None)
        found += page.documents
        cursor, more = page.cursor, page.more
    return found


def test_the_connection_is_tested(adapter):
    info = adapter.test()

    assert info.name == "Demo Shop (sandbox)"
    assert info.currency == "EUR"
    assert info.missing_scopes == ()


def test_a_missing_scope_is_named(adapter, shop):
    shop.settings(scopes=["read_orders", "read_products", "read_locations"])

    assert "write_inventory" in adapter.test().missing_scopes


def test_a_token_is_fetched_by_client_credentials(adapter, shop):
    renewal = adapter.renew()

    secrets = {**adapter.account.secrets, renewal.name: (renewal.value,)}
    fresh = ShopifyAdapter(replace(adapter.account, secrets=secrets), adapter.transport)
    shop.settings(fixed_tokens=[])
    assert fresh.test().name


def test_places_items_and_levels_are_read(adapter, shop):
    items = [one for one in pages(adapter, "catalog") if isinstance(one, doc.Item)]

    assert [one.name for one in pages(adapter, "places")] == ["Berlin", "Hamburg"]
    assert [one.sku for one in items] == ["MUG-R", "MUG-B"]
    assert [one.available for one in pages(adapter, "levels")] == [10, 10]


def test_changed_orders_are_found(adapter, shop):
    order = place(shop, webhooks=False)

    assert [one.external_id for one in pages(adapter, "order")] == [order["id"]]


def test_an_order_is_understood(adapter, shop):
    order = place(
        shop,
        shipping={"price": "4.90"},
        discounts=[{"code": "TEN", "percentage": "10"}],
        customer={"first_name": "Ada", "last_name": "Ahorn", "email": "a@example.com"},
    )

    document = adapter.fetch("order", order["id"])

    assert document.external_ref == order["name"]
    assert document.total == Decimal(order["total"])
    assert document.payment_state == doc.PaymentState.PAID
    assert [line.sku for line in document.lines] == ["MUG-R", "MUG-B"]
    assert document.customer.email == "a@example.com"
    assert document.shipment_orders[0].can_ship


def test_an_order_of_many_lines_is_read_whole(adapter, shop):
    lines = [{"sku": "MUG-R"} for _number in range(120)]
    order = shop.place_order(lines=lines)
    shop.fulfill(order["name"])

    document = adapter.fetch("order", order["id"])

    assert len(document.lines) == 120
    assert len(document.shipment_orders[0].lines) == 120
    assert len(document.shipments[0].lines) == 120


def test_an_item_is_stocked_at_another_location(adapter, shop):
    place_id = shop.ids["locations"]["Hamburg"]
    item_id = shop.ids["variants"]["MUG-R"]["item"]
    ref = doc.LevelRef(item_id=item_id, location_id=place_id)
    write = doc.LevelWrite(ref=ref, quantity=4)
    body = doc.StockPush(location_id=place_id, levels=(write,))

    assert adapter.send(effect("activation", body)).state == "applied"
    assert adapter.read_levels((ref,))[0].active


def test_a_level_is_pushed_and_a_stale_one_is_a_conflict(adapter, shop):
    place_id = shop.ids["locations"]["Berlin"]
    ref = doc.LevelRef(
        item_id=shop.ids["variants"]["MUG-R"]["item"], location_id=place_id
    )

    def push(quantity, expected, key):
        write = doc.LevelWrite(ref=ref, quantity=quantity, expected=expected)
        body = doc.StockPush(location_id=place_id, levels=(write,))
        return adapter.send(effect("stock", body, key))

    first = push(7, 10, "key-1")
    second = push(5, 10, "key-2")

    assert first.state == "applied"
    assert second.items[0].state == "conflict"
    assert shop.level("MUG-R", "Berlin")["available"] == 7
    assert adapter.read_levels((ref,))[0].available == 7


def test_a_shipment_is_told_in_parts(adapter, shop):
    order = place(shop)

    outcome = adapter.send(effect("shipment", shipment(order, 2)))

    assert outcome.state == "applied"
    (made,) = shop.fulfillments()
    assert made["lines"] == [{"sku": "MUG-R", "quantity": 2}]
    assert made["tracking"][0]["number"] == "JD01"


def test_a_shipment_in_doubt_is_found_again(adapter, shop):
    order = place(shop)
    told = effect("shipment", shipment(order, 3, 1))
    shop.fault("drop_after", "fulfillmentCreate")
    with pytest.raises(errors.InDoubtError):
        adapter.send(told)

    outcome = adapter.read_back(told)

    assert outcome.state == "applied"
    assert len(shop.fulfillments()) == 1


def test_a_shipment_that_never_arrived_is_not_found(adapter, shop):
    order = place(shop)
    told = effect("shipment", shipment(order, 3, 1))
    shop.fault("drop_before", "fulfillmentCreate")
    with pytest.raises(errors.InDoubtError):
        adapter.send(told)

    assert adapter.read_back(told).state == "not_found"


def test_a_cancellation_is_accepted_and_then_done(adapter, shop):
    order = place(shop)
    asked = effect("cancellation", doc.Cancellation(order_id=order["id"]))

    accepted = adapter.send(asked)

    assert accepted.state == "accepted"
    assert adapter.poll(replace(asked, handle=accepted.handle)).state == "applied"
    assert shop.order(order["name"])["cancelled"]


def test_webhooks_are_subscribed_signed_and_understood(adapter, shop):
    for topic in adapter.webhook_topics:
        adapter.subscribe(topic, HOOK)
    order = place(shop)
    shop.fulfill(order["name"])

    sent = shop.deliver()

    receptions = [
        adapter.receive(IncomingRequest(headers=one.headers, body=one.body))
        for one in sent
    ]
    assert {one.verdict for one in receptions} == {"accepted"}
    assert {one.problem for one in receptions} == {""}
    named = {notice.external_id for one in receptions for notice in one.notices}
    assert order["id"] in named
    standing = adapter.list_subscriptions()
    assert len(standing) == len(adapter.webhook_topics)
    adapter.unsubscribe(standing[0].external_id)
    assert len(adapter.list_subscriptions()) == len(standing) - 1


def test_an_unknown_state_is_kept_as_unknown(adapter, shop):
    order = place(shop)
    shop.fault("unknown_enum", field="displayFinancialStatus", value="FROZEN_NEW")

    document = adapter.fetch("order", order["id"])

    assert document.payment_state == doc.PaymentState.UNKNOWN


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "throttled"}, errors.ThrottledError),
        ({"kind": "error_before"}, errors.TransientError),
        ({"kind": "truncated"}, errors.TransientError),
        ({"kind": "expired_token"}, errors.ConfigurationError),
    ],
)
def test_a_fault_of_the_sandbox_is_the_error_it_plays(adapter, shop, fault, error):
    order = place(shop)
    shop.app.endpoint.bucket.clock = lambda: shop.app.endpoint.bucket.seen
    shop.fault(**fault)

    with pytest.raises(error):
        adapter.fetch("order", order["id"])
