from dataclasses import dataclass

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from .retail_sync_handler import Again

MISSING_AT_ONCE = 100


@dataclass(frozen=True)
class Page:
    """The next page of a location's counts; "" is the first."""

    location_id: str
    cursor: str


@dataclass(frozen=True)
class Missing:
    """Items that no page named, to be asked for one by one.

    :param last_id: of the last of their listings
    """

    refs: tuple[doc.LevelRef, ...]
    last_id: int


class RetailSyncHandlerStockTake(models.AbstractModel):
    """Reads all stock of a location page by page; goes on where it was.

    What no page named is asked for once more by its name: only what is not stocked
    there is taken as none.
    """

    _name = "retail.sync.handler.stock.take"
    _inherit = "retail.sync.handler.stock.counted"
    _description = "Handler: Read All Stock of a Location"

    def _plan(self, job):
        place = self._place(job)
        if not place:
            return None
        if not place.take_pages_read:
            if not place.take_cursor:
                place.take_number = job.id
            return Page(place.external_id, place.take_cursor or "")
        listings = self._missing(place)
        refs = tuple(
            doc.LevelRef(item_id=row.external_id, location_id=place.external_id)
            for row in listings
        )
        return Missing(refs, listings[-1:].id)

    def _missing(self, place):
        return (
            self.env["retail.sync.stock.reading"]
            .sudo()
            ._find_unnamed(
                place,
                place.take_number,
                place.take_missing_id,
                MISSING_AT_ONCE,
                but_none=True,
            )
        )

    @staticmethod
    def _call(adapter, plan):
        """Fetch the page, or what no page named; no environment, no cursor."""
        if not isinstance(adapter, base.Counts):
            raise errors.PermanentError(
                "the channel's stock cannot be read", code="not_supported"
            )
        if isinstance(plan, Missing):
            return plan, adapter.read_counts(plan.refs) if plan.refs else ()
        return plan, adapter.fetch_counts(plan.location_id, plan.cursor)

    def _apply(self, job, answer):
        place = self._place(job)
        if not place or answer is None:
            return self.env._("Its stock is not counted there anymore.")
        plan, found = answer
        if isinstance(plan, Missing):
            return self._apply_missing(job, place, plan, found)
        counts = [one for one in found.documents if isinstance(one, doc.StockCount)]
        result = self._take(job, place, counts, "taken", number=place.take_number)
        if isinstance(result, Again):
            return result
        self._remember(job, same_rounds=None)
        if found.more and found.cursor:
            place.take_cursor = found.cursor
        else:
            place.write({"take_pages_read": True, "take_missing_id": 0})
        return Again(0.0)

    def _apply_missing(self, job, place, plan, found):
        """Take what is not stocked there anymore as none, as far as limits allow."""
        Reading = self.env["retail.sync.stock.reading"].sudo()
        counts = Reading._without_none(place, found)
        result = self._take(job, place, counts, "taken", number=place.take_number)
        if isinstance(result, Again):
            return result
        self._remember(job, same_rounds=None)
        if plan.last_id:
            place.take_missing_id = plan.last_id
            return Again(0.0)
        place._note_taken()
        return self.env._("All is read.")
