"""Units that were refunded after they had left, on plain facts; tills apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .tills import ENDED


def refunded(rows: Iterable[Mapping] | None, line_id: str) -> float:
    """Return the units of a line that were refunded over the web after they had left.

    >>> row = {"line_id": "a", "units": 2.0, "at_till": False}
    >>> refunded([row, {**row, "at_till": True}, {**row, "line_id": "b"}], "a")
    2.0
    """
    return sum(row["units"] for row in _by_web(rows) if row["line_id"] == line_id)


def to_follow(
    rows: Iterable[Mapping] | None, followed: Mapping[str, Mapping]
) -> list[Mapping]:
    """Return the refunds whose goods nobody has looked after yet.

    One whose goods were to stay with the customer is looked at again once the channel
    has put them back.

    >>> row = {"external_id": "r", "units": 1.0, "restocked": True, "at_till": False}
    >>> to_follow([row], {"r": {"restocked": False}}) == [row]
    True
    >>> to_follow([row], {"r": {"restocked": True}})
    []
    """
    return [
        row
        for row in _by_web(rows)
        if row["external_id"] not in followed
        or (row["restocked"] and not followed[row["external_id"]]["restocked"])
    ]


def still_to_ship(requests: Iterable[Mapping] | None, line_id: str) -> float | None:
    """Return the units of a line that the channel waits for, None where it says none.

    >>> still_to_ship([{"state": "open", "lines": [["a", 3.0, 1.0]]}], "a")
    1.0
    >>> still_to_ship([], "a") is None
    True
    """
    if not requests:
        return None
    return sum(
        remaining
        for request in requests
        if request["state"] not in ENDED
        for wanted_id, _units, remaining in request["lines"]
        if wanted_id == line_id
    )


def refunded_of(
    told: float, left: float, wanted: float, remaining: float | None
) -> float:
    """Return how many of the units that left here the channel has refunded.

    What others shipped for us may be what was refunded: of ours, those that the channel
    still wants to be with the customer were not.

    :param told: units refunded after they had left, from anywhere
    :param left: units that left here, returned or not
    :param wanted: units that the order is for now
    :param remaining: of these, still to be shipped; None where nobody says

    >>> refunded_of(2.0, left=2.0, wanted=1.0, remaining=1.0)
    2.0
    >>> refunded_of(1.0, left=1.0, wanted=1.0, remaining=0.0)
    0.0
    """
    most = left
    if remaining is not None:
        most -= max(wanted - remaining, 0.0)
    return max(min(told, most), 0.0)


def _by_web(rows: Iterable[Mapping] | None) -> Iterator[Mapping]:
    return (row for row in rows or () if not row["at_till"] and row["units"] > 0)
