"""Whatever an order lives through, both sides agree to the cent, or a person is asked.

RETAIL_SYNC_MATRIX says which cells are played: "pairs" (each pair of choices once),
"full", a number, "3/8" (the third of eight slices that make up all), or choices such as
"paid,by_day": all cells that have them. RETAIL_SYNC_SEED repeats a run.
"""

import os
import random
import sys
from collections import Counter

from matrix_cells import Cell, choose
from matrix_check import (
    ask,
    changes,
    disagreements,
    money_disagrees,
    neighbour_disagrees,
    snapshot,
    waits_for,
)
from matrix_play import MatrixStory
from odoo.tests import tagged

REPLAYS = 3


@tagged("post_install", "-at_install")
class TestMatrix(MatrixStory):
    """Each cell is a story of its own against the real adapter."""

    def setUp(self):
        super().setUp()
        seed = int(
            os.environ.get("RETAIL_SYNC_SEED") or random.SystemRandom().randrange(10**6)
        )
        self.tell(f"RETAIL_SYNC_SEED={seed}")
        self.chance = random.Random(seed)

    def tell(self, text):
        sys.stdout.write(f"{text}\n")

    def test_both_sides_agree_to_the_cent_or_a_person_is_asked(self):
        wanted = os.environ.get("RETAIL_SYNC_MATRIX", "pairs")
        cells = choose(wanted, self.chance)
        outcomes = Counter()
        for cell in cells:
            with self.subTest(str(cell)):
                outcome = self.outcome(cell)
                outcomes[outcome] += 1
                if wanted != "pairs":
                    self.tell(f"{outcome}: {cell}")
        for outcome, number in outcomes.most_common():
            self.tell(f"{number} of {len(cells)} cells: {outcome}")
        self.replay()

    def test_a_cent_that_no_unit_is_left_to_carry_is_put_before_a_person(self):
        cell = Cell("paid", "included", "before", "there_part", "when_shipped")

        self.assertIn("invoices_differ", self.outcome(cell))

    def outcome(self, cell):
        """Play ``cell``, say how it ended; fail where it is wrong and nobody knows."""
        placed = self.play(cell)
        order = self.ours(placed)
        theirs = ask(self.shop, placed["id"])
        found = disagreements(theirs, order, invoiced=cell.invoices != "never")
        self.assertEqual(money_disagrees(theirs, order), [], str(cell))
        if self.neighbour:
            other = ask(self.shop, self.neighbour["id"])
            felt = neighbour_disagrees(other, self.ours(self.neighbour))
            self.assertEqual(felt, [], str(cell))
        asked = waits_for(order)
        if found and not asked:
            raise AssertionError(f"{cell}\n" + "\n".join(found))
        return f"asks a person: {', '.join(asked)}" if asked else "agrees"

    def replay(self):
        """Tell every event again and again, in any order; nothing may change."""
        before = snapshot(self.env)
        calls = len(self.shop.calls())
        for _time in range(REPLAYS):
            told = list(self.shop.received)
            self.chance.shuffle(told)
            self.hear(told)
        for order in self.shop.orders():
            for topic in ("orders/updated", "orders/create"):
                self.shop.send_webhook(order["name"], topic)
        self.hear_all()
        found = changes(before, snapshot(self.env))
        self.assertFalse(found, "\n".join(found))
        mutations = {
            call["operation"]
            for call in self.shop.calls(since=calls)
            if "Fetch" not in call["operation"]
        }
        self.tell(f"calls made while replaying: {sorted(mutations)}")


def test_slices_make_up_all_cells():
    slices = [choose(f"{number}/8", random.Random(0)) for number in range(1, 9)]

    assert sorted(cell for cells in slices for cell in cells) == sorted(
        choose("full", random.Random(0))
    )
