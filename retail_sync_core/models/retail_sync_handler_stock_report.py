from dataclasses import dataclass, replace
from datetime import timezone

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from .retail_sync_handler import Again

REPORT_ROWS = 500
MISSING_ROWS = 500
KEPT_REPORTS = 2
# what this process has read of reports it is at: a long one is read once, not each turn
_READ = {}


@dataclass(frozen=True)
class Source:
    """A report to be read: which it is to this process, and its body unless known."""

    key: tuple
    body: bytes = b""


class RetailSyncHandlerStockReport(models.AbstractModel):
    """Takes in a stock report that came as a document, some hundred rows at a time.

    What a whole report does not name is gone: that too is taken in by the hundred.
    """

    _name = "retail.sync.handler.stock.report"
    _inherit = "retail.sync.handler.stock.counted"
    _description = "Handler: Take In a Stock Report"

    def _plan(self, job):
        event = job.event_id.exists()
        key = (self.env.cr.dbname, event.id, job.id)
        if key in _READ:
            return Source(key)
        body = event._read_body() if event else b""
        if not body:
            raise errors.DataError(
                "the report's body is gone",
                kind="bad_payload",
                field=self.env._("Stock report"),
                value=event.external_id or "",
            )
        return Source(key, body)

    @staticmethod
    def _call(adapter, plan):
        """Return the report that the body describes; needs no network."""
        if not isinstance(adapter, base.Reader):
            raise errors.PermanentError(
                "the channel's files cannot be read here", code="not_supported"
            )
        report = _READ.get(plan.key)
        if plan.body:
            report = adapter.read(doc.Flow.STOCK.value, plan.body)
        if report is None:  # other reports took its place just now
            raise errors.TransientError("the report is to be read again", sent=False)
        _READ[plan.key] = report
        for key in list(_READ)[:-KEPT_REPORTS]:
            _READ.pop(key, None)
        return plan.key, report

    def _apply(self, job, answer):
        key, report = answer
        done = job.payload or {}
        if not done.get("row") and "missing" not in done:
            self._check_places(job.channel_id.sudo(), report)
        if "missing" not in done:
            result = self._apply_rows(job, report, done.get("row", 0))
        else:
            result = self._apply_missing(job, report, done["missing"])
        if isinstance(result, Again):
            return result
        _READ.pop(key, None)
        return self.env._("%s rows taken in.", len(report.counts))

    def _apply_rows(self, job, report, start):
        places = self._places(job.channel_id.sudo())
        part = self._dated(job, report.counts[start : start + REPORT_ROWS])
        for place_id in sorted({count.location_id for count in part}):
            place = places[place_id]
            there = [count for count in part if count.location_id == place_id]
            if not place._is_counted_there():
                continue
            result = self._take(job, place, there, "report", number=job.id)
            if isinstance(result, Again):
                return result
        if start + REPORT_ROWS < len(report.counts):
            self._remember(job, row=start + REPORT_ROWS)
            return Again(0.0)
        if report.whole:
            self._remember(job, missing=self._newest(job, report))
            return Again(0.0)
        return None

    def _newest(self, job, report):
        """Return [[place there, when and by which number it was told, how]] of all.

        What a report does not name, it does not have as of its newest row.
        """
        Reading, newest = self.env["retail.sync.stock.reading"], {}
        for count in self._dated(job, report.counts):
            known = newest.get(count.location_id)
            stamp = Reading._stamp_of(count)
            if known is None or stamp.rank(Reading._stamp_of(known)) > 0:
                newest[count.location_id] = count
        return [
            [place_id, one.as_of.isoformat(), one.sequence, one.counts, 0]
            for place_id, one in sorted(newest.items())
        ]

    def _apply_missing(self, job, report, left):
        """Take some of what the report does not name as none."""
        Reading = self.env["retail.sync.stock.reading"].sudo()
        if not left:
            return None
        (place_id, as_of, sequence, counts, last_id), *others = left
        place = self._places(job.channel_id.sudo())[place_id]
        listings = (
            Reading._find_unnamed(place, job.id, last_id, MISSING_ROWS)
            if place._is_counted_there()
            else self.env["retail.sync.listing"]
        )
        none = Reading._as_none(place, listings, counts, as_of, sequence)
        result = self._take(job, place, none, "report", number=job.id)
        if isinstance(result, Again):
            return result
        if listings:
            others.insert(0, [place_id, as_of, sequence, counts, listings[-1:].id])
        self._remember(job, missing=others)
        return Again(0.0)

    def _dated(self, job, counts):
        """Return ``counts`` with a time on each: it was so when the report came."""
        event = job.event_id.sudo()
        came = (event.occurred_at or event.received_at).replace(tzinfo=timezone.utc)
        return tuple(
            count if count.as_of else replace(count, as_of=came) for count in counts
        )

    def _places(self, channel):
        return {place.external_id: place for place in channel.location_ids}

    def _check_places(self, channel, report):
        """Raise for a location that nobody mapped: the report waits until it is."""
        known = self._places(channel)
        for place_id in sorted({count.location_id for count in report.counts}):
            place = known.get(place_id)
            if not place or place.state == "unmapped":
                raise errors.DataError(
                    "the report names a location that is not mapped",
                    kind="unknown_location",
                    field=self.env._("Stock report"),
                    value=place_id,
                )
