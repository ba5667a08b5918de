"""Shipments and cancellations told to Shopify: once, and read back before again."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

MADE = {
    "fulfillmentCreate": {
        "fulfillment": {"id": "gid://shopify/Fulfillment/9", "status": "SUCCESS"},
        "userErrors": [],
    }
}


def line(number):
    return f"gid://shopify/LineItem/{number}"


def shipment(*lines, numbers=("JD01",), place=1, **given):
    return doc.Shipment(
        order_id="gid://shopify/Order/1",
        reference="WH/OUT/1",
        location_id=f"gid://shopify/Location/{place}",
        lines=tuple((line(n), Decimal(units)) for n, units in lines or [(1, 1)]),
        tracking=tuple(doc.Tracking(number=n, carrier="DHL") for n in numbers),
        **given,
    )


def to_ship(shopify, *asked, shipped=()):
    return {
        "order": {
            "updatedAt": "2026-11-20T11:00:00Z",
            "fulfillmentOrders": shopify.page(*asked),
            "fulfillments": list(shipped),
        }
    }


def told(shopify, body, *answers, **given):
    return shopify.adapter(*answers).send(shopify.effect(body, "shipment", **given))


def test_a_part_delivery_names_its_lines_units_and_number(shopify):
    asked = shopify.fulfillment_order(1, lines=((1, 3), (2, 1)))

    outcome = told(shopify, shipment((1, 2)), to_ship(shopify, asked), MADE)

    assert (outcome.state, outcome.external_id) == (
        "applied",
        "gid://shopify/Fulfillment/9",
    )
    assert shopify.sent()["fulfillment"] == {
        "notifyCustomer": True,
        "trackingInfo": {"company": "DHL", "number": "JD01"},
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1",
                "fulfillmentOrderLineItems": [
                    {"id": "gid://shopify/FulfillmentOrderLineItem/11", "quantity": 2}
                ],
            }
        ],
    }


def test_fulfillment_orders_of_one_location_are_one_call(shopify):
    asked = [
        shopify.fulfillment_order(1, lines=((1, 1),)),
        shopify.fulfillment_order(2, lines=((1, 1), (2, 1))),
    ]

    told(shopify, shipment((1, 2), (2, 1)), to_ship(shopify, *asked), MADE)

    parts = shopify.sent()["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert [len(part["fulfillmentOrderLineItems"]) for part in parts] == [1, 2]


def test_our_own_location_comes_first(shopify):
    asked = [
        shopify.fulfillment_order(1, place=1),
        shopify.fulfillment_order(2, place=2),
    ]

    told(shopify, shipment((1, 1), place=2), to_ship(shopify, *asked), MADE)

    (part,) = shopify.sent()["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert part["fulfillmentOrderId"] == "gid://shopify/FulfillmentOrder/2"


def two_places(shopify):
    return [
        shopify.fulfillment_order(1, lines=((1, 1),), place=1),
        shopify.fulfillment_order(2, lines=((2, 1),), place=2),
    ]


def test_two_locations_are_two_calls(shopify):
    answer = to_ship(shopify, *two_places(shopify))

    outcome = told(shopify, shipment((1, 1), (2, 1)), answer, MADE, MADE)

    assert shopify.operations() == ["OrderToShip"] + ["FulfillmentCreate"] * 2
    assert outcome.state == "applied"


def test_half_told_is_in_doubt_and_only_the_other_half_is_told_again(shopify):
    body = shipment((1, 1), (2, 1))
    asked = two_places(shopify)
    with pytest.raises(errors.InDoubtError):
        told(shopify, body, to_ship(shopify, *asked), MADE, shopify.error("THROTTLED"))

    first = shopify.fulfillment(9, lines=((1, 1),), tracking=("JD01",))
    closed = shopify.fulfillment_order(1, lines=((1, 0),), status="CLOSED")
    now = to_ship(shopify, closed, asked[1], shipped=[first])
    adapter = shopify.adapter(now)
    seen = adapter.read_back(shopify.effect(body, "shipment"))
    outcome = told(shopify, body, now, MADE, handle=seen.handle)

    assert (seen.state, seen.handle) == ("not_found", "gid://shopify/Fulfillment/9")
    (part,) = shopify.sent()["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert part["fulfillmentOrderId"] == "gid://shopify/FulfillmentOrder/2"
    assert outcome.state == "applied"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (
            {
                "status": "ON_HOLD",
                "supportedActions": [],
                "fulfillmentHolds": [{"reason": "OTHER", "displayReason": "Fraud"}],
            },
            "on_hold",
        ),
        ({"status": "SCHEDULED", "supportedActions": []}, "scheduled"),
        ({"status": "OPEN", "supportedActions": [{"action": "MOVE"}]}, "cannot_ship"),
        ({"status": "MARTIAN"}, "cannot_ship"),
    ],
)
def test_what_may_not_be_shipped_is_refused_in_words(shopify, state, code):
    asked = shopify.fulfillment_order(1, **state)

    outcome = told(shopify, shipment(), to_ship(shopify, asked))

    assert (outcome.state, outcome.code) == ("refused", code)
    assert outcome.message
    assert shopify.operations() == ["OrderToShip"]


@pytest.mark.parametrize(
    ("left", "wanted", "code"),
    [(0, 1, "nothing_left"), (1, 2, "too_few_left")],
)
def test_more_than_is_left_is_refused(shopify, left, wanted, code):
    asked = shopify.fulfillment_order(1, lines=((1, left),))

    outcome = told(shopify, shipment((1, wanted)), to_ship(shopify, asked))

    assert (outcome.state, outcome.code) == ("refused", code)


def test_a_line_nobody_is_asked_to_ship_is_refused(shopify):
    asked = shopify.fulfillment_order(1)

    outcome = told(shopify, shipment((7, 1)), to_ship(shopify, asked))

    assert outcome.code == "not_asked"


def test_an_order_that_is_not_routed_yet_is_waited_for(shopify):
    with pytest.raises(errors.MissingError):
        told(shopify, shipment(), to_ship(shopify))


def test_what_was_told_by_an_earlier_try_is_not_told_again(shopify):
    closed = shopify.fulfillment_order(1, lines=((1, 0),), status="CLOSED")
    ours = shopify.fulfillment(9, tracking=("JD01",))

    outcome = told(shopify, shipment(), to_ship(shopify, closed, shipped=[ours]))

    assert (outcome.state, outcome.external_id) == (
        "applied",
        "gid://shopify/Fulfillment/9",
    )
    assert shopify.operations() == ["OrderToShip"]


def test_a_like_delivery_without_a_number_is_told_while_units_are_left(shopify):
    asked = shopify.fulfillment_order(1, lines=((1, 1),))
    other = shopify.fulfillment(8)

    told(shopify, shipment(numbers=()), to_ship(shopify, asked, shipped=[other]), MADE)

    assert shopify.operations() == ["OrderToShip", "FulfillmentCreate"]


def test_a_refusal_is_a_refusal(shopify):
    refused = {
        "fulfillmentCreate": {
            "fulfillment": None,
            "userErrors": [{"field": None, "message": "Nein."}],
        }
    }
    asked = to_ship(shopify, shopify.fulfillment_order(1))

    outcome = told(shopify, shipment(), asked, refused, asked)

    assert (outcome.state, outcome.message) == ("refused", "Nein.")


def test_a_refusal_because_it_was_moved_is_planned_anew(shopify):
    refused = {"fulfillmentCreate": {"userErrors": [{"message": "gone"}]}}
    before = to_ship(shopify, shopify.fulfillment_order(1))
    after = to_ship(shopify, shopify.fulfillment_order(2, place=2))

    with pytest.raises(errors.ConflictError):
        told(shopify, shipment(), before, refused, after)


def test_a_lost_answer_is_in_doubt(shopify):
    asked = to_ship(shopify, shopify.fulfillment_order(1))
    lost = errors.InDoubtError("FulfillmentCreate: no answer", code="no_answer")

    with pytest.raises(errors.InDoubtError):
        told(shopify, shipment(), asked, lost)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"tracking": ("JD01",)}, "applied"),
        ({"tracking": ("JD02",)}, "not_found"),
        ({"tracking": ("JD01",), "lines": ((1, 2),)}, "not_found"),
        ({"tracking": ("JD01",), "status": "CANCELLED"}, "not_found"),
        ({"tracking": ("JD01",), "createdAt": "2026-11-20T09:00:00Z"}, "not_found"),
        ({"tracking": ("JD01",), "number": 5}, "not_found"),
    ],
    ids=["ours", "number", "units", "cancelled", "older", "known"],
)
def test_reading_back_finds_ours_and_no_other(shopify, given, state):
    found = shopify.fulfillment(**{"number": 9, **given})
    closed = shopify.fulfillment_order(1, lines=((1, 0),), status="CLOSED")
    adapter = shopify.adapter(to_ship(shopify, closed, shipped=[found]))
    body = shipment(known=("gid://shopify/Fulfillment/5",))

    outcome = adapter.read_back(shopify.effect(body, "shipment"))

    assert outcome.state == state


def cancellation(**given):
    return doc.Cancellation(order_id="gid://shopify/Order/1", **given)


def cancel_answer(*problems, job=None):
    return {"orderCancel": {"job": job, "orderCancelUserErrors": list(problems)}}


JOB = {"id": "gid://shopify/Job/1", "done": False}
CANCELLED = {"id": "gid://shopify/Order/1", "cancelledAt": "2026-11-20T12:00:01Z"}
OPEN = {"id": "gid://shopify/Order/1", "cancelledAt": None}


def test_a_cancellation_is_accepted_first(shopify):
    adapter = shopify.adapter(cancel_answer(job=JOB))
    body = cancellation(reason="customer", note="x" * 300)

    outcome = adapter.send(shopify.effect(body, "cancellation"))

    sent = shopify.sent()
    assert (outcome.state, outcome.handle) == ("accepted", "gid://shopify/Job/1")
    assert (sent["reason"], sent["refundMethod"]) == ("CUSTOMER", None)
    assert len(sent["staffNote"]) == 255


def test_the_money_goes_back_only_when_asked(shopify):
    adapter = shopify.adapter(cancel_answer(job=JOB))

    adapter.send(shopify.effect(cancellation(refund=True), "cancellation"))

    assert shopify.sent()["refundMethod"] == {"originalPaymentMethodsRefund": True}


@pytest.mark.parametrize(
    ("order", "job", "state"),
    [
        (CANCELLED, {**JOB, "done": True}, "applied"),
        (OPEN, JOB, "accepted"),
        (OPEN, {**JOB, "done": True}, "refused"),
        (OPEN, None, "refused"),
    ],
)
def test_the_order_tells_how_a_cancellation_ended(shopify, order, job, state):
    adapter = shopify.adapter({"order": order, "job": job})
    effect = shopify.effect(cancellation(), "cancellation", handle=JOB["id"])

    assert adapter.poll(effect).state == state


@pytest.mark.parametrize(
    ("order", "state"), [(CANCELLED, "applied"), (OPEN, "refused")]
)
def test_a_refused_cancellation_may_be_done_already(shopify, order, state):
    problem = {"field": ["orderId"], "message": "no", "code": "INVALID"}
    adapter = shopify.adapter(cancel_answer(problem), {"order": order})

    outcome = adapter.send(shopify.effect(cancellation(), "cancellation"))

    assert outcome.state == state


def test_an_error_within_leaves_a_cancellation_in_doubt(shopify):
    problem = {"message": "no", "code": "INTERNAL_ERROR"}

    with pytest.raises(errors.InDoubtError):
        shopify.adapter(cancel_answer(problem)).send(
            shopify.effect(cancellation(), "cancellation")
        )


@pytest.mark.parametrize(
    ("order", "state"), [(CANCELLED, "applied"), (OPEN, "not_found")]
)
def test_a_cancellation_is_read_back(shopify, order, state):
    adapter = shopify.adapter({"order": order})

    outcome = adapter.read_back(shopify.effect(cancellation(), "cancellation"))

    assert outcome.state == state


def test_an_effect_of_another_kind_is_refused(shopify):
    with pytest.raises(errors.PermanentError):
        shopify.adapter().send(shopify.effect(cancellation(), "teleport"))
    with pytest.raises(errors.PermanentError):
        shopify.adapter().send(shopify.effect(cancellation(), "shipment"))


def test_the_margin_of_two_clocks_is_minutes_not_hours(shopify):
    late = shopify.clock() + timedelta(minutes=4)
    found = shopify.fulfillment(9, createdAt="2026-11-20T12:00:00Z", tracking=("JD01",))
    closed = shopify.fulfillment_order(1, lines=((1, 0),), status="CLOSED")
    adapter = shopify.adapter(to_ship(shopify, closed, shipped=[found]))

    outcome = adapter.read_back(shopify.effect(shipment(), "shipment", sent_at=late))

    assert outcome.state == "applied"


def test_two_parcels_are_told_with_both_numbers(shopify):
    parcels = tuple(
        doc.Tracking(number=n, carrier="DHL", url=f"https://dhl.example/{n}")
        for n in ("JD01", "JD02")
    )
    body = replace(shipment(), tracking=parcels)

    told(shopify, body, to_ship(shopify, shopify.fulfillment_order(1)), MADE)

    assert shopify.sent()["fulfillment"]["trackingInfo"] == {
        "company": "DHL",
        "numbers": ["JD01", "JD02"],
        "urls": ["https://dhl.example/JD01", "https://dhl.example/JD02"],
    }


def test_more_shipments_than_one_answer_holds_are_all_looked_at(shopify):
    many = [shopify.fulfillment(n, tracking=(f"N{n}",)) for n in range(10)]
    ours = shopify.fulfillment(99, tracking=("JD01",))
    closed = shopify.fulfillment_order(1, lines=((1, 0),), status="CLOSED")
    whole = {"order": {"updatedAt": "x", "fulfillments": [*many, ours]}}
    adapter = shopify.adapter(to_ship(shopify, closed, shipped=many), whole)

    outcome = adapter.read_back(shopify.effect(shipment(), "shipment"))

    assert outcome.external_id == "gid://shopify/Fulfillment/99"


def test_half_a_unit_is_refused(shopify):
    asked = to_ship(shopify, shopify.fulfillment_order(1))

    assert told(shopify, shipment((1, "0.5")), asked).code == "not_whole"


def test_the_latest_time_to_ship_is_the_shops(bench):
    placed = bench.order(ship_by="2026-12-02T12:00:00Z")

    (asked,) = bench.fetch(placed).shipment_orders

    assert asked.ship_by == datetime(2026, 12, 2, 12, tzinfo=timezone.utc)
