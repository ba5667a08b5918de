from dataclasses import dataclass

from odoo import models
from odoo.exceptions import UserError

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from .retail_sync_handler import Apart, Stop
from .retail_sync_handler_order import Wanted

UNKNOWN = ("unknown_sku", "ambiguous_sku")


@dataclass(frozen=True)
class Gone:
    """The channel gives no such order: deleted, or older than we may see."""

    external_id: str


class RetailSyncHandlerOrderHistory(models.AbstractModel):
    """Fetches one past order and imports it for customers and statistics."""

    _name = "retail.sync.handler.order.history"
    _inherit = "retail.sync.handler.order.fetch"
    _description = "Handler: Import a Past Order"

    def _line_of(self, job):
        """Return the order's line in its run, while there is something to do."""
        payload = job.payload or {}
        return (
            self.env["retail.sync.history.line"]
            .sudo()
            .search(
                [
                    ("run_id", "=", payload.get("run_id")),
                    ("external_id", "=", payload.get("external_id")),
                    ("state", "in", ("wait", "failed")),
                    ("run_id.state", "in", ("running", "done")),
                ]
            )
        )

    def _plan(self, job):
        line = self._line_of(job)
        if not line or self._importer(line)._is_here(job.channel_id, line.external_id):
            return None
        return Wanted(line.external_id)

    @staticmethod
    def _call(adapter, plan):
        """Return the order as it is now; no environment, no cursor."""
        if not isinstance(adapter, base.Lookup):
            raise errors.PermanentError(
                "the channel gives no order by its id", code="not_supported"
            )
        try:
            return adapter.fetch(doc.Flow.ORDER.value, plan.external_id)
        except errors.MissingError:
            return Gone(plan.external_id)

    def _importer(self, line):
        return self.env["retail.sync.importer.order.history"].with_context(
            retail_sync_unknown=line.run_id.unknown_policy,
            retail_sync_what=line.run_id.what,
        )

    def _apply(self, job, answer):
        line = self._line_of(job)
        if not line:
            return self.env._("Stopped, or done already.")
        if answer is None or isinstance(answer, Gone):
            return self._end_unread(job, line, answer)
        try:
            with self.env.cr.savepoint():
                self._importer(line)._import_past(job.channel_id, [answer], line)
        except (errors.DataError, UserError) as exc:
            error = self._in_words(exc)
            if error.kind in UNKNOWN and line.run_id.unknown_policy == "skip":
                line._end("left", "unknown_product", message=error.value)
                return self._say_line(line)
            self._failed(job, error, "apply")
            return Stop.of(error)
        return self._say_line(line)

    def _apply_all(self, jobs, answers):
        lines = {job.id: self._line_of(job) for job in jobs}
        alone = {
            job.id
            for job, answer in zip(jobs, answers, strict=True)
            if not lines[job.id] or isinstance(answer, Gone)
        }
        if alone or len({answer.external_id for answer in answers}) < len(answers):
            raise Apart(alone or jobs.ids)
        found = [lines[job.id] for job in jobs]
        if len({line.run_id for line in found}) > 1:
            raise Apart(jobs.ids)
        batch = self.env["retail.sync.history.line"].sudo().union(*found)
        self._importer(found[0])._import_past(jobs.channel_id, answers, batch)
        return [self._say_line(line) for line in found]

    def _end_unread(self, job, line, answer):
        """End what needs no import, or nobody can read."""
        if answer is not None:
            line._end("left", "gone")
        else:
            order = self.env["retail.sync.order"]._find_by_key(
                job.channel_id, job.order_key
            )
            line._end("known", order=order)
        return self._say_line(line)

    def _say_line(self, line):
        names = dict(line._fields["state"]._description_selection(self.env))
        return self.env._(
            "Past order %(order)s: %(state)s.",
            order=line.external_ref or line.external_id,
            state=names[line.state],
        )

    def _failed(self, job, error, phase):
        """Say in the run that the order needs a person."""
        if isinstance(error, errors.DataError):
            line = self._line_of(job)
            what = f"{error.field} {error.value}".strip() or error.message
            line._end("failed", "data", message=what)
