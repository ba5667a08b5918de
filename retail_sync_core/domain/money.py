"""Exact money: decimals in, shares that add up, one rounding rule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from .errors import DataError

CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 15
FINEST = 40  # decimals


def parse(text: object, *, field: str = "amount") -> Decimal:
    """Return the decimal that ``text`` writes; None and "" are zero.

    :raises DataError: when it is no finite number, or none that an amount can be
    """
    if text is None or text == "":
        return Decimal(0)
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not _is_amount(amount):
        raise DataError(
            f"{field} is not an amount",
            kind="bad_amount",
            field=field,
            value=str(text)[:80],
        )
    return amount


def _is_amount(number: Decimal) -> bool:
    """Return whether one can calculate with it: "1e999999999" would take for ever."""
    if not number.is_finite() or not -FINEST <= number.as_tuple().exponent <= FINEST:
        return False
    return number.copy_abs() < LARGEST


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
