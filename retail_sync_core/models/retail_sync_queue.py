from typing import NamedTuple

from odoo import api, models

from .retail_sync_breaker import NOT_OUT, PROBE, PROBE_S
from .retail_sync_job import GATHERING, LANE_BATCH, LANE_CONNECTION

CALL_S = 30.0  # the longest call (transport.TOTAL_S)

# A new row joins a waiting twin; the twin's row is locked, so that it cannot start in
# this very moment: a job that is running never swallows a new one.
JOIN = """
WITH n AS MATERIALIZED (
       SELECT id, channel_id, identity FROM retail_sync_job
        WHERE state = 'pending' AND is_head IS NULL
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
     k AS MATERIALIZED (
       SELECT channel_id, identity, min(id) AS first FROM n
        WHERE identity IS NOT NULL GROUP BY channel_id, identity),
     t AS MATERIALIZED (
       SELECT k.channel_id, k.identity, COALESCE(p.id, k.first) AS twin
         FROM k LEFT JOIN LATERAL (
              SELECT j.id FROM retail_sync_job j
               WHERE j.channel_id = k.channel_id AND j.identity = k.identity
                 AND j.state = 'pending' AND j.is_head IS NOT NULL
               ORDER BY j.id LIMIT 1 FOR UPDATE SKIP LOCKED) p ON true)
UPDATE retail_sync_job j
   SET state = 'cancelled', joined_id = t.twin, done_at = %(now)s
  FROM n JOIN t USING (channel_id, identity)
 WHERE j.id = n.id AND n.id <> t.twin
RETURNING t.twin, j.lane
"""
# Who is joined runs as urgently as whoever joined it would have; who only gathered, or
# left it to the night, looks again now.
PRESS = """
WITH u AS MATERIALIZED (
       SELECT twin, min(lane) AS lane
         FROM unnest(%(twins)s::bigint[], %(lanes)s::int[]) g (twin, lane)
        GROUP BY twin)
UPDATE retail_sync_job j
   SET lane = LEAST(j.lane, u.lane),
       scheduled_at = CASE WHEN j.wait_reason = ANY(%(early)s)
                      THEN LEAST(j.scheduled_at, %(now)s) ELSE j.scheduled_at END
  FROM u WHERE j.id = u.twin AND j.state = 'pending'
   AND (j.lane > u.lane OR j.wait_reason = ANY(%(early)s))
RETURNING j.channel_id, j.order_key, j.lane
"""
# A newer "fetch the newest" takes the place of its parked twin.
REPLACE = """
WITH n AS MATERIALIZED (
       SELECT channel_id, identity, max(id) AS id FROM (
              SELECT id, channel_id, identity FROM retail_sync_job
               WHERE state = 'pending' AND is_head IS NULL
               ORDER BY id LIMIT %(limit)s) x
        WHERE identity IS NOT NULL GROUP BY channel_id, identity),
     p AS MATERIALIZED (
       SELECT j.id, n.id AS newer FROM n CROSS JOIN LATERAL (
              SELECT j.id FROM retail_sync_job j
               WHERE j.channel_id = n.channel_id AND j.identity = n.identity
                 AND j.state = 'parked' AND NOT j.holds_key AND j.id < n.id
                 FOR UPDATE SKIP LOCKED) j)
UPDATE retail_sync_job j
   SET state = 'cancelled', joined_id = p.newer, done_at = %(now)s
  FROM p WHERE j.id = p.id
"""
STAGE = """
WITH n AS MATERIALIZED (
       SELECT id, channel_id, order_key, holds_key FROM retail_sync_job
        WHERE state = 'pending' AND is_head IS NULL
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
     f AS (
       SELECT DISTINCT ON (channel_id, COALESCE(order_key, id::text)) id FROM n
        ORDER BY channel_id, COALESCE(order_key, id::text), id)
UPDATE retail_sync_job j
   SET is_head = EXISTS (SELECT 1 FROM f WHERE f.id = n.id)
           AND (n.order_key IS NULL OR NOT EXISTS (
               SELECT 1 FROM retail_sync_job p
                WHERE p.channel_id = n.channel_id AND p.order_key = n.order_key
                  AND p.state IN ('pending', 'running')
                  AND p.id <> n.id AND (p.is_head OR p.id < n.id)))
           AND (n.order_key IS NULL OR NOT n.holds_key OR NOT EXISTS (
               SELECT 1 FROM retail_sync_job h
                WHERE h.channel_id = n.channel_id AND h.order_key = n.order_key
                  AND h.state IN ('parked', 'dead', 'held') AND h.holds_key
                  AND h.id <> n.id))
  FROM n WHERE j.id = n.id
RETURNING j.channel_id, j.order_key, j.lane, j.is_head
"""
# A head takes the most urgent lane of its key.
HURRY = """
WITH h AS MATERIALIZED (
       SELECT j.id, u.lane
         FROM unnest(%(channels)s::int[], %(keys)s::text[], %(lanes)s::int[])
              u (channel_id, order_key, lane)
         JOIN retail_sync_job j USING (channel_id, order_key)
        WHERE j.is_head AND j.state = 'pending' AND j.lane > u.lane
          FOR UPDATE OF j SKIP LOCKED)
UPDATE retail_sync_job j SET lane = h.lane FROM h WHERE j.id = h.id AND j.lane > h.lane
"""
AT_PEAK = """EXISTS (SELECT 1 FROM retail_sync_peak p
                   WHERE p.channel_id = {channel} AND p.starts_at <= %(now)s
                     AND p.ends_at > %(now)s)"""
