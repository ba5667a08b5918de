"""The cells of the matrix: what an order may live through, one choice of each kind."""

import random
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from typing import NamedTuple


class Cell(NamedTuple):
    """One story.

    :param payment: how the customer pays
    :param taxes: whether the prices include them
    :param edit: when the merchant edits the order: fewer of one line, one line more
    :param cancel: who cancels, and when; after a part was shipped: the rest of it
    :param invoices: when Odoo invoices; by_day: as a receipt of a till, together with
        another one
    """

    payment: str
    taxes: str
    edit: str
    cancel: str
    invoices: str

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self._asdict().items())


AXES = {
    "payment": ("paid", "authorized", "pending", "split", "gift_card"),
    "taxes": ("included", "excluded"),
    "edit": ("never", "before", "after_part"),
    "cancel": ("never", "there_early", "here_early", "there_part", "here_part"),
    "invoices": ("never", "at_import", "when_paid", "when_shipped", "by_day"),
}


def all_cells() -> list[Cell]:
    """Return every cell that can happen."""
    return [cell for cell in map(Cell._make, product(*AXES.values())) if happens(cell)]


def happens(cell: Cell) -> bool:
    """Return whether it can be told: what is canceled early is not edited late."""
    return not (cell.cancel.endswith("early") and cell.edit == "after_part")


def choose(wanted: str, chance: random.Random, cells: Sequence | None = None) -> list:
    """Return the cells to play, of the orders' matrix or of ``cells``.

    :param wanted: "full"; "pairs" (each pair of values in some cell); how many; "3/8":
        the third of eight slices, always the same ones; or values, such as
        "paid,by_day": all cells that have them
    """
    cells = all_cells() if cells is None else list(cells)
    if wanted == "full":
        return cells
    if "/" in wanted:
        number, slices = map(int, wanted.split("/"))
        return cells[number - 1 :: slices]
    if wanted.isdigit():
        return chance.sample(cells, int(wanted))
    if wanted == "pairs":
        chance.shuffle(cells)
        return list(cover_pairs(cells))
    return having(wanted.split(","), cells)


def having(values: Sequence[str], cells: list) -> list:
    """Return the cells that have each of ``values``."""
    if unknown := set(values) - set(chain(*cells)):
        raise ValueError(f"the matrix has no {', '.join(sorted(unknown))}")
    return [cell for cell in cells if set(values) <= set(cell)]


def cover_pairs(cells: Sequence) -> Iterator:
    """Give cells until each pair of two axes' values has been in one of them."""
    missing = {pair for cell in cells for pair in pairs(cell)}
    while missing:
        best = max(cells, key=lambda cell: len(missing & pairs(cell)))
        missing -= pairs(best)
        yield best


def pairs(cell: NamedTuple) -> set[frozenset]:
    """Return the pairs of (axis, value) that a cell has."""
    return {frozenset(two) for two in combinations(cell._asdict().items(), 2)}
