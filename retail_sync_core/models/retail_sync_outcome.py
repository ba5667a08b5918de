import logging
import random
import traceback

from odoo import api, models
from odoo.tools import SQL

from ..domain import errors
from ..domain.redact import redact
from ..domain.retry import Situation, Verdict, decide
from .retail_sync_handler import Again, Stop
from .retail_sync_job import GATHERING

_logger = logging.getLogger(__name__)
READ_BACK_S = 1.0
DOUBT = "effect_in_doubt"  # what is asked is about the action, not about the channel
STOPS = {Verdict.PARK: "parked", Verdict.GIVE_UP: "dead"}
REASONS = {
    Verdict.RETRY: "retry",
    Verdict.SNOOZE: "throttled",
    Verdict.REPLAN: "conflict",
    Verdict.READ_BACK: "in_doubt",
    Verdict.PAUSE_CHANNEL: "paused",
}

NOW = SQL("now() AT TIME ZONE 'UTC'")
SETTLED_BY = ("channel_id", "handler", "order_key", "event_id", "started_at")
LOCK = """
SELECT id, channel_id, handler, order_key, event_id, started_at
  FROM retail_sync_job
 WHERE id = ANY(%s) AND state = 'running' AND claim = %s
 ORDER BY id FOR UPDATE
"""


