"""Who tells the channels their levels: the suite itself, and two rules it replaces.

All have the same orders imported by the same engine, and learn of changes by the same
marks; they differ in what they tell, and in what they compare.
"""

from typing import Any

from ._market import Shop
from ._retailer import Retailer

BATCH = 250
ROUNDS = 3


class Ours:
    """The suite: marks, levels, demand, compare-and-set with the expected level."""

    tells_demand = True

    def __init__(self, retailer: Retailer):
        self.retailer = retailer

    def push(self) -> None:
        """Work off all that is due."""
        self.retailer.work_off(marks=True)


class Naive:
    """``free_qty`` is pushed when it changed, whatever the channel has."""

    tells_demand = False

    def __init__(self, retailer: Retailer):
        self.retailer = retailer
        self.waiting: dict[Shop, set[int]] = {
            shop: set() for shop in retailer.market.shops
        }
        self.items: dict[int, int] = {}

    def push(self) -> None:
        """Import what is due, then tell each channel what changed."""
        self.retailer.work_off(marks=False)
        self._take_marks()
        for shop, items in self.waiting.items():
            if items:
                batch = sorted(items)[:BATCH]
                items.difference_update(batch)
                items.update(self._tell(shop, batch))
        self.retailer.looks_again = any(self.waiting.values())

    def _take_marks(self) -> None:
        if not self.items:
            self.items = {p: n for n, p in enumerate(self.retailer.products)}
        with self.retailer.reading() as env:
            env.cr.execute("DELETE FROM retail_sync_stock_mark RETURNING product_id")
            changed = {self.items[row[0]] for row in env.cr.fetchall() if row[0]}
        for items in self.waiting.values():
            items |= changed

    def _tell(self, shop: Shop, items: list[int]) -> list[int]:
        """Tell levels; return the items that have to be told again."""
        planned_at = self.retailer.market.now
        levels = self.offered(shop, items)
        if shop.call() is not None:
            return items
        if shop.kind == "feed":
            waits = shop.feed(levels, planned_at, lambda: None) is not None
            return items if waits else []
        for item, units in levels.items():
            shop.set(item, units, planned_at)
        return []

    def offered(self, shop: Shop, items: list[int]) -> dict[int, int]:
        """Return {item: units}: the channel's share of Odoo's free quantity."""
        share = self.retailer.policy.shares.get(shop.name, 100.0)
        with self.retailer.reading() as env:
            products: Any = env["product.product"].browse(
                [self.retailer.products[item] for item in items]
            )
            free = [p.free_qty for p in products]
        return {
            item: int(max(0.0, units) * share / 100)
            for item, units in zip(items, free, strict=True)
        }


class Peer(Naive):
    """Reads a level, and compares with what it has just read; on a mismatch once more.

    Where the channel cannot compare it sets the level as it is.
    """

    def _tell(self, shop: Shop, items: list[int]) -> list[int]:
        if shop.kind == "feed":
            return super()._tell(shop, items)
        for _round in range(ROUNDS):
            if shop.call() is not None:
                break
            read = {item: shop.shown[item] for item in items}
            planned_at = self.retailer.market.now
            levels = self.offered(shop, items)
            if shop.call() is not None:
                break
            items = [
                item
                for item, units in levels.items()
                if not shop.set(item, units, planned_at, read[item])
            ]
            if not items:
                break
        return items


RIVALS = {"naive": Naive, "peer": Peer, "ours": Ours}
