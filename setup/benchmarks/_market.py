"""A made-up market on a simulated clock: five channels, their customers, the truth.

It knows nothing of Odoo. It alone knows how many units there are and which are sold, so
it alone says what was oversold, and through what. Everything follows from the seed.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

PEAK = (0.4, 0.55)  # the part of the day in which most is sold
PEAK_FACTOR = 6.0
MOST_LINES = 9
BURST, CALLS_A_S, FEED_EVERY_S = 6.0, 1.0, 60.0
UNPAID, PAYS_AFTER_S = 0.1, (120.0, 600.0)
KINDS = ("compares", "feed")


@dataclass(frozen=True)
class Scale:
    """How much goes on; ``buyers`` come in all, over ``seconds``."""

    items: int = 200
    buyers: int = 180
    receipts: int = 40
    seconds: float = 900.0
    stock: tuple[int, int] = (1, 9)


@dataclass
class Write:
    """A level as the retailer last set it: worked out when, in force since when."""

    planned_at: float
    applied_at: float


@dataclass(eq=False)
class Sale:
    """Units of one item that a channel sold, and what was wrong with it.

    :ivar known_at: when the retailer's books had it
    :ivar oversold: units that nothing covered
    :ivar blind: units sold while the channel could not know of another sale of the item
    """

    shop: "Shop"
    item: int
    units: int
    at: float
    known_at: float = float("inf")
    oversold: int = 0
    blind: int = 0
    cause: str = ""


@dataclass(eq=False)
class Order:
    """What one customer bought.

    :ivar paid_at: when the money comes; by then the retailer lets it lie
    """

    number: str
    at: float
    paid_at: float
    sales: list[Sale] = field(default_factory=list)


class Market:
    """The clock with all that is to happen, the shops, and the units there are."""

    def __init__(self, scale: Scale, seed: int):
        self.scale = scale
        self.now = 0.0
        self.random = random.Random(seed)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self.left = {n: self.random.randint(*scale.stock) for n in range(scale.items)}
        self.sales: dict[int, list[Sale]] = {n: [] for n in range(scale.items)}
        self.turned_away = 0
        self.opened_at = 0.0
        self.shops = [
            Shop(self, "North", "compares"),
            Shop(self, "East", "compares", slow=2.0),
            Shop(self, "South", "compares"),
            Shop(self, "Bazaar", "feed"),
            Shop(self, "Fair", "feed", cached_s=45.0),
        ]

    # time
    def at(self, when: float, what: Callable[[], None]) -> None:
        """Have ``what`` done at ``when`` (s since the opening)."""
        heapq.heappush(self._events, (when, next(self._numbers), what))

    @property
    def next_at(self) -> float:
        """When the next thing happens."""
        return self._events[0][0] if self._events else float("inf")

    def run_until(self, when: float) -> None:
        """Let time pass; all that is to happen until then happens."""
        while self.next_at <= when:
            at, _number, what = heapq.heappop(self._events)
            self.now = max(self.now, at)
            what()
        self.now = max(self.now, when)

    @property
    def is_peak(self) -> bool:
        """Whether the sale is on."""
        first, last = PEAK
        return first <= (self.now - self.opened_at) / self.scale.seconds < last

    # what is to happen
    def open(self, receive: Callable[[int, int], None]) -> None:
        """Plan the whole day's customers, and receipts that ``receive`` books."""
        rng = self.random
        self.opened_at = self.now
        popular = [1.0 / (1 + n) ** 0.8 for n in range(self.scale.items)]
        for _ in range(self.scale.buyers):
            shop = rng.choice(self.shops)
            picked = rng.choices(
                range(self.scale.items), popular, k=rng.randint(1, MOST_LINES)
            )
            wanted = {item: rng.choice((1, 1, 1, 2)) for item in picked}
            waits = rng.uniform(*PAYS_AFTER_S) if rng.random() < UNPAID else 0.0
            self.at(
                self._moment(),
                lambda s=shop, w=wanted, p=waits: s.visit(w, p),
            )
        for _ in range(self.scale.receipts):
            (item,) = rng.choices(range(self.scale.items), popular)
            units = rng.randint(1, 3)
            when = self.now + rng.uniform(0, self.scale.seconds)
            self.at(when, lambda i=item, u=units: self._receive(receive, i, u))

    def _moment(self) -> float:
        """Return a moment of the day; the peak draws so many times as many buyers."""
        first, last = PEAK
        within = PEAK_FACTOR * (last - first)
        if self.random.random() < within / (within + 1 - last + first):
            share = self.random.uniform(first, last)
        else:
            share = self.random.uniform(0, 1 - last + first)
            share += last - first if share >= first else 0
        return self.now + share * self.scale.seconds

    def _receive(self, receive: Callable[[int, int], None], item: int, n: int) -> None:
        self.left[item] += n
        receive(item, n)

    # the truth
    def sell(self, sale: Sale, shown: int, *, stale: bool) -> None:
        """Take the units; say what of them nobody has, and why it could happen.

        :param shown: the level by which the channel sold
        :param stale: the channel sold by an older level than its own
        """
        unseen = [s for s in self.sales[sale.item] if not sale.shop.reflects(s)]
        own = sum(s.units for s in unseen if s.shop is sale.shop)
        if unseen or stale:
            sale.blind = sale.units
        sale.oversold = max(0, sale.units - max(0, self.left[sale.item]))
        if sale.oversold:
            erased = shown - own < sale.units
            sale.cause = "own" if stale or erased else "elsewhere"
        self.left[sale.item] -= sale.units
        self.sales[sale.item].append(sale)

    def all_sales(self, kind: str | None = None) -> list[Sale]:
        """Return what was sold, everywhere or by channels of one kind."""
        sales = itertools.chain.from_iterable(self.sales.values())
        return [s for s in sales if kind in (None, s.shop.kind)]


