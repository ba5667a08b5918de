"""What an order's lines are made of, to the cent; nothing is computed from a rate.

The channel's own amounts are taken apart (net, tax by tax) and put together again;
where units were taken off a line, its amounts shrink in proportion, on the grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .documents import ZERO, Charge, Discount, Order, OrderLine, Payment, Tax
from .money import CENT, allocate, quantize


@dataclass(frozen=True, slots=True)
class Parts:
    """One line: ``net``, our taxes, and taxes that the channel owes itself.

    :param total: the price paid less discounts, as written (taxes inside or on top)
    :param taxes: (tax, its amount), only those that are ours to declare
    :param passed_on: taxes the channel collects and pays itself (marketplaces)
    """

    total: Decimal
    net: Decimal
    taxes: tuple[tuple[Tax, Decimal], ...] = ()
    passed_on: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        """Return what the customer pays for this line, all in."""
        return self.net + sum((amount for _tax, amount in self.taxes), self.passed_on)


def take_apart(
    total: Decimal,
    taxes: Sequence[Tax],
    *,
    included: bool,
    share: Decimal = Decimal(1),
    step: Decimal = CENT,
) -> Parts:
    """Return the parts of a line with ``total``; ``share`` of its units is wanted."""
    whole = quantize(total * share, step) if share != 1 else total
    own, net, passed_on = [], whole, ZERO
    for tax in taxes:
        amount = quantize(tax.amount * share, step) if share != 1 else tax.amount
        if included or tax.included:
            net -= amount
        if tax.channel_liable:
            passed_on += amount
        else:
            own.append((tax, amount))
    return Parts(whole, net, tuple(own), passed_on)


def line_parts(order: Order, line: OrderLine, step: Decimal = CENT) -> Parts:
    """Return the parts of ``line`` for the units that are still wanted."""
    return take_apart(
        line.total,
        line.taxes,
        included=order.taxes_included,
        share=share_of(line),
        step=step,
    )


def charge_parts(order: Order, charge: Charge, step: Decimal = CENT) -> Parts:
    """Return the parts of ``charge``."""
    return take_apart(
        charge.total, charge.taxes, included=order.taxes_included, step=step
    )


def share_of(line: OrderLine) -> Decimal:
    """Return which share of the ordered units is still wanted, 0 to 1."""
    if not line.quantity or line.current_quantity >= line.quantity:
        return Decimal(1)
    return max(ZERO, line.current_quantity) / line.quantity


def wanted_units(line: OrderLine) -> Decimal:
    """Return the units that are still wanted."""
    return max(ZERO, min(line.quantity, line.current_quantity))


def wanted_charges(order: Order) -> Iterator[Charge]:
    """Yield the charges that count."""
    return (charge for charge in order.charges if not charge.removed)


def was_edited(order: Order) -> bool:
    """Return whether less is wanted than was ordered at first, or money went back."""
    return any(share_of(line) != 1 for line in order.lines) or any(
        charge.removed or charge.refunded for charge in order.charges
    )


def expected_total(order: Order) -> Decimal:
    """Return what the customer owes for what is still wanted, as it is paid in cash."""
    if was_edited(order) and order.current_total is not None:
        return order.current_total + given_back(order) + rounding_of(order)
    return order.total + rounding_of(order)


def given_back(order: Order) -> Decimal:
    """Return what was given back for no line, zero or below.

    The channel's current total is that of lines and charges alone.
    """
    return sum(
        (
            charge_parts(order, charge).gross
            for charge in order.charges
            if charge.kind == "back"
        ),
        ZERO,
    )


def rounding_of(order: Order) -> Decimal:
    """Return by how much tills rounded what was paid, less what was given back."""
    return order.cash_rounding - sum(
        (payment.rounding for payment in rounded_refunds(order)), ZERO
    )


def rounded_refunds(order: Order) -> tuple[Payment, ...]:
    """Return what was given back in cash and rounded for that."""
    return tuple(
        payment
        for payment in order.payments
        if payment.kind == "refund" and payment.status == "success" and payment.rounding
    )


def sum_of_parts(order: Order, step: Decimal = CENT) -> Decimal:
    """Return what the wanted lines, the charges and the cash rounding come to."""
    parts = [
        line_parts(order, line, step) for line in order.lines if wanted_units(line)
    ]
    parts += [charge_parts(order, charge, step) for charge in wanted_charges(order)]
    return sum((part.gross for part in parts), rounding_of(order))


def discount_shares(
    discounts: Sequence[Discount], net: Decimal, share: Decimal, step: Decimal = CENT
) -> list[tuple[Discount, Decimal, Decimal]]:
    """Return (discount, its amount, its part of the line's ``net``) for each of a line.

    Where several discounts made a line cheaper, each gets the part of the turnover that
    its amount has in all of them, so that promotions add up to what was sold.
    """
    whole = sum((discount.amount for discount in discounts), ZERO)
    if not whole:
        return []
    weights = [discount.amount for discount in discounts]
    amounts = allocate(quantize(whole * share, step), weights, step)
    nets = allocate(net, weights, step)
    return list(zip(discounts, amounts, nets, strict=True))


def own_tax(order: Order, step: Decimal = CENT) -> Decimal:
    """Return the tax that is ours to declare, over all wanted lines and charges."""
    parts = [
        line_parts(order, line, step) for line in order.lines if wanted_units(line)
    ]
    parts += [charge_parts(order, charge, step) for charge in wanted_charges(order)]
    return sum((amount for part in parts for _tax, amount in part.taxes), ZERO)


def spread(amount: Decimal, rates: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """Split one tax ``amount`` over several taxes by their ``rates``."""
    if len(rates) == 1:
        return [amount]
    if not sum(rates, ZERO):
        rates = [Decimal(1)] * len(rates)
    return allocate(amount, rates, step)


def portion(
    whole: Decimal, done: Decimal, now: Decimal, units: Decimal, step: Decimal = CENT
) -> Decimal:
    """Return the amount of ``now`` units when ``done`` of ``units`` were already taken.

    However a line is cut, its portions add up to ``whole`` to the cent.
    """
    if not units:
        return whole if not done else ZERO
    return quantize(whole * (done + now) / units, step) - quantize(
        whole * done / units, step
    )
