from dataclasses import dataclass

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors


@dataclass(frozen=True)
class WantedDraft:
    """Which draft to get; ``is_gone``: the channel said that it was deleted."""

    external_id: str
    is_gone: bool = False


class RetailSyncHandlerDraftFetch(models.AbstractModel):
    """Fetches a draft in its newest version and keeps its quotation in step."""

    _name = "retail.sync.handler.draft.fetch"
    _inherit = "retail.sync.handler"
    _description = "Handler: Fetch a Draft"
    _flow = doc.Flow.DRAFT.value

    def _plan(self, job):
        payload = job.payload or {}
        external_id = payload["external_id"]
        reference = payload.get("external_ref") or ""
        # seen by an order that is fetched meanwhile
        self.env["retail.sync.draft"]._ensure(job.channel_id, external_id, reference)
        return WantedDraft(external_id, bool(payload.get("is_gone")))

    @staticmethod
    def _call(adapter, plan):
        """Return the draft's newest version, None when it is gone."""
        if not isinstance(adapter, base.Drafts):
            raise errors.PermanentError(
                "the channel gives no drafts", code="not_supported"
            )
        try:
            return adapter.fetch_draft(plan.external_id)
        except errors.MissingError:
            if plan.is_gone:
                return None
            raise

    def _apply(self, job, answer):
        importer = self.env["retail.sync.importer.draft"]
        if answer is None:
            draft = self._draft(job)
            importer._gone(draft)
        else:
            draft = importer._import(job.channel_id, answer)
        names = dict(draft._fields["state"]._description_selection(self.env))
        return self.env._(
            "Draft %(draft)s: %(state)s.",
            draft=draft.display_name,
            state=names[draft.state],
        )

    def _draft(self, job):
        return self.env["retail.sync.draft"]._ensure(
            job.channel_id, job.payload["external_id"]
        )

    def _gave_up(self, job, error):
        """What was asked for again and again and is not there was deleted."""
        if isinstance(error, errors.MissingError):
            self.env["retail.sync.importer.draft"]._gone(self._draft(job))
