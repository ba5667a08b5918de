import logging
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from odoo import api, models

from ..database import RACES, short
from .retail_sync_job import LANE_BATCH, LANE_CONNECTION, LANE_FREQUENT, LANE_URGENT
from .retail_sync_queue import CALL_S

_logger = logging.getLogger(__name__)
RARE_S = 5.0
SLICE_S = 10.0
MARGIN_S = 5.0
IN_HAND_S = 2.0
LARGEST_BATCH = 50
STAGE_ROWS = 500
STAGE_RACES = 5
CHORES_S = 1.0
LOOK_S = 0.2
PROMOTE_S = 0.05
URGENT_FIRST = (LANE_CONNECTION, LANE_URGENT, LANE_FREQUENT, LANE_BATCH)
BATCH_FIRST = (LANE_CONNECTION, LANE_BATCH, LANE_FREQUENT, LANE_URGENT)
FAIR_TURN = 8


@dataclass
class Turn:
    """What a worker has in mind while it works; times are ``time.monotonic()``.

    :param slot: the slot's id; 0 outside a server's slots
    :param token: the claim of this run; a later run of the same slot has another
    :param cursors: the thread's other cursors, idle before each call
    :param ends: when no new call is begun; ``killed`` when the server ends us
    """

    slot: int = 0
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    cursors: tuple = ()
    ends: float = float("inf")
    killed: float = float("inf")
    ahead_s: float = 0.0
    adapters: dict = field(default_factory=dict)
    who: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    ran: int = 0
    claims: int = 0
    job_s: dict = field(default_factory=dict)
    orphans_after: tuple = (0, "")
    looked_at: float = 0.0
    chores_at: float = 0.0
    helped_at: float = 0.0
    promoted_at: float = 0.0
    rare_at: float = 0.0
    is_peak: bool = False
    _freed: list = field(default_factory=list)
    _hand: Counter = field(default_factory=Counter)
    _called: Counter = field(default_factory=Counter)
    _claimed: Counter = field(default_factory=Counter)

    def has_time(self):
        """Return whether another job may be begun."""
        return time.monotonic() < self.ends

    def has_time_for_call(self):
        """Return whether the longest call would end before the server ends us."""
        return time.monotonic() + CALL_S + MARGIN_S < self.killed

    def freed(self, job):
        """Note a key whose job was settled: the next of it is promoted."""
        if job.order_key:
            self._freed.append((job.channel_id, job.order_key))

    def take_freed(self):
        """Return the keys to be promoted, once."""
        keys, self._freed = self._freed, []
        self.promoted_at = time.monotonic()
        return keys

    def take_freed_in_between(self):
        """Return the keys to be promoted, or none: not again for each short job."""
        if time.monotonic() - self.promoted_at < PROMOTE_S:
            return ()
        return self.take_freed()

    def hold(self, jobs):
        """Take a claimed batch in hand."""
        self.claims += 1
        self.adapters.clear()
        self.who.clear()
        self._hand = Counter(job.channel_id for job in jobs)
        self._called = Counter()
        self._claimed = Counter(self._hand)

    def begin(self, job):
        """Take one job of the batch up."""
        self._hand[job.channel_id] -= 1

    def in_hand(self, channel_id):
        """Return how many jobs of the channel are claimed and not begun."""
        return self._hand[channel_id]

    def called(self, job):
        """Note that ``job`` used its reserved budget."""
        self._called[job.channel_id] += 1

    def unused(self):
        """Return {channel id: reservations not used} of the batch."""
        return {c: n for c, n in (self._claimed - self._called).items() if n > 0}

    def batch_size(self, lane):
        """Return how many jobs of ``lane`` are about two seconds of work."""
        usual_s = self.job_s.get(lane, 0.2)
        return max(1, min(LARGEST_BATCH, int(IN_HAND_S / max(usual_s, 0.01))))

    def took(self, lane, seconds):
        """Learn how long a job of ``lane`` takes."""
        usual_s = self.job_s.get(lane, seconds)
        self.job_s[lane] = 0.8 * usual_s + 0.2 * seconds


