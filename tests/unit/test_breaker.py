"""Is it one kind of call that fails, or the channel?"""

import pytest
from odoo.addons.retail_sync_core.domain.breaker import Breaker, Failures


def failures(*kinds):
    """Return what failed in a row; "-" stands for a call that never left."""
    counted = Failures()
    for kind in kinds:
        counted = counted.with_one_of(kind, reached=kind != "-")
    return counted


@pytest.mark.parametrize(
    ("kinds", "is_out"),
    [
        (["refund"] * 50, False),  # one kind is its own matter, however often it fails
        (["refund"] * 3 + ["order"], False),
        (["refund"] * 4 + ["order"], False),  # once may be chance
        (["refund"] * 3 + ["order"] * 2, True),
        (["refund", "order", "stock", "refund"], False),  # too few to judge by
        (["refund", "order", "stock", "refund", "order"], True),
        (["refund", "order", "stock", "payment", "hold"], False),
        (["-"] * 4, False),
        (["-"] * 5, True),  # nobody could answer
        (["refund", "-", "-", "refund", "-"], True),
    ],
)
def test_the_channel_is_out_when_several_kinds_fail_or_the_connection(kinds, is_out):
    assert failures(*kinds).is_channel_out is is_out


def test_a_call_that_never_left_is_held_against_no_kind():
    assert dict(failures("-", "-").counts) == {"connection": 2}


def test_a_breaker_opens_at_once_when_it_is_told_to():
    assert not Breaker().failed(0, at_once=True).allows(0)