class Shop:
    """One channel: what it shows, what it sold, how quick and how patient it is.

    :param kind: ``compares``: compare-and-set, webhooks, orders by id; its checkout
        takes from the very level it shows. ``feed``: levels are set blindly by a feed
        that is worked off later, orders are told in a report a minute
    :param cached_s: its pages, and its checkout, go on so long with an older level
    """

    def __init__(
        self,
        market: Market,
        name: str,
        kind: str,
        *,
        slow: float = 1.0,
        cached_s: float = 0.0,
    ):
        self.market = market
        self.name = name
        self.kind = kind
        self.slow = slow
        self.cached_s = cached_s
        self.shown: dict[int, int] = {n: 0 for n in range(market.scale.items)}
        self.writes: dict[int, Write] = {}
        self.orders: dict[str, Order] = {}
        self.news: list[tuple[float, Order]] = []
        self.on_news: Callable[[Order], None] = lambda _order: None
        self.conflicts = self.calls = self.throttled = 0
        self._sold_out: dict[int, float] = {}
        self._tokens, self._filled_at = BURST, 0.0
        self._feeds_until = self._next_feed_at = 0.0

    # customers
    def visit(self, wanted: dict[int, int], pays_after_s: float) -> None:
        """Let a customer buy what is shown of ``wanted`` ({item: units})."""
        now = self.market.now
        number = f"{self.name}-{len(self.orders) + 1}"
        order = Order(number, now, now + pays_after_s)
        for item, units in wanted.items():
            shown = self.shown[item]
            stale = shown < units and self._is_cached(item)
            if shown < units and not stale:
                self.market.turned_away += units
                continue
            sale = Sale(self, item, units, self.market.now)
            self.market.sell(sale, shown, stale=stale)
            self._show(item, max(0, shown - units))
            order.sales.append(sale)
        if order.sales:
            self.orders[order.number] = order
            self._tell(order)
            if pays_after_s:
                self.market.at(order.paid_at, lambda: self._tell(order))

    def _tell(self, order: Order) -> None:
        self.news.append((self.market.now, order))
        self.on_news(order)

    def _is_cached(self, item: int) -> bool:
        since = self._sold_out.get(item)
        return since is not None and self.market.now - since < self.cached_s

    def _show(self, item: int, units: int) -> None:
        if not units and self.shown[item]:
            self._sold_out[item] = self.market.now
        self.shown[item] = units

    def reflects(self, sale: Sale) -> bool:
        """Return whether ``sale`` is in the level shown now."""
        write = self.writes.get(sale.item)
        if write and sale.known_at <= write.planned_at:
            return True
        return sale.shop is self and (not write or sale.at >= write.applied_at)

    # the retailer
    def call(self) -> float | None:
        """Let a call's time pass; return seconds to wait when it was refused."""
        self.calls += 1
        market = self.market
        took = market.random.uniform(0.15, 0.45) * self.slow
        market.run_until(market.now + took * (1.5 if market.is_peak else 1.0))
        self._tokens += CALLS_A_S * (market.now - self._filled_at)
        self._tokens, self._filled_at = min(BURST, self._tokens) - 1, market.now
        if self._tokens >= 0:
            return None
        self.throttled += 1
        self._tokens += 1
        return (1 - self._tokens) / CALLS_A_S

    def set(self, item: int, units: int, planned_at: float, expected=None) -> bool:
        """Set a level, unless it is not as ``expected``; return whether it was."""
        if expected is not None and self.shown[item] != expected:
            self.conflicts += 1
            return False
        self._show(item, units)
        self.writes[item] = Write(planned_at, self.market.now)
        return True

    def feed(
        self, levels: dict[int, int], planned_at: float, done: Callable[[], None]
    ) -> float | None:
        """Take levels ({item: units}) now, set them in one to three minutes, one feed
        after the other; return seconds to wait when the last came just before."""
        if self.market.now < self._next_feed_at:
            self.throttled += 1
            return self._next_feed_at - self.market.now
        self._next_feed_at = self.market.now + FEED_EVERY_S
        delay = self.market.random.uniform(45, 150)
        self._feeds_until = max(self._feeds_until, self.market.now + delay)

        def apply() -> None:
            for item, units in levels.items():
                self.set(item, units, planned_at)
            done()

        self.market.at(self._feeds_until, apply)
        return None
