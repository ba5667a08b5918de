"""The port of channels where orders are prepared before they are placed."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from ..domain.documents import Draft


@runtime_checkable
class Drafts(Protocol):
    """Reads drafts; what has changed comes by ``fetch_page("draft")``."""

    def fetch_draft(self, external_id: str) -> Draft:
        """Return a draft in its newest version.

        :raises MissingError: when it is not there
        """
        ...

    def find_draft(self, order_id: str, draft_ids: tuple[str, ...]) -> str:
        """Return which of the drafts became the order, "" for none of them."""
        ...
