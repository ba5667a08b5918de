"""An answer that breaks Shopify's schema is a declared error; nothing is sent twice."""

import pytest
from odoo.addons.retail_sync_core.adapters import transport
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.testing import json_response
from odoo.addons.retail_sync_shopify.adapters import guard

FIXED = {
    "inventorySetQuantities": {
        "inventoryAdjustmentGroup": None,
        "userErrors": ["what is this"],
    }
}
HOLD = doc.Hold(order_id="gid://shopify/Order/1", handle="odoo-1")


def test_what_cannot_be_read_before_a_change_is_a_matter_of_data(shopify):
    adapter = shopify.adapter({"order": {"fulfillmentOrders": {"nodes": ["?"]}}})

    with pytest.raises(errors.DataError) as caught:
        adapter.send(shopify.effect(HOLD, "hold"))

    assert caught.value.kind == "bad_payload"


def test_what_cannot_be_read_after_a_change_is_in_doubt(shopify):
    adapter = shopify.adapter(FIXED)

    with pytest.raises(errors.InDoubtError):
        adapter.send(shopify.effect(shopify.push((1, 3, 2))))


def test_a_figure_that_is_none_after_a_change_is_in_doubt_too(shopify):
    adapter = shopify.adapter()

    with (
        pytest.raises(errors.InDoubtError),
        guard.readable(adapter.client, "it"),
    ):
        adapter.client.mutations += 1
        raise errors.DataError("quantity is not an amount")


@pytest.mark.parametrize("odd", [None, "many", {}, [], 10**400, True, -(10**400)])
def test_no_call_fails_for_what_is_said_of_the_budget(shopify, odd):
    cost = {"throttleStatus": {"currentlyAvailable": odd, "restoreRate": odd}}
    level = {"id": "gid://shopify/InventoryItem/1", "inventoryLevel": None}
    adapter = shopify.adapter(shopify.answer({"nodes": [level]}, cost=cost))
    ref = doc.LevelRef(item_id=level["id"], location_id="gid://shopify/Location/1")

    (reading,) = adapter.read_levels((ref,))

    assert reading.available is None


@pytest.mark.parametrize("odd", ["1e999999999999", 10**12, "1.5", "many", True])
def test_a_level_that_is_no_number_of_units_is_named(shopify, odd):
    row = {"name": "available", "quantity": odd}
    node = {
        "id": "gid://shopify/InventoryItem/1",
        "inventoryLevel": {"isActive": True, "quantities": [row]},
    }
    ref = doc.LevelRef(item_id=node["id"], location_id="gid://shopify/Location/1")

    with pytest.raises(errors.DataError) as caught:
        shopify.adapter({"nodes": [node]}).read_levels((ref,))

    assert caught.value.kind == "bad_amount"


@pytest.mark.parametrize("odd", [10**30, "soon", float("inf"), []])
def test_a_token_that_lives_for_ever_is_not_taken(shopify, odd):
    account = shopify.account(
        secrets={"client_secret": ("secret",), "access_token": ()},
        settings={"client_id": "app-1"},
    )
    answer = json_response({"access_token": "shpat_fresh", "expires_in": odd or "x"})

    with pytest.raises(errors.TransientError):
        shopify.adapter(answer, account=account).renew()


@pytest.mark.parametrize("odd", [None, 7, "", " ", "sh\x00pat", "tokén", ["shpat"]])
def test_what_cannot_be_sent_as_a_token_is_none(shopify, odd):
    account = shopify.account(
        secrets={"client_secret": ("secret",), "access_token": ()},
        settings={"client_id": "app-1"},
    )
    answer = json_response({"access_token": odd, "expires_in": 600})

    with pytest.raises(errors.TransientError):
        shopify.adapter(answer, account=account).renew()


class Endless:
    """An answer that is larger than any is read."""

    def iter_content(self, _size):
        yield b"x" * (transport.BODY_LIMIT + 1)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        return None


@pytest.mark.parametrize(
    ("mutates", "kind"), [(True, errors.InDoubtError), (False, errors.PermanentError)]
)
def test_too_large_an_answer_after_a_change_is_in_doubt(mutates, kind):
    request = transport.Request(method="POST", url="https://e.test", mutates=mutates)

    with pytest.raises(kind):
        transport._read(request, Endless())
