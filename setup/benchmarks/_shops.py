"""The made-up market's channels as adapters; import it once Odoo's registry is loaded.

One kind compares before it sets; the other is the test kit's channel of files, whose
folder is in memory and is the market's.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from odoo.addons.retail_sync_core import testing_orders, waking
from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.adapters.registry import ADAPTERS
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.errors import ThrottledError
from odoo.addons.retail_sync_core.testing_folder import FolderAdapter

from ._market import Order, Shop
from ._retailer import OPENS, PLACE, Retailer

REPORT_S = 60.0


class Speaker:
    """What both kinds share: which shop it is, and a call's time."""

    retailer: ClassVar[Retailer]
    account: Any

    @property
    def shop(self) -> Shop:
        """Return the shop of this account."""
        name = self.account.settings["shop"]
        return next(s for s in self.retailer.market.shops if s.name == name)


def call(retailer: Retailer, shop: Shop) -> None:
    """Let a call's time pass; a refused one asks to wait."""
    wait_s = shop.call()
    retailer.clock.set()
    if wait_s is not None:
        raise ThrottledError("too many calls", retry_after_s=wait_s)


def moment(seconds: float) -> Any:
    """Return the date of a market's time."""
    return OPENS + timedelta(seconds=seconds)


def version(order: Order, now: float) -> int:
    """Return the order's version: the second is the paid one of an unpaid."""
    return 2 if order.paid_at > order.at and now >= order.paid_at else 1


def stamp(order: Order, now: float) -> str:
    """Return the version as the order's document has it."""
    minutes = timedelta(minutes=version(order, now))
    return (testing_orders.PLACED_AT + minutes).isoformat()


def notice(retailer: Retailer, order: Order, *, demand: bool) -> doc.Notice:
    """Return what a webhook says of a new order."""
    lines = tuple(
        doc.Demand(
            order_id=order.number,
            line_id=f"{order.number}-{sale.item}",
            item_id=f"{sale.item}",
            quantity=Decimal(sale.units),
            placed_at=moment(order.at),
        )
        for sale in order.sales
    )
    return doc.Notice(
        flow=doc.Flow.ORDER,
        topic="orders/create",
        external_id=order.number,
        event_id=f"{order.number}-{version(order, retailer.market.now)}",
        version=stamp(order, retailer.market.now),
        occurred_at=moment(order.at),
        demand=lines if demand else (),
    )


class Storefront(Speaker, base.Adapter):
    """Compares before it sets; tells orders by webhooks, and gives them by id."""

    code = "shopify"
    capabilities = (
        base.Stock(batch=250, cas=True, idempotent=True),
        base.Orders(by_id=True, webhooks=True, overlap_s=120),
    )

    def read_levels(
        self, refs: tuple[doc.LevelRef, ...]
    ) -> tuple[doc.LevelReading, ...]:
        """Return what is shown."""
        call(self.retailer, self.shop)
        shown = self.shop.shown
        return tuple(
            doc.LevelReading(ref=ref, available=shown[int(ref.item_id)]) for ref in refs
        )

    def send(self, effect: base.Effect) -> base.Outcome:
        """Set those levels that are as expected."""
        if effect.kind != "stock":
            return base.Outcome(state="refused", code="not_supported")
        planned_at = self.retailer.market.now
        call(self.retailer, self.shop)
        items = tuple(self._set(write, planned_at) for write in effect.body.levels)
        return base.Outcome(state="applied", items=items)

    def _set(self, write: doc.LevelWrite, planned_at: float) -> base.ItemOutcome:
        item = int(write.ref.item_id)
        done = self.shop.set(item, write.quantity, planned_at, write.expected)
        return base.ItemOutcome(
            ref=write.ref,
            state="applied" if done else "conflict",
            actual=self.shop.shown[item],
        )

    def read_back(self, effect: base.Effect) -> base.Outcome:
        """Return that nothing is known; no answer is ever lost here."""
        return base.Outcome(state="not_found")

    def poll(self, effect: base.Effect) -> base.Outcome:
        """Return that all is done."""
        return base.Outcome(state="applied")

    def fetch_page(self, flow: str, cursor: str, since: Any) -> base.Page:
        """Return the orders placed since, all on one page."""
        call(self.retailer, self.shop)
        changed = dict.fromkeys(
            order
            for at, order in self.shop.news
            if flow == "order" and (since is None or moment(at) >= since)
        )
        return base.Page(
            documents=tuple(
                notice(self.retailer, order, demand=self.retailer.tells_demand)
                for order in changed
            ),
            as_of=self.retailer.clock.moment,
        )

    def fetch(self, flow: str, external_id: str) -> doc.Order:
        """Return the order."""
        call(self.retailer, self.shop)
        order = self.shop.orders[external_id]
        now = self.retailer.market.now
        paid = now >= order.paid_at
        return testing_orders.make_order(
            order.number,
            lines=[
                testing_orders.make_line(
                    f"{order.number}-{sale.item}",
                    item_id=f"{sale.item}",
                    sku=f"{sale.item}",
                    quantity=sale.units,
                )
                for sale in order.sales
            ],
            currency=self.retailer.currency,
            created_at=moment(order.at),
            version=version(order, now),
            payment_state=doc.PaymentState("paid" if paid else "pending"),
        )