class RetailSyncWorker(models.AbstractModel):
    """One worker's loop: chores, stage, claim, run. Each step is a transaction."""

    _name = "retail.sync.worker"
    _description = "Worker"

    @api.model
    def _work_off(self, limit, *, ahead_s=0.0, marks=True):
        """Work in this thread until nothing is due or ``limit`` jobs ran."""
        turn = Turn(ahead_s=ahead_s)
        with self._short() as env:
            env["retail.sync.bucket"]._ensure()
        while turn.ran < limit:
            consumed = marks and self._consume_marks()
            self._stage_all()
            if not self._round(turn, limit - turn.ran) and not consumed:
                self._promote(turn)
                if not self._round(turn, limit - turn.ran):
                    break
        if turn.problems:
            raise turn.problems[0]
        return turn.ran

    def _short(self):
        return short(self.env.registry, read_committed=True)

    def _round(self, turn, most=LARGEST_BATCH):
        """Claim and run one batch; return whether there was one."""
        jobs = self._claim(turn, most)
        if not jobs:
            return False
        turn.hold(jobs)
        lane = jobs[0].lane
        waiting = list(jobs)
        while waiting:
            if not turn.has_time() or self._is_urgent(turn, lane):
                break
            batch = self._together(waiting)
            waiting = [job for job in waiting if job not in batch]
            started = time.monotonic()
            left = self._run_batch(turn, batch)
            ran = len(batch) - len(left)
            turn.ran += ran
            turn.took(lane, (time.monotonic() - started) / ran)
            if left:  # no time left, or something urgent waits
                waiting = left + waiting
                break
        self._finish_batch(turn, waiting)
        return True

    def _run_batch(self, turn, batch):
        """Run jobs that belong together; return those that were not begun."""
        runner = self.env["retail.sync.runner"]
        if len(batch) > 1 and self._handler(batch[0])._gathers:
            lane = batch[0].lane
            return runner._run_gathered(
                turn,
                batch,
                lambda: turn.has_time() and not self._is_urgent(turn, lane),
            )
        for job in batch:
            turn.begin(job)
        if len(batch) > 1:
            runner._run_together(turn, batch)
        else:
            runner._run(turn, batch[0])
        return []

    def _handler(self, job):
        return self.env["retail.sync.handler"]._find(job.handler)

    def _together(self, waiting):
        """Return the jobs at hand that go with the first in one transaction.

        One that may stop its worker runs alone.
        """
        first, handler = waiting[0], self._handler(waiting[0])
        goes = handler is not None and (
            handler._gathers or (handler._together and handler._call is None)
        )
        if not goes or first.crashes:
            return waiting[:1]
        return [
            job
            for job in waiting
            if (job.handler, job.channel_id) == (first.handler, first.channel_id)
            and not job.crashes
        ]

    def _claim(self, turn, most):
        is_fair = turn.claims % FAIR_TURN == FAIR_TURN - 1 and not turn.is_peak
        order = BATCH_FIRST if is_fair else URGENT_FIRST
        for lane in order:
            size = min(most, turn.batch_size(lane))
            try:
                with self._short() as env:
                    jobs = env["retail.sync.queue"]._claim(
                        lane, turn.slot, turn.token, size, ahead_s=turn.ahead_s
                    )
                    if jobs and turn.slot:
                        env["retail.sync.slot"].browse(turn.slot)._beat()
            except RACES:
                continue  # another worker was quicker; the next round finds the rest
            if jobs:
                return jobs
        return []

    def _is_urgent(self, turn, lane):
        """Return whether the rest of the batch must wait for something more urgent."""
        if lane < LANE_FREQUENT or time.monotonic() - turn.looked_at < LOOK_S:
            return False
        turn.looked_at = time.monotonic()
        with self._short() as env:
            return env["retail.sync.queue"]._is_urgent_waiting(lane)

    def _finish_batch(self, turn, waiting):
        """Give back what was not begun and the budget that was not used; promote."""
        with self._short() as env:
            queue = env["retail.sync.queue"]
            if waiting:
                queue._give_back([job.id for job in waiting], turn.token)
            for channel_id, jobs in sorted(turn.unused().items()):
                env["retail.sync.bucket"]._give_back(channel_id, jobs)
                env["retail.sync.bucket"]._release_probe(channel_id, turn.token)
        keys = turn.take_freed()
        try:
            with self._short() as env:
                env["retail.sync.queue"]._promote(keys)
                env["retail.sync.hint"]._send()
        except RACES:
            _logger.info(
                "a promotion met another worker's; the look for orphans follows"
            )

    def _stage_all(self):
        """Stage all that was appended, in limited transactions."""
        for _race in range(STAGE_RACES):
            try:
                while self._stage_once() >= STAGE_ROWS:
                    pass
                return
            except RACES:
                _logger.info("staging met another worker's")

    def _stage_once(self):
        with self._short() as env:
            return env["retail.sync.queue"]._stage(STAGE_ROWS)

    def _promote(self, turn):
        """Look after keys whose promotion was lost in a crash or a race."""
        try:
            with self._short() as env:
                queue = env["retail.sync.queue"]
                turn.orphans_after = queue._promote_orphans(turn.orphans_after)
        except RACES:
            _logger.info("a promotion met another worker's; the next look finds it")

    @api.model
    def _do_chores(self, turn):
        """Do what is due now and then; return False when this process must leave."""
        with self._short() as env:
            env["retail.sync.slot"].browse(turn.slot)._beat()
            if self._is_outdated(env):
                return False
            env["retail.sync.hint"]._flush()
        self._promote(turn)
        if time.monotonic() - turn.rare_at < RARE_S:
            return True
        turn.rare_at = time.monotonic()
        for chore in (self._take_over_dead, self._enqueue_polls, self._sweep):
            try:
                chore(turn)
            except RACES:
                _logger.info("%s met another worker's", chore.__name__)
        return True

    def _is_outdated(self, env):
        """Return whether the registry changed or a module is about to be changed."""
        env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM ir_module_module WHERE state LIKE 'to %%')"
        )
        if env.cr.fetchone()[0]:
            return True
        sequence, _caches = env.registry.get_sequences(env.cr)
        return sequence != env.registry.registry_sequence

    def _take_over_dead(self, turn):
        with self._short() as env:
            env["retail.sync.slot"]._bury_dead(turn.slot, turn.token)

    def _enqueue_polls(self, turn):
        if "retail.sync.workflow" in self.env:
            with self._short() as env:
                env["retail.sync.workflow"]._enqueue_due()

    def _sweep(self, turn):
        with self._short() as env:
            env["retail.sync.bucket"]._ensure()
            turn.is_peak = env["retail.sync.queue"]._is_any_peak()
            env["retail.sync.queue"]._sweep()
            env["retail.sync.queue"]._park_unknown()

    def _consume_marks(self):
        """Turn stock marks into work; return how many were consumed."""
        if "retail.sync.stock.mark" not in self.env:
            return 0
        try:
            with self._short() as env:
                return env["retail.sync.stock.mark"]._consume()
        except RACES:
            _logger.info("stock marks met another worker's")
            return 1
