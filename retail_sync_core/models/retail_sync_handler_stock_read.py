from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import models
from odoo.tools import SQL

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from ..domain.counting import OrdersFirst
from .retail_sync_handler import Again

AT_ONCE = 100
ORDERS_FRESH_S = 60
ORDERS_WAIT_S = 5.0
ORDERS_PATIENCE_S = 120
SAME_SECOND_S = 2.0
SAME_SECOND_ROUNDS = 5


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

    def _take(self, job, place, counts, source, *, number=None):
        """Take ``counts`` in, after the orders where stock would go.

        Two figures of one moment: which is newer? What can be read is read some times
        more, and then the figure that comes last counts, and a person hears of it.

        :param number: of the complete reading or report that names them
        :return: how many are newer, or ``Again``
        """
        Reading = self.env["retail.sync.stock.reading"].sudo()
        wait = not self._are_orders_in(job)
        rounds = (job.payload or {}).get("same_rounds", 0)
        by_arrival = source == "report" or rounds >= SAME_SECOND_ROUNDS
        try:
            with self.env.cr.savepoint():
                fresh, doubtful = Reading._take(
                    place,
                    counts,
                    source,
                    orders_first=wait,
                    by_arrival=by_arrival,
                    number=number,
                )
        except OrdersFirst:
            return self._ask_orders(job)
        self._remember(job, orders_asked_at=None)
        if doubtful:  # the next reading is surely later
            self._remember(job, same_rounds=rounds + 1)
            return Again(SAME_SECOND_S, "same_moment")
        return len(fresh)

    def _are_orders_in(self, job):
        """Return whether the channel's orders were fetched just now, or cannot be."""
        asked = (job.payload or {}).get("orders_asked_at")
        now = self.env.cr.now()
        since = datetime.fromisoformat(asked) if asked else None
        orders, channel = self.env["retail.sync.stock.orders"].sudo(), job.channel_id
        begun = since and orders._since(channel.sudo(), since)
        if begun and now - begun > timedelta(seconds=ORDERS_PATIENCE_S):
            return True
        since = since or now - timedelta(seconds=ORDERS_FRESH_S)
        return orders._are_in(channel.sudo(), since)

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
        fresh = 0
        for place_id in sorted({count.location_id for count in counts}):
            there = [count for count in counts if count.location_id == place_id]
            place = known.get(place_id)
            if not place or not place._is_counted_there():
                continue
            result = self._take(job, place, there, "told")
            if isinstance(result, Again):
                return result
            fresh += result
        self._remember(job, same_rounds=None)
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
