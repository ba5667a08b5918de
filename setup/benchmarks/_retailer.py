"""Our side of the made-up market: a real database, the real engine, a simulated clock.

The database's own ``now()`` is the market's: a function of that name, found before
PostgreSQL's, reads it from a table. Python's clocks are held by freezegun. Only calls
to channels let time pass; meanwhile customers buy, tills and webhooks write.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from . import _odoo
from ._market import Market, Order, Shop

OPENS = datetime(2026, 11, 27, 8, tzinfo=timezone.utc)
PLACE = "P"
BEFORE_S, AFTER_S = 240.0, 900.0  # to tell the first levels, and the last
POLL_S, RETRY_S = 30.0, 3.0
LOST_WEBHOOKS = 0.1
WEBHOOK_S, WEBHOOK_PEAK_S = 3.0, 30.0  # how late they are, on average
CLOCK = """
CREATE TABLE market_clock (at timestamptz NOT NULL);
INSERT INTO market_clock VALUES ('2026-11-27 08:00:00+00');
CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT at FROM public.market_clock';
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT at FROM public.market_clock';
"""
# When the next job may run; a channel that waits is no reason to look at once.
NEXT_JOB = """
SELECT extract(epoch FROM min(GREATEST(j.scheduled_at, b.blocked_until)))
  FROM retail_sync_job j JOIN retail_sync_bucket b ON b.channel_id = j.channel_id
 WHERE j.state = 'pending' AND (j.is_head OR j.is_head IS NULL)
"""


class Clock:
    """Holds the clocks of PostgreSQL and of Python at the market's time."""

    def __init__(self, name: str, market: Market):
        import psycopg2
        from devenv import database
        from freezegun import freeze_time

        database.query(name, CLOCK)
        database.query(
            name, f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog'
        )
        self.market = market
        self._session = psycopg2.connect(dbname=name, **database._psycopg_options())
        self._session.autocommit = True
        self._freezer = freeze_time(
            OPENS, ignore=["threading", "queue", "psycopg2", "odoo.sql_db"]
        )
        self._frozen: Any = None
        self._set_to = -1.0

    @property
    def moment(self) -> datetime:
        """The market's time as a date."""
        return OPENS + timedelta(seconds=self.market.now)

    def set(self) -> None:
        """Bring both clocks to the market's time."""
        if self._set_to == self.market.now:
            return
        self._set_to = self.market.now
        self._frozen.move_to(self.moment)
        with self._session.cursor() as cr:
            cr.execute("UPDATE market_clock SET at = %s", [str(self.moment)])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the clocks within the block."""
        self._frozen = self._freezer.start()
        try:
            yield
        finally:
            self._freezer.stop()
            self._session.close()


@dataclass(frozen=True)
class Policy:
    """How stock is shared out: each channel's percent, by name; none: all to all."""

    name: str
    shares: dict[str, float]


