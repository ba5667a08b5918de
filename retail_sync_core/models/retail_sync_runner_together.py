import logging

from odoo import api, models

from .retail_sync_handler import Apart

_logger = logging.getLogger(__name__)


class RetailSyncRunner(models.AbstractModel):
    """Runs several claimed jobs of one handler and channel in one transaction.

    A job that fails among others has done nothing: each then runs alone, with an
    outcome of its own. What was fetched is kept; no call is repeated.
    """

    _inherit = "retail.sync.runner"

    @api.model
    def _run_together(self, turn, jobs):
        """Run ``jobs`` that talk to nobody in one transaction."""
        with self._short(read_committed=True) as env:
            queue = env["retail.sync.queue"]
            ours = queue._start([job.id for job in jobs], turn.token)
        jobs = [job for job in jobs if job.id in ours]
        try:
            self._retried(lambda env: self._apply_many(env, turn, jobs))
        except Exception:  # whose error it is shows when each runs alone
            _logger.debug("%s jobs are run one by one", len(jobs), exc_info=True)
            for job in jobs:
                self._run(turn, job)
            return
        for job in jobs:
            turn.freed(job)

    def _apply_many(self, env, turn, jobs):
        outcome = env["retail.sync.outcome"]
        locked = outcome._lock_all([job.id for job in jobs], turn.token)
        if not locked:
            return
        _record, bound = self._bind(env, turn, jobs[0])
        results = []
        for record in bound.env["retail.sync.job"].browse(locked.ids):
            bound._plan(record)
            results.append(bound._apply(record, None))
        env.flush_all()
        outcome._settle_all(locked, results)

    @api.model
    def _run_gathered(self, turn, jobs, goes_on):
        """Fetch for each of ``jobs``, then apply what came in one transaction.

        :param goes_on: called before each further call; False ends the fetching
        :return: the jobs that were not begun
        """
        fetched, waiting = [], list(jobs)
        while waiting and (not fetched or goes_on()):
            job = waiting.pop(0)
            turn.begin(job)
            fetched += [(job, answer) for answer in self._fetch(turn, job)]
        for job, answer in self._apply_fetched(turn, fetched):
            self._finish(turn, job, answer)
        return waiting

    def _apply_fetched(self, turn, fetched):
        """Apply ``fetched`` together; return the (job, answer) to be applied alone."""
        together = [pair for pair in fetched if pair[1] is not None]
        done = self._try_together(turn, together, and_without=True)
        return [pair for pair in fetched if pair[0].id not in done]

    def _try_together(self, turn, pairs, *, and_without=False):
        """Return the ids of the jobs that one transaction has done: all or none.

        :param and_without: try once more without those that must be done alone
        """
        if len(pairs) < 2:
            return set()
        try:
            self._retried(lambda env: self._apply_answers(env, turn, pairs))
        except Apart as exc:
            if not and_without:
                return set()
            rest = [pair for pair in pairs if pair[0].id not in exc.ids]
            return self._try_together(turn, rest)
        except Exception:  # whose error it is shows when each is applied alone
            _logger.debug("%s answers go one by one", len(pairs), exc_info=True)
            return set()
        for job, _answer in pairs:
            turn.freed(job)
        return {job.id for job, _answer in pairs}

    def _apply_answers(self, env, turn, fetched):
        """Apply and settle; a job that is not ours any more is for itself to notice."""
        outcome = env["retail.sync.outcome"]
        jobs, answers = zip(*fetched, strict=True)
        locked = outcome._lock_all([job.id for job in jobs], turn.token)
        if len(locked) < len(jobs):
            raise Apart({job.id for job in jobs} - set(locked.ids))
        _record, bound = self._bind(env, turn, jobs[0])
        records = bound.env["retail.sync.job"].browse([job.id for job in jobs])
        results = bound._apply_all(records, answers)
        env.flush_all()
        outcome._settle_all(locked.browse(records.ids), results)
