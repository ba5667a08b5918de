"""What stores handed over is counted once, at the store that did."""

import random
from datetime import datetime, timezone

import pytest
from odoo.addons.retail_sync_core.domain import tills

LIVE = datetime(2026, 11, 20, 12, tzinfo=timezone.utc).replace(tzinfo=None)


def asked(units, remaining, place="L1", state="open", **values):
    """Return what a till is asked to hand over of line a."""
    lines = [["a", units, remaining]]
    return {
        "taken_along": True,
        "state": state,
        "location_id": place,
        "lines": lines,
        **values,
    }


def gone(units, place="L1", state="success", **values):
    """Return what a till handed over of line a."""
    return {
        "taken_along": True,
        "state": state,
        "location_id": place,
        "created_at": "2026-11-20T11:00:00",
        "lines": [["a", units]],
        **values,
    }


@pytest.mark.parametrize("state", ["closed", "cancelled", "incomplete"])
def test_what_is_asked_no_more_counts_only_as_far_as_it_left(state):
    request = asked(2.0, 0.0, state=state)
    assert tills.taken_along([request], []) == {}
    assert tills.taken_along([request], [gone(1.0)]) == {("a", "L1"): 1.0}
    assert tills.taken_along([asked(2.0, 2.0, state=state)], []) == {}


def test_a_later_request_of_the_same_store_comes_on_top():
    first, second = asked(2.0, 0.0, state="closed"), asked(1.0, 1.0)
    assert tills.taken_along([first, second], [gone(2.0)]) == {("a", "L1"): 3.0}


def test_no_line_gives_more_than_was_ordered():
    requests = [asked(2.0, 2.0), asked(2.0, 2.0, "L2")]
    assert tills.taken_along(requests, [], {"a": 3.0}) == {
        ("a", "L1"): 2.0,
        ("a", "L2"): 1.0,
    }
    parcel = gone(2.0, "web", taken_along=False)
    assert tills.taken_along(requests, [parcel], {"a": 3.0}) == {("a", "L1"): 1.0}
    assert tills.taken_along(requests, [gone(3.0, "L2")], {"a": 3.0}) == {
        ("a", "L2"): 3.0
    }


def test_a_shipment_that_failed_has_not_left():
    assert tills.taken_along([], [gone(2.0, state="cancelled")]) == {}


@pytest.mark.parametrize("first", ["L1", "L2"])
def test_a_store_is_not_booked_for_what_another_handed_over(first):
    taken = {("a", "L1"): 1.0, ("a", "L2"): 1.0}
    other = "L2" if first == "L1" else "L1"
    assert tills.still_due(taken, {"a": {first: 1.0}}) == {("a", other): 1.0}


def test_what_was_booked_before_places_were_noted_is_booked():
    taken = {("a", "L1"): 1.0, ("a", "L2"): 2.0}
    assert tills.still_due(taken, {"a": 3.0}) == {}
    assert sum(tills.still_due(taken, {"a": 2.0}).values()) == 1.0
    assert tills.still_due(taken, {"a": {"": 1.0, "L2": 2.0}}) == {}


def test_what_left_before_the_channel_was_live():
    shipments = [
        gone(1.0),
        gone(2.0, created_at="2026-11-20T12:00:00"),
        gone(4.0, created_at=None),
        gone(8.0, taken_along=False),
        gone(16.0, state="cancelled"),
    ]
    early, late = LIVE.replace(hour=11), LIVE.replace(hour=13)
    assert tills.taken_before(shipments, early, LIVE) == {("a", "L1"): 5.0}
    assert tills.taken_before(shipments, late, LIVE) == {("a", "L1"): 1.0}
    assert tills.taken_before(shipments, early, None) == {}


@pytest.mark.parametrize("seed", range(100))
def test_booking_in_any_steps_books_each_unit_once(seed):
    rnd = random.Random(seed)
    keys = [("a", "L1"), ("a", "L2"), ("a", "L3"), ("b", "L2")]
    taken, booked = {}, {}
    for _step in range(12):
        key = rnd.choice(keys)
        taken[key] = taken.get(key, 0.0) + rnd.randint(1, 3)
        for _again in range(rnd.randint(0, 2)):
            for (line, place), units in tills.still_due(taken, booked).items():
                places = booked.setdefault(line, {})
                places[place] = places.get(place, 0.0) + units
    for (line, place), units in tills.still_due(taken, booked).items():
        booked.setdefault(line, {}).setdefault(place, 0.0)
        booked[line][place] += units
    assert {
        (line, place): units
        for line, places in booked.items()
        for place, units in places.items()
    } == taken


def move(booked, taken, parcels, ordered):
    """Book as an order's next version tells; return whether nothing is left to do."""
    moved = tills.moved_away(taken, booked, parcels, ordered)
    for (line, place), units in moved.items():
        booked[line] = tills.less(booked[line], units, [place])
    due = tills.still_due(taken, booked)
    for (line, place), units in due.items():
        places = booked.setdefault(line, {})
        places[place] = places.get(place, 0.0) + units
    return not moved and not due


@pytest.mark.parametrize("seed", range(100))
def test_whichever_places_are_asked_in_turn_the_last_ones_have_it(seed):
    rnd = random.Random(seed)
    booked, ordered = {}, {"a": 6.0}
    for _version in range(8):
        shipped = float(rnd.choice((0, 0, 1, 4, 6)))
        left, taken = 6.0 - shipped, {}
        while left:
            units = float(rnd.randint(1, int(left)))
            key = ("a", rnd.choice(("L1", "L2", "L3")))
            taken[key] = taken.get(key, 0.0) + units
            left -= units
        parcels = {"a": shipped} if shipped else {}

        move(booked, taken, parcels, ordered)

        held = {("a", place): units for place, units in booked.get("a", {}).items()}
        assert held == taken
        assert move(booked, taken, parcels, ordered)


def test_units_of_which_nobody_noted_the_place_are_moved_nowhere():
    booked = {"a": {"": 2.0}}
    assert tills.moved_away({("a", "L2"): 2.0}, booked, {}, {"a": 2.0}) == {}


def test_a_parcel_beside_what_was_taken_along_moves_nothing():
    taken = {("a", "L1"): 2.0}
    assert tills.moved_away(taken, {"a": {"L1": 2.0}}, {"a": 1.0}, {"a": 3.0}) == {}
    assert tills.parcels(
        [asked(2.0, 2.0), asked(1.0, 1.0, taken_along=False)],
        [gone(1.0), gone(2.0, taken_along=False)],
    ) == {"a": 3.0}


def test_what_is_taken_off_is_taken_off_where_it_was_first():
    booked = {"L1": 2.0, "L2": 1.0}
    assert tills.less(booked, 2.0, ["L2"]) == {"L1": 1.0}
    assert tills.less(booked, 2.0, []) == {"L2": 1.0}
    assert tills.less(3.0, 4.0, []) == {}