class Retailer:
    """The retailer's Odoo: products, channels, and whoever tells them their levels.

    :ivar touched: something was written since the last look
    :ivar looks_again: who tells the levels was asked to wait
    """

    def __init__(self, name: str, market: Market, clock: Clock, policy: Policy):
        self.name = name
        self.market = market
        self.clock = clock
        self.policy = policy
        self.registry = _odoo.registry(name)
        self.shops: dict[int, Shop] = {}
        self.channels: dict[Shop, int] = {}
        self.products: list[int] = []
        self.tells_demand = True
        self.touched = True
        self.looks_again = False
        self._polls_at = float("-inf")
        self._rng = random.Random(1)

    # making it
    def build(self) -> None:
        """Make warehouse, products with stock, channels, locations and listings."""
        with _odoo.environment(self.registry) as env:
            env["retail.sync.fuse"]._confirm()
            warehouse = env["stock.warehouse"].search([], limit=1)
            self.stock_id = warehouse.lot_stock_id.id
            self.currency = env.company.currency_id.name
            products = env["product.product"].create(
                [
                    {"name": f"Item {n}", "default_code": f"{n}", "is_storable": True}
                    for n in self.market.left
                ]
            )
            self.products = products.ids
            env["stock.quant"].create(
                [
                    {"product_id": p, "location_id": self.stock_id, "quantity": units}
                    for p, units in zip(
                        self.products, self.market.left.values(), strict=True
                    )
                ]
            )
            for shop in self.market.shops:
                self._build_channel(env, shop, warehouse)
            env["retail.sync.bucket"]._ensure()
            env.cr.execute("UPDATE retail_sync_bucket SET capacity = 1e6, tokens = 1e6")

    def _build_channel(self, env: Any, shop: Shop, warehouse: Any) -> None:
        channel = env["retail.sync.channel"].create(
            {
                "name": shop.name,
                "code": {"compares": "shopify", "feed": "manual"}[shop.kind],
                "state": "live",
                "warehouse_id": warehouse.id,
                "import_since": False,
                "order_policy": "paid",
                "share": self.policy.shares.get(shop.name, 100.0),
                "compare_daily": False,
                "settings": {"shop": shop.name},
            }
        )
        channel._workflow("order").interval_s = 60
        channel._workflow("catalog").state = "paused"
        env["retail.sync.location"].create(
            {
                "channel_id": channel.id,
                "external_id": PLACE,
                "name": shop.name,
                "warehouse_id": warehouse.id,
            }
        )
        env["retail.sync.listing"].create(
            [
                {
                    "channel_id": channel.id,
                    "external_id": f"{n}",
                    "sku": f"{n}",
                    "title": f"Item {n}",
                    "product_id": product_id,
                }
                for n, product_id in enumerate(self.products)
            ]
        )
        self.channels[shop] = channel.id
        self.shops[channel.id] = shop
        if shop.kind == "compares":
            shop.on_news = self._expect_webhook

    # what the market writes into our books
    @contextmanager
    def writing(self, *, read_committed: bool = False) -> Iterator[Any]:
        """Give an environment at the market's time; what it did is committed."""
        self.clock.set()
        self.touched = True
        with _odoo.environment(self.registry) as env:
            if read_committed:
                env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            yield env

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Give an environment at the market's time; no reason to look again."""
        self.clock.set()
        with _odoo.environment(self.registry) as env:
            yield env

    def receive(self, item: int, units: int) -> None:
        """Put a receipt on the shelf."""
        with self.writing() as env:
            product = env["product.product"].browse(self.products[item])
            place = env["stock.location"].browse(self.stock_id)
            env["stock.quant"]._update_available_quantity(product, place, units)

    def _expect_webhook(self, order: Order) -> None:
        if self._rng.random() < LOST_WEBHOOKS:
            return  # the next poll finds it
        late_s = WEBHOOK_PEAK_S if self.market.is_peak else WEBHOOK_S
        when = self.market.now + self._rng.expovariate(1 / late_s)
        shop = order.sales[0].shop
        self.market.at(when, lambda: self._take_in(shop, order))

    def _take_in(self, shop: Shop, order: Order) -> None:
        from ._shops import notice

        told = notice(self, order, demand=self.tells_demand)
        with self.writing(read_committed=True) as env:
            channel = env["retail.sync.channel"].browse(self.channels[shop])
            env["retail.sync.event"]._receive(channel, [told], "webhook")

    def note_known(self, order: Order) -> None:
        """Note that the books have the order from now on."""
        for sale in order.sales:
            sale.known_at = min(sale.known_at, self.market.now)

    def told(self, shop: Shop) -> dict[int, int]:
        """Return {item: units} that the channel is to show, by our books."""
        with self.reading() as env:
            levels = env["retail.sync.level"].search(
                [("channel_id", "=", self.channels[shop])]
            )
            terms = env["retail.sync.level"]._terms(levels)
            return {
                int(level.listing_id.external_id): terms[level.id].offered
                for level in levels
            }

    # working
    def run(self, push: Callable[[], None]) -> None:
        """Publish, live through the day, and tell what is left to tell.

        :param push: works until nothing is due
        """
        from ._shops import at_the_shops

        with at_the_shops(self):
            self._live(push, BEFORE_S)
            self.market.open(self.receive)
            self._live(push, self.market.scale.seconds)
            self._live(push, AFTER_S)

    def _live(self, push: Callable[[], None], seconds: float) -> None:
        ends = self.market.now + seconds
        while self.market.now < ends:
            self.clock.set()
            self._poll()
            self.touched = False
            push()
            self.market.run_until(min(ends, self._wakes_at()))

    def _poll(self) -> None:
        if self.market.now >= self._polls_at:
            with self.writing() as env:
                env["retail.sync.workflow"]._enqueue_due()
            self._polls_at = self.market.now + POLL_S

    def _wakes_at(self) -> float:
        """Return when there is something to do: live on until our books are touched."""
        market, due_at = self.market, self._due_at()
        while not self.touched and market.next_at < due_at:
            market.run_until(market.next_at)
        return market.now if self.touched else due_at

    def _due_at(self) -> float:
        """Return when the next job or turn is due; a second at least, for what is due
        and could not run."""
        with _odoo.environment(self.registry) as env:
            env.cr.execute(NEXT_JOB)
            (epoch,) = env.cr.fetchone()
        due_at = self._polls_at
        if self.looks_again:
            due_at = min(due_at, self.market.now + RETRY_S)
        if epoch is not None:
            due_at = min(due_at, float(epoch) - OPENS.timestamp())
        return max(due_at, self.market.now + 1.0)

    def work_off(self, *, marks: bool) -> None:
        """Let the engine work until nothing is due."""
        with _odoo.environment(self.registry) as env:
            env["retail.sync.job"]._work_off(500, marks=marks)
