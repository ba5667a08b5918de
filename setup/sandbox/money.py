"""Money as Shopify tells it: decimal strings, once for the shop, once for the buyer.

A *bag* is the JSON of a ``MoneyBag``. The two sides are computed apart, so each
adds up to the cent in its own currency.
"""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

SIDES = ("shopMoney", "presentmentMoney")
DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}
ZERO = Decimal(0)


def quantum(currency: str) -> Decimal:
    """Give the smallest amount of the currency."""
    return Decimal(1).scaleb(-DECIMALS.get(currency, 2))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round half away from zero to the currency's smallest amount."""
    return amount.quantize(quantum(currency), ROUND_HALF_UP)


def decimal_text(amount: Decimal) -> str:
    """Write a ``Decimal`` the way Shopify does: "10.0", "29.9", "4.05"."""
    text = format(amount.normalize(), "f")
    return text if "." in text else f"{text}.0"


def money_text(amount: Decimal, currency: str) -> str:
    """Write the ``Money`` scalar and REST money: always all places, "10.00"."""
    return format(rounded(amount, currency), "f")


def money_v2(amount: Decimal, currency: str) -> dict:
    return {"amount": decimal_text(amount), "currencyCode": currency}


def currency_of(order: dict, side: str) -> str:
    if side == "shopMoney":
        return order["currencyCode"]
    return order["presentmentCurrencyCode"]


def make_bag(order: dict, shop: Decimal, presentment: Decimal) -> dict:
    return {
        "shopMoney": money_v2(shop, order["currencyCode"]),
        "presentmentMoney": money_v2(presentment, order["presentmentCurrencyCode"]),
    }


def bag(order: dict, amount: Decimal | str) -> dict:
    """Make a bag of an amount in shop money at the order's rate."""
    amount = Decimal(amount)
    rate = Decimal(order.get("_rate", "1"))
    return make_bag(
        order,
        rounded(amount, order["currencyCode"]),
        rounded(amount * rate, order["presentmentCurrencyCode"]),
    )


def side_amount(value: dict | None, side: str) -> Decimal:
    return Decimal(value[side]["amount"]) if value else ZERO


def shop_amount(value: dict | None) -> Decimal:
    """Give the shop-money side of a bag, nothing being zero."""
    return side_amount(value, "shopMoney")


def by_side(order: dict, function: Callable[[str], Decimal]) -> dict:
    """Make a bag by computing each side, rounded in its currency."""
    return make_bag(
        order, *(rounded(function(s), currency_of(order, s)) for s in SIDES)
    )


def add(order: dict, bags: Iterable[dict | None]) -> dict:
    """Add bags up, side by side."""
    bags = list(bags)
    return by_side(order, lambda side: sum((side_amount(b, side) for b in bags), ZERO))


def minus(order: dict, left: dict, right: dict) -> dict:
    return by_side(
        order, lambda side: side_amount(left, side) - side_amount(right, side)
    )


def times(order: dict, value: dict, factor: Decimal | int) -> dict:
    return by_side(order, lambda side: side_amount(value, side) * factor)


def at_least_zero(order: dict, value: dict) -> dict:
    return by_side(order, lambda side: max(side_amount(value, side), ZERO))


def spread(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """Spread an amount over weights so that the shares add up exactly.

    The cents that rounding leaves go to the largest remainders first.

    >>> [str(share) for share in spread(Decimal("1.00"), [Decimal(1)] * 3, "EUR")]
    ['0.34', '0.33', '0.33']
    """
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO for _weight in weights]
    unit = quantum(currency)
    exact = [amount * weight / whole for weight in weights]
    shares = [(share // unit) * unit for share in exact]
    left = int((amount - sum(shares, ZERO)) / unit)
    order = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for index in order[:left]:
        shares[index] += unit
    return shares