ROOM_BUT = """
       SELECT b.channel_id AS id,
              CASE WHEN b.opened_at IS NOT NULL THEN 1
              ELSE GREATEST(0, LEAST(%(per_channel)s, floor((LEAST(
                   GREATEST(b.capacity, b.cost), b.tokens + GREATEST(0, extract(
                   epoch FROM %(now)s - COALESCE(b.at, %(now)s))) * b.per_s) - {rest})
                   / GREATEST(b.cost, 0.001))))::int END AS n
         FROM retail_sync_bucket b JOIN retail_sync_channel c ON c.id = b.channel_id
        WHERE c.active AND c.state IN ('live', 'watch')
          AND (b.blocked_until IS NULL OR b.blocked_until <= %(now)s)
"""
ROOM = ROOM_BUT.format(rest="0")
# At its peak a channel's batch work leaves half the budget for what is urgent.
ROOM_OF_BATCH = ROOM_BUT.format(
    rest=f"""CASE WHEN {AT_PEAK.format(channel="b.channel_id")}
                   THEN GREATEST(b.capacity, b.cost) / 2 ELSE 0 END"""
)
# Work that connects a channel or asks why it is out of order must run all the same.
ANY_ROOM = "SELECT id, %(per_channel)s AS n FROM retail_sync_channel WHERE active"
CLAIM = """
WITH room AS MATERIALIZED ({room}),
     c AS MATERIALIZED (
       SELECT p.id FROM room CROSS JOIN LATERAL (
              SELECT j.id, j.scheduled_at FROM retail_sync_job j
               WHERE j.channel_id = room.id AND j.lane = %(lane)s
                 AND j.state = 'pending' AND j.is_head
                 AND j.scheduled_at <= %(due)s AND j.handler = ANY(%(known)s)
                 AND {ready}
               ORDER BY j.scheduled_at, j.id LIMIT room.n FOR UPDATE OF j SKIP LOCKED) p
        ORDER BY p.scheduled_at, p.id LIMIT %(batch)s)
UPDATE retail_sync_job j
   SET state = 'running', slot = %(slot)s, claim = %(token)s, started_at = NULL
  FROM c WHERE j.id = c.id
RETURNING j.id, j.channel_id, j.handler, j.version, j.order_key, j.lane, j.scheduled_at,
          j.crashes, j.flow
"""
PROMOTE = """
UPDATE retail_sync_job j
   SET is_head = true,
       lane = (SELECT min(x.lane) FROM (
               SELECT w.lane FROM retail_sync_job w
                WHERE w.channel_id = j.channel_id AND w.order_key = j.order_key
                  AND w.state IN ('pending', 'running')
                ORDER BY w.id LIMIT 100) x)
 WHERE j.state = 'pending' AND j.is_head IS NOT TRUE AND j.id = ANY (ARRAY(
       SELECT (SELECT p.id FROM retail_sync_job p
                WHERE p.channel_id = k.c AND p.order_key = k.k
                  AND p.state IN ('pending', 'running')
                  AND NOT (p.holds_key AND EXISTS (
                      SELECT 1 FROM retail_sync_job o
                       WHERE o.channel_id = k.c AND o.order_key = k.k
                         AND o.state IN ('parked', 'dead', 'held') AND o.holds_key))
                ORDER BY p.id LIMIT 1)
         FROM unnest(%(channels)s::int[], %(keys)s::text[]) k (c, k)
        WHERE NOT EXISTS (
              SELECT 1 FROM retail_sync_job h
               WHERE h.channel_id = k.c AND h.order_key = k.k
                 AND h.is_head AND h.state IN ('pending', 'running'))))
"""
# Keys with waiting rows, one index probe each; those without a head lost a promotion.
ORPHANS = """
WITH RECURSIVE k AS (
       (SELECT channel_id, order_key FROM retail_sync_job
         WHERE state = 'pending' AND NOT is_head
           AND (channel_id, order_key) > (%(channel)s, %(key)s)
         ORDER BY channel_id, order_key LIMIT 1)
       UNION ALL
       SELECT n.channel_id, n.order_key FROM k CROSS JOIN LATERAL (
              SELECT j.channel_id, j.order_key FROM retail_sync_job j
               WHERE j.state = 'pending' AND NOT j.is_head
                 AND (j.channel_id, j.order_key) > (k.channel_id, k.order_key)
               ORDER BY j.channel_id, j.order_key LIMIT 1) n),
     seen AS MATERIALIZED (SELECT channel_id, order_key FROM k LIMIT %(limit)s)
SELECT channel_id, order_key, NOT EXISTS (
       SELECT 1 FROM retail_sync_job h
        WHERE h.channel_id = seen.channel_id AND h.order_key = seen.order_key
          AND h.is_head AND h.state IN ('pending', 'running'))
  FROM seen
"""
GIVE_BACK = """
UPDATE retail_sync_job
   SET state = 'pending', slot = NULL, claim = NULL, started_at = NULL,
       scheduled_at = CASE WHEN %(delay)s > 0 THEN GREATEST(
           scheduled_at, %(now)s + %(delay)s * interval '1 second')
         ELSE scheduled_at END,
       wait_reason = COALESCE(%(reason)s, wait_reason)
 WHERE id = ANY(%(ids)s) AND state = 'running' AND claim = %(token)s
"""


