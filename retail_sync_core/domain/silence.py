"""Is it unusual that nothing comes? Told from the same hours of the weeks before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# hours that are looked at, the shortest first
WINDOWS = (1, 2, 3, 6, 12, 24)
WEEKS = 4
WEEKS_AT_LEAST = 2
# so many orders usually: that none comes by chance is one look of 3,000
USUAL_AT_LEAST = 8.0


def silent_hours(counts: Mapping[int, Sequence[int]]) -> tuple[int, float] | None:
    """Return (hours, how many come then usually) of an unusual silence, or None.

    :param counts: by the hours of a window that ends now: what came in it, then what
        came in the same hours of the known weeks before, the latest first

    >>> silent_hours({1: [0, 9, 11, 7, 13]})
    (1, 10.0)
    >>> silent_hours({1: [1, 9, 11, 7, 13]})
    >>> silent_hours({1: [0, 1, 2, 1, 0], 6: [0, 8, 9, 12, 11]})
    (6, 10.0)
    >>> silent_hours({1: [0, 40]})
    >>> silent_hours({1: [0, 40, 0, 40, 40]})
    """
    for hours in sorted(counts):
        now, *before = counts[hours]
        if now or len(before) < WEEKS_AT_LEAST or not all(before):
            continue
        usual = sum(before) / len(before)
        if usual >= USUAL_AT_LEAST:
            return hours, usual
    return None
