"""Holds of our own: placed once, released alone, read back before any repeat."""

from dataclasses import replace

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

TWO_PLACES = (
    {"sku": "MUG", "quantity": 1, "location": "Main"},
    {"sku": "MUG", "quantity": 1, "location": "Store"},
)
HELD = [["odoo-1"], ["odoo-1"]]


def hold(placed, handle="odoo-1", **given):
    return doc.Hold(order_id=placed["id"], handle=handle, **given)


def send(bench, body, key="key-1"):
    return bench.adapter.send(bench.effect(body, "hold", key))


def handles(bench, placed):
    """Return the handles on each of the order's fulfillment orders."""
    document = """
    query Holds($id: ID!) { order(id: $id) { fulfillmentOrders(first: 9) {
      nodes { fulfillmentHolds { handle reason reasonNotes } } } } }
    """
    order = bench.shop.graphql(document, id=placed["id"])["data"]["order"]
    return [
        [one["handle"] for one in node["fulfillmentHolds"]]
        for node in order["fulfillmentOrders"]["nodes"]
    ]


def test_each_place_is_told_to_wait(bench):
    placed = bench.order(*TWO_PLACES)

    outcome = send(bench, hold(placed, reason="address", note="Call first"))

    assert outcome.state == "applied"
    assert len(outcome.external_id.split(",")) == 2
    assert handles(bench, placed) == HELD
    order = bench.fetch(placed)
    assert [one.state for one in order.shipment_orders] == ["on_hold"] * 2
    assert all(one.held_by_us for one in order.shipment_orders)


def test_asked_twice_it_is_held_once(bench):
    placed = bench.order(*TWO_PLACES)
    first = send(bench, hold(placed))

    again = send(bench, hold(placed), "key-2")

    assert (first.state, again.state) == ("applied", "applied")
    assert handles(bench, placed) == HELD


def test_only_our_own_hold_is_released(bench):
    placed = bench.order(*TWO_PLACES)
    bench.shop.hold(placed["name"], reason="OTHER")
    send(bench, hold(placed))
    order = bench.fetch(placed)
    assert not any(one.held_by_us for one in order.shipment_orders)

    outcome = send(bench, hold(placed, released=True), "key-2")

    assert outcome.state == "applied"
    assert handles(bench, placed) == [[""], [""]]


def test_released_it_can_be_shipped(bench):
    placed = bench.order()
    send(bench, hold(placed))
    send(bench, hold(placed, released=True), "key-2")

    order = bench.fetch(placed)

    assert [one.can_ship for one in order.shipment_orders] == [True]


def test_nothing_to_release_is_what_was_wanted(bench):
    placed = bench.order()

    outcome = send(bench, hold(placed, released=True))

    assert (outcome.state, outcome.code) == ("applied", "already")


def test_what_has_left_cannot_be_held(bench):
    placed = bench.order()
    bench.shop.fulfill(placed["name"])

    outcome = send(bench, hold(placed))

    assert outcome.state == "refused"
    assert "can be held" in outcome.message


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_lost_answer_is_read_back(bench, fault, state, released):
    placed = bench.order()
    body = hold(placed, released=released)
    if released:
        send(bench, replace(body, released=False), "key-0")
    operation = "FulfillmentOrderReleaseHold" if released else "FulfillmentOrderHold"
    bench.shop.fault(fault, operation=operation, seconds=0)

    with pytest.raises(errors.InDoubtError):
        send(bench, body)

    seen = bench.adapter.read_back(bench.effect(body, "hold"))
    assert seen.state == state


def test_half_of_a_hold_is_not_taken_for_all_of_it(bench):
    placed = bench.order(*TWO_PLACES)
    bench.shop.fault("drop_after", operation="FulfillmentOrderHold", seconds=0)
    body = hold(placed)

    with pytest.raises(errors.InDoubtError):
        send(bench, body)

    assert bench.adapter.read_back(bench.effect(body, "hold")).state == "not_found"
    assert send(bench, body).state == "applied"
    assert handles(bench, placed) == HELD


def test_refusals_of_shopify_are_said(shopify):
    node = {
        "id": "gid://shopify/FulfillmentOrder/1",
        "status": "OPEN",
        "supportedActions": [{"action": "HOLD"}],
        "fulfillmentHolds": [],
    }
    there = {"order": {"id": "1", "fulfillmentOrders": shopify.page(node)}}
    error = {"field": ["id"], "message": "Too many holds.", "code": "TAKEN"}
    answer = {"fulfillmentOrderHold": {"userErrors": [error]}}
    adapter = shopify.adapter(there, answer)

    outcome = adapter.send(
        shopify.effect(doc.Hold(order_id="1", handle="odoo-1"), "hold")
    )

    assert (outcome.state, outcome.message) == ("refused", "Too many holds.")


def test_a_hold_that_came_there_meanwhile_is_ours(shopify):
    node = {
        "id": "gid://shopify/FulfillmentOrder/1",
        "status": "OPEN",
        "supportedActions": [{"action": "HOLD"}],
        "fulfillmentHolds": [],
    }
    there = {"order": {"id": "1", "fulfillmentOrders": shopify.page(node)}}
    code = "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
    error = {"field": ["id"], "message": "Already in use.", "code": code}
    answer = {"fulfillmentOrderHold": {"userErrors": [error]}}
    adapter = shopify.adapter(there, answer)

    outcome = adapter.send(
        shopify.effect(doc.Hold(order_id="1", handle="odoo-1"), "hold")
    )

    assert outcome.state == "applied"