class Bazaar(Speaker, FolderAdapter):
    """The test kit's channel of files."""

    code = "manual"

    @property
    def files(self) -> Any:
        """Return the shop's folder."""
        return Files(self.retailer, self.shop)


class Files:
    """A folder in memory that the market reads and writes."""

    root = Path("/")
    reports: ClassVar[dict[str, bytes]] = {}

    def __init__(self, retailer: Retailer, shop: Shop):
        self.retailer = retailer
        self.shop = shop

    def read(self, name: str) -> bytes | None:
        """Return a file of the shop's, made as it is asked for."""
        planned = name.removesuffix(".json").partition("/")
        call(self.retailer, self.shop)
        match planned:
            case ("levels", _, _):
                shown = {f"{item}": units for item, units in self.shop.shown.items()}
                return json.dumps({PLACE: shown}).encode()
            case ("orders", _, token):
                return self._orders(0 if token == "first" else int(token))
            case ("reports", _, key):
                return self.reports.get(key)
        return None

    def write(self, name: str, body: bytes) -> None:
        """Take a feed; its report lies there once it is worked off."""
        planned_at = self.retailer.market.now
        call(self.retailer, self.shop)
        key = name.removesuffix(".json").partition("/")[2]
        levels = {
            int(level["ref"]["item_id"]): level["quantity"]
            for level in json.loads(body)["levels"]
        }
        report = json.dumps({f"{item}": "ok" for item in levels}).encode()
        wait_s = self.shop.feed(
            levels, planned_at, lambda: self.reports.__setitem__(key, report)
        )
        if wait_s is not None:
            raise ThrottledError("a feed a minute", retry_after_s=wait_s)

    def _orders(self, first: int) -> bytes | None:
        """Return the orders after the first so many, as far as they are reported."""
        until = self.retailer.market.now // REPORT_S * REPORT_S
        news = [(at, order) for at, order in self.shop.news if at <= until]
        if len(news) <= first:
            return None
        page = [self._order(order, at) for at, order in news[first:]]
        return json.dumps({"next": f"{len(news)}", "orders": page}).encode()

    def _order(self, order: Order, at: float) -> dict[str, Any]:
        return {
            "id": order.number,
            "number": order.number,
            "changed": moment(at).isoformat(),
            "placed": moment(order.at).isoformat(),
            "payment": "paid" if at >= order.paid_at else "pending",
            "currency": self.retailer.currency,
            "total": f"{10 * sum(sale.units for sale in order.sales)},00",
            "lines": [
                {
                    "id": f"{order.number}-{sale.item}",
                    "item": f"{sale.item}",
                    "sku": f"{sale.item}",
                    "units": sale.units,
                    "price": "10,00",
                }
                for sale in order.sales
            ],
        }


@contextmanager
def at_the_shops(retailer: Retailer) -> Iterator[None]:
    """Have the channels answered by the market; note when our books know an order."""
    Speaker.retailer = retailer
    importer = retailer.registry["retail.sync.importer.order"]
    demand = retailer.registry["retail.sync.demand"]
    note_demand = demand._note

    def noted(self: Any, channel: Any, demands: Any) -> Any:
        shop = retailer.shops[channel.id]
        for number in {row.order_id for row in demands}:
            retailer.note_known(shop.orders[number])
        return note_demand(self, channel, demands)

    def noting(original: Any) -> Any:
        def imported(self: Any, channel: Any, documents: Any) -> Any:
            result = original(self, channel, documents)
            shop = retailer.shops[channel.id]
            alone = isinstance(documents, doc.Order)
            for document in [documents] if alone else documents:
                retailer.note_known(shop.orders[document.external_id])
            return result

        return imported

    with ExitStack() as stack:
        enter = stack.enter_context
        enter(patch.dict(ADAPTERS, {"shopify": Storefront, "manual": Bazaar}))
        enter(patch.object(waking.BELL, "ring", lambda _name: None))
        enter(patch.object(demand, "_note", noted))
        for name in ("_import", "_import_many"):
            enter(patch.object(importer, name, noting(getattr(importer, name))))
        yield
