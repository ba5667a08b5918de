"""What left and came back over the counters of a channel's tills, on plain facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

GONE = ("cancelled", "incomplete")


def taken_along(
    requests: Iterable[Mapping] | None, shipments: Iterable[Mapping] | None
) -> dict[tuple[str, str], float]:
    """Return {(order line id, place id): units} that the customers took along.

    What is asked of a store and what it has handed over are two words about the same
    units: the greater one counts.

    >>> asked = {"taken_along": True, "state": "open", "location_id": "L",
    ...          "lines": [["a", 2.0, 2.0]]}
    >>> taken_along([asked], [])
    {('a', 'L'): 2.0}
    """
    asked: dict[tuple[str, str], float] = {}
    for request in requests or ():
        if request.get("taken_along") and request["state"] not in GONE:
            for line_id, units, _remaining in request["lines"]:
                key = (line_id, request["location_id"])
                asked[key] = asked.get(key, 0.0) + units
    left: dict[tuple[str, str], float] = {}
    for shipment in shipments or ():
        if shipment.get("taken_along") and shipment["state"] == "success":
            for line_id, units in shipment["lines"]:
                key = (line_id, shipment["location_id"])
                left[key] = left.get(key, 0.0) + units
    found = {
        key: max(asked.get(key, 0.0), left.get(key, 0.0)) for key in {**asked, **left}
    }
    return {key: units for key, units in found.items() if units > 0}


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
