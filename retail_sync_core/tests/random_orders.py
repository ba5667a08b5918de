"""Random orders as a shop computes them, rounding and all; nothing but Python.

Taxes are computed line by line, tax by tax, on the discounted amount and rounded half
up; a discount of the order is spread by what is left of each line, the cents that
rounding leaves to the largest remainders. A share of the orders is computed in another
currency and converted amount by amount, as a shop does for its customers abroad: such
an order misses its own total by a cent or two.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from ..domain import documents as doc
from ..domain.documents import ZERO
from ..testing_orders import make_address, make_order
from .own_arithmetic import half_up, owed, price_of, spread_out

DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
# rates of one place: what is charged there together
PLACES = (
    (),
    (("VAT", "0.2"),),
    (("MwSt", "0.19"),),
    (("Moms", "0.25"),),
    (("TVA", "0.055"),),
    (("MWST", "0.081"),),
    (("State", "0.0625"), ("County", "0.0175")),
    (("GST", "0.05"), ("QST", "0.09975")),
    (("State", "0.04"), ("City", "0.04875"), ("District", "0.00375")),
    (("Sales", "0.08875"),),
)
QUANTITIES = (1, 1, 1, 1, 2, 2, 3, 4, 6, 7, 11, 12, 13, 24, 99, 1000)
PERCENTS = ("5", "7.5", "10", "12.5", "15", "20", "33.33", "50", "100")


@dataclass(frozen=True)
class Story:
    """How an order came to be; what the test must know of it.

    :param converted: computed in another currency and converted amount by amount
    """

    order: doc.Order
    converted: bool = False


@dataclass
class Till:
    """What one order has in common for all its lines."""

    rng: random.Random
    step: Decimal
    included: bool
    place: tuple
    liable: bool

    def price(self) -> Decimal:
        """Return a price; cheap things are frequent, free ones do occur."""
        rng = self.rng
        top = rng.choice((50, 999, 9999, 9999, 250000))
        units = rng.choice((rng.randint(0, top), rng.randint(1, top)))
        return units * self.step

    def taxes(self, base: Decimal, place: tuple | None = None) -> tuple:
        """Return the taxes on ``base``, each rounded by itself."""
        place = self.place if place is None else place
        rates = [Fraction(rate) for _title, rate in place]
        net = Fraction(base) / (1 + sum(rates)) if self.included else Fraction(base)
        return tuple(
            doc.Tax(
                title=title,
                rate=Decimal(text),
                amount=half_up(net * rate, self.step),
                included=self.included,
                channel_liable=self.liable,
            )
            for (title, text), rate in zip(place, rates, strict=True)
        )


def random_story(rng: random.Random, number: int = 0) -> Story:
    """Return one random order."""
    currency = rng.choice(("USD", "USD", "EUR", "EUR", "JPY", "KWD"))
    till = Till(
        rng=rng,
        step=Decimal(1).scaleb(-DECIMALS[currency]),
        included=rng.random() < 0.5,
        place=rng.choice(PLACES),
        liable=rng.random() < 0.05,
    )
    lines = _taxed(till, _discounted(till, _lines(till)))
    charges = _charges(till)
    order = _order(till, number, currency, lines, charges)
    if rng.random() < 0.15:
        return Story(_converted(till, order), converted=True)
    if rng.random() < 0.15:
        order = _edited(till, order)
    return Story(_paid_in_cash(till, order))


def _lines(till: Till) -> list[doc.OrderLine]:
    rng = till.rng
    count = rng.choice((1, 1, 2, 2, 3, 4, 5, 8, 20))
    lines = [_line(till, index) for index in range(count)]
    if rng.random() < 0.05:
        lines.append(_extra(till, doc.LineKind.TIP, "tip"))
    if rng.random() < 0.05:
        lines.append(_extra(till, doc.LineKind.GIFT_CARD, "card"))
    return lines


def _line(till: Till, index: int) -> doc.OrderLine:
    units = Decimal(till.rng.choice(QUANTITIES))
    sku = till.rng.choice(("SHIRT", "MUG"))
    return doc.OrderLine(
        external_id=f"line-{index}",
        sku=sku,
        title=f"{sku} {index}",
        quantity=units,
        current_quantity=units,
        unit_price=till.price(),
    )


def _extra(till: Till, kind: doc.LineKind, name: str) -> doc.OrderLine:
    one = Decimal(1)
    return doc.OrderLine(
        external_id=name,
        kind=kind,
        title=name.capitalize(),
        quantity=one,
        current_quantity=one,
        unit_price=till.price(),
    )


def _discounted(till: Till, lines: list) -> list:
    """Return ``lines`` with up to three discounts, of a line or of the order."""
    rng = till.rng
    for number in range(rng.choice((0, 0, 1, 1, 2, 3))):
        goods = [i for i, one in enumerate(lines) if one.kind is doc.LineKind.PRODUCT]
        chosen = goods if rng.random() < 0.6 else [rng.choice(goods)]
        left = [price_of(lines[i]) for i in chosen]
        whole = sum(left, ZERO)
        if not whole:
            continue
        if rng.random() < 0.7:
            amount = whole * Decimal(rng.choice(PERCENTS)) / 100
        else:
            amount = till.price()
        amount = min(half_up(amount, till.step), whole)
        code = rng.choice(("", f"CODE{number}"))
        for i, part in zip(chosen, spread_out(amount, left, till.step), strict=True):
            if part:
                one = doc.Discount(amount=part, title=f"Sale {number}", code=code)
                lines[i] = replace(lines[i], discounts=(*lines[i].discounts, one))
    return lines


def _taxed(till: Till, lines: list) -> list:
    return [
        replace(
            line, taxes=till.taxes(price_of(line), () if _is_free(till, line) else None)
        )
        for line in lines
    ]


def _is_free(till: Till, line: doc.OrderLine) -> bool:
    return line.kind is not doc.LineKind.PRODUCT or till.rng.random() < 0.1


def _charges(till: Till) -> list[doc.Charge]:
    rng, found = till.rng, []
    if rng.random() < 0.7:
        price = till.price()
        off = rng.choice((ZERO, ZERO, price, half_up(Fraction(price) / 3, till.step)))
        gone = (doc.Discount(amount=off, code="FREESHIP"),) if off else ()
        taxes = till.taxes(price - off)
        found.append(_charge("shipping", price, discounts=gone, taxes=taxes))
    if rng.random() < 0.08:
        found.append(_charge("duty", till.price()))
    if rng.random() < 0.08:
        price = till.price()
        found.append(_charge("fee", price, taxes=till.taxes(price)))
    return found


def _charge(kind: str, price: Decimal, **values: object) -> doc.Charge:
    return doc.Charge(
        external_id=kind, kind=kind, title=kind.capitalize(), amount=price, **values
    )


def _order(
    till: Till, number: int, currency: str, lines: list, charges: list
) -> doc.Order:
    order = make_order(
        f"random-{number}",
        currency=currency,
        lines=lines,
        charges=charges,
        taxes_included=till.included,
        billing_address=make_address(),
        total=ZERO,
    )
    total = owed(order, till.step)
    tax = sum((tax.amount for one in (*lines, *charges) for tax in one.taxes), ZERO)
    return replace(order, total=total, total_tax=tax, current_total=total)


def _edited(till: Till, order: doc.Order) -> doc.Order:
    """Take units off some lines; amounts shrink by the share, each rounded."""
    lines = [
        replace(line, current_quantity=Decimal(till.rng.randint(0, int(line.quantity))))
        if till.rng.random() < 0.5
        else line
        for line in order.lines
    ]
    if not any(line.current_quantity for line in lines):
        return order
    order = replace(order, lines=tuple(lines))
    return replace(order, current_total=owed(order, till.step))


def _converted(till: Till, order: doc.Order) -> doc.Order:
    """Return ``order`` in another currency's amounts; its total is converted, too."""
    rate = Decimal(till.rng.randint(90001, 119999)) / 100000

    def money(value: Decimal) -> Decimal:
        return half_up(value * rate, till.step)

    def part(one: doc.OrderLine | doc.Charge, **values: object) -> object:
        taxes = tuple(replace(tax, amount=money(tax.amount)) for tax in one.taxes)
        gone = tuple(replace(d, amount=money(d.amount)) for d in one.discounts)
        return replace(one, taxes=taxes, discounts=gone, **values)

    one = Decimal(1)
    few = [
        replace(
            line,
            quantity=one,
            current_quantity=one,
            discounts=(),
            taxes=till.taxes(line.unit_price, tuple(_place_of(line))),
        )
        for line in order.lines[:4]
    ]
    plain = _order(till, 0, order.currency, few, list(order.charges[:1]))
    total = money(plain.total)
    return replace(
        plain,
        external_id=order.external_id,
        lines=tuple(part(one, unit_price=money(one.unit_price)) for one in plain.lines),
        charges=tuple(part(one, amount=money(one.amount)) for one in plain.charges),
        total=total,
        total_tax=money(plain.total_tax),
        current_total=total,
    )


def _place_of(line: doc.OrderLine) -> list[tuple[str, str]]:
    return [(tax.title, str(tax.rate)) for tax in line.taxes]


def _paid_in_cash(till: Till, order: doc.Order) -> doc.Order:
    if till.rng.random() > 0.03:
        return order
    off = Decimal(till.rng.randint(-2, 2)) * till.step
    return replace(order, cash_rounding=off)
