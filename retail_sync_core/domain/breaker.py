"""A circuit breaker as a value: each event gives the next one. Times in seconds."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Breaker:
    """Closed lets all through, open nothing, and after the cooldown one probe.

    :param failures: harmful failures in a row
    :param opened_at: when it opened (s of any steady clock); None while closed
    """

    failures: int = 0
    opened_at: float | None = None
    threshold: int = 5
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

    def failed(self, now_s: float) -> Breaker:
        """Return the breaker after a harmful failure; a failed probe opens it anew."""
        failures = self.failures + 1
        opened = failures >= self.threshold or self.opened_at is not None
        return replace(self, failures=failures, opened_at=now_s if opened else None)
