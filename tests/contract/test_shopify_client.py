"""What Shopify's answers mean: the four layers, throttling, cost, versions."""

import logging

import pytest
from odoo.addons.retail_sync_core.adapters.transport import Response
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.testing import json_response

LEVELS = [(1, 5, 3)]


def read(adapter, shopify):
    return adapter.fetch_page("order", "", None)


def write(adapter, shopify):
    return adapter.send(shopify.effect(shopify.push(*LEVELS)))


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (301, {}, errors.ConfigurationError),
        (401, {}, errors.ConfigurationError),
        (402, {}, errors.ConfigurationError),
        (403, {}, errors.ConfigurationError),
        (404, {}, errors.ConfigurationError),
        (423, {}, errors.ConfigurationError),
        (422, {}, errors.PermanentError),
        (429, {"retry_after": "7"}, errors.ThrottledError),
        (500, {}, errors.TransientError),
        (503, {}, errors.TransientError),
    ],
)
def test_a_status_has_its_error(shopify, status, headers, kind):
    adapter = shopify.adapter(json_response({}, status, **headers))

    with pytest.raises(kind) as caught:
        read(adapter, shopify)

    assert type(caught.value) is kind
    if status == 429:
        assert caught.value.retry_after_s == 7


@pytest.mark.parametrize(
    ("fault", "reading", "writing"),
    [
        (json_response({}, 502), errors.TransientError, errors.InDoubtError),
        (
            Response(status=200, body=b'{"data": {"ord'),
            errors.TransientError,
            errors.InDoubtError,
        ),
        (
            Response(status=200, body=b"<html>busy</html>"),
            errors.TransientError,
            errors.InDoubtError,
        ),
        (json_response([1]), errors.TransientError, errors.InDoubtError),
        (
            errors.TransientError("unsent", code="unreachable"),
            errors.TransientError,
            errors.TransientError,
        ),
    ],
    ids=["5xx", "truncated", "html", "list", "unsent"],
)
def test_a_lost_answer_leaves_only_a_write_in_doubt(shopify, fault, reading, writing):
    with pytest.raises(errors.SyncError) as caught:
        read(shopify.adapter(fault), shopify)
    assert type(caught.value) is reading

    with pytest.raises(errors.SyncError) as caught:
        write(shopify.adapter(fault), shopify)
    assert type(caught.value) is writing


def test_an_internal_error_leaves_only_a_write_in_doubt(shopify):
    with pytest.raises(errors.TransientError):
        read(shopify.adapter(shopify.error("INTERNAL_SERVER_ERROR")), shopify)

    with pytest.raises(errors.InDoubtError) as caught:
        write(shopify.adapter(shopify.error("INTERNAL_SERVER_ERROR")), shopify)
    assert caught.value.code == "INTERNAL_SERVER_ERROR"


def test_throttled_waits_until_the_query_fits(shopify):
    answer = shopify.error("THROTTLED", cost=shopify.throttle(752, 252.0, 100.0))
    adapter = shopify.adapter(answer)

    with pytest.raises(errors.ThrottledError) as caught:
        write(adapter, shopify)

    assert caught.value.retry_after_s == 5.0
    assert adapter.last_rate().available == 252.0


def test_throttled_with_a_bucket_that_looks_full_waits_all_the_same(shopify):
    adapter = shopify.adapter(
        shopify.error("THROTTLED", cost=shopify.throttle(10, 2000.0))
    )

    with pytest.raises(errors.ThrottledError) as caught:
        read(adapter, shopify)

    assert caught.value.retry_after_s >= 1.0


def test_the_budget_is_noted_after_each_answer(shopify):
    orders = {"orders": shopify.page()}
    answer = shopify.answer(orders, cost=shopify.throttle(available=900.0))
    adapter = shopify.adapter(answer)

    read(adapter, shopify)

    rate = adapter.last_rate()
    assert (rate.available, rate.capacity, rate.per_s) == (900.0, 2000.0, 100.0)
    assert adapter.calls == 1


def test_a_page_that_costs_too_much_is_halved(shopify):
    too_dear = shopify.error("MAX_COST_EXCEEDED")
    adapter = shopify.adapter(too_dear, too_dear, {"orders": shopify.page()})

    read(adapter, shopify)

    assert [shopify.sent(n)["first"] for n in range(3)] == [250, 125, 62]


