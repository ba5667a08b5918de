"""Whatever is refunded over the web, both sides agree to the cent and to the unit.

RETAIL_SYNC_REFUND_MATRIX says which cells are played, as RETAIL_SYNC_MATRIX does of the
orders': "pairs", "full", a number, "3/8", or choices such as "twice,back_before". In
each, what a person returns here is told to the channel or not, by chance.
RETAIL_SYNC_SEED repeats a run.
"""

import os
import random
import sys

from matrix_cells import choose
from odoo.tests import tagged
from refund_cells import RefundCell, all_refund_cells
from refund_play import RefundStory


@tagged("post_install", "-at_install")
class TestRefundMatrix(RefundStory):
    """Each cell is a story of its own against the real adapter; nobody is asked."""

    def setUp(self):
        super().setUp()
        seed = int(
            os.environ.get("RETAIL_SYNC_SEED") or random.SystemRandom().randrange(10**6)
        )
        sys.stdout.write(f"RETAIL_SYNC_SEED={seed}\n")
        self.chance = random.Random(seed)

    def test_both_sides_agree_to_the_cent_and_the_unit(self):
        wanted = os.environ.get("RETAIL_SYNC_REFUND_MATRIX", "pairs")
        cells = choose(wanted, self.chance, all_refund_cells())
        for cell in cells:
            with self.subTest(str(cell)):
                self.agree(cell)
        sys.stdout.write(f"{len(cells)} cells played\n")
        self.replay_all()

    def agree(self, cell):
        found = self.judge(cell, self.play_refund(cell))
        facts = f"{cell}, returns made here: {self.told}"
        self.assertFalse(found, f"{facts}\n" + "\n".join(found))

    def test_what_the_channel_put_back_is_booked_at_once_where_it_is_believed(self):
        self.channel.return_policy = "book"
        cell = RefundCell(
            "shipped_all", "twice", "elsewhere", "invoiced_before", "back_after"
        )

        self.agree(cell)
