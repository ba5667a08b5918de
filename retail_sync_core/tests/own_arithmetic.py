"""What an order comes to, worked out on its own: fractions, and nothing of the addon's
arithmetic. A test that shares its sums with what it tests proves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction


def half_up(value: Fraction | Decimal | int, step: Decimal) -> Decimal:
    """Return ``value`` in whole ``step``, halves away from zero."""
    steps = Fraction(value) / Fraction(step)
    whole = int(abs(steps) + Fraction(1, 2))
    return step * (whole if steps >= 0 else -whole)


def spread_out(amount: Decimal, weights: list, step: Decimal) -> list[Decimal]:
    """Split ``amount`` (above zero) by ``weights``; the largest remainders get more."""
    whole = sum(Fraction(weight) for weight in weights)
    exact = [Fraction(amount) / Fraction(step) * Fraction(w) / whole for w in weights]
    units = [int(share) for share in exact]
    left = int(Fraction(amount) / Fraction(step)) - sum(units)
    order = sorted(range(len(units)), key=lambda n: (units[n] - exact[n], n))
    for index in order[:left]:
        units[index] += 1
    return [step * number for number in units]


def price_of(source) -> Decimal:
    """Return what stands on a line or charge of the channel, less its discounts."""
    off = sum((one.amount for one in source.discounts), Decimal(0))
    if hasattr(source, "unit_price"):
        return source.unit_price * source.quantity - off
    return source.amount - off


def share_wanted(source) -> Fraction:
    """Return which share of a line's units the customer still wants."""
    if not hasattr(source, "quantity"):
        return Fraction(0 if source.removed else 1)
    if not source.quantity:
        return Fraction(1)
    return Fraction(source.current_quantity) / Fraction(source.quantity)


def sources_of(order) -> list:
    """Return all lines and charges."""
    return [*order.lines, *order.charges]


def owed_for(source, order, step: Decimal) -> Decimal:
    """Return what the customer pays for one line as wanted now, taxes on top too."""
    share = share_wanted(source)
    amount = half_up(Fraction(price_of(source)) * share, step)
    for tax in source.taxes:
        if not (order.taxes_included or tax.included):
            amount += half_up(Fraction(tax.amount) * share, step)
    return amount


def owed(order, step: Decimal) -> Decimal:
    """Return what the wanted lines and charges come to."""
    return sum((owed_for(one, order, step) for one in sources_of(order)), Decimal(0))


def total_wanted(order) -> Decimal:
    """Return the total the channel itself names for what is wanted."""
    is_edited = any(share_wanted(one) != 1 for one in sources_of(order))
    named = order.current_total if is_edited else order.total
    return named + order.cash_rounding


def taxes_of_line(source, step: Decimal, invoiced=Fraction(1)) -> dict:
    """Return {percent: amount} that is ours to declare of ``invoiced`` of the units."""
    found = defaultdict(Decimal)
    for tax in source.taxes:
        if not tax.channel_liable:
            wanted = half_up(Fraction(tax.amount) * share_wanted(source), step)
            found[(tax.rate * 100).normalize()] += half_up(
                Fraction(wanted) * invoiced, step
            )
    return found


def taxes_wanted(order, step: Decimal, invoiced=None) -> dict:
    """Return {percent: amount} of the order, without those that come to nothing.

    :param invoiced: {line id: share of its units}; all of each where it is left out
    """
    found = defaultdict(Decimal)
    for source in sources_of(order):
        share = Fraction(1) if invoiced is None else invoiced.get(source.external_id, 0)
        for percent, amount in taxes_of_line(source, step, Fraction(share)).items():
            found[percent] += amount
    return {percent: amount for percent, amount in found.items() if amount}
