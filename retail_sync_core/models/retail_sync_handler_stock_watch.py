from odoo import models

from ..adapters import base


class RetailSyncHandlerStockWatch(models.AbstractModel):
    """Reads what a watched channel has, beside what we would offer; changes nothing."""

    _name = "retail.sync.handler.stock.watch"
    _inherit = "retail.sync.handler.stock.run"
    _description = "Handler: See What Would Change"

    def _plan(self, job):
        levels = self._next_levels(job)
        if not levels:
            return None
        return tuple(levels.ids), tuple(level._ref() for level in levels)

    @staticmethod
    def _call(adapter, plan):
        """Read the levels; no environment, no cursor."""
        ids, refs = plan
        if not isinstance(adapter, base.Levels):
            return ids, ()
        return ids, adapter.read_levels(refs)

    def _apply(self, job, answer):
        run = self._run_of(job)
        if not run:
            return self.env._("Stopped.")
        if answer is not None:
            ids, readings = answer
            levels = self.env["retail.sync.level"].sudo().browse(ids).exists()
            theirs = {
                level_id: reading.available if reading.active else None
                for level_id, reading in zip(ids, readings, strict=True)
                if level_id in levels._ids
            }
            rows = self.env["retail.sync.stock.before"].sudo()
            rows._keep(theirs, levels._offered(levels), keep=False)
            run._advance(ids)
        return self._next(run)
