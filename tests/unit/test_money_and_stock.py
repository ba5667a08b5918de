"""Shares that add up; levels that never promise what is not there."""

import random
from decimal import Decimal as D

import pytest
from odoo.addons.retail_sync_core.domain import money
from odoo.addons.retail_sync_core.domain.errors import DataError
from odoo.addons.retail_sync_core.domain.stock import Terms, batches, coalesce


@pytest.mark.parametrize("seed", range(200))
def test_shares_add_up_to_the_last_cent(seed):
    rnd = random.Random(seed)
    weights = [D(rnd.randrange(1, 10_000)) for _ in range(rnd.randrange(1, 12))]
    total = D(rnd.randrange(-100_000, 100_000)) / 100

    parts = money.allocate(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) <= D("0.01")


def test_the_largest_remainder_gets_the_odd_cent():
    assert money.allocate(D("1.00"), [D(1), D(1), D(4)]) == [
        D("0.17"),
        D("0.17"),
        D("0.66"),
    ]


def test_weights_of_nothing_are_refused():
    with pytest.raises(ValueError, match="zero"):
        money.allocate(D(1), [D(0)])


def test_halves_round_away_from_zero():
    assert money.quantize(D("1.005")) == D("1.01")
    assert money.quantize(D("-1.005")) == D("-1.01")
    assert money.quantize(D("7.12"), D("0.05")) == D("7.10")


@pytest.mark.parametrize(
    "text", ["abc", "NaN", "Infinity", "1,5", "1e999999999", "-1e-999999999", "1e15"]
)
def test_what_is_no_amount_is_named(text):
    with pytest.raises(DataError) as caught:
        money.parse(text, field="total")

    assert (caught.value.field, caught.value.value) == ("total", text)


def test_no_amount_is_zero():
    assert money.parse(None) == money.parse("") == 0


def test_the_level_is_what_nobody_else_was_promised():
    terms = Terms(
        on_hand=D(20), reserved=D(3), unreserved=D(2), pending=D(4), buffer=D(1)
    )

    assert terms.offered == 10


def test_a_level_is_never_below_zero():
    assert Terms(on_hand=D(1), pending=D(5)).offered == 0


def test_share_and_cap_limit_the_level_and_halves_are_not_sold():
    assert Terms(on_hand=D(9), share=D(50)).offered == 4
    assert Terms(on_hand=D(9), cap=D(3)).offered == 3
    assert Terms(on_hand=D("2.9")).offered == 2


def test_a_level_fixed_by_hand_wins():
    assert Terms(on_hand=D(100), fixed=D(7)).offered == 7
    assert Terms(on_hand=D(100), fixed=D(0)).offered == 0


def test_batches_hold_everything_once():
    assert [list(b) for b in batches(range(5), 2)] == [[0, 1], [2, 3], [4]]


def test_coalesced_pairs_keep_their_order():
    assert coalesce([(2, 1), (1, 1), (2, 1)]) == [(2, 1), (1, 1)]


def test_stock_without_end_is_offered_as_much_as_a_channel_can_hold():
    assert Terms(on_hand=D(10) ** 12).offered == 1_000_000_000
    assert Terms(fixed=D(10) ** 12).offered == 1_000_000_000
