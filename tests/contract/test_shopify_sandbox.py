"""The adapter against the sandbox: Shopify's published schema and a shop's behavior."""

from dataclasses import replace
from datetime import timedelta

import pytest
from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.adapters.transport import HttpTransport
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters import topics
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter
from sandbox.client import Sandbox
from sandbox.server import Server


def sum_of(order):
    parts = [*order.lines, *order.charges]
    taxes = sum(tax.amount for part in parts for tax in part.taxes)
    return sum(part.total for part in parts) + (0 if order.taxes_included else taxes)


def test_a_token_is_fetched_and_lets_us_in(bench):
    account = bench.account()
    renewal = ShopifyAdapter(account, bench).renew()
    account = replace(
        account,
        secrets={**account.secrets, "access_token": (renewal.value,)},
        expires={"access_token": renewal.expires_at},
    )

    adapter = ShopifyAdapter(account, bench)
    info = adapter.test()

    assert not adapter.renewal_due()
    assert (info.currency, info.missing_scopes, info.warnings) == ("EUR", (), ())


def test_an_expired_token_is_noticed_and_renewed(bench):
    bench.shop.fault("expired_token")

    with pytest.raises(errors.ConfigurationError):
        bench.adapter.test()

    assert bench.adapter.renewal_due()
    assert bench.adapter.renew().value


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("mode", ["shop", "presentment"])
def test_a_rich_order_adds_up_in_both_currencies(bench, included, mode):
    placed = bench.order(
        {"sku": "MUG", "quantity": 3, "duty": "1.50"},
        {"sku": "CUP", "quantity": 1},
        {"custom": "Engraving", "price": "3.33"},
        {"tip": True, "price": "2.00"},
        taxes_included=included,
        taxes=[{"title": "GST", "rate": "0.05"}, {"title": "QST", "rate": "0.09975"}],
        shipping=[{"title": "DHL", "price": "4.90"}],
        discounts=[{"code": "TEN", "percentage": "10"}, {"amount": "1.00"}],
        fees=[{"name": "Deposit", "price": "0.25"}],
        presentment_currency="USD",
        rate="1.0837",
    )
    account = bench.account()
    account = replace(account, settings={**account.settings, "order_currency": mode})

    order = ShopifyAdapter(account, bench).fetch("order", placed["id"])

    assert sum_of(order) == order.total
    assert order.currency == ("EUR" if mode == "shop" else "USD")
    assert [line.kind.value for line in order.lines].count("tip") == 1
    assert {charge.kind for charge in order.charges} == {"shipping", "duty", "fee"}


def test_an_unknown_state_is_no_error(bench):
    placed = bench.order()
    bench.shop.fault("unknown_enum", operation="OrderFull")

    order = bench.fetch(placed)

    assert order.payment_state is doc.PaymentState.UNKNOWN
    assert order.raw_states["payment"] == "FROZEN_NEW"


def test_a_hundred_lines_come_whole(bench):
    placed = bench.order(*({"sku": "MUG", "quantity": 1} for _ in range(100)))

    order = bench.fetch(placed)

    assert len(order.lines) == len({line.external_id for line in order.lines}) == 100
    assert sum_of(order) == order.total
    assert sum(len(one.lines) for one in order.shipment_orders) == 100


def test_changed_orders_are_found_since_a_time(bench):
    old = bench.order()
    bench.shop.advance(3600)
    since = bench.adapter.fetch_page("order", "", None).as_of - timedelta(minutes=5)
    new = bench.order()

    found = bench.adapter.fetch_page("order", "", since).documents

    assert [notice.external_id for notice in found] == [new["id"]]
    assert old["id"] in {
        notice.external_id
        for notice in bench.adapter.fetch_page("order", "", None).documents
    }


def test_catalog_places_and_levels_are_read(bench):
    items = bench.adapter.fetch_page("catalog", "", None).documents
    places = bench.adapter.fetch_page("places", "", None).documents
    first = bench.adapter.fetch_page("levels", "", None)
    second = bench.adapter.fetch_page("levels", first.cursor, None)

    assert [(one.sku, one.barcode, one.title) for one in items] == [
        ("MUG", "", "Mug"),
        ("CUP", "40123", "Cup"),
    ]
    assert [place.name for place in places] == ["Main", "Store"]
    levels = (*first.documents, *second.documents)
    assert [reading.available for reading in levels] == [10, 10, 5]
    assert not second.more


def test_an_empty_bucket_says_how_long_to_wait(bench):
    bench.shop.empty_bucket()

    with pytest.raises(errors.ThrottledError) as caught:
        bench.adapter.fetch_page("catalog", "", None)

    assert 1.0 <= caught.value.retry_after_s <= 20.0


def test_subscriptions_stand_once_and_their_webhooks_are_ours(bench):
    uri = "https://retailer.example/retail_sync/shopify/token"
    for topic in topics.SUBSCRIBED:
        bench.adapter.subscribe(topic, uri)
    again = bench.adapter.subscribe("orders/create", uri)
    standing = bench.adapter.list_subscriptions()

    placed = bench.order(webhooks=True)
    delivered = {one.headers["X-Shopify-Topic"]: one for one in bench.shop.deliver()}
    delivery = delivered["orders/create"]
    reception = bench.adapter.receive(
        base.IncomingRequest(headers=delivery.headers, body=delivery.body)
    )

    assert {one.topic for one in standing} == set(topics.SUBSCRIBED)
    assert again.external_id in {one.external_id for one in standing}
    assert reception.verdict == "accepted"
    assert reception.notices[0].external_id == placed["id"]
    assert [one.quantity for one in reception.notices[0].demand] == [2]
    for one in standing:
        bench.adapter.unsubscribe(one.external_id)
    assert bench.adapter.list_subscriptions() == ()


def test_it_works_over_the_network_too(bench):
    with Server() as server:
        Sandbox(server.url).seed(locations=bench.PLACES, products=bench.PRODUCTS)
        account = replace(bench.account(), base_url=server.url)
        adapter = ShopifyAdapter(account, HttpTransport())

        assert adapter.test().currency == "EUR"
        assert len(adapter.fetch_page("catalog", "", None).documents) == 2


def test_past_orders_are_counted_and_listed_by_their_day(bench):
    since = bench.adapter.clock() - timedelta(days=1)
    until = since + timedelta(days=2)
    placed = [bench.order({"sku": "MUG", "quantity": 1}) for _ in range(3)]

    counted = bench.adapter.count_past(since, until)
    page = bench.adapter.fetch_past("", since, until)

    assert (counted.count, counted.missing_scope) == (3, "")
    assert [n.external_ref for n in page.documents] == [o["name"] for o in placed]
    assert not bench.adapter.count_past(since - timedelta(days=9), since).count
