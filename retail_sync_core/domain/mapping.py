"""Finding our record for their words: normalized keys, first match with its reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


def normalize(text: str | None) -> str:
    """Return ``text`` for comparison: no accents, one space, lower case."""
    plain = unicodedata.normalize("NFKD", text or "")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(plain.lower().split())


def normalize_sku(text: str | None) -> str:
    """Return a SKU or barcode for comparison: trimmed, upper case."""
    return (text or "").strip().upper()


def readable(code: str | None) -> str:
    """Return what a system's word for something would be on a screen.

    >>> readable("shopify_payments"), readable("gift_card"), readable("PayPal Express")
    ('Shopify Payments', 'Gift Card', 'PayPal Express')
    """
    text = (code or "").strip()
    if " " in text or text != text.lower():
        return text
    return " ".join(word.capitalize() for word in text.split("_") if word)


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome of a search: one id, several, or none, and why.

    :param reason: ``barcode``, ``sku``, ``ambiguous_barcode``, ``ambiguous_sku`` or
        ``missing``
    """

    reason: str
    ids: tuple[int, ...] = field(default=())

    @property
    def is_unique(self) -> bool:
        """Return whether exactly one record was found."""
        return len(self.ids) == 1


def match_product(
    barcode: str | None,
    sku: str | None,
    by_barcode: Mapping[str, Sequence[int]],
    by_sku: Mapping[str, Sequence[int]],
) -> Match:
    """Return our product for a channel's item: by barcode, then by SKU.

    An ambiguous key never picks the first: it is a person's to decide.
    """
    for name, key, index in (("barcode", barcode, by_barcode), ("sku", sku, by_sku)):
        found = tuple(dict.fromkeys(index.get(normalize_sku(key), ()))) if key else ()
        if len(found) == 1:
            return Match(name, found)
        if found:
            return Match(f"ambiguous_{name}", found)
    return Match("missing")


def first(values: Iterable[str | None]) -> str:
    """Return the first value that says something, or an empty string."""
    return next((value for value in values if value and value.strip()), "")
