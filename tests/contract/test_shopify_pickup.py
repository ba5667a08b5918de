"""What waits at a counter is told once: Shopify writes to the buyer."""

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

PREPARED = "FulfillmentOrderPreparedForPickup"


@pytest.fixture
def placed(bench):
    return bench.order(delivery="PICK_UP", shipping_address=None)


def ready(bench, placed, place="Main"):
    body = doc.PickupReady(
        order_id=placed["id"], reference="WH/OUT/1", place_id=bench.places[place]
    )
    return bench.effect(body, "pickup")


def calls(bench):
    return [call for call in bench.shop.calls() if call["operation"] == PREPARED]


def test_it_is_told_of_the_place_where_it_waits(bench, placed):
    outcome = bench.adapter.send(ready(bench, placed))

    assert outcome.state == "applied"
    assert outcome.external_id == bench.fetch(placed).shipment_orders[0].external_id


def test_asked_again_it_was_done_and_nobody_is_written_to_twice(bench, placed):
    bench.adapter.send(ready(bench, placed))
    again = ready(bench, placed)

    assert bench.adapter.read_back(again).state == "not_found"
    outcome = bench.adapter.send(again)

    assert (outcome.state, outcome.code) == ("applied", "already")


def test_a_lost_answer_is_found_out_by_asking_again(bench, placed):
    bench.shop.fault("timeout_after", PREPARED)
    with pytest.raises(errors.InDoubtError):
        bench.adapter.send(ready(bench, placed))

    outcome = bench.adapter.send(ready(bench, placed))

    assert (outcome.state, outcome.code) == ("applied", "already")
    assert len(calls(bench)) == 2


def test_what_another_place_has_is_not_told(bench, placed):
    outcome = bench.adapter.send(ready(bench, placed, "Store"))

    assert outcome.state == "refused"
    assert "asks nothing of this place" in outcome.message
    assert not calls(bench)


def test_what_is_to_be_sent_cannot_be_fetched(bench):
    outcome = bench.adapter.send(ready(bench, bench.order()))

    assert outcome.state == "refused"
    assert "pickup" in outcome.message


def test_fetched_it_is_told_as_shipped(bench, placed):
    bench.adapter.send(ready(bench, placed))
    order = bench.fetch(placed)

    outcome = bench.adapter.send(bench.effect(bench.shipment(order, numbers=())))

    assert outcome.state == "applied"
    assert bench.fetch(placed).fulfillment_state == doc.FulfillmentState.SHIPPED
