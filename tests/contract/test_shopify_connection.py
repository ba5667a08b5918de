"""Being let in: tokens, scopes, the version's end, webhook subscriptions."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.adapters.transport import Response
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.testing import json_response
from odoo.addons.retail_sync_shopify.adapters import connection, topics
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

ROOT = Path(__file__).resolve().parents[2]


def managed(shopify, token=True, ends_in=None):
    secrets = {"client_secret": ("new-secret", "old-secret")}
    if not token:
        secrets["access_token"] = ()
    ends_at = None if ends_in is None else shopify.clock() + ends_in
    return shopify.account(
        secrets=secrets,
        settings={"client_id": "app-1"},
        expires={"access_token": ends_at} if ends_at else {},
    )


@pytest.mark.parametrize(
    ("token", "ends_in", "due"),
    [
        (False, None, True),
        (True, timedelta(hours=20), False),
        (True, timedelta(minutes=9), True),
        (True, timedelta(hours=-1), True),
        (True, None, False),
    ],
)
def test_a_token_is_renewed_before_it_ends(shopify, token, ends_in, due):
    adapter = shopify.adapter(account=managed(shopify, token, ends_in))

    assert adapter.renewal_due() is due


def test_a_token_that_was_refused_is_renewed(shopify):
    account = managed(shopify, ends_in=timedelta(hours=20))
    adapter = shopify.adapter(json_response({}, 401), account=account)

    with pytest.raises(errors.ConfigurationError):
        adapter.test()

    assert adapter.renewal_due()


def test_a_fixed_token_is_never_renewed(shopify):
    adapter = shopify.adapter(json_response({}, 401))

    with pytest.raises(errors.ConfigurationError):
        adapter.test()

    assert not adapter.renewal_due()
    with pytest.raises(errors.ConfigurationError):
        adapter.renew()


def test_a_fresh_token_comes_by_client_credentials(shopify):
    granted = {"access_token": "shpat_fresh", "scope": "read_orders", "expires_in": 600}
    adapter = shopify.adapter(json_response(granted), account=managed(shopify, False))

    renewal = adapter.renew()

    request = shopify.transport.requests[0]
    assert request.url == "https://demo-shop.myshopify.com/admin/oauth/access_token"
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["app-1"],
        "client_secret": ["new-secret"],
    }
    assert (renewal.name, renewal.value) == ("access_token", "shpat_fresh")
    assert renewal.expires_at == shopify.clock() + timedelta(seconds=600)
    assert "shpat_fresh" not in repr(renewal)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (json_response({"error": "invalid_client"}, 401), errors.ConfigurationError),
        (json_response({"error": "x"}, 400), errors.ConfigurationError),
        (json_response({}, 429), errors.ThrottledError),
        (json_response({}, 500), errors.TransientError),
        (json_response({"nothing": 1}), errors.TransientError),
        (json_response([]), errors.TransientError),
    ],
)
def test_no_token_has_its_reason(shopify, answer, kind):
    adapter = shopify.adapter(answer, account=managed(shopify, False))

    with pytest.raises(kind) as caught:
        adapter.renew()

    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            b"<p>Oauth error shop_not_permitted: not on this shop</p>",
            "shop_not_permitted",
        ),
        (b'{"error": "app_not_installed"}', "app_not_installed"),
        (b'{"error": "invalid_client"}', "invalid_client"),
        (b"nothing we know", "400"),
    ],
)
def test_why_there_is_no_token_is_told_by_its_code(shopify, body, code):
    answer = Response(status=400, body=body)
    adapter = shopify.adapter(answer, account=managed(shopify, False))

    with pytest.raises(errors.ConfigurationError) as caught:
        adapter.renew()

    assert caught.value.code == code


def test_without_a_token_nothing_is_asked(shopify):
    adapter = shopify.adapter(account=shopify.account(secrets={"access_token": ()}))

    with pytest.raises(errors.ConfigurationError):
        adapter.test()

    assert shopify.transport.requests == []


def shop(scopes=connection.SCOPES, domain="demo-shop.myshopify.com", **given):
    return {
        "shop": {
            "id": "gid://shopify/Shop/1",
            "name": "Demo",
            "myshopifyDomain": domain,
            "currencyCode": "EUR",
            "ianaTimezone": "Europe/Berlin",
        },
        "currentAppInstallation": {"accessScopes": [{"handle": s} for s in scopes]},
        "publicApiVersions": [{"handle": "2026-10", "supported": True}],
        **given,
    }


def test_a_connection_test_tells_who_answers(shopify):
    info = shopify.adapter(shop([*connection.SCOPES, *connection.WITHOUT])).test()

    assert (info.name, info.currency, info.timezone) == ("Demo", "EUR", "Europe/Berlin")
    assert (info.missing_scopes, info.warnings) == ((), ())
    assert (info.api_version, info.supported_until) == ("2026-10", "2027-10-01")


def test_missing_scopes_are_listed_and_writing_means_reading(shopify):
    info = shopify.adapter(shop(["write_orders", "write_inventory"])).test()

    assert "read_orders" not in info.missing_scopes
    assert "read_locations" in info.missing_scopes
    assert any("60 days" in warning for warning in info.warnings)


def test_another_shop_is_a_mix_up(shopify):
    with pytest.raises(errors.ConfigurationError) as caught:
        shopify.adapter(shop(domain="other.myshopify.com")).test()
    assert caught.value.code == "other_shop"


@pytest.mark.parametrize(
    ("today", "warned"),
    [((2027, 8, 1), False), ((2027, 8, 2), True), ((2027, 11, 1), True)],
)
def test_the_end_of_the_version_is_warned_of_sixty_days_before(shopify, today, warned):
    shopify.clock.now = datetime(*today, tzinfo=timezone.utc)

    info = shopify.adapter(shop([*connection.SCOPES, *connection.WITHOUT])).test()

    assert bool(info.warnings) is warned


def test_a_version_that_is_no_longer_supported_is_said(shopify):
    versions = [{"handle": "2027-01", "supported": True}]

    info = shopify.adapter(shop(publicApiVersions=versions)).test()

    assert any("no longer supports" in warning for warning in info.warnings)


URI = "https://retailer.example/retail_sync/webhook/token"
NODE = {
    "id": "gid://shopify/WebhookSubscription/1",
    "topic": "FULFILLMENT_ORDERS_PLACED_ON_HOLD",
    "uri": URI,
}


def test_subscriptions_are_listed_in_the_words_of_the_header(shopify):
    adapter = shopify.adapter(
        {"webhookSubscriptions": shopify.page(NODE, cursor="c")},
        {"webhookSubscriptions": shopify.page({**NODE, "topic": "THEMES_CREATE"})},
    )

    found = adapter.list_subscriptions()

    assert [one.topic for one in found] == [
        "fulfillment_orders/placed_on_hold",
        "THEMES_CREATE",
    ]


def test_a_subscription_asks_for_the_fields_we_read(shopify):
    created = {"webhookSubscription": NODE, "userErrors": []}
    adapter = shopify.adapter({"webhookSubscriptionCreate": created})

    made = adapter.subscribe("orders/updated", URI)

    sent = shopify.sent()
    assert sent["topic"] == "ORDERS_UPDATED"
    assert sent["webhookSubscription"]["includeFields"] == list(
        topics.FIELDS["orders/updated"]
    )
    assert made.external_id == NODE["id"]


REFUSED = {"webhookSubscription": None, "userErrors": [{"message": "taken"}]}


def test_a_subscription_that_stands_is_found(shopify):
    adapter = shopify.adapter(
        {"webhookSubscriptionCreate": REFUSED},
        {"webhookSubscriptions": shopify.page(NODE)},
    )

    made = adapter.subscribe("fulfillment_orders/placed_on_hold", URI)

    assert made.external_id == NODE["id"]


def test_a_refused_subscription_names_its_scope(shopify):
    adapter = shopify.adapter(
        {"webhookSubscriptionCreate": REFUSED},
        {"webhookSubscriptions": shopify.page()},
    )

    with pytest.raises(errors.PermanentError) as caught:
        adapter.subscribe("fulfillments/create", URI)

    assert caught.value.params["scope"] == "read_fulfillments"


def test_removing_a_subscription_twice_is_no_error(shopify):
    gone = {"webhookSubscriptionDelete": {"userErrors": [{"message": "not found"}]}}

    shopify.adapter(gone, {"webhookSubscriptions": shopify.page()}).unsubscribe("x")

    with pytest.raises(errors.PermanentError):
        shopify.adapter(gone, {"webhookSubscriptions": shopify.page(NODE)}).unsubscribe(
            NODE["id"]
        )


def test_the_form_knows_what_is_secret(shopify):
    secret = {c.name for c in type(shopify.adapter()).credentials if c.secret}

    assert secret == {"client_secret", "access_token", "webhook_secret"}


@pytest.mark.parametrize("scope", list(connection.WITHOUT))
def test_what_is_missing_without_a_scope_is_said(shopify, scope):
    # who may write may read
    lost = {scope, scope.replace("read_", "write_", 1)} & set(connection.WITHOUT)
    granted = [*connection.SCOPES, *(set(connection.WITHOUT) - lost)]

    info = shopify.adapter(shop(granted)).test()

    assert info.missing_scopes == ()
    assert len(info.warnings) == len(lost)
    assert any(scope in warning for warning in info.warnings)


def test_the_documentation_and_the_form_name_the_same_scopes():
    page = ROOT / "retail_sync_shopify/readme/CONFIGURE.md"
    named = set(re.findall(r"`((?:read|write)_\w+)`", page.read_text()))

    cls = ShopifyAdapter
    assert named == {
        *cls.scopes,
        *cls.optional_scopes,
        *cls.capability(base.DraftOrders).scopes,
    }
    assert not set(cls.scopes) & set(cls.optional_scopes)
