"""Exact money: decimals in, shares that add up, one rounding rule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from .errors import DataError

CENT = Decimal("0.01")


def parse(text: object, *, field: str = "amount") -> Decimal:
    """Return the decimal that ``text`` writes; None and "" are zero.

    :raises DataError: when it is no finite number
    """
    if text is None or text == "":
        return Decimal(0)
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise DataError(
            f"{field} is not an amount", kind="bad_amount", field=field, value=str(text)
        )
    return amount


def quantize(amount: Decimal, step: Decimal = CENT) -> Decimal:
    """Return ``amount`` on the grid ``step``, halves away from zero."""
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def allocate(
    total: Decimal, weights: Sequence[Decimal], step: Decimal = CENT
) -> list[Decimal]:
    """Split ``total`` by ``weights`` (largest remainder); the parts add up exactly.

    :raises ValueError: when the weights add up to zero
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        raise ValueError("weights add up to zero")
    exact = [total * weight / whole for weight in weights]
    parts = [(share / step).quantize(Decimal(1), ROUND_DOWN) * step for share in exact]
    left = total - sum(parts, Decimal(0))
    sign = step if left >= 0 else -step
    by_remainder = sorted(
        range(len(parts)), key=lambda n: (-abs(exact[n] - parts[n]), n)
    )
    for index in by_remainder[: int(abs(left) / step)]:
        parts[index] += sign
    parts[by_remainder[0]] += total - sum(parts, Decimal(0))
    return parts
