"""Where an order ships from: the rule, by tables and at random."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odoo.addons.retail_sync_core.domain.placing import (
    Place,
    Want,
    able_units,
    choose,
    explain,
    in_order,
)

SHIRT, MUG = 1, 2
LONDON, LEEDS, YORK = 1, 2, 3
NAMES = {LONDON: "London", LEEDS: "Leeds", YORK: "York"}


def make_want(line_id="a", units=1, **draws):
    parts = {SHIRT: draws.get("shirt", 1), MUG: draws.get("mug", 0)}
    return Want(
        line_id=line_id,
        units=units,
        draws={part: Decimal(each) for part, each in parts.items() if each},
    )


def make_place(place_id, shirts=0, mugs=0, **values):
    values.setdefault("rank", place_id)
    return Place(
        place_id=place_id,
        name=NAMES[place_id],
        free={SHIRT: Decimal(shirts), MUG: Decimal(mugs)},
        **values,
    )


def placed(wants, places, **values):
    choice = choose(wants, places, **values)
    return choice.why, {(p.line_id, p.place_id): p.units for p in choice.parts}


TABLE = [
    (
        "the first by rank has all of it",
        [make_want(units=3)],
        [make_place(LEEDS, 9), make_place(LONDON, 3)],
        ("whole", {("a", LONDON): 3}),
    ),
    (
        "whole before split",
        [make_want(units=3)],
        [make_place(LONDON, 1), make_place(LEEDS, 3)],
        ("whole", {("a", LEEDS): 3}),
    ),
    (
        "two lines of one product share what is there",
        [make_want("a", 2), make_want("b", 2)],
        [make_place(LONDON, 3), make_place(LEEDS, 4)],
        ("whole", {("a", LEEDS): 2, ("b", LEEDS): 2}),
    ),
    (
        "a split takes most where most is",
        [make_want(units=5)],
        [make_place(LONDON, 2), make_place(LEEDS, 4), make_place(YORK, 1)],
        ("split", {("a", LEEDS): 4, ("a", LONDON): 1}),
    ),
    (
        "what is kept for the counter stays there while another has it",
        [make_want(units=2)],
        [make_place(LONDON, 3, kept=Decimal(2)), make_place(LEEDS, 2)],
        ("whole", {("a", LEEDS): 2}),
    ),
    (
        "it is taken before anything waits",
        [make_want(units=2)],
        [make_place(LONDON, 3, kept=Decimal(2)), make_place(LEEDS, 0)],
        ("whole", {("a", LONDON): 2}),
    ),
    (
        "a full place is passed over",
        [make_want(units=2)],
        [make_place(LONDON, 9, full=True), make_place(LEEDS, 2)],
        ("whole", {("a", LEEDS): 2}),
    ),
    (
        "a closed place ships what nobody else has",
        [make_want(units=2)],
        [make_place(LONDON, 9, closed=True), make_place(LEEDS, 1)],
        ("whole", {("a", LONDON): 2}),
    ),
    (
        "what nobody has waits at the first that may",
        [make_want(units=2)],
        [make_place(LONDON, full=True), make_place(LEEDS), make_place(YORK)],
        ("waits", {("a", LEEDS): 2}),
    ),
    (
        "a rest waits where most of the order is",
        [make_want(units=5)],
        [make_place(LONDON, 1), make_place(LEEDS, 3)],
        ("waits", {("a", LEEDS): 4, ("a", LONDON): 1}),
    ),
    (
        "a kit needs all its parts in one place",
        [make_want(units=2, shirt=1, mug=2)],
        [make_place(LONDON, 9, 3), make_place(LEEDS, 2, 4)],
        ("whole", {("a", LEEDS): 2}),
    ),
    (
        "what is not stocked ships from anywhere",
        [make_want(units=2, shirt=0)],
        [make_place(LONDON), make_place(LEEDS, 5)],
        ("whole", {("a", LONDON): 2}),
    ),
    (
        "the place that ships the rest of the order comes first",
        [make_want(units=1)],
        [make_place(LONDON, 1), make_place(LEEDS, 1, is_used=True)],
        ("whole", {("a", LEEDS): 1}),
    ),
    ("no place at all", [make_want()], [], ("nowhere", {})),
    ("nothing is wanted", [make_want(units=0)], [make_place(LONDON)], ("nowhere", {})),
]


@pytest.mark.parametrize(
    ("wants", "places", "expected"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_the_rule(wants, places, expected):
    assert placed(wants, places) == expected


def test_the_nearest_comes_first_where_that_is_the_rule():
    places = [
        make_place(LONDON, 5, nearness=(0.0, 1.0)),
        make_place(LEEDS, 5, nearness=(0.0, 0.0)),
    ]

    assert placed([make_want()], places)[1] == {("a", LONDON): 1}
    assert placed([make_want()], places, nearest_first=True)[1] == {("a", LEEDS): 1}


def test_the_why_names_who_came_first():
    wants = [make_want(units=3)]
    places = [make_place(LONDON, 1), make_place(LEEDS, 3)]

    said = explain(choose(wants, places), wants, places)

    assert said == (
        "Leeds ships it: it has all 3 units. London comes first, but has 1 of 3 units"
        " to spare."
    )


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (
            [make_place(LONDON, 2), make_place(LEEDS, 1)],
            "No place has all of it, so several ship a part: London 2, Leeds 1.",
        ),
        (
            [make_place(LONDON, full=True), make_place(LEEDS, closed=True, shirts=3)],
            (
                "Leeds ships it: it has all 3 units. London comes first, but has its"
                " orders for the day."
            ),
        ),
        (
            [make_place(LONDON, 9, closed=True), make_place(LEEDS, 3)],
            (
                "Leeds ships it: it has all 3 units. London comes first, but does not"
                " open in time."
            ),
        ),
        (
            [make_place(LONDON, 2)],
            "No place has 1 of the units now. They wait for stock: London 3.",
        ),
        (
            [make_place(LONDON, 3, kept=Decimal(1))],
            (
                "London ships it: it has all 3 units. What is kept for the counter is"
                " used: nobody else has it."
            ),
        ),
        ([], "No location may ship it."),
    ],
)
def test_each_why_is_said(places, said):
    wants = [make_want(units=3)]

    assert explain(choose(wants, places), wants, places) == said


@st.composite
def worlds(draw):
    wants = [
        make_want(
            f"line-{number}",
            draw(st.integers(0, 6)),
            shirt=draw(st.integers(0, 2)),
            mug=draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    places = [
        make_place(
            place_id,
            draw(st.integers(-2, 8)),
            draw(st.integers(-2, 8)),
            rank=draw(st.integers(0, 2)),
            nearness=(float(draw(st.integers(0, 2))),),
            kept=Decimal(draw(st.integers(0, 3))),
            closed=draw(st.booleans()),
            full=draw(st.booleans()),
            is_used=draw(st.booleans()),
        )
        for place_id in draw(st.permutations((LONDON, LEEDS, YORK)))[
            : draw(st.integers(0, 3))
        ]
    ]
    return wants, places, draw(st.booleans())


@given(worlds())
def test_no_unit_is_lost_or_made(world):
    wants, places, nearest_first = world

    choice = choose(wants, places, nearest_first=nearest_first)

    if places:
        for want in wants:
            given_units = [p.units for p in choice.parts if p.line_id == want.line_id]
            assert sum(given_units) == want.units
            assert all(units > 0 for units in given_units)
    else:
        assert not choice.parts


@given(worlds())
def test_no_place_gives_more_than_it_has(world):
    wants, places, nearest_first = world
    choice = choose(wants, places, nearest_first=nearest_first)
    if choice.why == "waits":
        return
    draws = {want.line_id: want.draws for want in wants}

    for place in places:
        kept = Decimal(0) if choice.counter else place.kept
        for part in (SHIRT, MUG):
            taken = sum(
                one.units * draws[one.line_id].get(part, Decimal(0))
                for one in choice.parts
                if one.place_id == place.place_id
            )
            assert taken <= max(Decimal(0), place.free[part] - kept) or not taken


@given(worlds())
def test_what_one_place_has_is_not_split(world):
    wants, places, nearest_first = world
    total = sum(want.units for want in wants)
    choice = choose(wants, places, nearest_first=nearest_first)

    whole = [
        place
        for place in places
        if sum(able_units(wants, place, counter=choice.counter).values()) == total
        and (place.is_open or not any(one.is_open for one in places))
    ]

    if total and whole:
        assert choice.why == "whole"
        first = in_order(whole, nearest_first=nearest_first)[0]
        assert {part.place_id for part in choice.parts} == {first.place_id}


@given(worlds())
def test_the_order_in_which_places_are_given_decides_nothing(world):
    wants, places, nearest_first = world

    one = choose(wants, places, nearest_first=nearest_first)
    other = choose(wants, list(reversed(places)), nearest_first=nearest_first)

    assert one == other
    assert explain(one, wants, places)
