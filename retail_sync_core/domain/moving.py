"""What must change places so that each ships what it should. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)
Units = Mapping[tuple[str, str], Decimal]


class Transfer(NamedTuple):
    """Units of an order line that one place is asked for and another is to ship."""

    line_id: str
    source: str
    target: str
    units: Decimal


def transfers(wanted: Units, there: Units) -> list[Transfer]:
    """Return what brings ``there`` to ``wanted``, both {(line, place): units}.

    Only lines that are wanted somewhere move, and never more than is there.

    >>> transfers({("a", "x"): Decimal(2)}, {("a", "y"): Decimal(3)})[0].units
    Decimal('2')
    """
    moves = []
    over = {
        key: units - wanted.get(key, ZERO)
        for key, units in sorted(there.items())
        if units > wanted.get(key, ZERO)
    }
    for (line_id, target), units in sorted(wanted.items()):
        missing = units - there.get((line_id, target), ZERO)
        for (other, source), spare in over.items():
            part = min(missing, spare) if other == line_id else ZERO
            if part > 0:
                moves.append(Transfer(line_id, source, target, part))
                over[other, source] -= part
                missing -= part
    return moves
