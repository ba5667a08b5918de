from odoo import models

from ..domain.documents import Flow


class RetailSyncHandlerFlowPoll(models.AbstractModel):
    """The pages of a turn show no draft that is gone: our open ones are looked for."""

    _inherit = "retail.sync.handler.flow.poll"

    def _go_on(self, job, workflow, page):
        result = super()._go_on(job, workflow, page)
        if workflow.flow == Flow.DRAFT.value and not page.more:
            self.env["retail.sync.draft"].sudo()._look_for_gone(job.channel_id)
        return result
