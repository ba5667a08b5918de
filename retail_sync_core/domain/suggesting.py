"""Which of our products an item probably is: words and SKUs compared, with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .mapping import normalize

# below, two names are not called alike; a rival this near makes it ambiguous
ALIKE = 0.8
RIVAL = 0.05
SHORTEST_SKU = 3
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is suggested and why; several ids: it cannot be told which.

    :param reason: ``barcode``, ``sku``, ``crossed``, ``loose``, ``sibling``, ``name``
        or nothing
    :param share: how much of two names is alike, of 1
    """

    reason: str = ""
    ids: tuple[int, ...] = field(default=())
    share: float = 0.0

    @property
    def is_sure(self) -> bool:
        """Return whether there is exactly one product to accept."""
        return len(self.ids) == 1


def loose(text: str | None) -> str:
    """Return a SKU without case, spaces, dashes and other signs; "" when too short.

    >>> loose(" ab-12/c ")
    'AB12C'
    """
    plain = "".join(_WORD.findall(normalize(text))).upper()
    return plain if len(plain) >= SHORTEST_SKU else ""


def words(text: str | None) -> frozenset[str]:
    """Return the words of a name, without case, accents and signs."""
    return frozenset(_WORD.findall(normalize(text)))


def likeness(one: frozenset[str], two: frozenset[str]) -> float:
    """Return how much two names have in common, from 0 to 1.

    A single common word says nothing unless it is all there is.
    """
    common = len(one & two)
    if not common or (common == 1 and one != two):
        return 0.0
    return 2 * common / (len(one) + len(two))


def telling(count: int) -> int:
    """Return how many of a name's rarest words must be looked up to find all alike.

    Two names are alike only when they share two thirds of the words of either.
    """
    return count - (2 * count + 2) // 3 + 1


def nearest(wanted: frozenset[str], names: Mapping[int, frozenset[str]]) -> Suggestion:
    """Return the product whose name is most alike, or all that are as near."""
    scores = sorted(
        ((likeness(wanted, name), number) for number, name in names.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not scores or scores[0][0] < ALIKE:
        return Suggestion()
    best = scores[0][0]
    near = tuple(number for score, number in scores if score > best - RIVAL)
    return Suggestion("name", near, best)


def only(reason: str, found: Iterable[int]) -> Suggestion:
    """Return a suggestion of these ids, each once; none when there are none."""
    ids = tuple(dict.fromkeys(found))
    return Suggestion(reason, ids) if ids else Suggestion()
