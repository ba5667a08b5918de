"""Forty orders of many kinds, as the sandbox's checkout takes them.

Each says in ``kind`` what it shows. The planted troubles are ``UNKNOWN_SKU`` (a product
that Odoo does not know), ``WRONG_TOTAL`` (a total that does not add up) and one order
that is cancelled before anything was shipped.
"""

from __future__ import annotations

import random

from .catalog import PLACES, products

UNKNOWN_SKU = "AP-GONE-01"
WRONG_TOTAL = "3.40"
FIRST_NAMES = ("Jule", "Mats", "Ida", "Levi", "Runa", "Emil", "Frida", "Oskar")
LAST_NAMES = ("Ahorn", "Birke", "Erle", "Esche", "Fichte", "Linde", "Ulme", "Weide")
CITIES = (
    ("20095", "Hamburg"),
    ("28195", "Bremen"),
    ("24103", "Kiel"),
    ("18055", "Rostock"),
)
VAT_19 = [{"title": "DE VAT", "rate": "0.19"}]
VAT_7 = [{"title": "DE VAT", "rate": "0.07"}]
AT_20 = [{"title": "AT VAT", "rate": "0.2"}]
US_TWO = [
    {"title": "State Tax", "rate": "0.06"},
    {"title": "County Tax", "rate": "0.015"},
]
SHIPPING = [{"title": "Parcel", "price": "4.90", "taxes": VAT_19}]


class Checkout:
    """Makes orders in the sandbox's words from a seeded chance."""

    def __init__(self, seed: int = 19) -> None:
        self.rnd = random.Random(seed)
        self.number = 0
        self.goods = [
            (variant, product.rate)
            for product in products()
            for variant in product.variants
            if variant.stock[PLACES[0]] >= 10
        ]

    def line(self, quantity: int = 1, **more) -> dict:
        """Return a line of something that is in stock."""
        variant, rate = self.rnd.choice(self.goods)
        taxes = [{"title": "DE VAT", "rate": rate}]
        return {"sku": variant.sku, "quantity": quantity, "taxes": taxes, **more}

    def lines(self, count: int, **more) -> list[dict]:
        """Return ``count`` lines of different products."""
        chosen: dict[str, dict] = {}
        while len(chosen) < count:
            line = self.line(self.rnd.randint(1, 3), **more)
            chosen[line["sku"]] = line
        return list(chosen.values())

    def person(self) -> dict:
        """Return an invented customer, each order another one."""
        first = FIRST_NAMES[self.number % len(FIRST_NAMES)]
        last = LAST_NAMES[self.number // len(FIRST_NAMES) % len(LAST_NAMES)]
        name = f"{first}.{last}.{self.number}".lower()
        return {"first_name": first, "last_name": last, "email": f"{name}@example.com"}

    def address(self, **more) -> dict:
        """Return an invented address in the north."""
        code, city = self.rnd.choice(CITIES)
        street = f"Waldweg {self.number}"
        return {"address1": street, "zip": code, "city": city, **more}

    def order(self, kind: str, **given) -> dict:
        """Return one order; ``given`` overrides what is usual."""
        self.number += 1
        return {
            "kind": kind,
            "customer": self.person(),
            "shipping_address": self.address(),
            "lines": given.pop("lines", None) or self.lines(self.rnd.randint(1, 3)),
            "shipping": SHIPPING,
            "payment": "paid",
            **given,
        }


def orders(seed: int = 19) -> list[dict]:
    """Return the forty orders in the order they are placed."""
    shop = Checkout(seed)
    return [
        *_usual(shop),
        *_money(shop),
        *_people(shop),
        *_states(shop),
        *_troubles(shop),
    ]


def _usual(shop: Checkout) -> list[dict]:
    made = [shop.order("plain") for _ in range(14)]
    made.append(shop.order("many lines", lines=shop.lines(30)))
    made.append(shop.order("several units", lines=[shop.line(6)]))
    made.append(
        shop.order("note and tags", note="Please ring twice", tags=["vip", "club"])
    )
    made.append(
        shop.order(
            "two rates", lines=[shop.line(taxes=VAT_19), shop.line(2, taxes=VAT_7)]
        )
    )
    return made


def _money(shop: Checkout) -> list[dict]:
    code = {"code": "AUTUMN10", "percentage": "10"}
    amount = {"code": "FIVER", "amount": "5.00"}
    odd = {"title": "Loyalty", "amount": "3.33"}
    vienna = shop.address(
        zip="1010", city="Wien", country="Austria", countryCodeV2="AT"
    )
    denver = shop.address(
        zip="80202",
        city="Denver",
        province="Colorado",
        provinceCode="CO",
        country="United States",
        countryCodeV2="US",
    )
    return [
        shop.order("discount code in percent", discounts=[code]),
        shop.order("discount of an amount", lines=shop.lines(3), discounts=[amount]),
        shop.order("odd discount", lines=shop.lines(3), discounts=[odd]),
        shop.order("two discounts", lines=shop.lines(4), discounts=[code, amount]),
        shop.order(
            "free of charge", discounts=[{"code": "STAFF", "percentage": "100"}]
        ),
        shop.order("no shipping charge", shipping=[]),
        shop.order(
            "another country's tax",
            lines=shop.lines(2, taxes=AT_20),
            shipping=[{"title": "Parcel", "price": "9.90", "taxes": AT_20}],
            shipping_address=vienna,
        ),
        shop.order(
            "taxes on top, two a line",
            taxes_included=False,
            lines=shop.lines(3, taxes=US_TWO),
            shipping=[{"title": "Parcel", "price": "12.00", "taxes": US_TWO}],
            shipping_address=denver,
        ),
        shop.order("with a tip", lines=[shop.line(), {"tip": True, "price": "2.00"}]),
    ]


def _people(shop: Checkout) -> list[dict]:
    nobody = shop.address(firstName=None, lastName=None)
    gift = {"firstName": "Greta", "lastName": "Holunder", "address1": "Am Hang 3"}
    return [
        shop.order("guest", customer=None, email="guest@example.com"),
        shop.order(
            "a present, shipped elsewhere",
            shipping_address=shop.address(**gift),
            billing_address=shop.address(),
        ),
        shop.order("names withheld", customer=None, shipping_address=nobody),
        shop.order(
            "a company", shipping_address=shop.address(company="Tannenhof GmbH")
        ),
    ]


def _states(shop: Checkout) -> list[dict]:
    return [
        shop.order("not paid yet", payment="pending"),
        shop.order("only authorized", payment="authorized"),
        shop.order("paid later", payment="pending", then="pay"),
        shop.order("shipped in two parts", lines=[shop.line(4), shop.line(2)]),
        shop.order("from the harbor store", lines=[_in_store(shop, PLACES[1])]),
        shop.order("from the old town store", lines=[_in_store(shop, PLACES[2])]),
    ]


def _in_store(shop: Checkout, place: str) -> dict:
    variant, rate = next((v, rate) for v, rate in shop.goods if v.stock[place] >= 3)
    taxes = [{"title": "DE VAT", "rate": rate}]
    return {"sku": variant.sku, "quantity": 2, "taxes": taxes, "location": place}


def _troubles(shop: Checkout) -> list[dict]:
    gone = {"sku": UNKNOWN_SKU, "quantity": 1, "taxes": VAT_19}
    return [
        shop.order("unknown product", lines=[shop.line(), gone]),
        shop.order("total does not add up", wrong_total=WRONG_TOTAL),
        shop.order("cancelled at once", then="cancel"),
    ]
