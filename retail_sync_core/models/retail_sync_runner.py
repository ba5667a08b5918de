import logging
import random
import time
from datetime import timezone

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import LockError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from psycopg2.errors import UniqueViolation

from ..adapters.base import Connection
from ..database import RACES, assert_idle, short
from ..domain import errors
from .retail_sync_handler import Later
from .retail_sync_job import FLOW_PAUSED
from .retail_sync_queue_restoring import RESTORING

_logger = logging.getLogger(__name__)
RACE_TRIES = 5
BUSY_S = 2.0
RENEWAL_S = 45.0
NEWER_SERVER_S = 60.0
# As whom a channel's jobs run; raw SQL, for the ORM would read whole rows of channel,
# user and partner twice for each job. A channel that is gone has nobody but root.
WHO = """
SELECT u.id, p.lang, p.tz, ARRAY[COALESCE(c.company_id, u.company_id)]
  FROM (VALUES (%s, %s)) AS given (root, channel)
  LEFT JOIN retail_sync_channel c ON c.id = given.channel
  JOIN res_users u ON u.id = COALESCE(c.user_id, given.root)
  JOIN res_partner p ON p.id = u.partner_id
"""
# Why a claimed job may not call now; the probe is whoever holds its lease.
MAY_CALL = """
SELECT c.active AND c.state IN ('live', 'watch'), w.state = 'paused',
       CASE WHEN b.blocked_until > %(now)s AND b.probe IS DISTINCT FROM %(token)s
            THEN CASE b.block_reason WHEN 'probe' THEN 'blocked'
                 ELSE b.block_reason END
            WHEN k.opened_at IS NOT NULL AND k.probe IS DISTINCT FROM %(token)s
            THEN 'blocked' END
  FROM retail_sync_channel c
  LEFT JOIN retail_sync_bucket b ON b.channel_id = c.id
  LEFT JOIN retail_sync_breaker k ON k.channel_id = c.id AND k.kind = %(kind)s
  LEFT JOIN retail_sync_workflow w ON w.channel_id = c.id AND w.flow = %(flow)s
 WHERE c.id = %(channel)s
"""


class ClaimLostError(Exception):
    """The job was taken over by another worker meanwhile."""


