"""The sandbox's webhooks: who is told what, signed how, how often."""

import base64
import hashlib
import hmac
import json

import pytest
from sandbox.testkit import LocalSandbox

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


def subscribe(shop, topic="ORDERS_CREATE", **given):
    given = {"uri": ADDRESS, **given}
    result = shop.graphql(SUBSCRIBE, topic=topic, given=given)
    return result["data"]["webhookSubscriptionCreate"]


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


def test_a_topic_can_be_told_anew_several_times(shop):
    subscribe(shop, "ORDERS_UPDATED")
    order = place(shop)

    shop.send_webhook(order["name"], "orders/updated", times=3)

    ids = [one.headers["X-Shopify-Webhook-Id"] for one in shop.deliver()]
    assert len(ids) == 3
    assert len(set(ids)) == 1


def test_reordered_webhooks_come_the_younger_first(shop):
    subscribe(shop)
    shop.fault("webhook_reordered", "orders/create")
    place(shop)
    assert shop.deliver() == []
    place(shop)

    names = [json.loads(one.body)["name"] for one in shop.deliver()]

    assert names == ["#1002", "#1001"]


def test_a_late_webhook_comes_when_its_time_has_come(shop):
    subscribe(shop)
    shop.fault("webhook_late", "orders/create", seconds=60)
    place(shop)
    assert shop.deliver() == []

    shop.flush_webhooks()

    assert len(shop.deliver()) == 1


def test_nobody_is_told_of_a_silent_order(shop):
    subscribe(shop)
    place(shop, webhooks=False)

    assert shop.deliver() == []


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


def test_an_edit_tells_what_was_added_and_removed(shop):
    subscribe(shop, "ORDERS_EDITED")
    order = shop.place_order(lines=[{"sku": "MUG", "quantity": 3}])

    shop.edit(order["name"], lines=[{"line": 0, "quantity": 1}], add=[{"sku": "MUG"}])

    edit = json.loads(shop.deliver()[0].body)["order_edit"]
    assert order["id"].endswith(f"/{edit['order_id']}")
    assert [one["delta"] for one in edit["line_items"]["removals"]] == [2]
    assert [one["delta"] for one in edit["line_items"]["additions"]] == [1]


def test_a_risk_that_is_judged_late_is_told(shop):
    subscribe(shop, "ORDERS_RISK_ASSESSMENT_CHANGED")
    order = place(shop)

    shop.judge(order["name"], "HIGH")

    body = json.loads(shop.deliver()[0].body)
    assert body["risk_level"] == "high"
    assert body["admin_graphql_api_order_id"] == order["id"]
