"""The sandbox's doors: tokens, costs, webhooks, faults."""

import base64
import hashlib
import hmac
import http.client
import json
import urllib.request

import pytest
from sandbox.client import Sandbox, SandboxError
from sandbox.server import Server
from sandbox.testkit import FIXED_TOKEN, LocalSandbox

SHOP = "query ShopConnection { shop { name } }"
ORDERS = """
query OrdersChanged($first: Int!) {
  orders(first: $first) { nodes { id displayFinancialStatus } }
}
"""
SUBSCRIBE = """
mutation WebhookSubscriptionCreate(
  $topic: WebhookSubscriptionTopic!, $given: WebhookSubscriptionInput!
) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $given) {
    webhookSubscription { id topic uri includeFields }
    userErrors { field message }
  }
}
"""
PAY = """
mutation OrderMarkAsPaid($id: ID!) {
  orderMarkAsPaid(input: {id: $id}) {
    order { displayFinancialStatus } userErrors { message }
  }
}
"""
ADDRESS = "https://erp.example.com/retail_sync/hook"


@pytest.fixture
def shop():
    return filled(LocalSandbox())


def filled(shop):
    shop.seed(
        locations=[{"name": "Berlin"}],
        products=[
            {"title": "Mug", "variants": [{"sku": "MUG", "levels": {"Berlin": 9}}]}
        ],
    )
    return shop


def place(shop, **given):
    return shop.place_order(lines=[{"sku": "MUG"}], **given)


def ask_token(shop, **given):
    form = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        **given,
    }
    return shop.http.post("/admin/oauth/access_token", data=form)


def subscribe(shop, topic="ORDERS_CREATE", **given):
    given = {"uri": ADDRESS, **given}
    result = shop.graphql(SUBSCRIBE, topic=topic, given=given)
    return result["data"]["webhookSubscriptionCreate"]


def error_code(result):
    return result["errors"][0]["extensions"]["code"]


def test_client_credentials_give_a_token_that_works(shop):
    answer = ask_token(shop).get_json()

    assert answer["expires_in"] == 86399
    assert "write_inventory" in answer["scope"]
    assert shop.post(SHOP, token=answer["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"client_secret": "wrong"}, 401),
        ({"client_id": "wrong"}, 400),
        ({"grant_type": "password"}, 400),
    ],
)
def test_wrong_credentials_give_no_token(shop, given, status):
    answer = ask_token(shop, **given)

    assert answer.status_code == status
    assert "access_token" not in answer.get_json()


def test_a_token_dies_after_its_life(shop):
    token = ask_token(shop).get_json()["access_token"]

    shop.advance(86400)

    assert shop.post(SHOP, token=token).status_code == 401


@pytest.mark.parametrize("token", [None, "shpat_unknown"])
def test_an_unknown_token_is_refused(shop, token):
    assert shop.post(SHOP, token=token).status_code == 401


def test_every_answer_says_that_it_is_a_sandbox(shop):
    answers = [shop.post(SHOP), shop.http.get("/"), shop.http.get("/sandbox/state")]

    assert {answer.headers["X-Retail-Sync-Sandbox"] for answer in answers} == {"1"}
    assert "no real shop" in answers[1].get_data(as_text=True)


def test_a_missing_scope_hides_what_it_opens(shop):
    shop.settings(scopes=["read_products"])

    result = shop.graphql("{ shop { name } location { id } }")

    assert error_code(result) == "ACCESS_DENIED"
    assert result["data"]["shop"]["name"]


def test_an_invalid_document_is_refused_like_by_the_schema(shop):
    result = shop.graphql("{ shop { favouriteColour } }")

    assert "favouriteColour" in result["errors"][0]["message"]
    assert "data" not in result


def test_an_answer_tells_its_cost_and_the_bucket(shop):
    place(shop)

    cost = shop.graphql(ORDERS, first=100)["extensions"]["cost"]

    assert cost["requestedQueryCost"] == 102
    assert cost["actualQueryCost"] == 2
    assert cost["throttleStatus"]["maximumAvailable"] == 2000.0
    assert cost["throttleStatus"]["currentlyAvailable"] >= 1998


def test_an_empty_bucket_throttles_and_changes_nothing(shop):
    order = place(shop, financial="pending")
    shop.app.endpoint.bucket.clock = lambda: shop.app.endpoint.bucket.seen
    shop.empty_bucket()

    result = shop.graphql(PAY, id=order["id"])

    assert error_code(result) == "THROTTLED"
    assert result["extensions"]["cost"]["actualQueryCost"] is None
    assert shop.order(order["name"])["financial"] == "PENDING"


