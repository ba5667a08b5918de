from odoo import models
from odoo.tools import SQL

from .retail_sync_door import WHOLE
from .retail_sync_job import LANE_BATCH, LANE_FREQUENT

# So many fetches take less than an order's target, even on a shop's smallest plan: an
# order costs up to 420 points of 100 a second (Shopify, 2026-11).
MOST = 20
# Staged rows by the index of the ready ones, new rows by that of the stager.
WAITING = """
SELECT (SELECT count(*) FROM (
          SELECT 1 FROM retail_sync_job
           WHERE channel_id = %(channel)s AND lane = %(lane)s AND state = 'pending'
             AND is_head LIMIT %(most)s) ready)
     + (SELECT count(*) FROM (
          SELECT 1 FROM retail_sync_job
           WHERE channel_id = %(channel)s AND lane = %(lane)s AND state = 'pending'
             AND is_head IS NULL LIMIT %(most)s) fresh)
"""
KNOWN = f"""
SELECT external_id, version, {WHOLE} FROM retail_sync_order
 WHERE channel_id = %(channel)s AND external_id = ANY(%(ids)s)
   AND order_id IS NOT NULL
"""


class RetailSyncDoor(models.AbstractModel):
    """A thousand orders that somebody tags at once keep no new order waiting.

    What may be no more than a tag is fetched in the frequent lane as long as few wait
    there, else behind it; what we hold in that version already is not fetched at all.
    """

    _inherit = "retail.sync.door"

    def _accept(self, door, notices, source, problem="", *, unverified=False):
        self_minor = self.with_context(
            retail_sync_minor=self._ease(door, notices, source)
        )
        return super(RetailSyncDoor, self_minor)._accept(
            door, notices, source, problem, unverified=unverified
        )

    def _ease(self, door, notices, source):
        """Return {external id: "known" or the lane} of the minor ones."""
        minor = [one for one in notices if one.minor or source == "poll"]
        ids = sorted({one.external_id for one in minor if one.external_id})
        if not ids or not door.by_id:
            return {}
        known = {
            external_id: (version or "", settled)
            for external_id, version, settled in self.env.execute_query(
                SQL(KNOWN, channel=door.channel_id, ids=ids)
            )
        }
        if not known:
            return {}
        room, eased = self._room(door), {}
        for notice in minor:
            if notice.external_id not in known or notice.external_id in eased:
                continue
            if _is_held(notice, *known[notice.external_id]):
                eased[notice.external_id] = "known"
                continue
            eased[notice.external_id] = LANE_FREQUENT if room > 0 else LANE_BATCH
            room -= 1
        return eased

    def _room(self, door):
        """Return how many more may wait in the frequent lane."""
        rows = self.env.execute_query(
            SQL(WAITING, channel=door.channel_id, lane=LANE_FREQUENT, most=MOST)
        )
        return MOST - rows[0][0]

    def _judge_order(self, door, notice, lane):
        job, reason = super()._judge_order(door, notice, lane)
        eased = self.env.context.get("retail_sync_minor") or {}
        wanted = eased.get(notice.external_id) if notice.minor or job else None
        if not job or wanted is None or lane < LANE_FREQUENT:
            return job, reason
        if wanted == "known":
            return (None, "known") if notice.minor else (job, reason)
        return {**job, "lane": max(lane, wanted)}, reason


def _is_held(notice, version, settled):
    """Return whether we hold the version that a notice tells of, all of its second."""
    told = notice.version
    if not told or len(told) != len(version):
        return False
    return version > told or bool(settled and version == told)
