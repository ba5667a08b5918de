from dataclasses import dataclass

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from .retail_sync_handler import Again, Later

ROOM_S = 5.0
CALLS_AHEAD = 2


@dataclass(frozen=True)
class Slice:
    """The levels of one slice, and what was known of them before they were read.

    :param known: (level id, generation sent, expected quantity) of each
    """

    refs: tuple[doc.LevelRef, ...]
    known: tuple[tuple[int, int, int], ...]


class RetailSyncHandlerStockRun(models.AbstractModel):
    """One slice of a run over all levels of a channel."""

    _name = "retail.sync.handler.stock.run"
    _inherit = "retail.sync.handler"
    _description = "Handler: Slice of a Stock Run"

    _flow = doc.Flow.STOCK.value

    def _run_of(self, job):
        """Return the run while it is to go on, or nothing.

        :raises Later: outside its quiet hours
        """
        run_id = (job.payload or {}).get("run_id")
        run = self.env["retail.sync.stock.run"].sudo().browse(run_id or []).exists()
        if run.state != "running":
            return run.browse()
        wait_s = run._wait_for_window_s()
        if wait_s:
            raise Later(wait_s, "quiet_hours")
        return run

    def _next_levels(self, job):
        """Return the levels of the next slice; none where the run has ended."""
        run = self._run_of(job)
        levels = self.env["retail.sync.level"].sudo()
        return levels.browse(run._next_ids(self._batch(run)) if run else [])

    def _batch(self, run):
        return run.channel_id._adapter_class().capability(base.Stock).batch

    def _next(self, run):
        """Go on with the next slice, or end the run."""
        if run._next_ids(1):
            return Again(0.0)
        run._finish()
        return run._say()


class RetailSyncHandlerStockPublish(models.AbstractModel):
    """Has all levels told anew, never more at once than leaves in a few calls.

    It ends once the channel has confirmed them, or they cannot be told.
    """

    _name = "retail.sync.handler.stock.publish"
    _inherit = "retail.sync.handler.stock.run"
    _description = "Handler: Tell All Stock"

    _needs_channel = False

    def _apply(self, job, answer):
        run = self._run_of(job)
        if not run:
            return self.env._("Stopped.")
        batch = self._batch(run)
        run._look_back()
        Level = self.env["retail.sync.level"].sudo()
        room = CALLS_AHEAD * batch - Level._count_wanted(run._places())
        if room <= 0:
            return Again(ROOM_S, "publishing")
        ids = run._next_ids(min(room, batch))
        if ids:
            Level._write_anew(ids)
            run._advance(ids)
            self.env["retail.sync.stock.mark"].sudo()._enqueue_pushes(
                Level.browse(ids).location_id
            )
        if not run._next_ids(1) and run.told_cursor < run.cursor:
            return Again(ROOM_S, "publishing")  # all is on its way, not all is there
        return self._next(run)


class RetailSyncHandlerStockCompare(models.AbstractModel):
    """Reads what the channel has and looks closer at what is not as expected."""

    _name = "retail.sync.handler.stock.compare"
    _inherit = "retail.sync.handler.stock.run"
    _description = "Handler: Compare All Stock"

    def _plan(self, job):
        levels = self._next_levels(job)
        if not levels:
            return None
        refs = tuple(level._ref() for level in levels)
        known = tuple(
            (level.id, level.sent_generation, level.expected_qty) for level in levels
        )
        return Slice(refs, known)

    @staticmethod
    def _call(adapter, plan):
        """Read the levels; no environment, no cursor."""
        return plan, adapter.read_levels(plan.refs)

    def _apply(self, job, answer):
        run = self._run_of(job)
        if not run:
            return self.env._("Stopped.")
        if answer is not None:
            plan, readings = answer
            self._compare(run, plan, readings)
            run._advance([row[0] for row in plan.known])
        return self._next(run)

    def _compare(self, run, plan, readings):
        """Have those that differ read once more, after the channel's orders."""
        Level = self.env["retail.sync.level"].sudo()
        suspects = Level
        for (level_id, generation, expected), reading in zip(
            plan.known, readings, strict=True
        ):
            level = Level.browse(level_id).exists()
            told_meanwhile = level.sent_generation != generation
            if not level or told_meanwhile or level.state in ("sent", "conflict"):
                continue
            if self._is_suspect(level, expected, reading):
                suspects |= level
        if suspects:
            suspects.suspected_by_id = run
            Level._write_again(suspects.ids, "conflict", ask=True)
            self.env["retail.sync.stock.orders"].sudo()._ask(run.channel_id)
            self.env["retail.sync.stock.mark"].sudo()._enqueue_pushes(
                suspects.location_id
            )

    def _is_suspect(self, level, expected, reading):
        """Return whether a level must be read once more, after the orders."""
        is_there = reading.available is not None and reading.active
        if level.state == "inactive":
            return is_there  # somebody has it stocked there again
        if not level.acked_at:
            return False  # it is read before it is told for the first time
        if not is_there:
            return True
        answer = self.env["retail.sync.stock.answer"].sudo()
        found = reading.available
        return found != expected and not answer._is_explained(level, found)
