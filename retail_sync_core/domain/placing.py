"""Which places ship an order. Pure: places and wants in, a choice and its why out.

A place that ships all of it comes before a split over several, and what a place keeps
for its counter is taken only where nobody else has it. Places that are closed or have
their orders for the day come last. What nobody has waits at one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from .sentence import _

ZERO = Decimal(0)
Taken = dict[str, int]
MOST_PASSED = 3  # places told of that come first and do not ship it


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """Whole units of one order line.

    :param draws: what one unit takes off the stock, part -> units; a kit has several,
        what is not stocked none
    """

    line_id: str
    units: int
    draws: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that may ship.

    :param rank: the lower, the sooner
    :param nearness: compared item by item, the lower the nearer
    :param is_used: it ships other units of the order
    :param free: part -> units that nobody is promised
    :param kept: units of each part that it keeps for its counter
    :param closed: it does not open in time
    :param full: it has its orders for the day
    """

    place_id: int
    name: str
    rank: int = 0
    nearness: tuple[float, ...] = ()
    is_used: bool = False
    free: Mapping[int, Decimal] = field(default_factory=dict)
    kept: Decimal = ZERO
    closed: bool = False
    full: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether it may ship in time."""
        return not (self.closed or self.full)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Units of a line that a place ships."""

    line_id: str
    place_id: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who ships what. ``why``: ``whole``, ``split``, ``waits`` or ``nowhere``.

    :param counter: what is kept for a counter is taken
    :param waiting: units that no place has; they are among the parts all the same
    """

    parts: tuple[Part, ...] = ()
    why: str = "nowhere"
    counter: bool = False
    waiting: int = 0


def choose(
    wants: Sequence[Want], places: Iterable[Place], *, nearest_first: bool = False
) -> Choice:
    """Return which of ``places`` ship ``wants``; all units, as long as there is one."""
    wants = [want for want in wants if want.units > 0]
    ordered = in_order(places, nearest_first=nearest_first)
    if not wants or not ordered:
        return Choice()
    able = [place for place in ordered if place.is_open]
    for pool in (able, ordered):
        for counter in (False, True):
            choice = _complete(wants, pool, counter=counter)
            if choice:
                return choice
    return _waiting(wants, able + [one for one in ordered if not one.is_open])


def in_order(places: Iterable[Place], *, nearest_first: bool = False) -> list[Place]:
    """Return ``places``, the first choice first."""

    def rank(place: Place) -> tuple:
        keys = (place.rank, place.nearness)
        keys = keys[::-1] if nearest_first else keys
        return (not place.is_used, *keys, place.place_id)

    return sorted(places, key=rank)


def able_units(wants: Iterable[Want], place: Place, *, counter: bool = True) -> Taken:
    """Return {line: units} that ``place`` can ship of ``wants`` now."""
    return _take(wants, _stock(place, counter=counter))


def _stock(place: Place, *, counter: bool) -> dict[int, Decimal]:
    kept = ZERO if counter else place.kept
    return {part: max(ZERO, units - kept) for part, units in place.free.items()}


def _take(wants: Iterable[Want], stock: dict[int, Decimal]) -> Taken:
    """Take what there is of ``wants`` off ``stock``, line by line, in whole units."""
    taken: Taken = {}
    for want in wants:
        units = want.units
        for part, each in want.draws.items():
            there = stock.get(part, ZERO) / each
            units = min(units, int(there.to_integral_value(ROUND_FLOOR)))
        if units > 0:
            taken[want.line_id] = units
            for part, each in want.draws.items():
                stock[part] -= units * each
    return taken


def _complete(
    wants: Sequence[Want], pool: Sequence[Place], *, counter: bool
) -> Choice | None:
    """Return how ``pool`` ships everything, or None."""
    total = sum(want.units for want in wants)
    for place in pool:
        taken = able_units(wants, place, counter=counter)
        if sum(taken.values()) == total:
            return Choice(parts=_parts(place, taken), why="whole", counter=counter)
    parts, left = _split(wants, pool, counter=counter)
    if left:
        return None
    return Choice(parts=tuple(parts), why="split", counter=counter)


def _split(
    wants: Sequence[Want], pool: Sequence[Place], *, counter: bool
) -> tuple[list[Part], list[Want]]:
    """Return what several places ship, who ships most first, and what is left over."""
    parts: list[Part] = []
    left, rest = list(wants), list(pool)
    while left and rest:
        offers = [able_units(left, place, counter=counter) for place in rest]
        sizes = [sum(taken.values()) for taken in offers]
        if not max(sizes):
            break
        best = sizes.index(max(sizes))  # of equals the first in order
        parts += _parts(rest.pop(best), offers[best])
        left = _less(left, offers[best])
    return parts, left


def _less(wants: Iterable[Want], taken: Taken) -> list[Want]:
    lessened = [
        Want(
            line_id=want.line_id,
            units=want.units - taken.get(want.line_id, 0),
            draws=want.draws,
        )
        for want in wants
    ]
    return [want for want in lessened if want.units]


def _parts(place: Place, taken: Taken) -> tuple[Part, ...]:
    return tuple(
        Part(line_id=line_id, place_id=place.place_id, units=units)
        for line_id, units in taken.items()
    )


def _waiting(wants: Sequence[Want], pool: Sequence[Place]) -> Choice:
    """Ship what there is; what nobody has waits where most of it is, else at the first.

    The best is first in ``pool``.
    """
    parts, left = _split(wants, pool, counter=True)
    home = parts[0].place_id if parts else pool[0].place_id
    units = {(part.line_id, part.place_id): part.units for part in parts}
    for want in left:
        key = (want.line_id, home)
        units[key] = units.get(key, 0) + want.units
    return Choice(
        parts=tuple(
            Part(line_id=line_id, place_id=place_id, units=count)
            for (line_id, place_id), count in units.items()
        ),
        why="waits",
        counter=True,
        waiting=sum(want.units for want in left),
    )


def explain(
    choice: Choice,
    wants: Sequence[Want],
    places: Iterable[Place],
    *,
    nearest_first: bool = False,
) -> str:
    """Return in English sentences who ships it, and why nobody who comes first does."""
    ordered = in_order(places, nearest_first=nearest_first)
    names = {place.place_id: place.name for place in ordered}
    units = {place.place_id: 0 for place in ordered}
    for part in choice.parts:
        units[part.place_id] += part.units
    used = [place for place in ordered if units[place.place_id]]
    said = [_SAID[choice.why](choice, used, units)]
    if choice.counter and choice.why != "waits":
        said.append(_("What is kept for the counter is used: nobody else has it."))
    passed = ordered[: ordered.index(used[0])] if used else []
    total = sum(want.units for want in wants)
    for place in passed[:MOST_PASSED]:
        said.append(_passed(place, names, wants, total))
    return " ".join(said)


def _passed(
    place: Place, names: Mapping[int, str], wants: Sequence[Want], total: int
) -> str:
    name = names[place.place_id]
    if place.closed:
        return _("%(place)s comes first, but does not open in time.", place=name)
    if place.full:
        return _(
            "%(place)s comes first, but has its orders for the day.",
            place=name,
        )
    free = sum(able_units(wants, place, counter=False).values())
    return _(
        "%(place)s comes first, but has %(free)s of %(units)s units to spare.",
        place=name,
        free=free,
        units=total,
    )


def _say_whole(choice: Choice, used: list[Place], units: Mapping[int, int]) -> str:
    place = used[0]
    return _(
        "%(place)s ships it: it has all %(units)s units.",
        place=place.name,
        units=units[place.place_id],
    )


def _say_split(choice: Choice, used: list[Place], units: Mapping[int, int]) -> str:
    return _(
        "No place has all of it, so several ship a part: %(parts)s.",
        parts=_each(used, units),
    )


def _say_waits(choice: Choice, used: list[Place], units: Mapping[int, int]) -> str:
    return _(
        "No place has %(waiting)s of the units now. They wait for stock: %(parts)s.",
        waiting=choice.waiting,
        parts=_each(used, units),
    )


def _say_nowhere(choice: Choice, used: list[Place], units: Mapping[int, int]) -> str:
    return _("No location may ship it.")


def _each(used: list[Place], units: Mapping[int, int]) -> str:
    return ", ".join(f"{place.name} {units[place.place_id]}" for place in used)


_SAID: Mapping[str, Callable[[Choice, list[Place], Mapping[int, int]], str]] = {
    "whole": _say_whole,
    "split": _say_split,
    "waits": _say_waits,
    "nowhere": _say_nowhere,
}
