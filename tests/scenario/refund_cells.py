"""The cells of the refunds' matrix: one choice of each kind."""

from itertools import product
from typing import NamedTuple


class RefundCell(NamedTuple):
    """One story of an order that is refunded over the web.

    :param shipped: how much of it has left before
    :param refund: what is refunded; twice: a unit, and then another one
    :param restock: where the channel puts the goods back
    :param invoiced: when Odoo invoices, against the refund
    :param back: when the goods are here again, against the refund
    """

    shipped: str
    refund: str
    restock: str
    invoiced: str
    back: str

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self._asdict().items())


AXES = {
    "shipped": ("shipped_none", "shipped_part", "shipped_all"),
    "refund": ("never", "one", "all", "shipping", "twice"),
    "restock": ("here", "elsewhere", "no_restock"),
    "invoiced": ("invoiced_before", "invoiced_after", "not_invoiced"),
    "back": ("back_before", "back_after", "not_back"),
}


def all_refund_cells() -> list[RefundCell]:
    """Return every cell that can happen."""
    cells = map(RefundCell._make, product(*AXES.values()))
    return [cell for cell in cells if happens(cell)]


def happens(cell: RefundCell) -> bool:
    """Return whether it can be told: only what has left comes back."""
    if cell.refund in ("never", "shipping"):
        return (cell.restock, cell.back) == ("no_restock", "not_back")
    if cell.shipped == "shipped_none":
        return cell.restock != "elsewhere" and cell.back == "not_back"
    return True