def test_a_query_of_more_than_1000_points_is_refused(shop):
    document = (
        "{ orders(first: 250) { nodes { lineItems(first: 5) { nodes { id } } } } }"
    )

    assert error_code(shop.graphql(document)) == "MAX_COST_EXCEEDED"


def test_a_webhook_is_signed_over_its_raw_body(shop):
    subscribe(shop)
    order = place(shop)

    (delivery,) = shop.deliver()

    digest = hmac.new(b"sandbox-secret", delivery.body, hashlib.sha256).digest()
    signature = delivery.headers["X-Shopify-Hmac-Sha256"]
    assert signature == base64.b64encode(digest).decode()
    assert delivery.headers["X-Shopify-Topic"] == "orders/create"
    assert delivery.headers["X-Shopify-Shop-Domain"] == "demo-shop.myshopify.com"
    assert delivery.headers["X-Shopify-API-Version"] == "2026-10"
    assert json.loads(delivery.body)["admin_graphql_api_id"] == order["id"]


def test_a_webhook_body_is_rest_shaped(shop):
    subscribe(shop)
    place(shop, financial="pending", discounts=[{"code": "TEN", "percentage": "10"}])

    body = json.loads(shop.deliver()[0].body)

    assert body["financial_status"] == "pending"
    assert body["total_price"] == "9.00"
    assert isinstance(body["line_items"][0]["id"], int)
    assert body["line_items"][0]["discount_allocations"][0]["amount"] == "1.00"


def test_only_the_fields_that_were_asked_for_are_sent(shop):
    subscribe(shop, includeFields=["id", "admin_graphql_api_id", "updated_at"])
    place(shop)

    body = json.loads(shop.deliver()[0].body)

    assert set(body) == {"id", "admin_graphql_api_id", "updated_at"}


def test_only_registered_topics_are_sent(shop):
    subscribe(shop, "ORDERS_PAID")
    order = place(shop, financial="pending")
    assert shop.deliver() == []

    shop.pay(order["name"])

    topics = [one.headers["X-Shopify-Topic"] for one in shop.deliver()]
    assert topics == ["orders/paid"]


def test_an_address_can_be_registered_once_for_a_topic(shop):
    assert subscribe(shop)["userErrors"] == []

    assert "already been taken" in subscribe(shop)["userErrors"][0]["message"]


def test_a_failed_delivery_is_tried_again_with_the_same_ids(shop):
    shop.settings(webhook_delay=60, webhook_retries=1)
    subscribe(shop)
    shop.webhook_status = 500
    place(shop)
    (first,) = shop.deliver()
    shop.flush_webhooks()

    (second,) = shop.deliver()

    assert second.headers == first.headers
    assert second.status == "given up"


def test_a_subscription_that_keeps_failing_can_be_removed(shop):
    shop.settings(webhook_remove_after=1, webhook_retries=0)
    subscribe(shop)
    shop.webhook_status = 500
    place(shop)

    shop.deliver()

    assert shop.webhooks()["subscriptions"] == []


def test_a_duplicate_webhook_has_the_same_ids(shop):
    subscribe(shop)
    shop.fault("webhook_duplicate", "orders/create")
    place(shop)

    one, two = shop.deliver()

    assert one.headers == two.headers


def test_reordered_webhooks_come_the_younger_first(shop):
    subscribe(shop)
    shop.fault("webhook_reordered", "orders/create")
    place(shop)
    assert shop.deliver() == []
    place(shop)

    names = [json.loads(one.body)["name"] for one in shop.deliver()]

    assert names == ["#1002", "#1001"]


def test_a_lost_webhook_never_comes(shop):
    subscribe(shop)
    shop.fault("webhook_lost")
    place(shop)

    assert shop.deliver() == []


def test_an_unsigned_webhook_has_a_wrong_signature(shop):
    subscribe(shop)
    shop.fault("webhook_unsigned")
    place(shop)

    (delivery,) = shop.deliver()

    digest = hmac.new(b"sandbox-secret", delivery.body, hashlib.sha256).digest()
    good = base64.b64encode(digest).decode()
    assert delivery.headers["X-Shopify-Hmac-Sha256"] != good


