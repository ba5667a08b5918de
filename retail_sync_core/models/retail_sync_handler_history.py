from dataclasses import dataclass
from datetime import datetime

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from .retail_sync_handler import Again
from .retail_sync_history import AHEAD
from .retail_sync_movement import naive_utc

LOOK_S = 3.0


@dataclass(frozen=True)
class Slice:
    """Which page of which time to read."""

    cursor: str
    since: datetime
    until: datetime


class RetailSyncHandlerHistoryCount(models.AbstractModel):
    """Asks the channel how many past orders there are."""

    _name = "retail.sync.handler.history.count"
    _inherit = "retail.sync.handler"
    _description = "Handler: Count Past Orders"

    def _run_of(self, job):
        run_id = (job.payload or {}).get("run_id")
        return self.env["retail.sync.history"].sudo().browse(run_id or []).exists()

    def _plan(self, job):
        run = self._run_of(job)
        return Slice("", *run._span()) if run.state == "counting" else None

    @staticmethod
    def _call(adapter, plan):
        """Count them; no environment, no cursor."""
        if not isinstance(adapter, base.History):
            raise errors.PermanentError(
                "the channel lists no past orders", code="not_supported"
            )
        return adapter.count_past(plan.since, plan.until)

    def _apply(self, job, answer):
        run = self._run_of(job)
        if answer is None or run.state != "counting":
            return None
        run.write(
            {
                "state": "ready",
                "total": answer.count,
                "is_exact": answer.is_exact,
                "visible_since": naive_utc(answer.visible_since) or False,
                "missing_scope": answer.missing_scope or False,
            }
        )
        self.env["retail.sync.hint"]._send()
        return run._say()


class RetailSyncHandlerHistoryPage(models.AbstractModel):
    """Lists past orders page by page, never many more than are being fetched."""

    _name = "retail.sync.handler.history.page"
    _inherit = "retail.sync.handler.history.count"
    _description = "Handler: List Past Orders"

    _flow = doc.Flow.ORDER.value

    def _plan(self, job):
        run = self._run_of(job)
        if run.state != "running" or run.is_listed or len(run._waiting()) >= AHEAD:
            return None
        return Slice(run.cursor or "", *run._span())

    @staticmethod
    def _call(adapter, plan):
        """Read the page; no environment, no cursor."""
        return plan, adapter.fetch_past(plan.cursor, plan.since, plan.until)

    def _apply(self, job, answer):
        run = self._run_of(job)
        if run.state != "running":
            return self.env._("Stopped.")
        if answer is not None:
            plan, page = answer
            if plan.cursor == (run.cursor or "") and not run.is_listed:
                run._take_page(page)
        waiting = run._waiting()
        if not waiting and run.is_listed:
            run._finish()
            return run._say()
        if run.is_listed or len(waiting) >= AHEAD:
            run._look_after(waiting)
            return Again(LOOK_S, "history")
        return Again()
