"""Circuit breakers as values: each event gives the next one. Times in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

UNREACHED = "connection"  # the call never left: no kind of call is to blame
THRESHOLD = 5  # harmful failures in a row
SEVERAL_KINDS = 2
MORE_THAN_CHANCE = 2


@dataclass(frozen=True, slots=True)
class Breaker:
    """Closed lets all through, open nothing, and after the cooldown one probe.

    :param failures: harmful failures in a row
    :param opened_at: when it opened (s of any steady clock); None while closed
    """

    failures: int = 0
    opened_at: float | None = None
    threshold: int = THRESHOLD
    cooldown_s: float = 120.0

    @property
    def is_closed(self) -> bool:
        """Return whether all calls may pass."""
        return self.opened_at is None

    def allows(self, now_s: float) -> bool:
        """Return whether a call (the probe, when open) may pass at ``now_s``."""
        return self.opened_at is None or now_s - self.opened_at >= self.cooldown_s

    def opens_again_at(self) -> float | None:
        """Return when the next probe may pass; None while closed."""
        return None if self.opened_at is None else self.opened_at + self.cooldown_s

    def succeeded(self) -> Breaker:
        """Return the breaker after a call that was answered."""
        return replace(self, failures=0, opened_at=None)

    def failed(self, now_s: float, *, at_once: bool = False) -> Breaker:
        """Return the breaker after a harmful failure; a failed probe opens it anew.

        :param at_once: one failure is enough
        """
        failures = self.failures + 1
        opened = at_once or failures >= self.threshold or self.opened_at is not None
        return replace(self, failures=failures, opened_at=now_s if opened else None)


@dataclass(frozen=True, slots=True)
class Failures:
    """What failed at a channel since it last answered anything, by kind of call.

    One kind that fails is that kind's own matter: its breaker opens and the others go
    on. The whole channel is out when nothing was answered in between and

    * the connection itself failed as often as a breaker bears (nobody could answer), or
    * several kinds failed, each more than once: asking each of the others as often
      before believing it would only add load to a service that is down.

    A single answer, of whatever kind, proves that the channel is there and begins anew.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    threshold: int = THRESHOLD

    def with_one_of(self, kind: str, *, reached: bool = True) -> Failures:
        """Return the failures with one more of ``kind``.

        :param reached: False when the connection failed and the call never left
        """
        key = kind if reached else UNREACHED
        counts = {**self.counts, key: self.counts.get(key, 0) + 1}
        return replace(self, counts=counts)

    @property
    def total(self) -> int:
        """Return how many failed in a row."""
        return sum(self.counts.values())

    @property
    def is_channel_out(self) -> bool:
        """Return whether it is the channel and not one kind of call."""
        if self.counts.get(UNREACHED, 0) >= self.threshold:
            return True
        failing = [n for n in self.counts.values() if n >= MORE_THAN_CHANCE]
        return self.total >= self.threshold and len(failing) >= SEVERAL_KINDS
