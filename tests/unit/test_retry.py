"""The table of outcomes: what becomes of a job after each kind of error."""

import pytest
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_core.domain.retry import (
    MISSING_GRACE_S,
    Situation,
    Verdict,
    backoff_s,
    decide,
)

DAY = 86400.0


@pytest.mark.parametrize(
    ("error", "verdict", "counts", "harms_channel"),
    [
        (errors.TransientError("x"), Verdict.RETRY, True, True),
        (errors.ThrottledError("x", retry_after_s=7), Verdict.SNOOZE, False, False),
        (errors.MissingError("x"), Verdict.RETRY, True, False),
        (errors.InDoubtError("x"), Verdict.READ_BACK, False, True),
        (errors.ConflictError("x"), Verdict.REPLAN, True, False),
        (errors.DataError("x"), Verdict.PARK, False, False),
        (errors.ConfigurationError("x"), Verdict.PAUSE_CHANNEL, False, False),
        (errors.PermanentError("x"), Verdict.GIVE_UP, False, False),
        (KeyError("x"), Verdict.RETRY, True, False),
    ],
)
def test_each_error_has_its_outcome(error, verdict, counts, harms_channel):
    decision = decide(error, Situation())

    assert decision.verdict is verdict
    assert (decision.counts, decision.harms_channel) == (counts, harms_channel)


def test_every_error_class_stands_in_the_table():
    kinds = {errors.SyncError}
    for kind in list(kinds):
        kinds |= set(kind.__subclasses__())
    for kind in set(kinds):
        kinds |= set(kind.__subclasses__())

    assert {k.__name__ for k in kinds} == {
        "SyncError",
        "TransientError",
        "ThrottledError",
        "MissingError",
        "InDoubtError",
        "ConflictError",
        "DataError",
        "ConfigurationError",
        "PermanentError",
    }


def test_a_throttled_job_waits_as_long_as_it_was_asked_to():
    assert decide(errors.ThrottledError("x", retry_after_s=7), Situation()).delay_s == 7


def test_the_wait_doubles_up_to_a_quarter_of_an_hour():
    assert [backoff_s(n) for n in (1, 2, 3, 9, 40)] == [2, 4, 8, 512, 900]


def test_jitter_shortens_the_wait_but_never_to_nothing():
    assert backoff_s(5, jitter=0.5) == 16
    assert backoff_s(5, jitter=0.0) == 0.5


def test_an_outage_of_an_hour_gives_up_nothing():
    hour_old = Situation(failures=50, age_s=3600, patience_s=3 * DAY)

    assert decide(errors.TransientError("x"), hour_old).verdict is Verdict.RETRY


def test_patience_ends_by_age():
    old = Situation(failures=1, age_s=3 * DAY, patience_s=3 * DAY)

    assert decide(errors.TransientError("x"), old).verdict is Verdict.GIVE_UP


def test_eight_failures_while_others_succeed_are_the_jobs_own_fault():
    alone = Situation(failures=7, others_succeed=True)

    assert decide(errors.TransientError("x"), alone).verdict is Verdict.GIVE_UP
    assert (
        decide(errors.TransientError("x"), Situation(failures=7)).verdict
        is Verdict.RETRY
    )


def test_no_attempt_counts_while_the_breaker_is_open():
    probing = Situation(breaker_closed=False)

    assert not decide(errors.TransientError("x"), probing).counts


def test_the_fourth_conflict_waits_like_a_transient_error():
    assert (
        decide(errors.ConflictError("x"), Situation(failures=2)).verdict
        is Verdict.REPLAN
    )
    assert (
        decide(errors.ConflictError("x"), Situation(failures=3)).verdict
        is Verdict.RETRY
    )


def test_a_missing_record_is_a_matter_of_data_after_some_minutes():
    late = Situation(age_s=MISSING_GRACE_S + 1)

    assert decide(errors.MissingError("x"), late).verdict is Verdict.PARK


def test_a_surprise_is_given_up_at_the_third_time():
    assert decide(KeyError("x"), Situation(failures=1)).verdict is Verdict.RETRY
    assert decide(KeyError("x"), Situation(failures=2)).verdict is Verdict.GIVE_UP
