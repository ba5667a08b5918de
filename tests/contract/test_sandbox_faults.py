"""The sandbox's faults: what fails, when, how often, and what was done by then."""

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
PAY = """
mutation OrderMarkAsPaid($id: ID!) {
  orderMarkAsPaid(input: {id: $id}) {
    order { displayFinancialStatus } userErrors { message }
  }
}
"""


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


def error_code(result):
    return result["errors"][0]["extensions"]["code"]


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


@pytest.mark.parametrize(
    ("kind", "financial"), [("timeout_before", "PENDING"), ("timeout_after", "PAID")]
)
def test_a_call_that_is_held_gets_no_answer(shop, kind, financial):
    order = place(shop, financial="pending")
    shop.fault(kind, "OrderMarkAsPaid", seconds=60)
    shop.app.closing.set()  # lets go of what is held

    with pytest.raises(ConnectionAbortedError):
        shop.post(PAY, {"id": order["id"]})

    assert shop.order(order["name"])["financial"] == financial
    done = "done" if financial == "PAID" else "not done"
    assert shop.calls()[-1]["outcome"] == f"timeout, {done}"


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
