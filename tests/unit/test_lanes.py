"""When a lane is behind, and when it is not anymore."""

import pytest
from odoo.addons.retail_sync_core.domain.lanes import Limits

LIMITS = Limits(depth=100, age_s=60.0)


@pytest.mark.parametrize(
    ("depth", "age_s", "before", "is_behind"),
    [
        (100, 60.0, False, False),
        (101, 0.0, False, True),
        (0, 60.5, False, True),
        (90, 10.0, True, True),  # not yet well below
        (80, 48.0, True, False),
        (10, 50.0, True, True),
    ],
)
def test_a_lane_is_behind_above_and_in_step_well_below(depth, age_s, before, is_behind):
    assert LIMITS.are_passed(depth, age_s, before=before) is is_behind


def test_no_limit_is_never_passed():
    assert not Limits().are_passed(10**6, 10.0**6)