@pytest.mark.parametrize(
    ("kind", "financial"), [("error_before", "PENDING"), ("error_after", "PAID")]
)
def test_an_http_error_comes_before_or_after_the_effect(shop, kind, financial):
    order = place(shop, financial="pending")
    shop.fault(kind, "OrderMarkAsPaid", status=503)

    answer = shop.post(PAY, {"id": order["id"]})

    assert answer.status_code == 503
    assert shop.order(order["name"])["financial"] == financial
    assert shop.post(SHOP).status_code == 200


@pytest.mark.parametrize(
    ("kind", "financial"), [("drop_before", "PENDING"), ("drop_after", "PAID")]
)
def test_a_dropped_connection_says_nothing_of_the_effect(shop, kind, financial):
    order = place(shop, financial="pending")
    shop.fault(kind, "orderMarkAsPaid")

    with pytest.raises(ConnectionAbortedError):
        shop.post(PAY, {"id": order["id"]})

    assert shop.order(order["name"])["financial"] == financial


def test_a_fault_hits_only_as_often_as_asked_and_only_its_operation(shop):
    shop.fault("error_before", "OrdersChanged", times=2, skip=1)

    statuses = [shop.post(ORDERS, {"first": 1}).status_code for _time in range(4)]

    assert statuses == [200, 502, 502, 200]
    assert shop.faults() == []


def test_a_truncated_answer_is_no_json(shop):
    shop.fault("truncated")

    with pytest.raises(ValueError, match="JSON|Unterminated|Expecting"):
        json.loads(shop.post(SHOP).get_data())


def test_an_unknown_enum_value_gets_past_the_schema(shop):
    place(shop)
    shop.fault("unknown_enum", field="displayFinancialStatus", value="FROZEN_NEW")

    nodes = shop.graphql(ORDERS, first=1)["data"]["orders"]["nodes"]

    assert nodes[0]["displayFinancialStatus"] == "FROZEN_NEW"


def test_an_expired_token_has_to_be_asked_for_again(shop):
    token = ask_token(shop).get_json()["access_token"]
    shop.fault("expired_token")

    assert shop.post(SHOP, token=token).status_code == 401
    assert shop.post(SHOP, token=token).status_code == 401
    fresh = ask_token(shop).get_json()["access_token"]
    assert shop.post(SHOP, token=fresh).status_code == 200


def test_throttling_can_be_switched_on(shop):
    shop.app.endpoint.bucket.clock = lambda: shop.app.endpoint.bucket.seen
    shop.fault("throttled")

    assert error_code(shop.graphql(SHOP)) == "THROTTLED"


def test_an_unknown_fault_is_refused(shop):
    with pytest.raises(SandboxError, match="Unknown fault"):
        shop.fault("earthquake")


def test_an_order_with_an_unknown_key_is_refused(shop):
    with pytest.raises(SandboxError, match="finnacial"):
        place(shop, finnacial="paid")


def test_what_was_called_is_listed(shop):
    order = place(shop, financial="pending")
    shop.graphql(PAY, id=order["id"])
    shop.graphql(PAY, id=order["id"])

    first, second = shop.calls("OrderMarkAsPaid")

    assert (first["kind"], first["outcome"]) == ("mutation", "ok")
    assert second["outcome"].startswith("user errors")
    assert first["requested_cost"] == 10


@pytest.mark.parametrize("kind", ["drop_after", "reset_after"])
def test_a_broken_connection_reaches_the_caller_as_one(kind):
    with Server() as server:
        shop = filled(Sandbox(server.url))
        order = place(shop, financial="pending")
        shop.fault(kind, "OrderMarkAsPaid")
        body = json.dumps({"query": PAY, "variables": {"id": order["id"]}})
        request = urllib.request.Request(
            f"{server.url}/admin/api/2026-10/graphql.json",
            data=body.encode(),
            headers={
                "X-Shopify-Access-Token": FIXED_TOKEN,
                "Content-Type": "application/json",
            },
        )

        with pytest.raises((OSError, http.client.HTTPException)):
            urllib.request.urlopen(request, timeout=20)

        assert shop.order(order["name"])["financial"] == "PAID"


def test_the_shop_outlives_its_process(tmp_path):
    from sandbox.store import Store

    with Server(Store(path=tmp_path / "shop.json")) as server:
        place(filled(Sandbox(server.url)))

    with Server(Store(path=tmp_path / "shop.json")) as server:
        assert [one["name"] for one in Sandbox(server.url).orders()] == ["#1001"]