class Claimed(NamedTuple):
    """A job in a worker's hand."""

    id: int
    channel_id: int
    handler: str
    version: int
    order_key: str | None
    lane: int
    scheduled_at: object = None
    crashes: int = 0
    flow: str | None = None


class RetailSyncQueue(models.AbstractModel):
    """Stage, claim, promote, take over: each method is one short transaction's work,
    run in a READ COMMITTED environment of the engine. Raw SQL, for the ORM can neither
    skip locked rows in an UPDATE nor claim in one statement.
    """

    _name = "retail.sync.queue"
    _description = "Queue of Jobs"

    @api.model
    def _stage(self, limit=500):
        """Settle identity and order of what was appended; return how many rows."""
        cr = self.env.cr
        args = {"limit": limit, "now": cr.now()}
        cr.execute(REPLACE, args, log_exceptions=False)
        cr.execute(JOIN, args, log_exceptions=False)
        joined = cr.fetchall()
        pressed = self._press(joined)
        # none that was not looked at for its twin
        args["limit"] = limit - len(joined)
        cr.execute(STAGE, args, log_exceptions=False)
        rows = cr.fetchall()
        behind = [row[:3] for row in rows if not row[3]]
        self._hurry([row for row in pressed + behind if row[1]])
        return len(joined) + len(rows)

    def _press(self, joined):
        """Give joined twins the most urgent lane of those that joined them.

        :param joined: (twin's id, lane of the one that joined it) pairs
        :return: (channel id, order key, lane) of the twins that became more urgent
        """
        if not joined:
            return []
        twins, lanes = map(list, zip(*joined, strict=True))
        args = {
            "twins": twins,
            "lanes": lanes,
            "early": [GATHERING, "quiet_hours"],
            "now": self.env.cr.now(),
        }
        self.env.cr.execute(PRESS, args, log_exceptions=False)
        return self.env.cr.fetchall()

    def _hurry(self, waiting):
        """Let the heads before ``waiting`` (channel id, order key, lane) hurry up."""
        if waiting:
            channels, keys, lanes = map(list, zip(*waiting, strict=True))
            args = {"channels": channels, "keys": keys, "lanes": lanes}
            self.env.cr.execute(HURRY, args)

    @api.model
    def _claim(self, lane, slot, token, batch, *, per_channel=20, ahead_s=0.0):
        """Claim up to ``batch`` due jobs of ``lane`` and reserve their budget.

        :return: list of :class:`Claimed`
        """
        cr = self.env.cr
        cr.execute("SET LOCAL jit = off")
        due, is_out = self._look_ahead(ahead_s)
        args = {
            "now": cr.now(),
            "due": due,
            "lane": lane,
            "known": list(self.env["retail.sync.handler"]._known()),
            "per_channel": min(per_channel, batch),
            "batch": batch,
            "slot": slot,
            "token": token,
        }
        if lane == LANE_CONNECTION:
            return self._take(CLAIM.format(room=ANY_ROOM, ready="TRUE"), args)
        if is_out:
            args.update(self.env["retail.sync.handler"]._callers(), probe_s=PROBE_S)
            jobs = self._take_probe(args)
            if jobs:
                return self._within_budget(jobs, token)
        ready = NOT_OUT if is_out else "TRUE"
        room = ROOM_OF_BATCH if lane == LANE_BATCH else ROOM
        jobs = self._take(CLAIM.format(room=room, ready=ready), args)
        return self._within_budget(jobs, token)

    @api.model
    def _is_any_peak(self):
        """Return whether some channel is at its peak."""
        self.env.cr.execute(
            """SELECT EXISTS (SELECT 1 FROM retail_sync_peak
                               WHERE starts_at <= %(now)s AND ends_at > %(now)s)""",
            {"now": self.env.cr.now()},
        )
        return self.env.cr.fetchone()[0]

    def _look_ahead(self, ahead_s):
        """Return what is due by when, and whether some kind of call is out."""
        self.env.cr.execute(
            """SELECT %s + %s * interval '1 second', EXISTS (
                      SELECT 1 FROM retail_sync_breaker WHERE opened_at IS NOT NULL)""",
            [self.env.cr.now(), ahead_s],
        )
        return self.env.cr.fetchone()

    def _take(self, query, args):
        self.env.cr.execute(query, args)
        jobs = [Claimed(*row) for row in self.env.cr.fetchall()]
        return sorted(jobs, key=lambda job: (job.scheduled_at, job.id))

    def _take_probe(self, args):
        """Take one job of a kind of call that is out and due to be tried."""
        self.env.cr.execute(
            """SELECT b.id FROM retail_sync_bucket b
                WHERE b.channel_id IN (SELECT k.channel_id FROM retail_sync_breaker k
                       WHERE k.opened_at IS NOT NULL AND k.blocked_until <= %(now)s)
                ORDER BY b.id FOR UPDATE""",
            args,
        )
        return self._take(PROBE.format(room=ROOM), args)

    def _within_budget(self, jobs, token):
        """Reserve the budget of ``jobs``; give back those it does not reach for."""
        counts = {}
        for job in jobs:
            counts[job.channel_id] = counts.get(job.channel_id, 0) + 1
        excess = {}
        if counts:
            excess = self.env["retail.sync.bucket"]._reserve(counts, token)
        kept, returned = [], []
        for job in reversed(jobs):
            over = excess.get(job.channel_id, 0)
            excess[job.channel_id] = over - 1
            (returned if over > 0 else kept).append(job)
        if returned:
            self._give_back([job.id for job in returned], token)
        return kept[::-1]

    @api.model
    def _give_back(self, ids, token, delay_s=0.0, reason=None):
        """Put claimed jobs that were not started back, as if never claimed."""
        self.env.cr.execute(
            GIVE_BACK,
            {
                "ids": list(ids),
                "token": token,
                "delay": delay_s,
                "reason": reason,
                "now": self.env.cr.now(),
            },
        )

    @api.model
    def _start(self, ids, token):
        """Count the attempt of claimed jobs; return the ids that are still ours."""
        cr = self.env.cr
        cr.execute(
            """UPDATE retail_sync_job
                  SET attempts = attempts + 1, wait_reason = NULL,
                      started_at = now() AT TIME ZONE 'UTC'
                WHERE id = ANY(%s) AND state = 'running' AND claim = %s RETURNING id""",
            [list(ids), token],
        )
        return {row_id for (row_id,) in cr.fetchall()}

    @api.model
    def _promote(self, keys):
        """Let the next job of each of ``keys`` ((channel id, order key)) be claimed.

        Called after the settle has committed, never in its snapshot.
        """
        pairs = sorted({(channel, key) for channel, key in keys if key})
        if not pairs:
            return 0
        channels, names = map(list, zip(*pairs, strict=True))
        args = {"channels": channels, "keys": names}
        self.env.cr.execute(PROMOTE, args, log_exceptions=False)
        return self.env.cr.rowcount

    @api.model
    def _promote_orphans(self, after=(0, ""), limit=1000):
        """Promote for keys whose promotion was lost; return where to go on."""
        cr = self.env.cr
        cr.execute(ORPHANS, {"channel": after[0], "key": after[1], "limit": limit})
        rows = cr.fetchall()
        self._promote((channel, key) for channel, key, orphan in rows if orphan)
        return rows[-1][:2] if len(rows) == limit else (0, "")
