"""What becomes of a job after an error: one table, no clock, no database.

The table is ``engine.md`` 5 in code. Giving up is by age, not by count; eight counted
failures while others of the channel succeed make it this job's own fault.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from . import errors

FIRST_BACKOFF_S = 2.0
LONGEST_BACKOFF_S = 15 * 60.0
OWN_FAULT_FAILURES = 8
CONFLICTS = 3
SURPRISES = 3
MISSING_GRACE_S = 5 * 60.0


class Verdict(enum.Enum):
    """What the engine does with the job."""

    RETRY = "retry"  # pending again at now + delay_s
    SNOOZE = "snooze"  # the same, but no attempt is counted
    REPLAN = "replan"  # at once, from what is true now
    READ_BACK = "read_back"  # the effect is unknown: look before anything else
    PARK = "park"  # a person mends data
    PAUSE_CHANNEL = "pause_channel"  # nothing of this channel works
    GIVE_UP = "give_up"  # dead


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and, where it means waiting, for how long (s)."""

    verdict: Verdict
    delay_s: float = 0.0
    counts: bool = False  # an attempt is counted against the job
    harms_channel: bool = False  # the breaker counts a failure


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the decision depends on besides the error.

    :param failures: counted failures of this job so far, without this one
    :param age_s: seconds since the job was made or last succeeded in part
    :param patience_s: the workflow's patience: when to give up
    :param breaker_closed: failures count against the job only while it is
    :param others_succeed: whether other jobs of the channel succeed meanwhile
    :param jitter: a number in [0, 1), drawn by the caller
    """

    failures: int = 0
    age_s: float = 0.0
    patience_s: float = 14 * 86400.0
    breaker_closed: bool = True
    others_succeed: bool = False
    jitter: float = 1.0


def backoff_s(failures: int, jitter: float = 1.0) -> float:
    """Return the wait after ``failures`` counted failures: doubling, with full jitter.

    >>> [backoff_s(n) for n in (1, 2, 3, 20)]
    [2.0, 4.0, 8.0, 900.0]
    """
    ceiling = min(
        LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2 ** min(max(failures, 1) - 1, 20)
    )
    return max(0.5, ceiling * jitter)


def decide(error: BaseException, now: Situation) -> Decision:
    """Return the :class:`Decision` for ``error`` in the situation ``now``."""
    match error:
        case errors.ThrottledError():
            return Decision(Verdict.SNOOZE, max(0.0, error.retry_after_s))
        case errors.MissingError():
            return _missing(now)
        case errors.TransientError():
            return _transient(now, harms_channel=True)
        case errors.InDoubtError():
            return Decision(Verdict.READ_BACK, harms_channel=True)
        case errors.ConflictError():
            if now.failures < CONFLICTS:
                return Decision(Verdict.REPLAN, counts=True)
            return _transient(now, harms_channel=False)
        case errors.DataError():
            return Decision(Verdict.PARK)
        case errors.ConfigurationError():
            return Decision(Verdict.PAUSE_CHANNEL)
        case errors.PermanentError():
            return Decision(Verdict.GIVE_UP)
        case _:
            return _surprise(now)


def _missing(now: Situation) -> Decision:
    if now.age_s > MISSING_GRACE_S:
        return Decision(Verdict.PARK)
    return Decision(Verdict.RETRY, backoff_s(now.failures + 1, now.jitter), counts=True)


def _transient(now: Situation, *, harms_channel: bool) -> Decision:
    own_fault = now.others_succeed and now.failures + 1 >= OWN_FAULT_FAILURES
    if now.age_s >= now.patience_s or own_fault:
        return Decision(Verdict.GIVE_UP, counts=True, harms_channel=harms_channel)
    return Decision(
        Verdict.RETRY,
        backoff_s(now.failures + 1, now.jitter),
        counts=now.breaker_closed,
        harms_channel=harms_channel,
    )


def _surprise(now: Situation) -> Decision:
    if now.failures + 1 >= SURPRISES:
        return Decision(Verdict.GIVE_UP, counts=True)
    return Decision(Verdict.RETRY, backoff_s(now.failures + 1, now.jitter), counts=True)
