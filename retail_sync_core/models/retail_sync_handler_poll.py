from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors


@dataclass(frozen=True)
class Turn:
    """Where to go on reading."""

    flow: str
    cursor: str
    since: datetime | None


class RetailSyncHandlerFlowPoll(models.AbstractModel):
    """Asks what changed since the last turn: one page, one job, one commit.

    Finds what webhooks lost. What we hold in that version already is passed over.
    """

    _name = "retail.sync.handler.flow.poll"
    _inherit = "retail.sync.handler"
    _description = "Handler: Ask for Changes"

    @classmethod
    def _get_flow(cls, payload):
        return payload.get("flow") or doc.Flow.ORDER.value

    def _plan(self, job):
        return self._turn(job, self._workflow(job))

    def _turn(self, job, workflow):
        since = workflow.since or job.channel_id.import_since
        return Turn(
            workflow.flow,
            workflow.cursor or "",
            since.replace(tzinfo=timezone.utc) if since else None,
        )

    def _workflow(self, job):
        workflow = (
            self.env["retail.sync.workflow"]
            .sudo()
            .browse((job.payload or {}).get("workflow_id"))
            .exists()
        )
        workflow = workflow or job.channel_id.sudo()._workflow(doc.Flow.ORDER)
        if not workflow:
            raise errors.PermanentError("the workflow is gone", code="no_workflow")
        return workflow

    @staticmethod
    def _call(adapter, plan):
        """Fetch the page; no environment, no cursor.

        :return: (what was asked, the page)
        """
        if not isinstance(adapter, base.Pages):
            raise errors.PermanentError(
                "the channel has no pages to read", code="not_supported"
            )
        return plan, adapter.fetch_page(plan.flow, plan.cursor, plan.since)

    def _apply(self, job, answer):
        turn, page = answer
        channel, workflow = job.channel_id, self._workflow(job)
        notices = [one for one in page.documents if isinstance(one, doc.Notice)]
        door = self.env["retail.sync.door"].sudo()
        unknown = door._unknown_of(channel, notices)
        events = self.env["retail.sync.event"].sudo()._receive(channel, unknown, "poll")
        channel.sudo()._note_polled(events)
        channel._lock_date()
        if self._turn(job, workflow) == turn:
            self._go_on(job, workflow, page)
        else:  # another date was set meanwhile: what it asks for is not in this page
            workflow._enqueue_poll()
        return self.env._(
            "%(count)s told, %(new)s of them new.",
            count=len(notices),
            new=len(events),
        )

    def _go_on(self, job, workflow, page):
        """Note where the next page or turn begins; a turn that is not over goes on."""
        began = workflow.as_of or _naive(page.as_of)
        values = {"cursor": page.cursor or False, "as_of": began}
        if page.more and page.cursor:
            workflow.write(values)
            workflow._enqueue_poll()
            return
        if began:
            values["since"] = began - timedelta(seconds=workflow._overlap_s())
        values.update(as_of=False, last_success_at=self.env.cr.now())
        workflow.write(values)


def _naive(moment):
    """Return ``moment`` as the ORM stores it: UTC without a zone."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
