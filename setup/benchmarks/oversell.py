"""Units oversold of 10,000 sold: five channels, a simulated clock; floor: none.

A unit is oversold when a channel sells it and no stock of the retailer covers it at
that time. Three rules tell the channels their levels, in real databases and with the
real engine: ``naive`` pushes Odoo's free quantity when it changed, ``peer`` compares
with what it has read just before, ``ours`` is the suite. Customers, delays, lost
webhooks and unpaid orders are the same for all; they follow from the seed.

Shown by all, one unit can be sold twice while the news of the first sale is
under way, whatever the rule; ``bound`` counts the units that were sold at such a time,
however many were left. Shared out, each unit is shown by one channel.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

from devenv.bench import Figure

from . import _odoo
from ._market import Market, Sale, Scale
from ._retailer import Clock, Policy, Retailer
from ._rivals import RIVALS

SEED = 7
UNIT = "units oversold per 10,000 sold"
PARTS = Policy(
    ", shared out",
    {"North": 40.0, "East": 15.0, "South": 15.0, "Bazaar": 15.0, "Fair": 15.0},
)
EVERYWHERE = Policy("", {})
WHOLE = Policy(", fewer items", {})
# The same customers want fewer items, of which there is more: parts are whole units.
FEWER = Scale(items=50, stock=(5, 20))
SHORT = Scale(items=12, buyers=24, receipts=6, seconds=180.0, stock=(3, 12))


def measure(env: Mapping[str, str]) -> Iterator[Figure]:
    """Play each day by every rule: all items, and fewer ones shown in both ways."""
    for scale, policy in ((Scale(), EVERYWHERE), (FEWER, WHOLE), (FEWER, PARTS)):
        yield from by_every_rule(env, scale, policy)


def measure_short(env: Mapping[str, str]) -> Iterator[Figure]:
    """Play a few minutes of it."""
    for policy in (EVERYWHERE, PARTS):
        yield from by_every_rule(env, SHORT, policy)


def by_every_rule(
    env: Mapping[str, str], scale: Scale, policy: Policy
) -> Iterator[Figure]:
    """Play the same day, with the same stock shown, by each rule."""
    for rule in RIVALS:
        yield figure(rule, policy, play(env, scale, rule, policy))


def play(
    env: Mapping[str, str], scale: Scale, rule: str, policy: Policy, seed: int = SEED
) -> Market:
    """Live through one day; return the market with all that was sold."""
    market = Market(scale, seed)
    with ExitStack() as stack:
        random.seed(seed)  # the engine's jitter
        name = stack.enter_context(_odoo.fresh_database(env, f"oversell_{rule}"))
        clock = Clock(name, market)
        retailer = Retailer(name, market, clock, policy)
        stack.enter_context(clock.held())
        teller = RIVALS[rule](retailer)
        retailer.tells_demand = teller.tells_demand
        retailer.build()
        retailer.run(teller.push)
        if rule == "ours":
            check(retailer)
    return market


def check(retailer: Retailer) -> None:
    """Fail unless each channel ends with what our books say, and no more than is left.

    And unless the delay explains each unit oversold.
    """
    market = retailer.market
    for shop in market.shops:
        for item, units in retailer.told(shop).items():
            left = max(0, market.left[item])
            if shop.shown[item] != units or units > left:
                raise AssertionError(
                    f"{shop.name} shows {shop.shown[item]} of item {item}: told were"
                    f" {units}, {left} are left"
                )
    unexplained = [s for s in market.all_sales() if s.oversold > s.blind]
    if unexplained:
        raise AssertionError(f"no delay explains {len(unexplained)} sales")


def figure(rule: str, policy: Policy, market: Market) -> Figure:
    """Return what was oversold, and beside it by whom and through what."""
    enforced, others = market.all_sales("compares"), market.all_sales("feed")
    sales = enforced + others
    return Figure(
        f"{rule}{policy.name}",
        per_10_000(sales, "oversold"),
        UNIT,
        0.0,
        higher_is_better=False,
        beside={
            "seed": SEED,
            "sold": sum(s.units for s in sales),
            "oversold": sum(s.oversold for s in sales),
            "turned_away": market.turned_away,
            "enforced": by_cause(enforced),
            "others": by_cause(others),
        },
    )


def per_10_000(sales: Sequence[Sale], what: str) -> float:
    """Return the units of ``what`` per 10,000 sold."""
    sold = sum(s.units for s in sales)
    return round(10_000 * sum(getattr(s, what) for s in sales) / max(1, sold), 1)


def by_cause(sales: Sequence[Sale]) -> dict[str, float]:
    """Return one kind of channel's figures, all per 10,000 units that it sold.

    ``own``: its own sales were written over, or its checkout did not keep to the level
    it shows; ``elsewhere``: another channel sold the same unit; ``bound``: what the
    delay allows.
    """
    own = [s.oversold * (s.cause == "own") for s in sales]
    sold = max(1, sum(s.units for s in sales))
    oversold = sum(s.oversold for s in sales)
    return {
        "sold": sold,
        "own": round(10_000 * sum(own) / sold, 1),
        "elsewhere": round(10_000 * (oversold - sum(own)) / sold, 1),
        "bound": per_10_000(sales, "blind"),
    }