def test_an_order_that_costs_too_much_is_read_in_smaller_parts(shopify):
    too_dear = shopify.error("MAX_COST_EXCEEDED")
    adapter = shopify.adapter(too_dear, {"order": shopify.order()})

    adapter.fetch("order", shopify.order_id)

    assert (shopify.sent(0)["lines"], shopify.sent(1)["lines"]) == (25, 12)


def test_what_costs_too_much_in_the_smallest_part_is_refused_for_good(shopify):
    too_dear = [shopify.error("MAX_COST_EXCEEDED") for _n in range(20)]

    with pytest.raises(errors.PermanentError):
        shopify.adapter(*too_dear).fetch("order", shopify.order_id)
    with pytest.raises(errors.PermanentError):
        read(shopify.adapter(*too_dear), shopify)


def test_a_denied_field_leaves_the_rest(shopify):
    data = {"order": shopify.order(customer=None, email=None)}
    adapter = shopify.adapter(shopify.error("ACCESS_DENIED", data))

    order = adapter.fetch("order", shopify.order_id)

    assert order.customer.name == ""
    assert order.total == 10


def test_denied_as_a_whole_is_for_a_person_and_names_the_scope(shopify):
    answer = shopify.error("ACCESS_DENIED", {"orders": None}, "needs read_orders")

    with pytest.raises(errors.ConfigurationError, match="read_orders"):
        read(shopify.adapter(answer), shopify)


def test_a_closed_shop_is_for_a_person(shopify):
    with pytest.raises(errors.ConfigurationError) as caught:
        read(shopify.adapter(shopify.error("SHOP_INACTIVE")), shopify)
    assert caught.value.code == "SHOP_INACTIVE"


def test_a_document_shopify_does_not_run_is_refused_for_good(shopify):
    answer = shopify.error("", message="Field 'x' doesn't exist")

    with pytest.raises(errors.PermanentError, match="doesn't exist"):
        write(shopify.adapter(answer), shopify)


def test_another_version_that_answers_is_warned_of_once(shopify, caplog):
    orders = {"orders": shopify.page()}
    answers = [shopify.answer(orders, x_shopify_api_version="2027-01")] * 2
    adapter = shopify.adapter(*answers)

    with caplog.at_level(logging.WARNING):
        read(adapter, shopify)
        read(adapter, shopify)

    assert sum("2027-01" in message for message in caplog.messages) == 1


def test_the_token_goes_to_the_shop_only(shopify):
    account = shopify.account(settings={"shop": "evil.example.com"})
    adapter = shopify.adapter(account=account)

    with pytest.raises(errors.ConfigurationError):
        read(adapter, shopify)

    assert shopify.transport.requests == []


@pytest.mark.parametrize(
    "domain",
    [
        "evil.com/.myshopify.com",
        "a.b.myshopify.com",
        "-x.myshopify.com",
        "x.myshopify.com.evil.com",
        "x.myshopify.com:8080",
        "x@y.myshopify.com",
        "",
    ],
)
def test_an_address_that_is_no_shop_is_refused(shopify, domain):
    adapter = shopify.adapter(account=shopify.account(settings={"shop": domain}))

    with pytest.raises(errors.ConfigurationError):
        read(adapter, shopify)


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        ("production", "https://demo-shop.myshopify.com"),
        ("test", "https://demo-shop.myshopify.com"),
        ("sandbox", "http://127.0.0.1:8071"),
    ],
)
def test_another_address_counts_in_a_sandbox_alone(shopify, environment, host):
    account = shopify.account(
        environment=environment, base_url="http://127.0.0.1:8071/"
    )
    adapter = shopify.adapter({"orders": shopify.page()}, account=account)

    read(adapter, shopify)

    assert shopify.transport.requests[0].url == (
        f"{host}/admin/api/2026-10/graphql.json"
    )


def test_an_error_never_shows_the_token(shopify):
    adapter = shopify.adapter(json_response({}, 401))

    with pytest.raises(errors.ConfigurationError) as caught:
        read(adapter, shopify)

    assert "shpat_token" not in repr(caught.value) + str(caught.value.params)
    assert "shpat_token" not in repr(adapter.account)
