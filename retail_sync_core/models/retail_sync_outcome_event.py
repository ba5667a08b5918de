import logging

from odoo import models

from ..domain import errors

_logger = logging.getLogger(__name__)


class RetailSyncOutcome(models.AbstractModel):
    """What settling a job means for what was received, and for whoever waits."""

    _inherit = "retail.sync.outcome"

    def _end(self, jobs, state, **values):
        for job in jobs:
            self.env["retail.sync.event"]._settle_job(
                job, state, values.get("error_message")
            )
        return super()._end(jobs, state, **values)

    def _after(self, job, handler, error, phase):
        """End work that a person waits for, instead of waiting for the channel.

        What may run while a channel is paused would be refused again at once, for ever.
        """
        refused = isinstance(error, errors.ConfigurationError)
        if not handler._anytime or not (refused or handler._always_ends):
            return super()._after(job, handler, error, phase)
        handler._failed(job, error, phase)
        values = self._error_values(job, error)
        _logger.info(
            "%s: %s (job %s) ended: %s",
            job.channel_id.display_name,
            job.handler,
            job.id,
            values["error_message"],
        )
        if refused:
            job.channel_id._pause(values["error_message"])
        return self._end(job, "dead", **values)
