from odoo import models
from odoo.tools import SQL

from ..domain.documents import Flow
from .retail_sync_door import WHOLE
from .retail_sync_job import LANE_FREQUENT

HELD = f"""
SELECT external_id, version, read_at IS NULL OR {WHOLE} FROM retail_sync_draft
 WHERE channel_id = %(channel)s AND external_id = ANY(%(ids)s)
"""


class RetailSyncDoor(models.AbstractModel):
    """What a channel tells of drafts matters where they are quotations here."""

    _inherit = "retail.sync.door"

    def _judge(self, door, notice, source, problem, unverified):
        job, reason = super()._judge(door, notice, source, problem, unverified)
        if job or reason != "not_needed" or notice.flow is not Flow.DRAFT:
            return job, reason
        channel = self.env["retail.sync.channel"].browse(door.channel_id)
        if not notice.external_id or not channel.sudo()._quotes_drafts():
            return None, "not_needed"
        is_gone = notice.topic.endswith("/delete")
        return self._draft_job(notice.external_id, notice.external_ref, is_gone), ""

    def _draft_job(self, external_id, external_ref="", is_gone=False):
        """Return the job that fetches a draft, or finds it gone."""
        verb = "gone" if is_gone else "fetch"
        return {
            "handler": "draft.fetch",
            "order_key": f"draft:{external_id}",
            "identity": f"draft.{verb}:{external_id}",
            "lane": LANE_FREQUENT,
            "payload": {
                "external_id": external_id,
                "external_ref": external_ref,
                "is_gone": is_gone,
            },
        }

    def _enqueue_draft(self, *drafts):
        """Append a job for each of our rows ``drafts``."""
        jobs = [
            {**self._draft_job(draft.external_id), "channel": draft.channel_id}
            for draft in drafts
        ]
        self.env["retail.sync.job"].sudo()._enqueue_many(jobs)

    def _held_versions(self, channel, versions):
        held = super()._held_versions(channel, versions)
        rows = self.env.execute_query(SQL(HELD, channel=channel.id, ids=list(versions)))
        held.update({(name, version): settled for name, version, settled in rows})
        return held
