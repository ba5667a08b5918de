from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo import fields, models

from ..domain import documents as doc
from ..domain import errors
from ..domain.reconciling import Finding
from .retail_sync_handler import Again
from .retail_sync_handler_order import RetailSyncHandlerOrderFetch, Wanted

ORDERS = 5  # fetched in one call phase, all within its time
FRESH = timedelta(minutes=15)  # may still be on its way to us


@dataclass(frozen=True)
class Names:
    """A page of what changed, to find what is not here at all."""

    cursor: str
    since: datetime


@dataclass(frozen=True)
class Slice:
    """The next orders to be fetched and compared: (our id, what to get)."""

    orders: tuple[tuple[int, Wanted], ...]


class RetailSyncHandlerReconcile(models.AbstractModel):
    """A slice of a reconciliation, or one order that a person wants looked at."""

    _name = "retail.sync.handler.reconcile"
    _inherit = "retail.sync.handler"
    _description = "Handler: Reconcile"

    def _run_of(self, job):
        """Return the run while it is to go on, or nothing."""
        run_id = (job.payload or {}).get("run_id")
        runs = self.env["retail.sync.reconciliation"].sudo()
        run = runs.browse(run_id or []).exists()
        return run if run.state == "running" else run.browse()

    def _plan(self, job):
        run = self._run_of(job)
        if run and not run.is_listed:
            since = run.since.replace(tzinfo=timezone.utc)
            return Names(run.page_cursor or "", since)
        orders = self._orders_of(job, run)
        fetch = self.env["retail.sync.handler.order.fetch"]
        slice_ = tuple(
            (order.id, fetch._wanted(order.sudo(False), order.external_id))
            for order in orders
        )
        return Slice(slice_) if slice_ else None

    def _orders_of(self, job, run):
        if run:
            return run._next_orders(ORDERS)
        order_id = (job.payload or {}).get("order_id")
        return self.env["retail.sync.order"].sudo().browse(order_id or []).exists()

    @staticmethod
    def _call(adapter, plan):
        """Ask what changed, or fetch some orders; None stands for one that is gone."""
        if isinstance(plan, Names):
            return adapter.fetch_page(doc.Flow.ORDER.value, plan.cursor, plan.since)
        fetched = []
        for order_id, wanted in plan.orders:
            try:
                document = RetailSyncHandlerOrderFetch._call(adapter, wanted)
            except errors.MissingError:
                document = None
            fetched.append((order_id, document))
        return fetched

    def _apply(self, job, answer):
        run = self._run_of(job)
        if answer is None:
            return self._end(run)
        if not isinstance(answer, list):
            return self._list(run, answer) if run else None
        for order_id, document in answer:
            order = self.env["retail.sync.order"].browse(order_id).exists()
            if order:
                self._compare(order, document, run)
        if not run:
            return self.env._("Compared.")
        last = max(order_id for order_id, _document in answer)
        run.write({"cursor": last, "done": run.done + len(answer)})
        return Again(0.0)

    def _compare(self, order, document, run):
        """Settle what is found of ``order``; what is newer there is fetched."""
        findings = order._compare_whole(document)
        lines = self.env["retail.sync.reconciliation.line"].sudo()
        lines._settle(
            order.channel_id, order.external_id, findings, order=order, run=run
        )
        if any(finding.kind in ("older", "missing") for finding in findings):
            order._fetch_soon()

    def _list(self, run, page):
        """Note which orders of the page are not here at all."""
        notices = [one for one in page.documents if isinstance(one, doc.Notice)]
        orders = self.env["retail.sync.order"].sudo()
        lines = self.env["retail.sync.reconciliation.line"].sudo()
        channel = run.channel_id
        ids = [notice.external_id for notice in notices]
        known = orders.search(
            [("channel_id", "=", channel.id), ("external_id", "in", ids)]
        )
        here = set(known.mapped("external_id"))
        for notice in notices:
            if notice.external_id not in here and self._is_due(notice):
                name = notice.external_ref or notice.external_id
                found = Finding("missing", name=name, there=Decimal(1))
                lines._settle(channel, notice.external_id, [found], run=run)
        if page.more and page.cursor:
            run.page_cursor = page.cursor
        else:
            self._settle_missing(run)
            run._note_listed()
        return Again(0.0)

    def _is_due(self, notice):
        late = fields.Datetime.now().replace(tzinfo=timezone.utc) - FRESH
        return not notice.occurred_at or notice.occurred_at <= late

    def _settle_missing(self, run):
        """Close what came in since as an order of its own."""
        missing = (
            self.env["retail.sync.reconciliation.line"]
            .sudo()
            .search(
                [
                    ("channel_id", "=", run.channel_id.id),
                    ("kind", "=", "missing"),
                    ("state", "=", "open"),
                    ("order_id", "=", False),
                ]
            )
        )
        orders = self.env["retail.sync.order"].sudo()
        came = orders.search(
            [
                ("channel_id", "=", run.channel_id.id),
                ("external_id", "in", missing.mapped("external_id")),
            ]
        )
        here = set(came.mapped("external_id"))
        missing.filtered(lambda line: line.external_id in here)._close()

    def _end(self, run):
        """End the run; what stock differs by is added whenever it is found."""
        if not run:
            return self.env._("Nothing to do.")
        run._finish()
        return run._say()
