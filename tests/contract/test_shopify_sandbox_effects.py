"""Stock, shipments and cancellations against the sandbox, with its faults."""

from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors


def push(bench, quantity, expected, sku="MUG", place="Main"):
    ref = bench.ref(sku, place)
    write = doc.LevelWrite(ref=ref, quantity=quantity, expected=expected)
    return doc.StockPush(location_id=ref.location_id, levels=(write,))


def test_a_level_is_set_once_for_its_key(bench):
    effect = bench.effect(push(bench, 7, 10), "stock")

    first = bench.adapter.send(effect)
    bench.shop.set_level("MUG", "Main", available=6)
    again = bench.adapter.send(effect)

    assert (first.state, again.state) == ("applied", "applied")
    assert bench.shop.level("MUG", "Main")["available"] == 6


def test_a_sale_between_is_a_conflict(bench):
    body = push(bench, 7, 10)
    bench.order({"sku": "MUG", "quantity": 1})

    outcome = bench.adapter.send(bench.effect(body, "stock"))

    assert [item.state for item in outcome.items] == ["conflict"]
    assert bench.adapter.read_levels((body.levels[0].ref,))[0].available == 9


def test_an_item_that_is_not_stocked_there_is_woken_up(bench):
    body = push(bench, 4, None, "CUP", "Store")
    refused = bench.adapter.send(bench.effect(body, "stock"))
    reading = bench.adapter.read_levels((body.levels[0].ref,))[0]

    woken = bench.adapter.send(bench.effect(body, "activation", "key-2"))
    again = bench.adapter.send(bench.effect(body, "activation", "key-3"))

    assert [item.state for item in refused.items] == ["inactive"]
    assert (reading.available, reading.active) == (None, False)
    assert [item.state for item in woken.items] == ["applied"]
    assert [item.state for item in again.items] == ["applied"]
    assert bench.shop.level("CUP", "Store")["available"] == 4


def test_an_item_is_taken_off_a_location_again(bench):
    body = push(bench, 0, None, "CUP", "Store")
    bench.adapter.send(bench.effect(body, "activation", "key-1"))

    off = bench.adapter.send(bench.effect(body, "deactivation", "key-2"))
    again = bench.adapter.send(bench.effect(body, "deactivation", "key-3"))
    woken = bench.adapter.send(bench.effect(body, "activation", "key-4"))

    assert [item.state for item in off.items + again.items] == ["inactive"] * 2
    assert [item.state for item in woken.items] == ["applied"]


def test_an_item_with_committed_units_stays(bench):
    bench.order({"sku": "MUG", "quantity": 1})
    body = push(bench, 0, None)

    outcome = bench.adapter.send(bench.effect(body, "deactivation"))

    assert outcome.state == "partial"
    assert [item.state for item in outcome.items] == ["refused"]
    assert "committed" in outcome.items[0].message
    assert bench.adapter.read_levels((body.levels[0].ref,))[0].active


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_lost_push_is_read_back(bench, fault, state):
    effect = bench.effect(push(bench, 7, 10), "stock")
    bench.shop.fault(fault, operation="InventorySetQuantities", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)

    assert bench.adapter.read_back(effect).state == state


def test_a_delivery_is_told_with_its_number(bench):
    order = bench.fetch(bench.order())

    outcome = bench.adapter.send(bench.effect(bench.shipment(order)))

    after = bench.adapter.fetch("order", order.external_id)
    assert outcome.state == "applied"
    assert [one.external_id for one in after.shipments] == [outcome.external_id]
    assert after.shipments[0].tracking[0].number == "JD01"
    assert after.fulfillment_state is doc.FulfillmentState.SHIPPED


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("drop_after", "applied"),
        ("truncated", "applied"),
        ("error_after", "applied"),
        ("drop_before", "not_found"),
        ("internal", "not_found"),
    ],
)
def test_a_delivery_in_doubt_is_told_once(bench, fault, state):
    order = bench.fetch(bench.order())
    effect = bench.effect(bench.shipment(order))
    bench.shop.fault(fault, operation="FulfillmentCreate", seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)
    seen = bench.adapter.read_back(effect)
    if seen.state == "not_found":
        bench.adapter.send(effect)

    assert seen.state == state
    assert bench.adapter.send(effect).state == "applied"
    assert len(bench.shop.fulfillments()) == 1


