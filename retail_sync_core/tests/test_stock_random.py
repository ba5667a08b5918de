"""Random days in two companies' warehouses, played by hypothesis.

RETAIL_SYNC_RANDOM_DAYS says how many histories are played (of up to 30 steps each); a
failing one is made as short as it can be and printed.
"""

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .random_days import RandomDays

DAYS = int(os.environ.get("RETAIL_SYNC_RANDOM_DAYS") or 3)
STEPS = 30
histories = settings(
    max_examples=DAYS,
    deadline=None,
    database=None,
    print_blob=True,
    phases=[Phase.generate] if os.environ.get("CI") else list(Phase),
    suppress_health_check=list(HealthCheck),
)


def steps_of(verbs):
    """Return the strategy of a history: (verb, seed) of each step."""
    step = st.tuples(st.sampled_from(verbs), st.integers(0, 9999))
    return st.lists(step, min_size=STEPS // 2, max_size=STEPS)


@tagged("post_install", "-at_install")
class TestStockRandom(RandomDays):
    def test_the_figure_is_the_orms_after_every_step(self):
        @histories
        @given(steps_of(self.VERBS))
        def play(steps):
            self.play(steps)

        play()