class RetailSyncRunner(models.AbstractModel):
    """Runs one claimed job through plan, call and apply (``self.env`` is not used while
    a phase runs; each transaction has an environment of its own)."""

    _name = "retail.sync.runner"
    _description = "Runner of Jobs"

    @api.model
    def _run(self, turn, job):
        """Run ``job`` in the worker's ``turn`` and settle it, whatever happens."""
        for answer in self._fetch(turn, job):
            self._finish(turn, job, answer)

    def _fetch(self, turn, job):
        """Plan and call; return [answer], or nothing when that has settled the job."""
        handler = self.env["retail.sync.handler"]._find(job.handler)
        if not self._admit(turn, job, handler):
            return []
        if not handler._plans():
            return [None]
        phase = "plan"
        try:
            plan, adapter = self._plan(turn, job, handler)
            if plan is None or handler._call is None:
                return [None]
            phase = "call"
            return [self._call(turn, job, handler, adapter, plan)]
        except Exception as exc:  # noqa: BLE001 every error has a row in the table
            self._missed(turn, job, exc, phase)
        return []

    def _finish(self, turn, job, answer):
        """Apply ``answer`` and settle the job."""
        try:
            self._apply(turn, job, answer)
        except ClaimLostError:
            _logger.warning("job %s was taken over, its answer is kept apart", job.id)
            self._keep_late(turn, job, answer)
            turn.freed(job)
        except Exception as exc:  # noqa: BLE001 every error has a row in the table
            self._missed(turn, job, exc, "apply")
        else:
            turn.freed(job)

    def _missed(self, turn, job, error, phase):
        """Settle a job whose ``phase`` ended in ``error``."""
        if isinstance(error, Later):
            self._put_off(turn, job, error)
        else:
            self._fail(turn, job, error, phase)
        turn.freed(job)

    def _short(self, **kwargs):
        return short(self.env.registry, **kwargs)

    def _bind(self, env, turn, job):
        """Return (job, its handler) as the channel's user, company and language."""
        if job.channel_id not in turn.who:  # once for a batch
            env.cr.execute(WHO, [SUPERUSER_ID, job.channel_id])
            turn.who[job.channel_id] = env.cr.fetchone()
        user_id, lang, tz, companies = turn.who[job.channel_id]
        context = {
            "lang": lang or "en_US",
            "tz": tz or False,
            "allowed_company_ids": companies,
        }
        own = env(user=user_id, context=context, su=user_id == SUPERUSER_ID)
        handler = own[f"retail.sync.handler.{job.handler}"]
        return own["retail.sync.job"].browse(job.id), handler

    # before the first phase
    def _admit(self, turn, job, handler):
        """Start the job if it may run now; otherwise give it back.

        In one transaction with the promotion of the keys that were freed before.
        """
        try:
            return self._admit_once(turn, job, handler, turn.take_freed_in_between())
        except RACES:  # the promotion met another worker's: orphans are looked after
            return self._admit_once(turn, job, handler, ())

    def _admit_once(self, turn, job, handler, freed):
        with self._short(read_committed=True) as env:
            queue = env["retail.sync.queue"]
            queue._promote(freed)
            if job.version > handler._handler_version:
                queue._give_back([job.id], turn.token, NEWER_SERVER_S, "newer_server")
                return False
            refusal = handler._call is not None and self._refusal(
                env, turn, job, handler
            )
            if refusal:
                if self._lay_aside(queue, turn, job, refusal[1]):
                    turn.freed(job)
                else:
                    queue._give_back([job.id], turn.token, *refusal)
                return False
            return bool(queue._start([job.id], turn.token))

    def _lay_aside(self, queue, turn, job, reason):
        """Put a job that may wait for long beside the queue; return whether it is."""
        if reason == RESTORING:
            return queue._keep_claimed(job, turn.token)
        return reason == FLOW_PAUSED and queue._hold_claimed(job, turn.token)

    def _refusal(self, env, turn, job, handler):
        """Return (delay, reason) why no call may leave now, or None."""
        if not env["retail.sync.fuse"]._is_confirmed():
            env["retail.sync.bucket"]._block(job.channel_id, 60.0, "unconfirmed")
            return 60.0, "unconfirmed"
        if not turn.has_time_for_call():
            return 0.0, None
        if handler._mutates and self._is_watched(env, job):
            return 60.0, "watched"
        if handler._mutates and env["retail.sync.queue"]._is_kept_back(job):
            return 60.0, RESTORING
        if handler._anytime:
            return None
        env.cr.execute(
            MAY_CALL,
            {
                "now": env.cr.now(),
                "token": turn.token,
                "kind": handler._kind_of_call(job),
                "flow": job.flow,
                "channel": job.channel_id,
            },
        )
        live, flow_paused, reason = env.cr.fetchone() or (False, None, None)
        if not live:
            return 0.0, "paused"
        if flow_paused:
            return 1.0, FLOW_PAUSED
        # it keeps its place: nothing of this kind is claimed before it may be
        return (0.0, reason) if reason else None

    def _is_watched(self, env, job):
        """Return whether nothing may be changed at the job's channel."""
        env.cr.execute(
            "SELECT state = 'watch' FROM retail_sync_channel WHERE id = %s",
            [job.channel_id],
        )
        row = env.cr.fetchone()
        return bool(row and row[0])

    # the phases
    def _plan(self, turn, job, handler):
        """Return (plan, adapter); the adapter only where a call follows."""

        def once(env):
            record, bound = self._bind(env, turn, job)
            plan = bound._plan(record)
            if plan is None or handler._call is None:
                return plan, None
            adapter = turn.adapters.get(job.channel_id)
            if adapter is None and handler._needs_channel:
                adapter = self._adapter(record.sudo().channel_id)
                turn.adapters[job.channel_id] = adapter
            return plan, adapter

        return self._retried(once)

    def _adapter(self, channel):
        """Return the channel's adapter; that there is none is for a person to mend."""
        try:
            return channel._make_adapter()
        except UserError as exc:
            raise errors.ConfigurationError(str(exc), code="no_adapter") from exc

    def _retried(self, once, *, read_committed=False):
        """Return ``once(env)`` of a fresh transaction; a lost race repeats it."""
        for attempt in range(RACE_TRIES):
            try:
                with self._short(read_committed=read_committed) as env:
                    return once(env)
            except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, LockError):
                time.sleep(random.uniform(0.0, 0.02 * 2**attempt))
            except UniqueViolation:  # another was quicker, or it never goes
                if attempt == RACE_TRIES - 1:
                    raise
        raise Later(BUSY_S, "busy")

    def _call(self, turn, job, handler, adapter, plan):
        """Talk to the channel with no transaction open, and note what it tells."""
        if isinstance(adapter, Connection):
            adapter = self._renewed(turn, job, adapter)
        assert_idle(*turn.cursors)
        turn.called(job)
        answer = self._answer(turn, job, handler, adapter, plan)
        reading = adapter.last_rate() if adapter is not None else None
        with self._short(read_committed=True) as env:
            bucket = env["retail.sync.bucket"]
            if reading is not None:
                bucket._correct(job.channel_id, reading, turn.in_hand(job.channel_id))
            kind = handler._is_proof(plan) and handler._kind_of_call(job)
            bucket._answered(job.channel_id, kind, worked=True)
            if not kind:
                bucket._release_probe(job.channel_id, turn.token)
        return answer

    def _answer(self, turn, job, handler, adapter, plan):
        """Return the channel's answer; a refused secret is renewed once if it can be.

        A refused secret has done nothing over there, so asking again is safe.
        """
        try:
            return handler._call(adapter, plan)
        except errors.ConfigurationError:
            if not isinstance(adapter, Connection) or not adapter.renewal_due():
                raise
        fresh = self._renewed(turn, job, adapter)
        return handler._call(fresh, plan)

    def _renewed(self, turn, job, adapter):
        """Return an adapter that is let in; a fresh secret is stored before use."""
        assert_idle(*turn.cursors)
        if not adapter.renewal_due():
            return adapter
        with self._short(read_committed=True) as env:
            if not env["retail.sync.bucket"]._lease_renewal(job.channel_id, RENEWAL_S):
                raise Later(2.0, "renewing")
        try:
            fresh = adapter.renew()
            with self._short() as env:
                channel = env["retail.sync.channel"].browse(job.channel_id)
                env["retail.sync.secret"]._store(
                    channel,
                    fresh.name,
                    fresh.value,
                    expires_at=_naive(fresh.expires_at),
                )
            with self._short() as env:
                channel = env["retail.sync.channel"].browse(job.channel_id)
                turn.adapters[job.channel_id] = self._adapter(channel)
        finally:
            with self._short(read_committed=True) as env:
                env["retail.sync.bucket"]._end_renewal(job.channel_id)
        return turn.adapters[job.channel_id]

    def _apply(self, turn, job, answer):
        """Write and settle in one transaction; a lost race repeats this and no more."""
        try:
            self._retried(lambda env: self._apply_once(env, turn, job, answer))
        except UserError as exc:
            raise errors.DataError(
                str(exc), kind="bad_payload", field=job.handler, value=str(exc)[:120]
            ) from exc

    def _apply_once(self, env, turn, job, answer):
        outcome = env["retail.sync.outcome"]
        locked = outcome._lock(job.id, turn.token)
        if not locked:
            raise ClaimLostError
        record, bound = self._bind(env, turn, job)
        result = bound._apply(record, answer)
        env.flush_all()
        outcome._settle(locked, result)

    # after the phases
    def _put_off(self, turn, job, later):
        with self._short(read_committed=True) as env:
            outcome = env["retail.sync.outcome"]
            locked = outcome._lock(job.id, turn.token)
            if locked:
                outcome._again(locked, later.delay_s, later.reason)

    def _fail(self, turn, job, error, phase):
        """Settle ``job`` after ``error``; if even that fails, without the issue."""

        def once(env):
            outcome = env["retail.sync.outcome"]
            locked = outcome._lock(job.id, turn.token)
            if locked:
                _record, bound = self._bind(env, turn, job)
                outcome._after(locked, bound.sudo(), error, phase)

        try:
            self._retried(once, read_committed=True)
        except Exception as exc:  # the job must not hang in "running"
            _logger.exception("job %s could not be settled", job.id)
            self._put_off(turn, job, Later(60.0, "retry"))
            turn.problems.append(exc)

    def _keep_late(self, turn, job, answer):
        """Keep an answer that nobody waits for any more, for the read-back."""
        if answer is None:
            return
        with self._short(read_committed=True) as env:
            record, bound = self._bind(env, turn, job)
            bound.sudo()._late(record.sudo(), answer)


def _naive(moment):
    """Return ``moment`` as the ORM stores it: UTC without a zone."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