class RetailSyncOutcome(models.AbstractModel):
    """What becomes of a job after a phase: the table of ``domain/retry.py``.

    ``self`` is bound to the transaction that settles the job; the job's row is locked
    in it and carries the worker's claim.
    """

    _name = "retail.sync.outcome"
    _description = "Outcome of Jobs"

    @api.model
    def _lock(self, job_id, token):
        """Lock the job if it is still ours; return it, or an empty recordset."""
        return self._lock_all([job_id], token)

    @api.model
    def _lock_all(self, job_ids, token):
        """Lock those of the jobs that are still ours; return them by id."""
        cr = self.env.cr
        cr.execute(LOCK, [list(job_ids), token])
        rows = cr.fetchall()
        jobs = self.env["retail.sync.job"].browse([row[0] for row in rows])
        # what settling asks of each: the ORM would read whole rows, one by one
        for number, name in enumerate(SETTLED_BY, start=1):
            jobs._fields[name]._insert_cache(jobs, [row[number] for row in rows])
        return jobs

    @api.model
    def _settle_all(self, jobs, results):
        """Write down what the applies of one transaction returned."""
        plain = jobs.browse(
            job.id for job, result in zip(jobs, results, strict=True) if result is None
        )
        if plain:
            self._end(plain, "done", note=None)
        for job, result in zip(jobs, results, strict=True):
            if result is not None:
                self._settle(job, result)

    @api.model
    def _settle(self, job, result):
        """Write down what an apply returned, in its transaction."""
        match result:
            case Again():
                self._again(job, result.delay_s, result.reason, fresh=True)
            case Stop():
                self._stop(job, result)
            case _:
                self._end(job, "done", note=result or None)

    def _end(self, jobs, state, **values):
        """Take the jobs out of their keys' way."""
        self._update(jobs, state=state, is_head=None, done_at=NOW, **values)

    def _again(self, job, delay_s, reason, *, fresh=False, **values):
        """Put the job off; it keeps its key. A waiting twin takes its place."""
        if fresh:
            values.update(failures=0, first_failed_at=None)
        cr = self.env.cr
        cr.execute("SELECT %s + %s * interval '1 second'", [cr.now(), delay_s])
        (due,) = cr.fetchone()
        twin = self._find_twin(job)
        if twin:
            # the twin knows of a change that the gathering one did not see
            self._hand_over(job, twin, cr.now() if reason == GATHERING else due)
            self._end(job, "cancelled", joined_id=twin)
            return
        self._update(
            job, state="pending", scheduled_at=due, wait_reason=reason or None, **values
        )

    def _find_twin(self, job):
        if not job.identity:
            return None
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM retail_sync_job
                    WHERE channel_id = %s AND identity = %s AND state = 'pending'
                      AND id <> %s ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED""",
                job.channel_id.id,
                job.identity,
                job.id,
            )
        )
        return rows[0][0] if rows else None

    def _hand_over(self, job, twin_id, due):
        """Let the twin carry on where ``job`` stops, and not sooner."""
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_job t
                      SET attempts = t.attempts + j.attempts,
                          failures = GREATEST(t.failures, j.failures),
                          first_failed_at = LEAST(t.first_failed_at, j.first_failed_at),
                          scheduled_at = GREATEST(t.scheduled_at, %s)
                     FROM retail_sync_job j WHERE t.id = %s AND j.id = %s""",
                due,
                twin_id,
                job.id,
            )
        )

    def _stop(self, job, stop):
        """Park or bury the job, with an issue that says what a person can do."""
        issue = self.env["retail.sync.issue"]._raise(
            job.channel_id,
            stop.kind,
            field=stop.field,
            value=stop.value,
            params=dict(stop.params or {}),
            job=job,
            record=job.effect_id.exists() if stop.kind == DOUBT else None,
        )
        self._end(
            job,
            stop.state,
            issue_id=issue.id if issue else None,
            error_code=stop.code or stop.kind,
            error_message=redact(stop.message)[:500],
            error_params=stop.params or None,
        )

    def _update(self, jobs, **values):
        """Write the rows, give the claims up, and let the cache forget them.

        :param values: field values, or SQL
        """
        jobs.flush_recordset()
        values = {"slot": None, "claim": None, **values}
        columns = [
            SQL("%s = %s", SQL.identifier(name), self._as_column(jobs, name, value))
            for name, value in values.items()
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE retail_sync_job SET %s WHERE id = ANY(%s)",
                SQL(", ").join(columns),
                jobs.ids,
            )
        )
        jobs.invalidate_recordset()

    def _as_column(self, jobs, name, value):
        if isinstance(value, SQL):
            return value
        return jobs._fields[name].convert_to_column(value, jobs)

    # after an error
    @api.model
    def _after(self, job, handler, error, phase):
        """Settle ``job`` after ``error`` as ``domain/retry.py`` decides."""
        decision = decide(error, self._situation(job, handler, error))
        handler._failed(job, error, phase)
        if phase == "call":
            self._tell_bucket(job, handler, error, decision)
        self._log(job, error, decision)
        values = self._error_values(job, error)
        if decision.counts:
            values["failures"] = job.failures + 1
        if decision.verdict in STOPS:
            handler._gave_up(job, error)
            self._stop(job, self._stop_for(job, error, STOPS[decision.verdict]))
            self._update(job, **values)
            return
        if decision.verdict is Verdict.PAUSE_CHANNEL:
            job.channel_id._pause(redact(error))
        delay_s = (
            READ_BACK_S if decision.verdict is Verdict.READ_BACK else decision.delay_s
        )
        self._again(job, delay_s, REASONS[decision.verdict], **values)

    def _situation(self, job, handler, error):
        age_s, others, closed = self._history(job, handler._kind_of_call(job))
        return Situation(
            failures=job.failures,
            age_s=age_s,
            patience_s=handler._get_patience_s(job),
            breaker_closed=closed,
            others_succeed=others,
            jitter=random.random(),
        )

    def _history(self, job, kind):
        """Return the age of the failure (s), whether others succeed, breaker closed.

        Others of the same kind of call: that orders can be read says nothing of
        refunds.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT extract(epoch FROM %s - COALESCE(j.first_failed_at, %s)),
                          COALESCE(k.last_success_at > j.first_failed_at, false),
                          b.opened_at IS NULL AND k.opened_at IS NULL
                     FROM retail_sync_job j
                     LEFT JOIN retail_sync_bucket b ON b.channel_id = j.channel_id
                     LEFT JOIN retail_sync_breaker k
                            ON k.channel_id = j.channel_id AND k.kind = %s
                    WHERE j.id = %s""",
                self.env.cr.now(),
                self.env.cr.now(),
                kind,
                job.id,
            )
        )
        age_s, others, closed = rows[0]
        return float(age_s), others, closed

    def _tell_bucket(self, job, handler, error, decision):
        bucket = self.env["retail.sync.bucket"]
        channel_id, kind = job.channel_id.id, handler._kind_of_call(job)
        if decision.harms_channel:
            reached = error.code not in errors.UNREACHED
            bucket._harmed(channel_id, kind, reached=reached, error=redact(error))
        elif isinstance(error, errors.SyncError):
            bucket._answered(channel_id, kind, worked=False)
        if decision.verdict is Verdict.SNOOZE:
            bucket._block(channel_id, decision.delay_s, "throttled", empty=True)

    def _error_values(self, job, error):
        params = dict(getattr(error, "params", {}) or {})
        values = {
            "error_code": getattr(error, "code", "") or type(error).__name__,
            "error_message": redact(error)[:500],
            "error_params": {str(k): redact(v) for k, v in params.items()} or None,
            "error_trace": None,
        }
        if not job.first_failed_at:
            values["first_failed_at"] = self.env.cr.now()
        if not isinstance(error, errors.SyncError):
            values["error_trace"] = redact("".join(traceback.format_exception(error)))
        return values

    def _stop_for(self, job, error, state):
        """Return the :class:`Stop` that puts ``error`` before a person."""
        if isinstance(error, errors.DataError) and state == "parked":
            return Stop.of(error)
        if isinstance(error, errors.PermanentError) and job.effect_id:
            kind, field, value = "effect_refused", job.handler, error.code or str(error)
        elif isinstance(error, errors.SyncError):
            kind, field, value = (
                "gave_up",
                job.handler,
                error.code or type(error).__name__,
            )
        else:
            kind, field, value = "bug", job.handler, type(error).__name__
        return Stop(
            kind,
            state=state,
            code=getattr(error, "code", "") or type(error).__name__,
            message=str(error),
            field=field,
            value=redact(value)[:200],
            params=dict(getattr(error, "params", {}) or {}),
        )

    def _log(self, job, error, decision):
        args = (
            job.channel_id.display_name,
            job.handler,
            job.id,
            decision.verdict.value,
        )
        if isinstance(error, errors.SyncError):
            _logger.info("%s: %s (job %s): %s, %s", *args, redact(error)[:300])
        else:
            _logger.error(
                "%s: %s (job %s): %s, our mistake: %s", *args, redact(repr(error))[:300]
            )
