"""Makers of order documents for tests: whole orders with defaults, in two lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .domain import documents as doc
from .domain.amounts import charge_parts, line_parts
from .domain.money import CENT, quantize

PLACED_AT = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
Number = Decimal | int | float | str


def amount(value: Number) -> Decimal:
    """Return ``value`` as a decimal, as it is written."""
    return Decimal(str(value))


def make_address(**values: str) -> doc.Address:
    """Return an address in Lyon."""
    return doc.Address(
        **{
            "name": "Camille Durand",
            "street": "5 rue de la Paix",
            "zip": "69001",
            "city": "Lyon",
            "country_code": "FR",
            **values,
        }
    )


def make_taxes(
    base: Decimal, rates: Iterable[Number], *, included: bool, title: str = "VAT"
) -> tuple[doc.Tax, ...]:
    """Return one tax per rate (0.2 is 20 %) on ``base``, rounded line by line."""
    rates = [amount(rate) for rate in rates]
    net = base / (1 + sum(rates)) if included else base
    return tuple(
        doc.Tax(
            title=title if len(rates) == 1 else f"{title} {number + 1}",
            rate=rate,
            amount=quantize(net * rate, CENT),
            included=included,
        )
        for number, rate in enumerate(rates)
    )


def make_line(
    external_id: str = "line-1",
    *,
    sku: str = "",
    quantity: Number = 1,
    current_quantity: Number | None = None,
    price: Number = "10.00",
    discount: Number = 0,
    rates: Sequence[Number] = (),
    included: bool = False,
    **values: object,
) -> doc.OrderLine:
    """Return a sold line; taxes are made from ``rates``."""
    quantity = amount(quantity)
    discounts = values.pop("discounts", None)
    if discounts is None and discount:
        discounts = (doc.Discount(amount=amount(discount), code="SUMMER"),)
    return doc.OrderLine(
        external_id=external_id,
        sku=sku,
        title=str(values.pop("title", "") or sku or external_id),
        quantity=quantity,
        current_quantity=(
            quantity if current_quantity is None else amount(current_quantity)
        ),
        unit_price=amount(price),
        discounts=tuple(discounts or ()),
        **{
            "taxes": make_taxes(
                amount(price) * quantity - amount(discount), rates, included=included
            ),
            **values,
        },
    )


def make_charge(
    kind: str = "shipping",
    *,
    price: Number = "4.90",
    rates: Sequence[Number] = (),
    included: bool = False,
    **values: object,
) -> doc.Charge:
    """Return a charge; taxes are made from ``rates``."""
    return doc.Charge(
        **{
            "external_id": f"{kind}-1",
            "kind": kind,
            "title": kind.capitalize(),
            "amount": amount(price),
            "taxes": make_taxes(amount(price), rates, included=included),
            **values,
        }
    )


def make_order(
    external_id: str = "order-1",
    *,
    lines: Sequence[doc.OrderLine] = (),
    charges: Sequence[doc.Charge] = (),
    version: int = 1,
    **values: object,
) -> doc.Order:
    """Return an order whose totals add up, unless ``total`` says otherwise.

    :param version: 1, 2, 3...: each is a minute later at the channel
    """
    changed_at = PLACED_AT + timedelta(minutes=version)
    order = doc.Order(
        **{
            "external_id": external_id,
            "external_ref": f"#{external_id}",
            "version": changed_at.isoformat(),
            "currency": "USD",
            "created_at": PLACED_AT,
            "updated_at": changed_at,
            "total": Decimal(0),
            "payment_state": doc.PaymentState.PAID,
            "fulfillment_state": doc.FulfillmentState.OPEN,
            "customer": doc.Customer(
                external_id="customer-1",
                name="Camille Durand",
                email="camille@example.com",
            ),
            "shipping_address": make_address(),
            "billing_address": make_address(),
            "lines": tuple(lines),
            "charges": tuple(charges),
            **values,
        }
    )
    return add_up(order, **values)


def add_up(order: doc.Order, **given: object) -> doc.Order:
    """Return ``order`` with the totals that its lines and charges come to."""
    whole = [
        dataclasses.replace(line, current_quantity=line.quantity)
        for line in order.lines
    ]
    parts = [line_parts(order, line) for line in whole]
    parts += [charge_parts(order, charge) for charge in order.charges]
    now = [line_parts(order, line) for line in order.lines]
    now += [
        charge_parts(order, charge) for charge in order.charges if not charge.removed
    ]
    taxes = [part.gross - part.net for part in parts]
    totals = {
        "total": sum((part.gross for part in parts), Decimal(0)),
        "total_tax": sum(taxes, Decimal(0)),
        "current_total": sum((part.gross for part in now), Decimal(0)),
    }
    return dataclasses.replace(order, **{**totals, **_only(given, totals)})


def _only(given: dict[str, object], totals: dict[str, Decimal]) -> dict[str, object]:
    return {name: value for name, value in given.items() if name in totals}
