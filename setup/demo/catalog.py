"""What Alder & Pine sells: about 200 variants, the same for the shop and for Odoo."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

SIZES = ("XS", "S", "M", "L", "XL")
# name, price, rate of the tax in it, and whether it comes in sizes
RANGES = (
    ("Ridge Rain Jacket", "JKT", "149.90", True),
    ("Larch Fleece", "FLC", "79.00", True),
    ("Tarn Merino Tee", "TEE", "54.95", True),
    ("Scree Trekking Trousers", "TRS", "99.50", True),
    ("Beck Running Shorts", "SHO", "39.90", True),
)
COLORS = ("Moss", "Slate", "Rust", "Night", "Sand")
SINGLES = (
    ("Headlamp", "LMP", "34.95", "0.19"),
    ("Steel Bottle", "BTL", "24.90", "0.19"),
    ("Camp Stove", "STV", "89.00", "0.19"),
    ("Trail Map", "MAP", "12.80", "0.07"),
    ("Hiking Guide", "BOK", "19.99", "0.07"),
    ("Energy Bar", "BAR", "2.49", "0.07"),
    ("Dry Bag", "BAG", "17.45", "0.19"),
    ("Trekking Poles", "POL", "64.00", "0.19"),
    ("Wool Socks", "SOC", "15.90", "0.19"),
    ("Sleeping Mat", "MAT", "119.00", "0.19"),
    ("First Aid Kit", "AID", "29.95", "0.19"),
    ("Tea Blend", "TEA", "6.75", "0.07"),
    ("Rope 40 m", "ROP", "134.00", "0.19"),
    ("Carabiner", "CAR", "8.90", "0.19"),
    ("Sun Cream", "SUN", "13.35", "0.19"),
)
PLACES = ("Central Warehouse", "Store Harbor", "Store Old Town")


@dataclass(frozen=True)
class Variant:
    """One sellable thing; ``stock`` is units by place."""

    sku: str
    barcode: str
    title: str
    price: str
    size: str = ""
    stock: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Product:
    """A product with its variants (one without size, or five)."""

    title: str
    rate: str
    variants: tuple[Variant, ...]


def ean13(number: int) -> str:
    """Return an in-store EAN-13 (prefix 20) with its check digit."""
    digits = f"20{number:010d}"
    odd, even = digits[::2], digits[1::2]
    check = (10 - (sum(map(int, odd)) + 3 * sum(map(int, even))) % 10) % 10
    return f"{digits}{check}"


def products(seed: int = 19) -> list[Product]:
    """Return the catalog; the same seed gives the same stock."""
    rnd, numbers, made = random.Random(seed), iter(range(1, 1000)), []
    for name, code, price, _sized in RANGES:
        for color in COLORS:
            title = f"{name} {color}"
            variants = tuple(
                _variant(
                    rnd, next(numbers), f"{code}-{color[:3].upper()}", price, title, s
                )
                for s in SIZES
            )
            made.append(Product(title, "0.19", variants))
    for name, code, price, rate in SINGLES:
        for number in range(1, 6):
            title = f"{name} No. {number}"
            sku = f"{code}-{number:02d}"
            variant = _variant(rnd, next(numbers), sku, price, title, "")
            made.append(Product(title, rate, (variant,)))
    return made


def _variant(rnd, number, sku, price, title, size):
    central, harbor, old_town = PLACES
    stock = {
        central: rnd.choice((0, 4, 12, 25, 40, 80)),
        harbor: rnd.choice((0, 1, 3, 6, 9)),
        old_town: rnd.choice((0, 2, 5, 8)),
    }
    stock[central] += 60 if number % 7 == 0 else 6
    full = f"AP-{sku}-{size}" if size else f"AP-{sku}"
    return Variant(full, ean13(number), title, price, size, stock)
