from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from odoo import models
from odoo.tools import SQL

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from ..domain.counting import OrdersFirst
from .retail_sync_handler import Again

AT_ONCE = 100
REPORT_ROWS = 200
ORDERS_FRESH_S = 60
ORDERS_WAIT_S = 5.0
ORDERS_PATIENCE_S = 120
SAME_SECOND_S = 2.0


@dataclass(frozen=True)
class Hints:
    """Levels of which the channel said that they changed, and the events that did."""

    refs: tuple[doc.LevelRef, ...]
    event_ids: tuple[int, ...]


class RetailSyncHandlerStockCounted(models.AbstractModel):
    """What all have in common that take in stock counted by somebody else."""

    _name = "retail.sync.handler.stock.counted"
    _inherit = "retail.sync.handler"
    _description = "Handler: Stock Counted Elsewhere"

    _flow = doc.Flow.STOCK.value

    def _place(self, job):
        place_id = (job.payload or {}).get("location_id")
        place = self.env["retail.sync.location"].sudo().browse(place_id or []).exists()
        return place.filtered(lambda place: place._is_counted_there())

    def _take(self, job, place, counts, source):
        """Take ``counts`` in, after the orders where stock would go.

        :return: (how many are newer, items to be read again) or ``Again``
        """
        Reading = self.env["retail.sync.stock.reading"].sudo()
        wait = not self._are_orders_in(job)
        try:
            with self.env.cr.savepoint():
                fresh, doubtful = Reading._take(
                    place, counts, source, orders_first=wait
                )
        except OrdersFirst:
            return self._ask_orders(job)
        self._remember(job, orders_asked_at=None)
        return len(fresh), doubtful

    def _are_orders_in(self, job):
        """Return whether the channel's orders were fetched just now, or cannot be."""
        asked = (job.payload or {}).get("orders_asked_at")
        now = self.env.cr.now()
        since = datetime.fromisoformat(asked) if asked else None
        if since and now - since > timedelta(seconds=ORDERS_PATIENCE_S):
            return True
        since = since or now - timedelta(seconds=ORDERS_FRESH_S)
        orders = self.env["retail.sync.stock.orders"].sudo()
        return orders._are_in(job.channel_id.sudo(), since)

    def _ask_orders(self, job):
        """Have the orders fetched; then the figure is read anew."""
        if not (job.payload or {}).get("orders_asked_at"):
            self._remember(job, orders_asked_at=self.env.cr.now().isoformat())
            self.env["retail.sync.stock.orders"].sudo()._ask(job.channel_id.sudo())
        return Again(ORDERS_WAIT_S, "orders_first")

    def _remember(self, job, **values):
        payload = {**(job.payload or {}), **values}
        payload = {k: v for k, v in payload.items() if v is not None}
        if payload != (job.payload or {}):
            job.sudo().payload = payload


class RetailSyncHandlerStockRead(models.AbstractModel):
    """Reads the levels of which the channel said that they changed.

    The job carries nothing: it reads which events wait. A hint has no figure, so it is
    never late or wrong.
    """

    _name = "retail.sync.handler.stock.read"
    _inherit = "retail.sync.handler.stock.counted"
    _description = "Handler: Read Levels That Changed There"

    def _plan(self, job):
        places = job.channel_id.sudo().location_ids.filtered(
            lambda place: place._is_counted_there()
        )
        known = {place.external_id for place in places}
        refs, event_ids = {}, []
        for event_id, item_id, place_id in self._waiting(job.channel_id):
            event_ids.append(event_id)
            for place in sorted(known if not place_id else known & {place_id}):
                refs[doc.LevelRef(item_id=item_id, location_id=place)] = None
        return Hints(tuple(refs), tuple(event_ids)) if event_ids else None

    def _waiting(self, channel):
        """Return (event id, item there, place there or "") of the next hints."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT e.id, e.external_id, COALESCE(e.external_ref, '')
                     FROM retail_sync_event e
                    WHERE e.channel_id = %s AND e.flow = 'stock'
                      AND e.state = 'received' AND NOT EXISTS (
                          SELECT 1 FROM retail_sync_event_body b
                           WHERE b.event_id = e.id)
                    ORDER BY e.id LIMIT %s""",
                channel.id,
                AT_ONCE,
            )
        )

    @staticmethod
    def _call(adapter, plan):
        """Read the levels; no environment, no cursor."""
        if not isinstance(adapter, base.Counts):
            raise errors.PermanentError(
                "the channel's stock cannot be read", code="not_supported"
            )
        return plan, adapter.read_counts(plan.refs) if plan.refs else ()

    def _apply(self, job, answer):
        if answer is None:
            return self.env._("Nothing waits.")
        plan, counts = answer
        known = {p.external_id: p for p in job.channel_id.sudo().location_ids}
        fresh, doubtful = 0, False
        for place_id in sorted({count.location_id for count in counts}):
            there = [count for count in counts if count.location_id == place_id]
            place = known.get(place_id)
            if not place or not place._is_counted_there():
                continue
            result = self._take(job, place, there, "told")
            if isinstance(result, Again):
                return result
            fresh += result[0]
            doubtful = doubtful or bool(result[1])
        if doubtful:  # two figures of one second: the next reading is surely later
            return Again(SAME_SECOND_S, "same_moment")
        self._settle_events(plan.event_ids)
        if self._waiting(job.channel_id):
            return Again(0.0)
        return self.env._("%s figures taken in.", fresh)

    def _settle_events(self, event_ids):
        self.env.execute_query(
            SQL(
                """UPDATE retail_sync_event SET state = 'done', done_at = %s
                    WHERE id = ANY(%s) AND state = 'received' RETURNING id""",
                self.env.cr.now(),
                list(event_ids),
            )
        )
        self.env["retail.sync.event"].invalidate_model()


