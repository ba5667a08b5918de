"""What left and came back over the counters of a channel's tills, on plain facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

ENDED = ("closed", "cancelled", "incomplete")
ANYWHERE = ""
LEAST = 1e-6

Units = dict[tuple[str, str], float]


def taken_along(
    requests: Iterable[Mapping] | None,
    shipments: Iterable[Mapping] | None,
    ordered: Mapping[str, float] | None = None,
) -> Units:
    """Return {(order line id, place id): units} that the customers took along.

    What a store has handed over counts, and what it is still asked to hand over. What
    it was asked for once, and is not anymore, does not.

    :param ordered: {order line id: units}: no line gives more than that

    >>> asked = {"taken_along": True, "state": "open", "location_id": "L",
    ...          "lines": [["a", 3.0, 1.0]]}
    >>> handed_over = {"taken_along": True, "state": "success", "location_id": "L",
    ...                "lines": [["a", 2.0]]}
    >>> taken_along([asked], [handed_over])
    {('a', 'L'): 3.0}
    >>> taken_along([asked], [handed_over], {"a": 2.0})
    {('a', 'L'): 2.0}
    """
    found: Units = {}
    room = dict(ordered or {})
    for line_id, place, units in _lines_of(shipments, taken=True):
        _add(found, (line_id, place), units, room)
    for line_id, _place, units in _lines_of(shipments, taken=False):
        if line_id in room:
            room[line_id] -= units
    for request in requests or ():
        if request.get("taken_along") and request["state"] not in ENDED:
            for line_id, _units, remaining in request["lines"]:
                _add(found, (line_id, request["location_id"]), remaining, room)
    return found


def taken_before(
    shipments: Iterable[Mapping] | None, placed_at: datetime, live_at: datetime | None
) -> Units:
    """Return {(order line id, place id): units} handed over before ``live_at``.

    :param placed_at: counts for what has no time of its own; both UTC, no zone
    """
    early = [
        shipment
        for shipment in shipments or ()
        if live_at and (time_of(shipment.get("created_at")) or placed_at) < live_at
    ]
    found: Units = {}
    for line_id, place, units in _lines_of(early, taken=True):
        _add(found, (line_id, place), units, {})
    return found


def still_due(taken: Units, booked: Mapping[str, Mapping[str, float] | float]) -> Units:
    """Return {(order line id, place id): units} taken along and not booked yet.

    Never more of a line, over all places, than was taken along: goods that were booked
    at one store and handed over at another are booked already.

    :param booked: {order line id: {place id: units}}, or {order line id: units} where
        nobody noted the place

    >>> still_due({("a", "L1"): 1.0, ("a", "L2"): 1.0}, {"a": {"L2": 1.0}})
    {('a', 'L1'): 1.0}
    >>> still_due({("a", "L2"): 2.0}, {"a": {"L1": 2.0}})
    {}
    """
    room: dict[str, float] = {}
    for (line_id, _place), units in taken.items():
        room[line_id] = room.get(line_id, 0.0) + units
    known = {line_id: by_place(booked.get(line_id)) for line_id in room}
    for line_id, places in known.items():
        room[line_id] -= sum(places.values())
    due: Units = {}
    for (line_id, place), units in sorted(taken.items()):
        missing = units - known[line_id].get(place, 0.0)
        spare = min(max(missing, 0.0), known[line_id].get(ANYWHERE, 0.0))
        if spare:
            known[line_id][ANYWHERE] -= spare
        missing = min(missing - spare, room[line_id])
        if missing > LEAST:
            due[line_id, place] = missing
            room[line_id] -= missing
    return due


def moved_away(
    taken: Units,
    booked: Mapping[str, Mapping[str, float] | float],
    parcels: Mapping[str, float],
    ordered: Mapping[str, float],
) -> Units:
    """Return {(order line id, place id): units} booked at a store that gave none.

    It was asked for them, and then another store was, or they are shipped. What is
    asked for nowhere else stays as it was booked.

    :param parcels: {order line id: units} to be shipped, or shipped
    :param ordered: {order line id: units}

    >>> moved_away({("a", "L2"): 2.0}, {"a": {"L1": 2.0}}, {}, {"a": 2.0})
    {('a', 'L1'): 2.0}
    >>> moved_away({}, {"a": {"L1": 2.0}}, {"a": 1.0}, {"a": 2.0})
    {('a', 'L1'): 1.0}
    >>> moved_away({}, {"a": {"L1": 2.0}}, {}, {"a": 2.0})
    {}
    """
    found: Units = {}
    for line_id, places in sorted(booked.items()):
        known = by_place(places)
        spare = known.pop(ANYWHERE, 0.0)
        mine = {
            place: units for (line, place), units in taken.items() if line == line_id
        }
        missing = sum(
            max(units - known.get(place, 0.0), 0.0) for place, units in mine.items()
        )
        shipped = parcels.get(line_id, 0.0)
        room = ordered.get(line_id, shipped) - sum(known.values()) - spare
        wanted = max(missing - spare, 0.0) + max(shipped - max(room, 0.0), 0.0)
        for place, units in sorted(known.items()):
            part = min(units - mine.get(place, 0.0), wanted)
            if part > LEAST:
                found[line_id, place] = part
                wanted -= part
    return found


def parcels(
    requests: Iterable[Mapping] | None, shipments: Iterable[Mapping] | None
) -> dict[str, float]:
    """Return {order line id: units} that are to be shipped, or were."""
    found: dict[str, float] = {}
    for line_id, _place, units in _lines_of(shipments, taken=False):
        found[line_id] = found.get(line_id, 0.0) + units
    for request in requests or ():
        if not request.get("taken_along") and request["state"] not in ENDED:
            for line_id, _units, remaining in request["lines"]:
                found[line_id] = found.get(line_id, 0.0) + remaining
    return found


def less(
    booked: Mapping[str, float] | float | None, units: float, first: Collection[str]
) -> dict[str, float]:
    """Return {place id: units} of a line after ``units`` were taken off.

    :param first: the places they are taken off first

    >>> less({"L1": 2.0, "L2": 1.0}, 2.0, ["L2"])
    {'L1': 1.0}
    """
    left = by_place(booked)
    for place in sorted(left, key=lambda one: (one not in first, one)):
        part = min(left[place], units)
        left[place] -= part
        units -= part
    return {place: known for place, known in sorted(left.items()) if known > LEAST}


def by_place(booked: Mapping[str, float] | float | None) -> dict[str, float]:
    """Return {place id: units} of what is booked of a line.

    >>> by_place({"L": 2.0}), by_place(2.0), by_place(None)
    ({'L': 2.0}, {'': 2.0}, {})
    """
    if isinstance(booked, Mapping):
        return dict(booked)
    return {ANYWHERE: booked} if booked else {}


def time_of(text: str | None) -> datetime | None:
    """Return the whole second (UTC, no zone) that stored text tells.

    >>> time_of("2026-11-20T12:05:00.250000")
    datetime.datetime(2026, 11, 20, 12, 5)
    """
    return datetime.fromisoformat(text).replace(microsecond=0) if text else None


def came_back(rows: Iterable[Mapping] | None, booked: Collection[str]) -> list[Mapping]:
    """Return the returns over a counter that are not booked yet."""
    return [
        row
        for row in rows or ()
        if row["at_till"] and row["units"] > 0 and row["external_id"] not in booked
    ]


def _lines_of(
    shipments: Iterable[Mapping] | None, *, taken: bool
) -> Iterator[tuple[str, str, float]]:
    """Yield (order line id, place id, units) of what left, over a counter or not."""
    for shipment in shipments or ():
        if (
            shipment["state"] == "success"
            and bool(shipment.get("taken_along")) == taken
        ):
            for line_id, units in shipment["lines"]:
                yield line_id, shipment["location_id"], units


def _add(found: Units, key: tuple[str, str], units: float, room: dict) -> None:
    """Add ``units`` under ``key``, as far as its line has ``room``."""
    units = min(units, room.get(key[0], units))
    if units > 0:
        found[key] = found.get(key, 0.0) + units
        if key[0] in room:
            room[key[0]] -= units
