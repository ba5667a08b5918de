"""What comes in at the door, cut to what a database index takes.

Ids are indexed, and an index takes no text of thousands of letters: a signed body that
has some would be refused each time it is delivered, and at last nothing is delivered.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from .documents import Demand, Notice

LONGEST_ID = 255
LONGEST_VERSION = 64


def fitting(notice: Notice) -> Notice:
    """Return ``notice`` with nothing in it that is longer than an id can be.

    An id that is no id names no record: what has changed is to be asked for.
    """
    return replace(
        notice,
        external_id=notice.external_id if _is_id(notice.external_id) else "",
        external_ref=notice.external_ref[:LONGEST_ID],
        event_id=_told_apart(notice.event_id),
        version=notice.version[:LONGEST_VERSION],
        demand=tuple(one for one in notice.demand if _has_ids(one)),
    )


def _is_id(text: str) -> bool:
    return len(text) <= LONGEST_ID


def _has_ids(demand: Demand) -> bool:
    return all(map(_is_id, (demand.order_id, demand.line_id, demand.item_id)))


def _told_apart(text: str) -> str:
    """Return a text that is another one whenever ``text`` is."""
    return text if _is_id(text) else hashlib.sha256(text.encode()).hexdigest()
