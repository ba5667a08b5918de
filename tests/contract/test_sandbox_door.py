"""The sandbox's doors: tokens, scopes, costs, what was called."""

import pytest
from sandbox.client import Sandbox, SandboxError
from sandbox.server import Server
from sandbox.store import Refused, Store
from sandbox.testkit import LocalSandbox

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


def test_a_file_that_is_no_shop_is_refused(tmp_path):
    path = tmp_path / "shop.json"
    path.write_text("[]")

    with pytest.raises(Refused, match="delete it"):
        Store(path=path)


def test_a_description_that_makes_no_sense_is_refused(shop):
    with pytest.raises(SandboxError, match="does not understand"):
        place(shop, shipping={"price": "a lot"})


def test_another_sites_form_cannot_control_it(shop):
    answer = shop.http.post("/sandbox/reset", data={})

    assert answer.status_code == 415


def test_the_shop_outlives_its_process(tmp_path):
    with Server(Store(path=tmp_path / "shop.json")) as server:
        place(filled(Sandbox(server.url)))

    with Server(Store(path=tmp_path / "shop.json")) as server:
        assert [one["name"] for one in Sandbox(server.url).orders()] == ["#1001"]