def test_a_part_and_then_the_rest(bench):
    order = bench.fetch(bench.order({"sku": "MUG", "quantity": 3}))
    line = order.lines[0].external_id
    part = doc.Shipment(
        order_id=order.external_id, reference="1", lines=((line, Decimal(1)),)
    )

    first = bench.adapter.send(bench.effect(part))
    rest = doc.Shipment(
        order_id=order.external_id,
        reference="2",
        lines=((line, Decimal(2)),),
        known=(first.external_id,),
    )
    second = bench.adapter.send(bench.effect(rest, key="key-2"))

    after = bench.adapter.fetch("order", order.external_id)
    assert second.state == "applied"
    assert sorted(one.lines[0][1] for one in after.shipments) == [1, 2]
    assert after.fulfillment_state is doc.FulfillmentState.SHIPPED


def test_an_order_from_two_locations_is_told_for_both(bench):
    placed = bench.order(
        {"sku": "MUG", "location": "Main"}, {"sku": "MUG", "location": "Store"}
    )
    order = bench.fetch(placed)
    effect = bench.effect(bench.shipment(order))
    bench.shop.fault("drop_before", operation="FulfillmentCreate", skip=1, seconds=0)

    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(effect)
    seen = bench.adapter.read_back(effect)
    again = bench.effect(effect.body, handle=seen.handle, sent_at=effect.sent_at)
    outcome = bench.adapter.send(again)

    assert (seen.state, outcome.state) == ("not_found", "applied")
    assert len(bench.shop.fulfillments()) == 2
    assert bench.adapter.read_back(again).state == "applied"


def test_a_held_order_is_not_shipped(bench):
    placed = bench.order()
    bench.shop.hold(placed["name"], reason="OTHER", notes="Call first")
    order = bench.fetch(placed)

    outcome = bench.adapter.send(bench.effect(bench.shipment(order)))

    assert (outcome.state, outcome.code) == ("refused", "on_hold")
    assert order.shipment_orders[0].state == "on_hold"
    assert order.shipment_orders[0].holds == ("Other: Call first",)


def test_a_moved_order_ships_from_where_it_is(bench):
    placed = bench.order()
    order = bench.fetch(placed)
    bench.shop.move(placed["name"], "Store")

    outcome = bench.adapter.send(bench.effect(bench.shipment(order)))

    assert outcome.state == "applied"


def test_what_was_shipped_there_is_refused_here(bench):
    placed = bench.order()
    order = bench.fetch(placed)
    bench.shop.fulfill(placed["name"])

    outcome = bench.adapter.send(bench.effect(bench.shipment(order)))

    assert (outcome.state, outcome.code) == ("refused", "nothing_left")


def test_an_order_is_cancelled_once(bench):
    order = bench.fetch(bench.order())
    body = doc.Cancellation(order_id=order.external_id, reason="inventory")

    outcome = bench.adapter.send(bench.effect(body, "cancellation"))
    if outcome.state == "accepted":
        outcome = bench.adapter.poll(
            bench.effect(body, "cancellation", handle=outcome.handle)
        )
    again = bench.adapter.send(bench.effect(body, "cancellation"))

    after = bench.adapter.fetch("order", order.external_id)
    assert (outcome.state, again.state) == ("applied", "applied")
    assert after.cancelled_at
    assert after.cancel_reason == "inventory"
    assert {line.current_quantity for line in after.lines} == {0}


def test_a_shipped_order_is_not_cancelled(bench):
    placed = bench.order()
    bench.shop.fulfill(placed["name"])
    body = doc.Cancellation(order_id=placed["id"])

    outcome = bench.adapter.send(bench.effect(body, "cancellation"))

    assert outcome.state == "refused"
    assert outcome.message