class RetailSyncHandlerStockTake(models.AbstractModel):
    """Reads all stock of a location page by page; goes on where it was."""

    _name = "retail.sync.handler.stock.take"
    _inherit = "retail.sync.handler.stock.counted"
    _description = "Handler: Read All Stock of a Location"

    def _plan(self, job):
        place = self._place(job)
        return (place.external_id, place.take_cursor or "") if place else None

    @staticmethod
    def _call(adapter, plan):
        """Fetch the page; no environment, no cursor."""
        if not isinstance(adapter, base.Counts):
            raise errors.PermanentError(
                "the channel's stock cannot be read", code="not_supported"
            )
        return adapter.fetch_counts(*plan)

    def _apply(self, job, answer):
        place = self._place(job)
        if not place or answer is None:
            return self.env._("Its stock is not counted there anymore.")
        counts = [one for one in answer.documents if isinstance(one, doc.StockCount)]
        result = self._take(job, place, counts, "taken")
        if isinstance(result, Again):
            return result
        if answer.more and answer.cursor:
            place.take_cursor = answer.cursor
            return Again(0.0)
        place.write({"take_cursor": False, "taken_at": self.env.cr.now()})
        return self.env._("All is read.")


class RetailSyncHandlerStockReport(models.AbstractModel):
    """Takes in a stock report that came as a document, some hundred rows at a time."""

    _name = "retail.sync.handler.stock.report"
    _inherit = "retail.sync.handler.stock.counted"
    _description = "Handler: Take In a Stock Report"

    def _plan(self, job):
        event = job.event_id.exists()
        body = event._read_body() if event else b""
        if not body:
            raise errors.DataError(
                "the report's body is gone",
                kind="bad_payload",
                field=self.env._("Stock report"),
                value=event.external_id or "",
            )
        return body

    @staticmethod
    def _call(adapter, plan):
        """Return the report that the body describes; needs no network."""
        if not isinstance(adapter, base.Reader):
            raise errors.PermanentError(
                "the channel's files cannot be read here", code="not_supported"
            )
        return adapter.read(doc.Flow.STOCK.value, plan)

    def _apply(self, job, answer):
        places = self._places(job.channel_id.sudo(), answer)
        start = (job.payload or {}).get("row", 0)
        answer = self._dated(job, answer)
        part = answer.counts[start : start + REPORT_ROWS]
        for place_id in sorted({count.location_id for count in part}):
            place = places[place_id]
            there = [count for count in part if count.location_id == place_id]
            if not place._is_counted_there():
                continue
            result = self._take(job, place, there, "report")
            if isinstance(result, Again):
                return result
        if start + REPORT_ROWS < len(answer.counts):
            self._remember(job, row=start + REPORT_ROWS)
            return Again(0.0)
        if answer.whole:
            self._take_missing(places, answer)
        return self.env._("%s rows taken in.", len(answer.counts))

    def _dated(self, job, report):
        """Return ``report`` with a time on each count: it was so when it came."""
        event = job.event_id.sudo()
        came = (event.occurred_at or event.received_at).replace(tzinfo=timezone.utc)
        counts = tuple(
            count if count.as_of else replace(count, as_of=came)
            for count in report.counts
        )
        return replace(report, counts=counts)

    def _places(self, channel, report):
        """Return {place's id there: location}; an unknown one waits to be mapped."""
        known = {place.external_id: place for place in channel.location_ids}
        for place_id in sorted({count.location_id for count in report.counts}):
            place = known.get(place_id)
            if not place or place.state == "unmapped":
                raise errors.DataError(
                    "the report names a location that is not mapped",
                    kind="unknown_location",
                    field=self.env._("Stock report"),
                    value=place_id,
                )
        return known

    def _take_missing(self, places, report):
        Reading = self.env["retail.sync.stock.reading"].sudo()
        for place_id in sorted({count.location_id for count in report.counts}):
            place = places[place_id]
            if place._is_counted_there():
                there = [c for c in report.counts if c.location_id == place_id]
                found = Reading._find_listings(place.channel_id, there, "report")
                ids = {listing.id for listing in found.values()}
                named = self.env["retail.sync.listing"].browse(ids)
                Reading._take_missing(place, report, named, "report")


class RetailSyncHandlerStockSettle(models.AbstractModel):
    """Works out again what was said, for something that explains it became known."""

    _name = "retail.sync.handler.stock.settle"
    _inherit = "retail.sync.handler.stock.counted"
    _description = "Handler: Work Out Readings Again"

    _flow = None
    _needs_channel = False

    def _apply(self, job, answer):
        place = self._place(job)
        readings = self.env["retail.sync.stock.reading"].sudo()
        if place:
            readings = readings.search(
                [
                    ("location_id", "=", place.id),
                    ("product_id", "in", (job.payload or {}).get("product_ids", [])),
                ]
            )
            readings._lock(place, readings.listing_id)
            readings._settle()
        return self.env._("%s readings worked out again.", len(readings))
